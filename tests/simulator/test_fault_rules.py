"""Whom a fault hits, when, and what can be asked for."""

from typing import Any

import pytest

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.faults import FaultKind
from paypal_payouts.simulator.messages import Fault
from simulator.driver import ITEMS, PAYOUTS, Driver, batches


def test_a_fault_hits_only_what_it_is_for(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "cancel", "kind": "status"})
    batch_id = bold_paypal.pay()
    item_id = bold_paypal.read(batch_id)["items"][0]["payout_item_id"]
    bold_paypal.item(item_id)
    bold_paypal.log_in()
    assert bold_paypal.cancel(item_id)[0] == 500
    assert bold_paypal.cancel(item_id)[0] == 400


def test_a_fault_skips_then_hits_then_is_gone(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "batch", "kind": "status", "status": 503, "skip": 1, "times": 2})
    statuses = [bold_paypal.ask("GET", f"{PAYOUTS}/UNKNOWN")[0] for _ in range(5)]
    assert statuses == [404, 503, 503, 404, 404]
    assert simulator.faults() == []


def test_a_fault_without_end_lasts_until_it_is_cleared(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "item", "kind": "status", "times": None})
    assert {bold_paypal.ask("GET", f"{ITEMS}/UNKNOWN")[0] for _ in range(5)} == {500}
    simulator.clear_faults()
    assert bold_paypal.ask("GET", f"{ITEMS}/UNKNOWN")[0] == 404


def test_faults_take_their_turns(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "status", "status": 503})
    assert isinstance(bold_paypal.try_post(), Fault)
    assert bold_paypal.post()[0] == 503
    assert bold_paypal.post()[0] == 400
    assert batches(simulator) == 1


def test_one_of_travel_and_one_of_content_meet(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "no_id"}, {"on": "create", "kind": "double", "answer": "first"})
    assert "payout_batch_id" not in bold_paypal.post()[1]["batch_header"]
    assert simulator.faults() == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("reset_after", "a fault is an object"),
        ({"kind": "earthquake"}, ", ".join(FaultKind)),
        ({}, "kind: one of"),
        (
            {"kind": "status", "on": "lunch"},
            "on: one of token, create, batch, item, cancel, transactions, balances, any",
        ),
        ({"kind": "status", "status": 99}, "status: 200 to 599"),
        ({"kind": "status", "status": "500"}, "status: 200 to 599"),
        ({"kind": "status", "applied": 1}, "applied: true|false"),
        ({"kind": "refused", "status": 500}, "its arguments are: none"),
        ({"kind": "double", "on": "create", "answer": "third"}, "first|second"),
        ({"kind": "late", "on": "batch"}, "create or cancel"),
        ({"kind": "late"}, "create or cancel"),
        ({"kind": "status", "times": 0}, "times"),
        ({"kind": "status", "skip": -1}, "skip"),
        ({"kind": "status", "page": 0}, "page"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "redirect", "location": "https://x/\r\nInjected: yes"}, "location"),
        ({"kind": "wrong_date", "offset_s": True}, "offset_s"),
    ],
    ids=str,
)
def test_a_fault_that_cannot_be_is_refused_with_what_can(simulator: Simulator, rule: Any, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        simulator.inject({"kind": "refused"}, rule)
    assert words in str(refusal.value)
    assert simulator.faults() == []


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_can_be_asked_for_by_its_name_alone(
    bold_paypal: Driver, simulator: Simulator, kind: FaultKind
) -> None:
    bold_paypal.pay(batch="b-0")
    simulator.inject({"on": "create", "kind": kind})
    for batch in ("b-0", "b-1"):
        bold_paypal.try_post(batch)
        bold_paypal.try_call("GET", f"{PAYOUTS}/UNKNOWN")
    assert batches(simulator) in {1, 2}
