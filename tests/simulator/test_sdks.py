"""PayPal's own SDKs run unchanged against the server: only the address is ours."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from paypalhttp import HttpError  # type: ignore[import-untyped]  # PayPal ships no types
from paypalpayoutssdk.core import PayPalEnvironment, PayPalHttpClient  # type: ignore[import-untyped]  # as above
from paypalpayoutssdk.payouts import (  # type: ignore[import-untyped]  # as above
    PayoutsGetRequest,
    PayoutsItemCancelRequest,
    PayoutsItemGetRequest,
    PayoutsPostRequest,
)

from paypal_payouts.simulator.server import SimulatorServer, running_server
from simulator.driver import Clock, batch_request, payout

NODE = Path(__file__).parent / "node"


@pytest.fixture
def running(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorServer]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    with running_server(None, clock) as running:
        yield running


def test_the_python_sdk_creates_reads_cancels_and_is_told_of_a_duplicate(running: SimulatorServer) -> None:
    client = PayPalHttpClient(PayPalEnvironment("client", "secret", running.url, running.url))
    document = batch_request(
        payout("ann@example.com", sender_item_id="item-0"),
        payout("unclaimed@example.com", sender_item_id="item-1"),
        payout("fail@example.com", sender_item_id="item-2"),
        batch="python-1",
    )
    request = PayoutsPostRequest()
    request.request_body(document)
    created = client.execute(request)
    assert created.status_code == 201
    batch_id = created.result.batch_header.payout_batch_id

    with pytest.raises(HttpError) as refusal:
        client.execute(request)
    assert refusal.value.status_code == 400
    assert json.loads(refusal.value.message)["details"][0]["link"][0]["href"].endswith(batch_id)

    pages = [
        client.execute(PayoutsGetRequest(batch_id).page(page).page_size(2).total_required("True")).result
        for page in (1, 2)
    ]
    assert [page.total_items for page in pages] == [3, 3]
    items = [item for page in pages for item in page.items]
    assert [item.transaction_status for item in items] == ["SUCCESS", "UNCLAIMED", "FAILED"]

    unclaimed = items[1].payout_item_id
    read = client.execute(PayoutsItemGetRequest(unclaimed)).result
    assert (read.sender_batch_id, read.payout_item.sender_item_id) == ("python-1", "item-1")
    cancelled = client.execute(PayoutsItemCancelRequest(unclaimed))
    assert (cancelled.status_code, cancelled.result.transaction_status) == (200, "RETURNED")
    assert running.simulator.totals()["USD"]["moved"] == "10.00"


def test_the_node_sdk_creates_reads_cancels_and_is_told_of_a_duplicate(
    running: SimulatorServer, tmp_path: Path
) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed: PayPal's Node SDK was not tried")
    shutil.copytree(NODE, tmp_path, dirs_exist_ok=True)
    options = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0"]
    install = subprocess.run(
        [npm, "install", *options], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=120
    )
    if install.returncode:
        pytest.skip(f"npm could not install PayPal's Node SDK: {install.stderr[:500]}")
    result = subprocess.run(
        [node, "payouts.js", running.url], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {
        "created": 201,
        "duplicate": [400, True],
        "pages": [[3, ["SUCCESS", "UNCLAIMED"]], [3, ["FAILED"]]],
        "item": ["node-1", "UNCLAIMED"],
        "cancelled": [200, "RETURNED"],
    }
    assert running.simulator.totals()["USD"]["moved"] == "10.00"
