"""Answers that say something else than the book."""

from typing import Any

import pytest

from paypal_payouts.simulator.core import Simulator
from simulator.driver import PAYOUTS, Driver, batches, payout


def test_a_duplicate_can_come_without_a_link(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "duplicate_without_link"})
    assert bold_paypal.post()[0] == 201, "the fault waits for a duplicate"
    (detail,) = bold_paypal.post()[1]["details"]
    assert detail == {"field": "SENDER_BATCH_ID", "location": "body", "issue": "Duplicate batch request"}
    assert "link" in bold_paypal.post()[1]["details"][0]


def test_a_duplicate_can_link_to_another_host(bold_paypal: Driver, simulator: Simulator) -> None:
    batch_id = bold_paypal.pay()
    simulator.inject({"on": "create", "kind": "duplicate_foreign_host", "host": "thief.example"})
    link = bold_paypal.post()[1]["details"][0]["link"][0]["href"]
    assert link == f"https://thief.example/v1/payments/payouts/{batch_id}"


@pytest.mark.parametrize("what", ["receiver", "item_id", "amount", "total", "currency", "count", "batch_id"])
def test_a_duplicate_can_link_to_other_contents(bold_paypal: Driver, simulator: Simulator, what: str) -> None:
    items = payout(sender_item_id="a-1"), payout("bob@example.com", sender_item_id="a-2")
    batch_id = bold_paypal.pay(*items)
    before, book = bold_paypal.read(batch_id, "total_required=true"), simulator.book()
    simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": what})
    bold_paypal.post(*items)
    after = bold_paypal.read(batch_id, "total_required=true")

    def facts(document: dict[str, Any]) -> dict[str, object]:
        header, payouts = document["batch_header"], [item["payout_item"] for item in document["items"]]
        return {
            "receiver": [item["receiver"] for item in payouts][:1],
            "item_id": [item["sender_item_id"] for item in payouts][:1],
            "amount": [item["amount"]["value"] for item in payouts][:1],
            "total": header["amount"]["value"],
            "currency": header["amount"]["currency"],
            "count": (len(payouts), document["total_items"]),
            "batch_id": header["sender_batch_header"]["sender_batch_id"],
        }

    assert [key for key, value in facts(before).items() if facts(after)[key] != value] == [what]
    assert simulator.book() == book, "the money went where it went"


@pytest.mark.parametrize(("currency", "other"), [("CHF", "EUR"), ("JPY", "CHF")])
def test_the_other_currency_is_another_one(
    bold_paypal: Driver, simulator: Simulator, currency: str, other: str
) -> None:
    item = payout(value="100", currency=currency)
    batch_id = bold_paypal.pay(item)
    simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": "currency"})
    bold_paypal.post(item)
    assert bold_paypal.read(batch_id)["batch_header"]["amount"]["currency"] == other


def test_a_batch_can_be_accepted_under_the_id_of_another_one(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "other_sender_batch_id", "named": "theirs"})
    status, document = bold_paypal.post()
    assert (status, document["batch_header"]["sender_batch_header"]["sender_batch_id"]) == (201, "theirs")
    assert simulator.book()["payments"][0]["sender_batch_id"] == "b-1", "the book has it under ours"


def test_a_batch_can_be_answered_with_another_success_the_first_time_and_later(
    bold_paypal: Driver, simulator: Simulator
) -> None:
    simulator.inject({"on": "create", "kind": "other_success", "status": 202, "times": 2})
    (first, document), (again, same) = bold_paypal.post(), bold_paypal.post()
    assert (first, again, batches(simulator)) == (202, 202, 1)
    assert document["batch_header"]["payout_batch_id"] == same["batch_header"]["payout_batch_id"]
    assert same["batch_header"]["sender_batch_header"]["sender_batch_id"] == "b-1"
    assert bold_paypal.post()[0] == 400


@pytest.mark.parametrize(
    ("rule", "listed", "total"), [({}, 0, 0), ({"listed": 1}, 1, 1), ({"total": False}, 0, None)], ids=str
)
def test_a_batch_can_list_its_items_only_later(
    bold_paypal: Driver, simulator: Simulator, rule: dict[str, Any], listed: int, total: int | None
) -> None:
    batch_id = bold_paypal.pay(*[payout()] * 3)
    simulator.inject({"on": "batch", "kind": "not_listed_yet", "times": 2, **rule})
    for _ in range(2):
        document = bold_paypal.read(batch_id, "total_required=true")
        assert (len(document["items"]), document.get("total_items")) == (listed, total)
        assert document["batch_header"]["batch_status"] == "PENDING"
    assert len(bold_paypal.read(batch_id)["items"]) == 3


@pytest.mark.parametrize(("by", "shown"), [(-1, "bc"), (1, "d"), (-9, "ab"), (9, "")])
def test_items_can_move_between_pages(bold_paypal: Driver, simulator: Simulator, by: int, shown: str) -> None:
    batch_id = bold_paypal.pay(*(payout(sender_item_id=key) for key in "abcd"))
    simulator.inject({"on": "batch", "kind": "moved_items", "page": 2, "by": by})
    pages = [bold_paypal.read(batch_id, f"page_size=2&page={page}")["items"] for page in (1, 2)]
    assert ["".join(item["payout_item"]["sender_item_id"] for item in page) for page in pages] == ["ab", shown]


def test_receivers_can_be_read_back_in_another_writing(bold_paypal: Driver, simulator: Simulator) -> None:
    phone = payout("+1 (555) 012-3456") | {"recipient_type": "PHONE"}
    account = payout("AB12CD34EF56G") | {"recipient_type": "PAYPAL_ID"}
    batch_id = bold_paypal.pay(payout("Ann@X.Example"), phone, account)
    simulator.inject({"on": "batch", "kind": "receivers_rewritten"})
    receivers = [item["payout_item"]["receiver"] for item in bold_paypal.read(batch_id)["items"]]
    assert receivers == ["ann@x.example", "15550123456", "AB12CD34EF56G"]
    assert {payment["receiver"] for payment in simulator.book()["payments"]} == {
        "Ann@X.Example",
        "+1 (555) 012-3456",
        "AB12CD34EF56G",
    }


def test_a_page_can_be_missing(bold_paypal: Driver, simulator: Simulator) -> None:
    batch_id = bold_paypal.pay(*[payout()] * 4)
    simulator.inject({"on": "batch", "kind": "missing_page", "page": 2})
    sizes = [len(bold_paypal.read(batch_id, f"page_size=2&page={page}")["items"]) for page in (1, 2, 2)]
    assert sizes == [2, 0, 2]


def test_an_item_can_be_missing(bold_paypal: Driver, simulator: Simulator) -> None:
    batch_id = bold_paypal.pay(*(payout(sender_item_id=key) for key in "abc"))
    simulator.inject({"on": "batch", "kind": "missing_item", "item": 1})
    assert [item["payout_item"]["sender_item_id"] for item in bold_paypal.read(batch_id)["items"]] == ["a", "c"]


def test_an_amount_can_be_wrong(bold_paypal: Driver, simulator: Simulator) -> None:
    batch_id = bold_paypal.pay(payout(), payout())
    simulator.inject(
        {"on": "batch", "kind": "changed_amount", "item": 99, "by_minor": -5}, {"on": "item", "kind": "changed_amount"}
    )
    items = bold_paypal.read(batch_id)["items"]
    assert [item["payout_item"]["amount"]["value"] for item in items] == ["10.00", "9.95"]
    assert bold_paypal.item(items[0]["payout_item_id"])["payout_item"]["amount"]["value"] == "10.01"


def test_a_word_can_be_one_that_nobody_documented(bold_paypal: Driver, simulator: Simulator) -> None:
    batch_id = bold_paypal.pay(payout(), payout())
    simulator.inject(
        {"on": "batch", "kind": "unknown_word", "where": "batch"},
        {"on": "batch", "kind": "unknown_word", "word": "NEW", "item": 1},
        {"on": "create", "kind": "unknown_word", "where": "batch", "word": "QUEUED"},
    )
    assert bold_paypal.read(batch_id)["batch_header"]["batch_status"] == "ACKNOWLEDGED"
    assert bold_paypal.states(batch_id) == ["SUCCESS", "NEW"]
    assert bold_paypal.post(batch="b-2")[1]["batch_header"]["batch_status"] == "QUEUED"


def test_an_accepted_batch_can_come_without_its_id(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "no_id"})
    status, document = bold_paypal.post()
    assert (status, "payout_batch_id" in document["batch_header"]) == (201, False)
    assert batches(simulator) == 1


def test_the_date_can_be_wrong_or_missing(bold_paypal: Driver, simulator: Simulator) -> None:
    simulator.inject({"on": "batch", "kind": "no_date"}, {"on": "batch", "kind": "wrong_date", "offset_s": -60})
    bold_paypal.ask("GET", f"{PAYOUTS}/UNKNOWN")
    assert bold_paypal.last is not None
    assert "Date" not in bold_paypal.last.headers
    bold_paypal.ask("GET", f"{PAYOUTS}/UNKNOWN")
    assert bold_paypal.last.headers["Date"] == "Sun, 01 Nov 2026 11:59:00 GMT"
