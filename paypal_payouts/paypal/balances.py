"""The balances of the account that pays, and with them PayPal's own id of it.

Source: PayPal's OpenAPI description of Transaction Search, `balances_response`. Payouts need no permission for this, so
many apps have none; what is told may be three hours old.
"""

from typing import Final

from paypal_payouts.domain.money import DECIMALS, parse_reported
from paypal_payouts.domain.outcome import ReadFailed
from paypal_payouts.domain.payer import Balances, Payer, shown_client_id
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.document import dig, identifier, listed, load, word
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.failures import malformed, may_pass, read_failure
from paypal_payouts.paypal.readings import OK, moment
from paypal_payouts.paypal.reply import Reply

_PATH: Final = "/v1/reporting/balances"
_FORBIDDEN: Final = 403


def look_at_payer(paypal: PayPalClient) -> Payer | None:
    """Ask who pays and what is in the account; None where PayPal gives no token. Nothing is changed there."""
    if paypal.ensure_token() is not None or paypal.token is None:
        return None
    balances = paypal.read(_PATH, {}, parse_balances)
    told = balances if isinstance(balances, Balances) else None
    may_not_look = isinstance(balances, ReadFailed) and balances.failure.http_status == _FORBIDDEN
    return Payer(shown_client_id(paypal.client_id), paypal.token.app_id, told, may_not_look=may_not_look)


def parse_balances(reply: Reply) -> Balances | ReadFailed:
    """Read balances; raises nothing, whatever the reply holds. Currencies that no payout can be made in are left out.

    What counts is what is available: the total has in it what PayPal withholds.
    """
    document = load(reply.body)
    if reply.status != OK:
        failure = read_failure(ApiCall.READ, reply, document).failure
        return ReadFailed(failure, passing=may_pass(ApiCall.READ, failure))
    told = dig(document, "balances")
    if not isinstance(told, list):
        return ReadFailed(malformed(reply, document, "PayPal's balances cannot be read"), passing=True)
    available: dict[str, int] = {}
    unsaid: set[str] = set()
    for each in listed(told):
        currency = word(dig(each, "currency"))
        if currency is None or currency not in DECIMALS:
            continue
        written_in = dig(each, "available_balance", "currency_code")
        minor = parse_reported(dig(each, "available_balance", "value"), currency)
        if minor is None or written_in != currency:
            unsaid.add(currency)
        else:
            available[currency] = minor
    return Balances(
        available_minor=available,
        unsaid=frozenset(unsaid - available.keys()),
        as_of=moment(dig(document, "as_of_time")),
        refreshed_at=moment(dig(document, "last_refresh_time")),
        payer_id=identifier(dig(document, "account_id")),
    )
