"""What `doctor` checks of PayPal: credentials, token, permission, clock."""

from collections.abc import Callable, Iterator

from paypal_payouts.domain.doctor import Check, CheckState
from paypal_payouts.domain.identity import Environment
from paypal_payouts.domain.outcome import TokenRefused, TokenUnavailable
from paypal_payouts.errors import CredentialsMissing
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.protocol.clock import CLOCK_SKEW_MAX
from paypal_payouts.trust import UntrustedFile

_OK, _WARNING, _FAILED = CheckState.OK, CheckState.WARNING, CheckState.FAILED


def check_paypal(environment: Environment, open_paypal: Callable[[], PayPalClient]) -> Iterator[Check]:
    """Check that PayPal can be asked to pay: each of these keeps every batch from being sent."""
    try:
        paypal = open_paypal()
    except CredentialsMissing as error:
        for detail in error.details:
            where = f"{detail['key']}: {detail['file']}" if detail["file"] else detail["key"]
            yield Check("credentials", _FAILED, f"{where}: {detail['problem']}", error.hint)
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
    if lacking is None:
        yield Check("token", _OK, "PayPal gives one")
        yield _check_permission(paypal)
    else:
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


def _check_permission(paypal: PayPalClient) -> Check:
    if paypal.may_pay_out is False:
        return Check(
            "permission",
            _FAILED,
            "the token does not carry the payouts scope",
            "switch Payouts on for the app in PayPal's developer dashboard, then make new credentials",
        )
    if paypal.may_pay_out is None:
        return Check(
            "permission", _WARNING, "PayPal told no scopes", "see that the app has Payouts in PayPal's dashboard"
        )
    return Check("permission", _OK, "the token carries the payouts scope")


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
