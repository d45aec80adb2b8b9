"""How payments are shown whose money came back."""

from collections.abc import Sequence
from typing import Final

from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.steps import explain_command
from paypal_payouts.present.page import Page

_NAMED_MAX: Final = 10
"""So many payments are named; the rest is counted."""


def write_came_back(page: Page, payments: Sequence[CameBack]) -> None:
    """Name the payments that came back since PayPal was asked last, and how to learn more of the first."""
    if not payments:
        return
    page.line()
    page.line("Money that came back since PayPal was asked last; where it is still owed, pay it as a new item:", "bold")
    for payment in payments[:_NAMED_MAX]:
        page.line(payment.words(), "red")
    if len(payments) > _NAMED_MAX:
        page.line(f"and {len(payments) - _NAMED_MAX} more")
    page.command(explain_command(payments[0].item_id, payments[0].cycle))
