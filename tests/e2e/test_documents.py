"""The one document of every command, when it goes well: it validates against the schema that ships in the package."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from support import readme
from support.signing import NEEDS_SSH_KEYGEN, Signers
from support.site import Site

from paypal_payouts.cli.app import COMMANDS
from paypal_payouts.present.envelope import schema_of

REASON = ("--reason", "seen in the activity list")


def valid(document: dict[str, Any]) -> Any:
    """Return the result of a document that its command's schema holds."""
    jsonschema_rs.validator_for(schema_of(document["command"])).validate(document)
    assert document["ok"] is (document["exit_code"] == 0)
    return document["result"]


@NEEDS_SSH_KEYGEN
def test_every_command_tells_one_valid_document(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD", "u,unclaimed@example.com,2.00,EUR"])
    told = {}

    def tell(*arguments: str, code: int = 0) -> Any:
        # Once each command has its own Python: it imports by itself all that it needs.
        ended = (site if arguments[0] in told else site.afresh).json(*arguments)
        assert ended.code == code, ended.stdout
        told[arguments[0]] = ended.document
        return valid(ended.document)

    assert tell("preview", "-c", "c")["outcome"] == "planned"
    signers = Signers(site.folder)
    signers.allow(("maria",))
    site.configure(more='[approval]\nsigners = "allowed_signers"\n')
    assert tell("approve", "-c", "c", "--key", str(signers.key("maria")))["principal"] == "maria"
    assert tell("run", "-c", "c", "--yes", code=5)["outcome"] == "completed_with_failures"
    again = tell("retry", "c-0002-1", "--failed-items", "--include-payee-errors", "--yes", code=5)
    assert again["batches"][-1]["batch"] == "c-0002-2"
    assert len(tell("status", "--items")["cycles"][0]["item_rows"]) == 3
    assert tell("status", "c-0002-1", "--items")["attempts"][0]["outcome"] == "accepted"
    assert tell("status", "--refused-payees")["payees"][0]["next"] == "payouts explain fail@example.com"
    assert tell("status", "--exit-code", code=5)["cycles"][0]["lock"] is None
    assert tell("sync")["batches_read"] == 1
    assert tell("cancel", "u", "-c", "c", "--close", *REASON)["to_state"] == "closed"
    assert tell("explain", "a", "-c", "c")["money"]["money"] == "paid"
    assert tell("locks")["locks"] == []
    assert tell("unlock", "c", *REASON)["broken"] is None
    assert {event["action"] for event in tell("audit", "-c", "c")["events"]} >= {"intent", "permit", "accept", "close"}
    assert tell("status", "--errors")["cycles"][0]["errors"][0]["who"] == "payee"
    assert tell("status", "c-0002-1", "--errors")["errors"][0]["count"] == 1
    assert tell("status", "--csv", "items.csv")["csv"] == {"file": "items.csv", "items": 3}
    assert tell("status", "c-0002-1", "--csv", "items.csv")["csv"]["items"] == 2
    assert tell("report", "-c", "c", "--html", "c.html")["failures"] == 1
    books = tell("report", "-c", "c", "--books", "c.csv", "--format", "csv")["books"]
    assert books == {"file": "c.csv", "format": "csv", "entries": 3}
    assert tell("reconcile", "-c", "c", "--html", "reconciled.html")["findings"] == []
    assert tell("metrics", "--output", "payouts.prom")["items"] == {"success": 1, "failed": 1, "closed": 1}
    assert {check["state"] for check in tell("doctor")["checks"]} == {"ok"}
    assert [left["cycle"] for left in tell("archive", "--before", "2031-01-01")["left"]] == ["c"]
    assert tell("reseal", *REASON)["batches"] == 3
    assert tell("notify") == {"test": False, "targets": []}
    assert tell("init", "--config", "elsewhere/payouts.toml")["kept"] == []
    assert {value["key"] for value in tell("config", "show")["values"]} >= {"paypal.environment", "lock.lease_s"}
    assert tell("help", "run")["about"] == "run"
    assert tell("version")["version"]
    assert "payouts" in tell("completion", "bash")["script"]
    site.write("d", ["r,rejected@example.com,1.00,USD"])
    assert tell("run", "-c", "d", "--yes", code=7)["outcome"] == "refused"
    assert tell("review", "d-0001-1")["next"]
    assert tell("override", "d-0001-1", "--to", "abandoned", *REASON, "--yes")["to_status"] == "abandoned"
    told["simulator"] = document_of_a_server(site)
    assert set(told) == COMMANDS


def document_of_a_server(site: Site) -> Any:
    """Start the simulator, and stop it once it has said where it is."""
    process = site.start("simulator", "serve", "--json")
    assert process.stdout is not None
    document = json.loads(process.stdout.readline())
    assert valid(document)["url"].startswith("http://127.0.0.1:")
    process.terminate()
    process.communicate()
    assert process.returncode == 0
    return document


STOPPED_WITHIN_A_REQUEST = """
import os, signal
from paypal_payouts.cli.app import main
from paypal_payouts.simulator.server import SimulatorServer
process = SimulatorServer.process_request
def processing(self, request, address):
    os.kill(os.getpid(), signal.SIGTERM)
    process(self, request, address)
SimulatorServer.process_request = processing
main()
"""


def test_a_simulator_that_is_stopped_within_a_request_answers_it_and_ends_well(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED_WITHIN_A_REQUEST, "simulator", "serve", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["result"]["url"]
        try:
            assert httpx.get(f"{url}/__simulator/clock", trust_env=False).status_code == 200
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, told) == (0, "")


@pytest.mark.parametrize(("outcome", "code"), [("in_flight", 6), ("refused", 7), ("review", 8)], ids=str)
def test_status_ends_with_the_code_of_the_state_only_where_asked(sqlite_site: Site, outcome: str, code: int) -> None:
    site = sqlite_site
    receiver = "rejected@example.com" if outcome == "refused" else "ann@example.com"
    site.write("c", [f"a,{receiver},10.00,USD"])
    if outcome != "refused":
        site.simulator.inject({"on": "create", "kind": "reset_after"})
    site.json("run", "-c", "c", "--yes")
    if outcome == "review":
        site.simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": "receiver"})
        site.json("run", "-c", "c", "--yes")
    assert site.json("status", "c-0001-1").result["batch"]["status"] == outcome
    assert site.json("status").code == 0
    for arguments in (["status", "--exit-code"], ["status", "c-0001-1", "--exit-code"]):
        ended = site.json(*arguments)
        valid(ended.document)
        assert ended.code == code
        assert (ended.error_code is not None) is (code in {7, 8})


def test_each_rehearsal_ends_as_its_row_says(sqlite_site: Site) -> None:
    site, rehearsals = sqlite_site, readme.rows(readme.section("The simulator"), "rehearse")
    assert len(rehearsals) == 3
    delays = ("MAX_RETRIES", "BASE_DELAY_S", "MAX_DELAY_S")
    no_pauses = {f"PAYOUTS_RETRY__{key}": value for key, value in zip(delays, "300", strict=True)}
    faults = f"{site.url}/__simulator/faults"
    for number, (rule, code, status, next_code) in enumerate(rehearsals.values(), 1):
        site.write(f"c{number}", [f"a,ann{number}@example.com,1{number}.00,USD"])
        assert httpx.post(faults, json=json.loads(rule.strip("`"))).is_success
        assert site.json("run", f"c{number}", **no_pauses).code == int(code), rule
        assert site.json("status", f"c{number}-0001-1").result["batch"]["status"] == status.strip("`")
        assert httpx.delete(faults).is_success
        assert site.json("run", f"c{number}", **no_pauses).code == int(next_code), rule


def test_what_is_done_to_a_cycle_ends_with_how_it_stands(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["u,unclaimed@example.com,2.00,EUR", "r,rejected@example.com,1.00,USD"])
    assert site.json("run", "-c", "c", "--yes").code == 7

    def stands() -> tuple[Any, Any]:
        """Return what `status` says of the cycle."""
        (cycle,) = site.json("status", "-c", "c").result["cycles"]
        return cycle["open"], cycle["next"]

    (refused,), typed = stands()
    assert (refused["batch"], typed) != ("", [])
    for looks in (("reconcile", "-c", "c"), ("report", "-c", "c", "--html", "c.html")):
        result = valid(site.json(*looks).document)
        assert (result["open"], result["next"]) == ([refused], typed)
    assert valid(site.json("explain", "r", "-c", "c").document)["open"] == [refused]
    for acts in (
        ("cancel", "u", "-c", "c", "--close", *REASON),
        ("override", refused["batch"], "--to", "abandoned", *REASON, "--yes"),
    ):
        result = site.json(*acts).result
        assert (result["open"], result["next"]) == stands()
    assert stands() != ([refused], typed)
