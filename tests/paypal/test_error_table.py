"""The table holds every documented error, each once, and says of none that it moved nothing without proof."""

from collections import Counter
from typing import Final

import pytest

from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.error_table import ENTRIES, explain, find, item_error_class

# Copied from PayPal's pages, with what must be done: R the payee acts or the data change, S the paying account
# changes, W wait, T a passing fault, X not to be repeated.
ITEM_ERRORS: Final = {
    "W": """RECEIVER_UNREGISTERED RECEIVER_UNCONFIRMED RECEIVER_ACCOUNT_LIMITATION REGULATORY_PENDING
            PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE""",
    "R": """RECEIVER_ACCOUNT_INVALID RECEIVER_ACCOUNT_LOCKED RECEIVER_ACCOUNT_NOT_ELIGIBLE RECEIVER_ACCOUNT_UNVERIFIED
            UNVERIFIED_RECIPIENT_NOT_SUPPORTED RECEIVER_YOUTH_ACCOUNT RECEIVER_REFUSED REFUSED_RECEIVER_REFUSED
            RECEIVING_LIMIT_EXCEEDED INVALID_EMAIL INVALID_EMAIL_ID PHONE_NUMBER_INVALID PHONE_NUMBER_SMS_OPTOUT
            CURRENCY_NOT_SUPPORTED_FOR_RECEIVER CURRENCY_COMPLIANCE CLOSED_MARKET""",
    "X": """RECEIVER_COUNTRY_NOT_ALLOWED RECEIVER_STATE_RESTRICTED SELF_PAY_NOT_ALLOWED DUPLICATE_ITEM ZERO_AMOUNT
            VALIDATION_ERROR REGULATORY_BLOCKED RISK_DECLINE APPROVER_DENIED""",
    "S": """TRANSACTION_DECLINED_BY_TRAVEL_RULE TRANSACTION_LIMIT_EXCEEDED SPENDING_LIMIT_EXCEEDED POS_LIMIT_EXCEEDED
            INSUFFICIENT_FUNDS NEGATIVE_BALANCE NON_HOLDING_CURRENCY USER_FUNDING_SOURCE_INELIGIBLE ACCOUNT_RESTRICTED
            AUTHORIZATION_ERROR SENDER_ACCOUNT_UNVERIFIED USER_BUSINESS_ERROR
            ACCOUNT_UNCONFIRMED_EMAIL SENDER_ACCOUNT_LOCKED SENDER_STATE_RESTRICTED USER_COUNTRY_NOT_ALLOWED
            REFUSED_ACTION_DENIED REFUSED_ACCESS_DENIED GAMER_FAILED_COUNTRY_OF_RESIDENCE_CHECK
            GAMER_FAILED_FUNDING_SOURCE_CHECK GAMING_INVALID_PAYMENT_FLOW""",
    "T": "INTERNAL_ERROR UNDEFINED",
}

REFUSALS: Final = """VALIDATION_ERROR NON_HOLDING_CURRENCY INVALID_REQUEST AUTHENTICATION_FAILURE invalid_token
    AUTHORIZATION_ERROR NOT_AUTHORIZED REQUIRED_SCOPE_MISSING SENDER_EMAIL_UNCONFIRMED SENDER_RESTRICTED
    THIRD_PARTY_CALLS_FORBIDDEN
    SENDER_ACCOUNT_UNVERIFIED SENDER_LOCKED SENDER_ACCOUNT_LOCKED CIP_NOT_VERIFIED ACCOUNT_RESTRICTED
    ACCOUNT_UNCONFIRMED_EMAIL REFUSED_ACCESS_DENIED USER_COUNTRY_NOT_ALLOWED SENDER_STATE_RESTRICTED
    UNSUPPORTED_MEDIA_TYPE INSUFFICIENT_FUNDS UNPROCESSABLE_ENTITY SYNC_MODE_NOT_APPLICABLE"""

DOUBTS: Final = """USER_BUSINESS_ERROR RATE_LIMIT_REACHED RATE_LIMIT_VALIDATION_FAILURES RATE_LIMIT_VALIDATION
    PREVIOUS_REQUEST_IN_PROGRESS RESOURCE_CONFLICT INTERNAL_ERROR INTERNAL_SERVER_ERROR SERVICE_UNAVAILABLE
    REQUEST_TIMEOUT_EXCEEDED"""

CANCEL_ERRORS: Final = """BATCH_NOT_COMPLETED ITEM_ALREADY_CANCELLED ITEM_CANCELLATION_FAILED ITEM_INCORRECT_STATUS
    INVALID_RESOURCE_ID"""


def names(call: ApiCall) -> set[str]:
    return {entry.name for entry in ENTRIES if call in entry.calls}


def test_each_error_of_a_call_stands_once() -> None:
    rows = Counter((call, entry.name) for entry in ENTRIES for call in entry.calls)
    assert [row for row, times in rows.items() if times > 1] == []


def test_every_documented_item_error_and_no_other_is_known() -> None:
    assert names(ApiCall.ITEM) == {name for listed in ITEM_ERRORS.values() for name in listed.split()}


@pytest.mark.parametrize(
    ("letter", "classes"),
    [
        ("W", {ErrorClass.PAYEE}),
        ("R", {ErrorClass.PAYEE}),
        ("X", {ErrorClass.PAYEE, ErrorClass.INVALID_REQUEST, ErrorClass.DUPLICATE, ErrorClass.SENDER}),
        ("S", {ErrorClass.SENDER, ErrorClass.FUNDS}),
        ("T", {ErrorClass.TRANSIENT}),
    ],
)
def test_class_of_an_item_error_follows_from_who_must_act(letter: str, classes: set[ErrorClass]) -> None:
    assert {item_error_class(name) for name in ITEM_ERRORS[letter].split()} == classes


def test_only_a_passing_fault_of_an_item_may_be_repeated() -> None:
    again = {entry.name for entry in ENTRIES if ApiCall.ITEM in entry.calls and entry.again}
    assert again == set(ITEM_ERRORS["T"].split())


def test_an_item_error_moved_nothing_is_never_said() -> None:
    """Only PayPal's word on the item itself tells whether its money moved."""
    assert not any(entry.moved_nothing for entry in ENTRIES if ApiCall.ITEM in entry.calls)


def test_errors_of_create() -> None:
    of_create = [entry for entry in ENTRIES if ApiCall.CREATE in entry.calls and not entry.name.startswith("HTTP_")]
    assert {entry.name for entry in of_create if entry.moved_nothing} == set(REFUSALS.split())
    assert {entry.name for entry in of_create if not entry.moved_nothing} == set(DOUBTS.split())


def test_errors_of_the_other_calls() -> None:
    assert set(CANCEL_ERRORS.split()) <= names(ApiCall.CANCEL)
    assert {"INVALID_RESOURCE_ID", "RESOURCE_NOT_FOUND", "invalid_token", "RATE_LIMIT_REACHED"} <= names(ApiCall.READ)
    assert {"invalid_client", "RATE_LIMIT_REACHED"} <= names(ApiCall.TOKEN)


def test_doubtful_statuses_never_prove_anything() -> None:
    """Nothing that comes with 2xx, 3xx, 408, 409, 429 or 5xx is said to have moved nothing."""
    proving = {status for entry in ENTRIES if entry.moved_nothing for status in entry.statuses}
    assert proving == {400, 401, 403, 404, 415, 422}


def test_nobody_but_paypals_documented_words_is_known() -> None:
    assert item_error_class("SOMETHING_NEW") is ErrorClass.UNKNOWN
    assert explain("SOMETHING_NEW") is None
    assert find(ApiCall.CREATE, 400, "SOMETHING_NEW") is None


def test_explain_prefers_the_item_and_obeys_the_call() -> None:
    item, create = explain("INSUFFICIENT_FUNDS"), explain("INSUFFICIENT_FUNDS", ApiCall.CREATE)
    assert item is not None
    assert item.calls == {ApiCall.ITEM}
    assert create is not None
    assert create.statuses == {400, 403, 422}, "PayPal does not say with which"
    assert explain("INSUFFICIENT_FUNDS", ApiCall.READ) is None


def test_every_error_links_to_a_page() -> None:
    assert all(entry.documented.link.startswith("https://") for entry in ENTRIES)


def test_a_sentence_for_the_operator_is_one_sentence() -> None:
    for entry in ENTRIES:
        assert entry.sentence.endswith("."), entry.name
        assert entry.sentence[0].isupper(), entry.name
