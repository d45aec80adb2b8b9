"""PayPal's later words: what changes by itself with time, what somebody sets, and what is only told."""

from pathlib import Path
from typing import Any

import pytest

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.words import WORDS
from simulator.driver import Clock, Driver, payout
from simulator.test_control import control

DAY_S = 24 * 3600


def later(paypal: Driver, simulator: Simulator, seconds: float, batch_id: str) -> tuple[str | None, str | None]:
    """Return the word on the one item of a batch, and its error, so many seconds later."""
    simulator.advance(seconds)
    paypal.log_in()
    (item,) = paypal.read(batch_id)["items"]
    return item["transaction_status"], item.get("errors", {}).get("name")


@pytest.mark.parametrize(
    "change",
    [
        ("claim", ("UNCLAIMED", "RECEIVER_UNREGISTERED"), DAY_S, "SUCCESS"),
        ("release", ("ONHOLD", "REGULATORY_PENDING"), DAY_S, "SUCCESS"),
        ("late", ("SUCCESS", None), 10 * DAY_S, "REFUNDED"),
    ],
)
def test_a_word_changes_by_itself(
    paypal: Driver, simulator: Simulator, change: tuple[str, tuple[str, str | None], int, str]
) -> None:
    word, first, after_s, last = change
    simulator.configure(processing_s=20)
    batch_id = paypal.pay(payout(f"{word}.ann@example.com"))
    assert later(paypal, simulator, 20, batch_id) == first
    assert later(paypal, simulator, after_s - 1, batch_id) == first
    moved = simulator.totals()["USD"]["moved"]
    assert later(paypal, simulator, 1, batch_id) == (last, None)
    assert (moved, simulator.totals()["USD"]["moved"]) == ("10.00", "0.00" if last == "REFUNDED" else "10.00")
    assert later(paypal, simulator, 40 * DAY_S, batch_id) == (last, None), "and stays"


def test_what_was_cancelled_is_not_claimed_later(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("claim@example.com"))
    paypal.cancel(paypal.read(batch_id)["items"][0]["payout_item_id"])
    assert later(paypal, simulator, 2 * DAY_S, batch_id)[0] == "RETURNED"


def test_a_phone_number_stays_unclaimed(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("+14155550100", recipient_type="PHONE"))
    assert later(paypal, simulator, 29 * DAY_S, batch_id)[0] == "UNCLAIMED"


def test_accounts_can_be_made_known(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(paypal_ids=["A23BCDEFGH456"])
    known, unknown = (payout(name, recipient_type="PAYPAL_ID") for name in ("A23BCDEFGH456", "G83JXTJ5EHCQ2"))
    assert paypal.states(paypal.pay(known, unknown)) == ["SUCCESS", "FAILED"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_is_set_moves_the_money(bold_paypal: Driver, simulator: Simulator, word: str) -> None:
    batch_id = bold_paypal.pay(payout(sender_item_id="a-1"), payout(sender_item_id="a-2"))
    simulator.advance(60)
    payment = simulator.set_word(word, sender_item_id="a-2")
    assert (payment["sender_item_id"], payment["state"]) == ("a-2", word)
    assert bold_paypal.states(batch_id) == ["SUCCESS", word]
    is_out = WORDS[word].is_out
    is_charged = word not in {"FAILED", "DENIED"}
    totals = simulator.totals()["USD"]
    assert (totals["moved"], totals["fees"]) == ("20.00" if is_out else "10.00", "0.40" if is_charged else "0.20")
    assert bold_paypal.read(batch_id)["batch_header"]["fees"]["value"] == totals["fees"]


def test_a_word_may_contradict_the_one_before(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("fail@example.com", sender_item_id="a-1"))
    for word in ("SUCCESS", "FAILED", "RETURNED", "UNCLAIMED", "PENDING"):
        simulator.set_word(word, sender_item_id="a-1")
        assert paypal.states(batch_id) == [word]
    assert simulator.totals()["USD"] | {"states": None} == {"moved": "10.00", "fees": "0.20", "states": None}


def test_a_word_is_set_while_the_batch_is_under_way(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(processing_s=20)
    batch_id = paypal.pay(payout(sender_item_id="a-1"))
    simulator.set_word("BLOCKED", sender_item_id="a-1")
    assert later(paypal, simulator, 0, batch_id)[0] == "BLOCKED"


def test_of_two_payments_the_newest_is_meant_and_any_can_be_named(paypal: Driver, simulator: Simulator) -> None:
    item = payout(sender_item_id="a-1")
    first, second = paypal.pay(item), paypal.pay(item, batch="b-2")
    assert control(simulator, "POST", "word", {"sender_item_id": "a-1", "word": "RETURNED"})[0] == 200
    assert (paypal.states(first), paypal.states(second)) == (["SUCCESS"], ["RETURNED"])
    name = paypal.read(first)["items"][0]["payout_item_id"]
    status, payment = control(simulator, "POST", "word", {"payout_item_id": name, "word": "REVERSED"})
    assert (status, payment["payout_item_id"], payment["state"]) == (200, name, "REVERSED")
    assert (paypal.states(first), paypal.states(second)) == (["REVERSED"], ["RETURNED"])


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "payout_item_id"),
        ({"word": "SUCCESS"}, "payout_item_id"),
        ({"sender_item_id": "a-1", "payout_item_id": "X", "word": "SUCCESS"}, "payout_item_id"),
        ({"receiver": "a-1", "word": "SUCCESS"}, "payout_item_id"),
        ({"sender_item_id": "a-1", "word": "PAID"}, "one of FAILED"),
        ({"sender_item_id": "nobody", "word": "SUCCESS"}, "no item nobody"),
        ({"payout_item_id": "nobody", "word": "SUCCESS"}, "no item nobody"),
    ],
    ids=str,
)
def test_a_word_that_cannot_be_set_is_refused_with_what_can(
    paypal: Driver, simulator: Simulator, document: Any, words: str
) -> None:
    paypal.pay(payout(sender_item_id="a-1"))
    status, refusal = control(simulator, "POST", "word", document)
    assert status == 400
    assert words in refusal["error"]
    assert {payment["state"] for payment in simulator.book()["payments"]} == {"SUCCESS"}


def test_a_word_that_is_only_told_moves_nothing(bold_paypal: Driver, simulator: Simulator) -> None:
    batch_id = bold_paypal.pay(payout(sender_item_id="a-1"), payout(sender_item_id="a-2"))
    book = simulator.book()
    simulator.inject({"kind": "word", "sender_item_id": "a-2", "word": "FAILED", "times": 2})
    (first, second) = bold_paypal.read(batch_id)["items"]
    assert (first["transaction_status"], second["transaction_status"]) == ("SUCCESS", "FAILED")
    assert second["errors"]["name"] == "INTERNAL_ERROR"
    bold_paypal.item(first["payout_item_id"])
    assert simulator.faults(), "it waits for the item that it is about"
    assert bold_paypal.item(second["payout_item_id"])["transaction_status"] == "FAILED"
    assert bold_paypal.states(batch_id) == ["SUCCESS", "SUCCESS"]
    assert simulator.book() == book
    simulator.inject({"kind": "word", "payout_item_id": first["payout_item_id"], "word": "RETURNED"})
    assert bold_paypal.states(batch_id) == ["RETURNED", "SUCCESS"]
    simulator.inject({"kind": "word", "word": "PENDING"})
    assert bold_paypal.states(batch_id) == ["PENDING", "PENDING"]


def test_a_book_of_the_version_before_is_carried_over(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "book.db"
    with Simulator(path, clock) as before:
        driver = Driver(before)
        batch_id, book = driver.pay(payout(sender_item_id="a-1")), before.book()
        for column in ("later", "later_error", "later_ms"):
            before._database.connection.execute(f"ALTER TABLE items DROP COLUMN {column}")
        before._database.connection.execute("PRAGMA user_version = 1")
    with Simulator(path, clock) as after:
        assert after.book() == book
        after.set_word("RETURNED", sender_item_id="a-1")
        assert Driver(after, driver.token).states(batch_id) == ["RETURNED"]
