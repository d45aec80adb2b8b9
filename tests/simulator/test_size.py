"""The simulator takes what PayPal takes: full batches, and as many of them as come."""

import json
import tracemalloc
from pathlib import Path

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer
from simulator.driver import PAYOUTS, Clock, Driver, batch_request, payout


def test_a_full_batch_is_taken_and_read(tmp_path: Path, clock: Clock) -> None:
    with Simulator(tmp_path / "book.db", clock) as simulator:
        driver = Driver(simulator, checks_conformance=False)
        document = batch_request(*(payout(f"p{n}@example.com", sender_item_id=f"a-{n}") for n in range(15_000)))
        driver.log_in()
        status, created = driver.ask("POST", PAYOUTS, "", document)
        path = f"{PAYOUTS}/{created['batch_header']['payout_batch_id']}"
        pages = [driver.try_call("GET", path, f"page={page}") for page in range(1, 16)]
    assert status == 201
    items = [item for page in pages if isinstance(page, Answer) for item in json.loads(page.body)["items"]]
    assert len({item["payout_item_id"] for item in items}) == 15_000


def test_the_memory_does_not_grow_with_the_book(tmp_path: Path, clock: Clock) -> None:
    items = [payout()] * 1_000
    with Simulator(tmp_path / "book.db", clock) as simulator:
        driver = Driver(simulator, checks_conformance=False)
        driver.pay(*items, batch="b-0")
        driver.read(driver.pay(*items, batch="b-1"))
        driver.last = None
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        for number in range(2, 7):
            driver.read(driver.pay(*items, batch=f"b-{number}"))
        driver.last = None
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert simulator.totals()["USD"]["states"]["SUCCESS"]["items"] == 7_000
    assert after - before < 1_000_000
