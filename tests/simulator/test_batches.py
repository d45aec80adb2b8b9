"""Batches and items over time, as PayPal shows them."""

from typing import Any

import pytest

from paypal_payouts.simulator.core import Simulator
from simulator.driver import PAYOUTS, Clock, Driver, payout

DAY_S = 24 * 3600


def test_a_batch_is_accepted_and_paid(paypal: Driver, simulator: Simulator) -> None:
    status, created = paypal.post(payout("ann@example.com", "9.8", sender_item_id="a-1"), email_subject="Your pay")
    header = created["batch_header"]
    batch_id = header["payout_batch_id"]
    assert (status, header["batch_status"], header["time_created"]) == (201, "PENDING", "2026-11-01T12:00:00Z")
    assert created["links"][0]["href"] == f"https://api.sandbox.paypal.com/v1/payments/payouts/{batch_id}"
    assert len(batch_id) == 13

    read = paypal.read(batch_id)
    assert read["batch_header"]["batch_status"] == "SUCCESS"
    assert read["batch_header"]["sender_batch_header"] == {"sender_batch_id": "b-1", "email_subject": "Your pay"}
    assert read["batch_header"]["amount"] == {"currency": "USD", "value": "9.80"}
    assert read["batch_header"]["fees"] == {"currency": "USD", "value": "0.20"}
    (item,) = read["items"]
    assert item["transaction_status"] == "SUCCESS"
    assert item["payout_item"] == {
        "recipient_type": "EMAIL",
        "receiver": "ann@example.com",
        "amount": {"currency": "USD", "value": "9.80"},
        "sender_item_id": "a-1",
        "purpose": "GOODS",
        "recipient_wallet": "PAYPAL",
    }
    assert "errors" not in item
    assert paypal.item(item["payout_item_id"])["sender_batch_id"] == "b-1"
    assert simulator.totals()["USD"] == {
        "moved": "9.80",
        "fees": "0.20",
        "states": {"SUCCESS": {"items": 1, "amount": "9.80"}},
    }


@pytest.mark.parametrize(
    ("receiver", "recipient_type", "state", "error"),
    [
        ("ann@example.com", "EMAIL", "SUCCESS", None),
        ("fail1@example.com", "EMAIL", "FAILED", "RECEIVER_ACCOUNT_LOCKED"),
        ("FAIL@example.com", "EMAIL", "FAILED", "RECEIVER_ACCOUNT_LOCKED"),
        ("FAIL123456789", "PAYPAL_ID", "FAILED", "RECEIVER_ACCOUNT_LOCKED"),
        ("failey@example.com", "EMAIL", "SUCCESS", None),
        ("unclaimed.2@example.com", "EMAIL", "UNCLAIMED", "RECEIVER_UNREGISTERED"),
        ("hold+3@example.com", "EMAIL", "ONHOLD", "REGULATORY_PENDING"),
        ("block@example.com", "EMAIL", "BLOCKED", "REGULATORY_BLOCKED"),
        ("return@example.com", "EMAIL", "RETURNED", "RECEIVER_UNREGISTERED"),
        ("refund@example.com", "EMAIL", "REFUNDED", None),
        ("reverse@example.com", "EMAIL", "REVERSED", None),
        ("+15555550123", "PHONE", "UNCLAIMED", "RECEIVER_UNREGISTERED"),
        ("91-734-234-1234", "PHONE", "UNCLAIMED", "RECEIVER_UNREGISTERED"),
        ("G83JXTJ5EHCQ2", "PAYPAL_ID", "SUCCESS", None),
        ("A23BCDEFGH456", "PAYPAL_ID", "FAILED", "RECEIVER_ACCOUNT_INVALID"),
        ("late@example.com", "EMAIL", "SUCCESS", None),
        ("ann@example.com", "email", "SUCCESS", None),
    ],
)
def test_the_first_word_of_the_receiver_decides(
    paypal: Driver, receiver: str, recipient_type: str, state: str, error: str | None
) -> None:
    batch_id = paypal.pay(payout(receiver, recipient_type=recipient_type))
    (item,) = paypal.read(batch_id)["items"]
    assert item["transaction_status"] == state
    assert item.get("errors", {}).get("name") == error
    assert item["payout_item_fee"]["value"] == ("0.00" if state == "FAILED" else "0.20")
    assert ("transaction_id" in item) is (state != "FAILED")


def test_a_transient_receiver_fails_once_whatever_the_batch(paypal: Driver) -> None:
    receiver = payout("transient@example.com")
    assert paypal.states(paypal.pay(receiver)) == ["FAILED"]
    assert paypal.states(paypal.pay(receiver, batch="b-2")) == ["SUCCESS"]
    twice = [payout("transient2@example.com", sender_item_id=key) for key in "ab"]
    assert paypal.states(paypal.pay(*twice, batch="b-3")) == ["FAILED", "SUCCESS"]


def test_a_denied_batch_pays_nobody_and_frees_its_id(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("ann@example.com"), payout("denyall@example.com"), payout("transient@example.com"))
    read = paypal.read(batch_id)
    assert read["batch_header"]["batch_status"] == "DENIED"
    assert paypal.states(batch_id) == [None, "FAILED", None]
    assert read["items"][1]["errors"]["name"] == "ACCOUNT_RESTRICTED"
    assert simulator.totals()["USD"]["moved"] == "0.00"
    assert paypal.states(paypal.pay(payout("transient@example.com"))) == ["FAILED"], "it was not paid before"


def test_a_denied_batch_holds_its_id_until_it_is_denied(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(processing_s=20)
    paypal.pay(payout("denyall@example.com"))
    assert paypal.post()[0] == 400
    simulator.advance(20)
    assert paypal.post()[0] == 201


def test_where_every_item_fails_the_batch_may_end_denied(paypal: Driver, simulator: Simulator) -> None:
    fail = payout("fail@example.com")
    assert paypal.read(paypal.pay(fail))["batch_header"]["batch_status"] == "SUCCESS"
    simulator.configure(all_failed_is_denied=True)
    assert paypal.read(paypal.pay(fail, batch="b-2"))["batch_header"]["batch_status"] == "DENIED"
    assert paypal.read(paypal.pay(fail, payout(), batch="b-3"))["batch_header"]["batch_status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (payout("ABCDEFGHIJKLM", recipient_type="PAYPAL_ID"), "RECEIVER_ACCOUNT_INVALID"),
        (payout("me@example.com", note="SIMULATE FAILED SELF_PAY_NOT_ALLOWED"), "SELF_PAY_NOT_ALLOWED"),
    ],
)
def test_a_batch_to_an_unknown_account_or_to_its_sender_alone_ends_denied(
    paypal: Driver, bad: dict[str, Any], error: str
) -> None:
    document = paypal.read(paypal.pay(bad))
    assert document["batch_header"]["batch_status"] == "DENIED"
    (item,) = document["items"]
    assert (item["transaction_status"], item["errors"]["name"]) == ("FAILED", error)
    beside = paypal.read(paypal.pay(bad, payout(), batch="b-2"))
    assert beside["batch_header"]["batch_status"] == "SUCCESS"


def test_a_used_id_is_refused_with_a_link_and_pays_nobody(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("ann@example.com"))
    status, refusal = paypal.post(payout("someone.else@example.com", "99.00"))
    debug_id = refusal.pop("debug_id")
    assert paypal.last is not None
    assert paypal.last.headers["Paypal-Debug-Id"] == debug_id
    assert (status, refusal) == (
        400,
        {
            "name": "USER_BUSINESS_ERROR",
            "message": "User business error.",
            "information_link": "https://developer.paypal.com/docs/api/payments.payouts-batch/#errors",
            "details": [
                {
                    "field": "SENDER_BATCH_ID",
                    "location": "body",
                    "issue": "Batch with given sender_batch_id already exists",
                    "link": [
                        {
                            "href": f"https://api.sandbox.paypal.com/v1/payments/payouts/{batch_id}",
                            "rel": "self",
                            "method": "GET",
                            "encType": "application/json",
                        }
                    ],
                }
            ],
            "links": [],
        },
    )
    assert simulator.totals()["USD"]["moved"] == "10.00"


def test_an_id_is_forgotten_after_thirty_days(paypal: Driver, simulator: Simulator) -> None:
    paypal.pay()
    simulator.advance(30 * DAY_S - 1)
    paypal.log_in()
    assert paypal.post()[0] == 400
    simulator.advance(1)
    assert paypal.post()[0] == 201
    assert simulator.totals()["USD"]["moved"] == "20.00"
    assert paypal.post()[0] == 400


@pytest.mark.parametrize("batch", [None, ""])
def test_without_an_id_the_same_request_pays_again(paypal: Driver, simulator: Simulator, batch: str | None) -> None:
    assert paypal.pay(batch=batch) != paypal.pay(batch=batch)
    assert simulator.totals()["USD"]["moved"] == "20.00"


def test_an_item_id_counts_inside_its_batch_alone(paypal: Driver) -> None:
    item = payout(sender_item_id="a-1")
    batch_id = paypal.pay(item, item, payout())
    assert paypal.states(batch_id) == ["SUCCESS", "FAILED", "SUCCESS"]
    assert paypal.read(batch_id)["items"][1]["errors"]["name"] == "DUPLICATE_ITEM"
    assert paypal.states(paypal.pay(item, batch="b-2")) == ["SUCCESS"]


def test_nothing_is_paid_to_nobody(paypal: Driver) -> None:
    batch_id = paypal.pay(payout(value="0.00"))
    assert paypal.read(batch_id)["items"][0]["errors"]["name"] == "ZERO_AMOUNT"


def test_time_reveals_a_batch(paypal: Driver, simulator: Simulator, clock: Clock) -> None:
    simulator.configure(processing_s=20)
    batch_id = paypal.pay(payout("ann@example.com"), payout("fail@example.com"), payout("hold@example.com"))
    seen = []
    for seconds in (0, 9, 1, 9, 1):
        clock.advance(seconds)
        document = paypal.read(batch_id)
        seen.append((document["batch_header"]["batch_status"], paypal.states(batch_id)))
        fees = [document["batch_header"].get("fees"), *(item.get("payout_item_fee") for item in document["items"])]
        assert all(fee is None for fee in fees) if seen[-1][0] == "PENDING" else None not in fees
        assert ("time_completed" in document["batch_header"]) == (seen[-1][0] == "SUCCESS")
    waiting, working = ["PENDING"] * 3, ["SUCCESS", "PENDING", "ONHOLD"]
    assert seen == [
        ("PENDING", waiting),
        ("PENDING", waiting),
        ("PROCESSING", working),
        ("PROCESSING", working),
        ("SUCCESS", ["SUCCESS", "FAILED", "ONHOLD"]),
    ]
    assert paypal.read(batch_id)["batch_header"]["time_completed"] == "2026-11-01T12:00:20Z"


def test_unclaimed_money_comes_back_after_thirty_days(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("unclaimed@example.com"))
    (before,) = paypal.read(batch_id)["items"]
    assert simulator.totals()["USD"]["moved"] == "10.00"
    simulator.advance(30 * DAY_S)
    paypal.log_in()
    (after,) = paypal.read(batch_id)["items"]
    assert (before["transaction_status"], after["transaction_status"]) == ("UNCLAIMED", "RETURNED")
    assert after["transaction_id"] != before["transaction_id"]
    assert after["errors"]["name"] == "RECEIVER_UNREGISTERED"
    assert simulator.totals()["USD"]["moved"] == "0.00"


def test_an_unclaimed_item_can_be_cancelled_once(paypal: Driver, simulator: Simulator) -> None:
    batch_id = paypal.pay(payout("unclaimed@example.com"), payout())
    unclaimed, paid = paypal.read(batch_id)["items"]
    simulator.advance(60)
    status, cancelled = paypal.cancel(unclaimed["payout_item_id"])
    assert (status, cancelled["transaction_status"]) == (200, "RETURNED")
    assert cancelled["errors"]["name"] == "RECEIVER_UNREGISTERED"
    assert cancelled["transaction_id"] != unclaimed["transaction_id"]
    assert cancelled["time_processed"] == "2026-11-01T12:01:00Z"
    assert paypal.item(unclaimed["payout_item_id"]) == cancelled

    status, again = paypal.cancel(unclaimed["payout_item_id"])
    assert (status, again["name"]) == (400, "ITEM_ALREADY_CANCELLED")
    status, wrong = paypal.cancel(paid["payout_item_id"])
    assert (status, wrong["name"]) == (400, "ITEM_INCORRECT_STATUS")
    status, unknown = paypal.cancel("UNKNOWN")
    assert (status, unknown["name"]) == (404, "INVALID_RESOURCE_ID")


def test_an_item_is_not_cancelled_while_its_batch_is_in_work(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(processing_s=20)
    batch_id = paypal.pay(payout("unclaimed@example.com"))
    item_id = paypal.read(batch_id)["items"][0]["payout_item_id"]
    simulator.advance(10)
    status, refusal = paypal.cancel(item_id)
    assert (status, refusal["name"]) == (400, "BATCH_NOT_COMPLETED")


def test_pages_hold_every_item_once(paypal: Driver) -> None:
    batch_id = paypal.pay(*(payout(sender_item_id=f"a-{number}") for number in range(7)))
    paypal.pay(batch="b-2")
    pages = [paypal.read(batch_id, f"page={page}&page_size=3&total_required=True") for page in (1, 2, 3, 4)]
    assert [len(page["items"]) for page in pages] == [3, 3, 1, 0]
    keys = [item["payout_item"]["sender_item_id"] for page in pages for item in page["items"]]
    assert keys == [f"a-{number}" for number in range(7)]
    assert {(page["total_items"], page["total_pages"]) for page in pages} == {(7, 3)}
    assert [link["rel"] for link in pages[1]["links"]] == ["self", "next", "prev"]


def test_pages_have_paypals_defaults(paypal: Driver) -> None:
    batch_id = paypal.pay(payout(), payout())
    for query in ("", "page=0&page_size=0", "?&page=1", "total_required=false"):
        document = paypal.read(batch_id, query)
        assert len(document["items"]) == 2
        assert "total_items" not in document
        assert document["links"][0]["href"].endswith(f"{batch_id}?page_size=1000&page=1")
    assert paypal.read(batch_id, "fields=batch_header")["items"] == []


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page_size=1001", "page=1e3", "page=" + "9" * 5000])
def test_a_page_that_cannot_be_is_refused(paypal: Driver, query: str) -> None:
    status, refusal = paypal.ask("GET", f"{PAYOUTS}/{paypal.pay()}", query)
    assert (status, refusal["name"], refusal["details"][0]["location"]) == (400, "VALIDATION_ERROR", "query")


@pytest.mark.parametrize("unknown", ["UNKNOWN", "AAAAAAAAAAAAA", "0" * 13, "ZZZZZZZZZZZZZ", "%00", "é"])
def test_an_unknown_id_is_not_found(paypal: Driver, unknown: str) -> None:
    paypal.pay()
    for path in (f"{PAYOUTS}/{unknown}", f"/v1/payments/payouts-item/{unknown}"):
        status, refusal = paypal.ask("GET", path)
        assert (status, refusal["name"]) == (404, "INVALID_RESOURCE_ID")
