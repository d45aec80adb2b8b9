"""What `doctor` checks of PayPal: credentials, token, permission, an answer for payouts, clock."""

from collections.abc import Callable, Iterator
from typing import Final

from paypal_payouts.config.credentials import fix_of
from paypal_payouts.domain.doctor import Check, CheckState
from paypal_payouts.domain.identity import Environment
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outcome import ReadFailed, TokenRefused, TokenUnavailable
from paypal_payouts.domain.payer import shown_client_id
from paypal_payouts.domain.words import utc_minute
from paypal_payouts.errors import CredentialsMissing
from paypal_payouts.paypal.balances import look_at_payer
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.parser import Token
from paypal_payouts.protocol.clock import CLOCK_SKEW_MAX
from paypal_payouts.trust import UntrustedFile

NO_BATCH: Final = "payouts-doctor-no-such-batch"
"""No id of PayPal's: those are 13 capitals and digits."""

_STEPS: Final = (
    "1. in PayPal's developer dashboard open Apps & Credentials, choose this app, tick Payouts under its features; "
    "2. see that the paying account is a verified business account for which PayPal has enabled Payouts (in live, "
    "PayPal's support enables it); 3. make a new app, as PayPal hands out the old token for up to nine hours; "
    "4. run `payouts doctor` again"
)

_OK, _WARNING, _FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED


def check_paypal(environment: Environment, open_paypal: Callable[[], PayPalClient]) -> Iterator[Check]:
    """Check that PayPal can be asked to pay: each of these keeps every batch from being sent."""
    try:
        paypal = open_paypal()
    except CredentialsMissing as error:
        for detail in error.details:
            where = f"{detail['key']}: {detail['file']}" if detail["file"] else detail["key"]
            yield Check("credentials", _FAILED, f"{where}: {detail['problem']}", fix_of(detail))
        return
    except UntrustedFile as error:
        yield Check("credentials", _FAILED, f"not given to PayPal: {error.message}", error.fix)
        return
    yield Check(
        "credentials",
        _OK,
        "the simulator needs none" if environment == "simulator" else f"given for {environment}",
    )
    lacking = paypal.ensure_token()
    token = paypal.token
    if lacking is None and token is not None:
        whose = f"as app {token.app_id}" if token.app_id else "and names no app"
        yield Check("token", _OK, f"PayPal's {environment} gives one, {whose}")
        yield _check_permission(token)
        if token.may_pay_out is not False:
            yield _check_payouts(paypal)
        yield _check_account(paypal)
    elif lacking is not None:
        yield _no_token(lacking, environment)
    yield _check_clock(paypal)


def _no_token(lacking: TokenRefused | TokenUnavailable, environment: Environment) -> Check:
    said = f"{lacking.failure.message} ({lacking.failure.code})"
    if isinstance(lacking, TokenUnavailable):
        fix = "let this machine reach PayPal (name service, firewall, port 443), or wait if PayPal is down"
        return Check("token", _FAILED, f"PayPal gave no token: {said}", fix)
    other = "live" if environment == "sandbox" else "sandbox"
    return Check(
        "token",
        _FAILED,
        f"PayPal's {environment} does not know these credentials: {said}",
        f"id and secret must be those of one {environment} app; if they are those of {other}, set paypal.environment",
    )


def _check_permission(token: Token) -> Check:
    if token.may_pay_out is False:
        return Check(
            "permission",
            _FAILED,
            "the token does not carry the payouts scope",
            "switch Payouts on for the app in PayPal's developer dashboard, then make new credentials",
        )
    if token.may_pay_out is None:
        return Check(
            "permission", _WARNING, "PayPal told no scopes", "see that the app has Payouts in PayPal's dashboard"
        )
    return Check("permission", _OK, "the token carries the payouts scope")


def _check_payouts(paypal: PayPalClient) -> Check:
    """Ask the payouts API for a batch that cannot exist: only who may pay out is told that it does not."""
    answer = paypal.read_page(NO_BATCH, 1)
    if not isinstance(answer, ReadFailed):
        return Check("payouts", _WARNING, f"PayPal shows a batch {NO_BATCH}, which cannot exist", "ask PayPal")
    failure = answer.failure
    said = f"{failure.message} ({failure.code}, HTTP {failure.http_status or '-'}, debug id {failure.debug_id or '-'})"
    match failure.http_status:
        case 404:
            return Check("payouts", _OK, "PayPal answers for payouts: it does not know a batch that cannot exist")
        case 403:
            return Check("payouts", _FAILED, f"PayPal lets this account or app not pay out: {said}", _STEPS)
        case _:
            fix = "run `payouts doctor` again; if it stays, PayPal's support finds it by the debug id"
            return Check("payouts", _WARNING, f"the payouts API gave no clear answer: {said}", fix)


def _check_account(paypal: PayPalClient) -> Check:
    """Name the account that pays, and what is in it; payouts need neither, so nothing here is a fault."""
    payer = look_at_payer(paypal)
    if payer is None or payer.balances is None:
        why = "names only to apps that may read balances" if payer and payer.may_not_look else "did not name"
        words = f"app {shown_client_id(paypal.client_id)}" if payer is None else payer.words()
        return Check("account", _OK, f"{words} pays, from an account that PayPal {why}")
    held = [
        f"{grouped_amount(minor, currency)} {currency}"
        for currency, minor in sorted(payer.balances.available_minor.items())
    ]
    at = payer.balances.refreshed_at
    when = "" if at is None else f" ({utc_minute(at)})"
    return Check("account", _OK, f"{payer.words()} pays" + (f"; available{when}: {', '.join(held)}" if held else ""))


def _check_clock(paypal: PayPalClient) -> Check:
    offset_s = paypal.clock_offset_s
    if offset_s is None:
        return Check("clock", _WARNING, "PayPal told no time", "compare the clock by hand")
    if abs(offset_s) > CLOCK_SKEW_MAX.total_seconds():
        return Check(
            "clock",
            _FAILED,
            f"{abs(offset_s):.0f} s {'behind' if offset_s > 0 else 'ahead of'} PayPal's: nothing would be sent",
            "set the clock (`timedatectl status`)",
        )
    return Check("clock", _OK, f"within {abs(offset_s):.0f} s of PayPal's")
