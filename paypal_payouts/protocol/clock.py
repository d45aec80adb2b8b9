"""PayPal's clock beside ours: what is judged by hours or days is never judged by a clock that may be wrong."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from paypal_payouts.errors import ClockSkew
from paypal_payouts.paypal.client import PayPalClient

CLOCK_SKEW_MAX: Final = timedelta(minutes=5)
"""A clock further from PayPal's than this refuses to send: it would misjudge PayPal's 30 days."""


def check_clock(paypal: PayPalClient, *, sent: Iterable[str] = ()) -> None:
    """Compare our clock with the one that PayPal's last answer told; `sent` names the batches sent before that.

    Raises:
        ClockSkew: they are more than five minutes apart.

    """
    offset_s = paypal.clock_offset_s
    if offset_s is None or abs(offset_s) <= CLOCK_SKEW_MAX.total_seconds():
        return
    before = ", ".join(dict.fromkeys(sent))
    side = "behind" if offset_s > 0 else "ahead of"
    raise ClockSkew(
        f"This machine's clock is {abs(offset_s):.0f} s {side} PayPal's. "
        f"{f'Sent before that: {before}.' if before else 'Nothing was sent.'}",
        hint="Set the clock (`timedatectl status`), then run again.",
    )


def paypals_time(paypal: PayPalClient) -> datetime | None:
    """Ask PayPal what time it is; None where it does not answer, or tells no time.

    Raises:
        ClockSkew: our clock is more than five minutes away from it.

    """
    asked = paypal.ask_time()
    check_clock(paypal)
    return asked
