"""Every error that PayPal documents, in one closed table; what is not in it is unknown.

A row says which calls answer so and with which HTTP statuses, who or what is behind it, whether the request surely
moved nothing, whether the program may ask again before anybody acts, who has to act, and what the operator is told.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.states import Actor
from paypal_payouts.paypal.error_entry import ApiCall, Entry, EntrySource

_E, _S = ErrorClass, EntrySource
_API = frozenset({ApiCall.CREATE, ApiCall.READ, ApiCall.CANCEL})
_ANY = _API | {ApiCall.TOKEN}
_TOKEN, _CREATE, _CANCEL = frozenset({ApiCall.TOKEN}), frozenset({ApiCall.CREATE}), frozenset({ApiCall.CANCEL})
_BY_ID = frozenset({ApiCall.READ, ApiCall.CANCEL})

_4XX = frozenset({400, 403, 422})
"""Where PayPal documents a refusal without its status; with any other status it is unknown."""

_Answered = tuple[str, frozenset[ApiCall], set[int] | frozenset[int], ErrorClass, bool, Actor, EntrySource, str]

# Name, calls, statuses, class, may the program ask again, who has to act, source, sentence.
# fmt: off
_MOVED_NOTHING: Final[tuple[_Answered, ...]] = (
    # Credentials and token.
    ("invalid_client", _TOKEN, {401}, _E.AUTH, False, "us", _S.SEEN, "PayPal does not know this client id and secret."),
    ("unauthorized_client", _TOKEN, {400}, _E.AUTH, False, "us", _S.OAUTH, "This app may not ask for a token."),
    ("invalid_request", _TOKEN, {400}, _E.INVALID_REQUEST, False, "us", _S.OAUTH, "The token request is malformed."),
    ("invalid_grant", _TOKEN, {400}, _E.INVALID_REQUEST, False, "us", _S.OAUTH, "The token request is malformed."),
    ("invalid_scope", _TOKEN, {400}, _E.INVALID_REQUEST, False, "us", _S.OAUTH, "The token request is malformed."),
    ("unsupported_grant_type", _TOKEN, {400}, _E.INVALID_REQUEST, False, "us", _S.OAUTH,
     "The token request is malformed."),
    ("invalid_token", _API, {401}, _E.AUTH, False, "nobody", _S.SEEN, "The token is dead: a fresh one is needed."),
    ("AUTHENTICATION_FAILURE", _ANY, {401}, _E.AUTH, False, "us", _S.SPEC, "PayPal did not accept the credentials."),
    ("REQUIRED_SCOPE_MISSING", _API, {403}, _E.AUTH, False, "us", _S.REASONS,
     "The app lacks the payouts permission: switch Payouts on for it."),
    ("NOT_AUTHORIZED", _API, {403}, _E.AUTH, False, "us", _S.SPEC, "The app lacks a permission."),
    # The paying account.
    ("AUTHORIZATION_ERROR", _API, {403}, _E.SENDER, False, "us", _S.TESTS,
     "The paying account is not enabled for payouts: ask PayPal to enable it."),
    ("THIRD_PARTY_CALLS_FORBIDDEN", _API, {403}, _E.SENDER, False, "us", _S.SEEN,
     "The app may not act for this account: make an app in the paying account itself, or ask PayPal."),
    ("SENDER_EMAIL_UNCONFIRMED", _CREATE, {403}, _E.SENDER, False, "us", _S.TESTS,
     "The paying account must confirm its e-mail address."),
    ("SENDER_RESTRICTED", _CREATE, {403}, _E.SENDER, False, "us", _S.TESTS, "The paying account is restricted."),
    ("SENDER_ACCOUNT_UNVERIFIED", _CREATE, {403}, _E.SENDER, False, "us", _S.REASONS,
     "The paying account must be verified."),
    ("SENDER_LOCKED", _CREATE, _4XX, _E.SENDER, False, "us", _S.TESTS, "The paying account is locked."),
    ("SENDER_ACCOUNT_LOCKED", _CREATE, _4XX, _E.SENDER, False, "us", _S.SCHEMA, "The paying account is locked."),
    ("SENDER_STATE_RESTRICTED", _CREATE, _4XX, _E.SENDER, False, "us", _S.SCHEMA,
     "PayPal allows no payouts from the paying account's state."),
    ("CIP_NOT_VERIFIED", _CREATE, _4XX, _E.SENDER, False, "us", _S.TESTS,
     "PayPal has not finished checking who owns the paying account."),
    ("ACCOUNT_RESTRICTED", _CREATE, _4XX, _E.SENDER, False, "us", _S.SCHEMA, "The paying account is restricted."),
    ("ACCOUNT_UNCONFIRMED_EMAIL", _CREATE, _4XX, _E.SENDER, False, "us", _S.SCHEMA,
     "The paying account must confirm its e-mail address."),
    ("REFUSED_ACCESS_DENIED", _CREATE, _4XX, _E.SENDER, False, "us", _S.REASONS, "The paying account may not pay out."),
    ("USER_COUNTRY_NOT_ALLOWED", _CREATE, _4XX, _E.SENDER, False, "us", _S.SCHEMA,
     "PayPal allows no payouts from the paying account's country."),
    ("NON_HOLDING_CURRENCY", _CREATE, _4XX, _E.SENDER, False, "us", _S.TESTS,
     "The paying account holds no balance in this currency, and PayPal does not convert into it."),
    ("INSUFFICIENT_FUNDS", _CREATE, _4XX, _E.FUNDS, False, "us", _S.TESTS,
     "The balance does not cover the total and the fees: add funds, then run again."),
    # The request.
    ("VALIDATION_ERROR", _API, {400}, _E.INVALID_REQUEST, False, "us", _S.TESTS,
     "PayPal finds fault with the fields it names."),
    ("INVALID_REQUEST", _API, {400}, _E.INVALID_REQUEST, False, "us", _S.SPEC, "PayPal finds the request malformed."),
    ("UNSUPPORTED_MEDIA_TYPE", _API, {415}, _E.INVALID_REQUEST, False, "us", _S.SPEC, "PayPal saw no JSON."),
    ("UNPROCESSABLE_ENTITY", _API, {422}, _E.INVALID_REQUEST, False, "us", _S.SPEC, "PayPal cannot do what was asked."),
    ("SYNC_MODE_NOT_APPLICABLE", _CREATE, _4XX, _E.INVALID_REQUEST, False, "us", _S.TESTS,
     "The request asked for sync_mode, which PayPal has closed."),
    ("INVALID_RESOURCE_ID", _BY_ID, {400, 404}, _E.INVALID_REQUEST, False, "us", _S.TESTS,
     "PayPal does not know this id; of an id that it gave us, that proves nothing about the money."),
    ("RESOURCE_NOT_FOUND", _BY_ID, {404}, _E.INVALID_REQUEST, False, "us", _S.SPEC,
     "PayPal does not know this id; of an id that it gave us, that proves nothing about the money."),
    # The cancelling of an item.
    ("BATCH_NOT_COMPLETED", _CANCEL, _4XX, _E.TRANSIENT, True, "nobody", _S.TESTS,
     "The batch is still in work: cancel the item when it is finished."),
    ("ITEM_ALREADY_CANCELLED", _CANCEL, {400}, _E.INVALID_REQUEST, False, "nobody", _S.TESTS,
     "The item was cancelled before."),
    ("ITEM_CANCELLATION_FAILED", _CANCEL, {400}, _E.TRANSIENT, True, "nobody", _S.TESTS,
     "PayPal did not cancel the item: read it, then try again in a few minutes."),
    ("ITEM_INCORRECT_STATUS", _CANCEL, {400}, _E.INVALID_REQUEST, False, "us", _S.TESTS,
     "Only an unclaimed item can be cancelled."),
)

_MAY_HAVE_MOVED: Final[tuple[_Answered, ...]] = (
    # A duplicate names its field, and is then an outcome of its own. Without it the name says nothing: an unknown that
    # is really a refusal only waits; a refusal that is really a duplicate would free its items to be paid twice.
    ("USER_BUSINESS_ERROR", _CREATE, {400}, _E.UNKNOWN, False, "us", _S.TESTS,
     "PayPal names a business rule without saying which: nobody can say whether it has the batch."),
    ("PREVIOUS_REQUEST_IN_PROGRESS", _CREATE, _4XX | {409}, _E.TRANSIENT, True, "nobody", _S.TESTS,
     "PayPal is still at work on an equal request: ask again later, under the same id."),
    ("RESOURCE_CONFLICT", _API, {409}, _E.TRANSIENT, True, "nobody", _S.SPEC,
     "Something else is at work on the same thing: ask again later, under the same id."),
    ("RATE_LIMIT_REACHED", _ANY, {429}, _E.RATE_LIMITED, True, "nobody", _S.GUIDE, "Too many requests: wait."),
    ("RATE_LIMIT_VALIDATION_FAILURES", _ANY, {429}, _E.RATE_LIMITED, False, "us", _S.REASONS,
     "Too many failing requests: put right what fails before anything more is asked."),
    ("RATE_LIMIT_VALIDATION", _ANY, {429}, _E.RATE_LIMITED, False, "us", _S.TESTS,
     "Too many failing requests: put right what fails before anything more is asked."),
    ("INTERNAL_ERROR", _ANY, {500}, _E.TRANSIENT, True, "paypal", _S.TESTS, "A fault inside PayPal."),
    ("INTERNAL_SERVER_ERROR", _ANY, {500}, _E.TRANSIENT, True, "paypal", _S.SPEC, "A fault inside PayPal."),
    ("SERVICE_UNAVAILABLE", _ANY, {503}, _E.TRANSIENT, True, "paypal", _S.SPEC, "PayPal is out of service for now."),
    ("REQUEST_TIMEOUT_EXCEEDED", _ANY, {504}, _E.TRANSIENT, True, "paypal", _S.REASONS, "PayPal timed out inside."),
    ("HTTP_408", _ANY, {408}, _E.TRANSIENT, True, "nobody", _S.HTTP, "The server gave up waiting for the request."),
    ("HTTP_429", _ANY, {429}, _E.RATE_LIMITED, True, "nobody", _S.HTTP, "Too many requests: wait."),
    ("HTTP_500", _ANY, {500}, _E.TRANSIENT, True, "paypal", _S.SPEC, "A fault inside PayPal."),
    ("HTTP_502", _ANY, {502}, _E.TRANSIENT, True, "paypal", _S.HTTP, "A gateway before PayPal got no answer."),
    ("HTTP_503", _ANY, {503}, _E.TRANSIENT, True, "paypal", _S.SPEC, "PayPal is out of service for now."),
    ("HTTP_504", _ANY, {504}, _E.TRANSIENT, True, "paypal", _S.HTTP, "A gateway before PayPal got no answer in time."),
)

# Name, class, may it be paid again unchanged once it is proven unpaid, who has to act, source, sentence.
_OF_AN_ITEM: Final[tuple[tuple[str, ErrorClass, bool, Actor, EntrySource, str], ...]] = (
    # Waiting: not an end.
    ("RECEIVER_UNREGISTERED", _E.PAYEE, False, "payee", _S.SCHEMA,
     "No PayPal account yet: money not claimed in 30 days comes back."),
    ("RECEIVER_UNCONFIRMED", _E.PAYEE, False, "payee", _S.SCHEMA,
     "The payee has 30 days to confirm the e-mail address or phone number; the money then arrives by itself."),
    ("RECEIVER_ACCOUNT_LIMITATION", _E.PAYEE, False, "payee", _S.SCHEMA,
     "The payee's account is limited: the money waits up to 30 days, then comes back."),
    ("PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE", _E.PAYEE, False, "payee", _S.SCHEMA,
     "The payee must accept this currency."),
    ("REGULATORY_PENDING", _E.PAYEE, False, "paypal", _S.SCHEMA, "PayPal is reviewing this payment."),
    # The payee, or what we know of the payee.
    ("RECEIVER_ACCOUNT_INVALID", _E.PAYEE, False, "payee", _S.GUIDE, "There is no such PayPal account."),
    ("RECEIVER_ACCOUNT_LOCKED", _E.PAYEE, False, "payee", _S.SCHEMA, "The payee's account is inactive or restricted."),
    ("RECEIVER_ACCOUNT_NOT_ELIGIBLE", _E.PAYEE, False, "payee", _S.SCHEMA, "The payee's account cannot take payouts."),
    ("RECEIVER_ACCOUNT_UNVERIFIED", _E.PAYEE, False, "payee", _S.SCHEMA, "The payee must verify the account."),
    ("UNVERIFIED_RECIPIENT_NOT_SUPPORTED", _E.PAYEE, False, "payee", _S.REASONS, "Only verified accounts can be paid."),
    ("RECEIVER_YOUTH_ACCOUNT", _E.PAYEE, False, "payee", _S.SCHEMA, "Youth accounts take no payouts."),
    ("RECEIVER_REFUSED", _E.PAYEE, False, "payee", _S.SCHEMA, "The payee refused the payment."),
    ("REFUSED_RECEIVER_REFUSED", _E.PAYEE, False, "payee", _S.REASONS, "The payee refused the payment."),
    ("RECEIVING_LIMIT_EXCEEDED", _E.PAYEE, False, "payee", _S.SCHEMA, "More than the payee's account may receive."),
    ("INVALID_EMAIL", _E.PAYEE, False, "payee", _S.SCHEMA, "The e-mail address is not valid."),
    ("INVALID_EMAIL_ID", _E.PAYEE, False, "payee", _S.REASONS, "The e-mail address is not valid."),
    ("PHONE_NUMBER_INVALID", _E.PAYEE, False, "payee", _S.SCHEMA, "The phone number is not valid."),
    ("PHONE_NUMBER_SMS_OPTOUT", _E.PAYEE, False, "payee", _S.SCHEMA, "The payee takes no text messages from PayPal."),
    ("CURRENCY_NOT_SUPPORTED_FOR_RECEIVER", _E.PAYEE, False, "payee", _S.SCHEMA, "The payee needs another currency."),
    ("CURRENCY_COMPLIANCE", _E.PAYEE, False, "payee", _S.SCHEMA, "Currency rules forbid it: use another currency."),
    ("CLOSED_MARKET", _E.PAYEE, False, "payee", _S.SCHEMA, "The payee's account takes no payouts from abroad."),
    ("RECEIVER_COUNTRY_NOT_ALLOWED", _E.PAYEE, False, "payee", _S.SCHEMA, "PayPal pays nobody in the payee's country."),
    ("RECEIVER_STATE_RESTRICTED", _E.PAYEE, False, "payee", _S.SCHEMA, "PayPal pays nobody in the payee's state."),
    ("REGULATORY_BLOCKED", _E.PAYEE, False, "us", _S.SCHEMA, "Blocked by regulation: PayPal holds it, ask PayPal."),
    ("RISK_DECLINE", _E.PAYEE, False, "us", _S.SCHEMA, "PayPal declined it as a risk: ask PayPal before paying again."),
    # The input.
    ("SELF_PAY_NOT_ALLOWED", _E.INVALID_REQUEST, False, "us", _S.SCHEMA, "The paying account cannot pay itself."),
    ("DUPLICATE_ITEM", _E.DUPLICATE, False, "us", _S.SCHEMA, "The same item id stood in this batch twice."),
    ("VALIDATION_ERROR", _E.INVALID_REQUEST, False, "us", _S.REASONS, "PayPal finds fault with a field of this row."),
    ("ZERO_AMOUNT", _E.INVALID_REQUEST, False, "us", _S.SCHEMA, "The amount is zero."),
    # The paying account.
    ("TRANSACTION_DECLINED_BY_TRAVEL_RULE", _E.SENDER, False, "us", _S.SCHEMA, "PayPal must verify the sender's data."),
    ("TRANSACTION_LIMIT_EXCEEDED", _E.SENDER, False, "us", _S.SCHEMA, "More than one payment of ours may be."),
    ("SPENDING_LIMIT_EXCEEDED", _E.SENDER, False, "us", _S.SCHEMA, "More than the paying account may spend."),
    ("POS_LIMIT_EXCEEDED", _E.SENDER, False, "us", _S.REASONS, "More than the paying account may spend."),
    ("INSUFFICIENT_FUNDS", _E.FUNDS, False, "us", _S.SCHEMA, "The balance did not cover it: add funds."),
    ("NEGATIVE_BALANCE", _E.FUNDS, False, "us", _S.REASONS, "The balance is below zero: add funds."),
    ("NON_HOLDING_CURRENCY", _E.SENDER, False, "us", _S.SCHEMA, "The paying account has no balance in this currency."),
    ("USER_FUNDING_SOURCE_INELIGIBLE", _E.SENDER, False, "us", _S.REASONS, "It must be paid from the PayPal balance."),
    ("ACCOUNT_RESTRICTED", _E.SENDER, False, "us", _S.SCHEMA, "The paying account is restricted."),
    ("ACCOUNT_UNCONFIRMED_EMAIL", _E.SENDER, False, "us", _S.SCHEMA, "The paying account must confirm its e-mail."),
    ("SENDER_ACCOUNT_LOCKED", _E.SENDER, False, "us", _S.SCHEMA, "The paying account is locked."),
    ("SENDER_STATE_RESTRICTED", _E.SENDER, False, "us", _S.SCHEMA, "No payouts from the paying account's state."),
    ("USER_COUNTRY_NOT_ALLOWED", _E.SENDER, False, "us", _S.SCHEMA, "No payouts from the paying account's country."),
    ("REFUSED_ACTION_DENIED", _E.SENDER, False, "us", _S.REASONS, "The paying account may not do this."),
    ("REFUSED_ACCESS_DENIED", _E.SENDER, False, "us", _S.REASONS, "The paying account may not pay out."),
    ("GAMER_FAILED_COUNTRY_OF_RESIDENCE_CHECK", _E.SENDER, False, "us", _S.SCHEMA, "Gaming rules: the country."),
    ("GAMER_FAILED_FUNDING_SOURCE_CHECK", _E.SENDER, False, "us", _S.SCHEMA, "Gaming rules: the funding source."),
    ("GAMING_INVALID_PAYMENT_FLOW", _E.SENDER, False, "us", _S.SCHEMA, "Gaming rules: the kind of payment."),
    ("AUTHORIZATION_ERROR", _E.SENDER, False, "us", _S.SCHEMA, "The paying account is not enabled for this payout."),
    ("SENDER_ACCOUNT_UNVERIFIED", _E.SENDER, False, "us", _S.REASONS, "The paying account must be verified."),
    ("USER_BUSINESS_ERROR", _E.SENDER, False, "us", _S.SCHEMA,
     "A business rule that PayPal does not name: ask its support, with the item's id, before it is paid again."),
    ("APPROVER_DENIED", _E.SENDER, False, "us", _S.SCHEMA, "A second person at the paying account refused it."),
    # A passing fault.
    ("INTERNAL_ERROR", _E.TRANSIENT, True, "nobody", _S.SCHEMA, "A fault inside PayPal: it may be paid again."),
    ("UNDEFINED", _E.TRANSIENT, True, "nobody", _S.SCHEMA, "A fault inside PayPal: it may be paid again."),
)
# fmt: on


def _entries() -> Iterator[Entry]:
    for rows, moved_nothing in ((_MOVED_NOTHING, True), (_MAY_HAVE_MOVED, False)):
        for name, calls, statuses, error_class, again, who, source, sentence in rows:
            yield Entry(name, calls, frozenset(statuses), error_class, moved_nothing, again, who, sentence, source)
    item, no_status = frozenset({ApiCall.ITEM}), frozenset[int]()
    for name, error_class, again, who, source, sentence in _OF_AN_ITEM:
        yield Entry(
            name,
            item,
            no_status,
            error_class,
            moved_nothing=False,
            again=again,
            who=who,
            sentence=sentence,
            source=source,
        )


ENTRIES: Final[tuple[Entry, ...]] = tuple(_entries())

_BY_CALL: Final[Mapping[tuple[ApiCall, str], Entry]] = MappingProxyType(
    {(call, entry.name): entry for entry in ENTRIES for call in entry.calls}
)


def find(call: ApiCall, status: int, name: str) -> Entry | None:
    """Look up what a call was answered: by status and name together, else by a status that needs no name."""
    entry = _BY_CALL.get((call, name))
    if entry is None or status not in entry.statuses:
        entry = _BY_CALL.get((call, f"HTTP_{status}"))
    return entry


def explain(code: str, call: ApiCall | None = None) -> Entry | None:
    """Return the row of an error code for the operator; without a call, an item's meaning comes first."""
    for asked in (
        (call,) if call is not None else (ApiCall.ITEM, ApiCall.CREATE, ApiCall.READ, ApiCall.CANCEL, ApiCall.TOKEN)
    ):
        if (entry := _BY_CALL.get((asked, code))) is not None:
            return entry
    return None


def is_documented(code: str) -> bool:
    """Return whether PayPal documents a code, for any call or for an item."""
    return explain(code) is not None


def item_error_class(code: str) -> ErrorClass:
    """Return who or what is behind the error of an item; a code that PayPal never documented is unknown."""
    entry = _BY_CALL.get((ApiCall.ITEM, code))
    return ErrorClass.UNKNOWN if entry is None else entry.error_class
