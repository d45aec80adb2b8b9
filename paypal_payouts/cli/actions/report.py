"""What `payouts report` does."""

from pathlib import Path
from typing import Literal

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.books import Accounts
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import UsageError
from paypal_payouts.present.books import books_file
from paypal_payouts.present.webpage import webpage
from paypal_payouts.verbs import report as verb


def report(
    wiring: Wiring,
    cycle: str,
    *,
    html: Path | None,
    books: Path | None,
    form: Literal["beancount", "hledger", "csv"] | None,
) -> Finished:
    """Write the page about a cycle, its books, or both."""
    if (books is None) is not (form is None):
        raise UsageError("--books FILE and --format go together.", hint="--format beancount, hledger or csv.")
    if html is None and books is None:
        raise UsageError(
            "Nothing to write: give --html FILE, or --books FILE with --format.",
            hint=f"As text, on the screen: `payouts status {cycle}`.",
        )
    asked = None
    if books is not None and form is not None:
        named = wiring.settings.books
        accounts = Accounts(named.paypal, named.payouts, named.fees, named.in_transit)
        asked = verb.AskedBooks(books, form, accounts, named.open, books_file)
    return verb.report(
        cycle,
        html=html,
        books=asked,
        store=wiring.existing_store(),
        environment=wiring.settings.paypal.environment,
        account=wiring.settings.paypal.account,
        rules=wiring.settings.error_rules(),
        max_age_days=wiring.max_age_days(cycle),
        now=wiring.now(),
        lines_of=wiring.sent_lines,
        render=webpage,
    )
