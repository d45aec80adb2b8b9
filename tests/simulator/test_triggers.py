"""PayPal's documented test values."""

import pytest

from simulator.driver import ITEMS, PAYOUTS, Driver, payout


@pytest.mark.parametrize(
    ("note", "status", "name"),
    [
        ("ERRPYO001", 403, "SENDER_RESTRICTED"),
        ("ERRPYO002", 403, "SENDER_EMAIL_UNCONFIRMED"),
        ("ERRPYO003", 403, "AUTHORIZATION_ERROR"),
        ("ERRPYO005", 422, "INSUFFICIENT_FUNDS"),
        ("ERRPYO006", 500, "INTERNAL_ERROR"),
        ("ERRPYO010", 400, "VALIDATION_ERROR"),
        ("ERRPYO011", 403, "REQUIRED_SCOPE_MISSING"),
        ("ERRPYO012", 403, "SENDER_LOCKED"),
        ("ERRPYO014", 400, "USER_BUSINESS_ERROR"),
        ("ERRPYO035", 429, "RATE_LIMIT_VALIDATION"),
        ("ERRPYO036", 504, "REQUEST_TIMEOUT_EXCEEDED"),
        ("ERRPYO037", 400, "SYNC_MODE_NOT_APPLICABLE"),
        ("ERRPYO038", 400, "NON_HOLDING_CURRENCY"),
        ("ERRPYO039", 409, "PREVIOUS_REQUEST_IN_PROGRESS"),
        ("ERRPYO040", 403, "CIP_NOT_VERIFIED"),
    ],
)
def test_the_first_note_can_ask_for_a_refusal(paypal: Driver, note: str, status: int, name: str) -> None:
    got, refusal = paypal.post(payout(note=note))
    assert (got, refusal["name"]) == (status, name)
    assert ("details" in refusal) is (name == "VALIDATION_ERROR")
    assert paypal.post(payout(), payout(note=note))[0] == 201, "only the first note counts, and the id is free"


@pytest.mark.parametrize("note", ["POSPYO001", "POSPYO003", "ERRPYO004", "errpyo001", "ERRPYO001 "])
def test_other_notes_are_just_notes(paypal: Driver, note: str) -> None:
    assert paypal.read(paypal.pay(payout(note=note)))["items"][0]["payout_item"]["note"] == note


def test_a_batch_id_can_ask_for_a_refusal(paypal: Driver) -> None:
    status, refusal = paypal.post(batch="ERRPYO013")
    assert (status, refusal["details"][0]["field"]) == (400, "items[0].note")


@pytest.mark.parametrize(
    ("value", "batch_status", "state", "error"),
    [
        ("POSPYO002", "SUCCESS", "SUCCESS", None),
        ("ERRPYOB001", "SUCCESS", "SUCCESS", None),
        ("ERRPYOB002", "PENDING", "PENDING", None),
        ("ERRPYOB003", "PROCESSING", "PENDING", None),
        ("ERRPYOB004", "DENIED", "FAILED", "RISK_DECLINE"),
        ("ERRPYOB005", "SUCCESS", "FAILED", "ACCOUNT_RESTRICTED"),
        ("ERRPYOB015", "SUCCESS", "FAILED", "TRANSACTION_DECLINED_BY_TRAVEL_RULE"),
        ("ERRPYO015", "SUCCESS", "FAILED", "CLOSED_MARKET"),
        ("ERRPYO022", "SUCCESS", "UNCLAIMED", "RECEIVER_UNREGISTERED"),
        ("ERRPYO025", "SUCCESS", "BLOCKED", "REGULATORY_BLOCKED"),
        ("ERRPYO034", "SUCCESS", "FAILED", "INVALID_EMAIL"),
        ("ERRPYO060", "SUCCESS", "ONHOLD", "RECEIVER_ACCOUNT_LIMITATION"),
    ],
)
def test_a_path_can_ask_for_a_batch(
    paypal: Driver, value: str, batch_status: str, state: str, error: str | None
) -> None:
    document = paypal.read(value, "total_required=true")
    (item,) = document["items"]
    assert document["batch_header"]["batch_status"] == batch_status
    assert (item["transaction_status"], item.get("errors", {}).get("name")) == (state, error)
    assert paypal.simulator.book()["payments"] == []


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("POSPOI001", None),
        ("ERRPYO041", "CLOSED_MARKET"),
        ("ERRPYO043", "CURRENCY_NOT_SUPPORTED_FOR_RECEIVER"),
        ("ERRPYO044", "RECEIVER_ACCOUNT_LOCKED"),
        ("ERRPYO056", "ZERO_AMOUNT"),
        ("ERRPYO058", "INTERNAL_ERROR"),
        ("ERRPYO059", "INVALID_EMAIL"),
        ("ERRPYO061", "RECEIVER_ACCOUNT_LIMITATION"),
        ("ERRPYOB016", "ACCOUNT_RESTRICTED"),
        ("ERRPYOB026", "TRANSACTION_DECLINED_BY_TRAVEL_RULE"),
    ],
)
def test_a_path_can_ask_for_an_item(paypal: Driver, value: str, error: str | None) -> None:
    assert paypal.item(value).get("errors", {}).get("name") == error


@pytest.mark.parametrize("path", [f"{PAYOUTS}/ERRPYO032", f"{ITEMS}/ERRPYO057"])
def test_a_path_can_ask_for_nothing_found(paypal: Driver, path: str) -> None:
    status, refusal = paypal.ask("GET", path)
    assert (status, refusal["name"]) == (404, "INVALID_RESOURCE_ID")


@pytest.mark.parametrize(
    ("value", "status", "name"),
    [
        ("ERRPOI001", 404, "INVALID_RESOURCE_ID"),
        ("ERRPYO004", 400, "BATCH_NOT_COMPLETED"),
        ("ERRPYO007", 400, "ITEM_ALREADY_CANCELLED"),
        ("ERRPYO008", 400, "ITEM_CANCELLATION_FAILED"),
        ("ERRPYO009", 400, "ITEM_INCORRECT_STATUS"),
    ],
)
def test_a_path_can_ask_for_a_cancel_that_fails(paypal: Driver, value: str, status: int, name: str) -> None:
    got, refusal = paypal.cancel(value)
    assert (got, refusal["name"]) == (status, name)


def test_a_path_can_ask_for_a_cancel_that_works(paypal: Driver) -> None:
    status, item = paypal.cancel("POSPOI002")
    assert (status, item["transaction_status"]) == (200, "RETURNED")


@pytest.mark.parametrize(
    ("note", "state", "error"),
    [
        ("SIMULATE FAILED RISK_DECLINE", "FAILED", "RISK_DECLINE"),
        ("SIMULATE ONHOLD RECEIVER_ACCOUNT_LIMITATION", "ONHOLD", "RECEIVER_ACCOUNT_LIMITATION"),
        ("SIMULATE RETURNED", "RETURNED", None),
        ("SIMULATE UNCLAIMED NEVER_DOCUMENTED", "UNCLAIMED", "NEVER_DOCUMENTED"),
        ("SIMULATE LOST", "SUCCESS", None),
        ("simulate FAILED", "SUCCESS", None),
        ("SIMULATE FAILED at last", "SUCCESS", None),
    ],
)
def test_a_note_on_any_item_asks_for_its_end(paypal: Driver, note: str, state: str, error: str | None) -> None:
    first, second = paypal.read(paypal.pay(payout(), payout(note=note)))["items"]
    assert first["transaction_status"] == "SUCCESS"
    assert (second["transaction_status"], second.get("errors", {}).get("name")) == (state, error)
    assert (second["payout_item_fee"]["value"] == "0.00") is (state == "FAILED")
