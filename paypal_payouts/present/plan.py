"""The plan that is read before anything is paid: `preview`, and above the question of `run` and `approve`."""

from collections.abc import Sequence
from typing import Final

from paypal_payouts.domain import fees
from paypal_payouts.domain.funding import Funds, fundings
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.outline import CycleDifference, Outline, ToPay, percent
from paypal_payouts.domain.payer import Payer
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice, PlannedBatch
from paypal_payouts.domain.report import RunReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.words import counted
from paypal_payouts.present.batches import names_without_answer
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.items import write_items
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.words import aligned

_ENVIRONMENTS: Final = {
    "simulator": ("SIMULATOR: no real money moves.", "bold cyan"),
    "sandbox": ("SANDBOX: no real money moves.", "bold cyan"),
    "live": ("LIVE: real money moves.", "bold red"),
}
_RECEIVERS_MAX: Final = 10
"""So many new and changed receivers are named on the screen, and as many that are gone."""


def write_environment(page: Page, environment: str) -> None:
    """Say whether real money moves."""
    page.line(*_ENVIRONMENTS.get(environment, (environment, "bold red")))


def write_plan(page: Page, report: RunReport, outline: Outline) -> None:
    """Show who would be paid how much, and what is not as it was; `report` is that of a preview."""
    page.line(f"Plan for cycle {report.cycle}, account {report.account}", "bold")
    write_environment(page, report.environment)
    if outline.payer is not None:
        _write_payer(page, outline.payer)
    page.line()
    _write_to_pay(page, outline)
    _write_batches(page, report.to_send)
    rows = [f"{outline.new:,} new", f"{outline.changed:,} changed", f"{outline.unchanged:,} unchanged"]
    rows += [f"{outline.missing:,} missing"] if outline.missing else []
    page.line(f"{', '.join(rows)}.", lead="Rows against what is stored: ")
    if outline.difference is not None:
        _write_difference(page, outline.difference, report.warnings)
    page.line()
    if report.item_rows is not None:
        unanswered = names_without_answer(report.batches)
        write_items(page, report.item_rows, with_batch=True, verbose=False, unanswered=unanswered)
    else:
        _write_largest(page, outline)


def write_funds(page: Page, funds: Funds) -> None:
    """Show who pays what a question is about, and what is in the account, as a plan does."""
    _write_payer(page, funds.payer)
    _write_balances(page, funds.to_pay, funds.payer)
    write_warnings(page, list(funds.notices()))


def write_warnings(page: Page, warnings: Sequence[Notice]) -> None:
    """Write what to be warned of, one below the other."""
    for warning in warnings:
        page.line(warning.message, lead="warning: ", lead_style="bold yellow")
    if warnings:
        page.line()


def _write_payer(page: Page, payer: Payer) -> None:
    page.line(f"{payer.words()}.", lead="Paid by: ", lead_style="")


def _write_to_pay(page: Page, outline: Outline) -> None:
    if not outline.to_pay:
        page.line("Nothing would be sent.")
        return
    amounts = aligned((sums.amount_minor, sums.currency) for sums in outline.to_pay)
    charged = aligned(((sums.fees_minor, sums.currency) for sums in outline.to_pay), currency=False)
    headers = ("ITEMS", "PAYEES", "AMOUNT", "FEES, ESTIMATED")
    write_table(
        page,
        [Column("TO PAY", whole=True), *(Column(header, right=True) for header in headers)],
        (
            [Cell(sums.currency, "bold"), f"{sums.items:,}", f"{sums.payees:,}", amount, fee]
            for sums, amount, fee in zip(outline.to_pay, amounts, charged, strict=True)
        ),
    )
    abroad = "abroad it may be more"
    if any(sums.fees_abroad_minor > sums.fees_minor for sums in outline.to_pay):
        most = (f"{grouped_amount(sums.fees_abroad_minor, sums.currency)} {sums.currency}" for sums in outline.to_pay)
        abroad = f"with all of them abroad {', '.join(most)}"
    page.line(
        f"PayPal charges fees on top. Estimate: {fees.PERCENT} % of each item, up to PayPal's documented cap for "
        f"payees in your country; {abroad}."
    )
    if outline.payer is not None:
        _write_balances(page, outline.to_pay, outline.payer)


def _write_balances(page: Page, to_pay: Sequence[ToPay], payer: Payer) -> None:
    """Show the balance of each currency beside what is needed, or say in a line that it was not told."""
    balances = payer.balances
    if balances is None:
        why = "PayPal does not let this app read balances" if payer.may_not_look else "PayPal did not tell it"
        page.line(f"not checked: {why}.", lead="Balance: ", lead_style="")
        return
    known = [each for each in fundings(to_pay, balances) if each.available_minor is not None]
    if not known:
        return
    moments = [at for at in (balances.as_of, balances.refreshed_at) if at is not None]
    when = f" of {page.moment(min(moments), aged=True)}" if moments else ""
    page.line(f"Against PayPal's balances{when}, which may be three hours behind:")
    available = aligned(((each.available_minor, each.currency) for each in known), currency=False)
    needed = aligned(((each.needed_minor, each.currency) for each in known), currency=False)
    missing = aligned(((each.missing_minor or None, each.currency) for each in known), currency=False)
    write_table(
        page,
        [Column("", whole=True), *(Column(name, right=True) for name in ("AVAILABLE", "NEEDED", "MISSING"))],
        (
            [Cell(each.currency, "bold"), has, needs, Cell(lacks, "yellow")]
            for each, has, needs, lacks in zip(known, available, needed, missing, strict=True)
        ),
    )


def _write_batches(page: Page, going: Sequence[BatchRecord | PlannedBatch]) -> None:
    """Name what is sent, and which of it was sent before."""
    if not going:
        return
    names = [str(batch.name) for batch in going]
    span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    page.line(f"{span}.", lead=f"In {counted(len(going), 'batch')}: ", lead_style="")
    for words in sent_before(going):
        page.line(words)


def sent_before(going: Sequence[BatchRecord | PlannedBatch]) -> list[str]:
    """Say which of the batches that would be sent may have arrived already."""
    again = sum(batch.status is BatchStatus.IN_FLIGHT for batch in going)
    were = "was" if again == 1 else "were"
    return (
        [f"{counted(again, 'batch')} of these {were} sent before without an answer: PayPal pays one id once."]
        if again
        else []
    )


def _write_difference(page: Page, difference: CycleDifference, warnings: Sequence[Notice]) -> None:
    """Show payees and totals beside those of the last finished cycle, and the receivers that no warning names."""
    page.line()
    page.line(f"Against {difference.cycle}, the last finished cycle:")
    amounts = aligned(((each.amount_minor, each.currency) for each in difference.changes), currency=False)
    before = aligned(((each.amount_before_minor, each.currency) for each in difference.changes), currency=False)
    headers = ("PAYEES", "BEFORE", "CHANGE", "AMOUNT", "BEFORE", "CHANGE")
    write_table(
        page,
        [Column("", whole=True), *(Column(header, right=True) for header in headers)],
        (
            [
                Cell(change.currency, "bold"),
                f"{change.payees:,}",
                f"{change.payees_before:,}",
                _percent(change.payees, change.payees_before),
                amount,
                amount_before,
                _percent(change.amount_minor, change.amount_before_minor),
            ]
            for change, amount, amount_before in zip(difference.changes, amounts, before, strict=True)
        ),
    )
    _write_receivers(page, difference, " ".join(each.message for each in warnings if each.code == "new_receiver"))


def _write_receivers(page: Page, difference: CycleDifference, warned: str) -> None:
    unnamed = [each for each in difference.receivers if f"({each.item_id})" not in warned][:_RECEIVERS_MAX]
    gone = difference.gone_receivers[:_RECEIVERS_MAX]
    found = f"{counted(difference.new, 'new receiver')}, {counted(difference.changed, 'changed receiver')}"
    found += f", {difference.gone:,} gone" if difference.gone else ""
    named = sum(f"({each.item_id})" in warned for each in difference.receivers)
    if named:
        found = f"{found} since {difference.cycle}; {named:,} of them named in the warnings"
    page.line(f"{found}{':' if unnamed or gone else '.'}")
    more = difference.new + difference.changed - len(unnamed) - named
    page.facts(
        [
            *(
                ("new", f"{each.item_id}: {each.receiver}")
                if each.before is None
                else ("changed", Cell(f"{each.item_id}: {each.before} becomes {each.receiver}", "yellow"))
                for each in unnamed
            ),
            *([("", f"and {more:,} more")] if unnamed and more else []),
            *(("gone", f"{each.item_id}: {each.receiver}") for each in gone),
            *([("", f"and {difference.gone - len(gone):,} more")] if difference.gone > len(gone) else []),
        ]
    )


def _percent(now: int, before: int) -> str:
    change = percent(now, before)
    if change is None:
        return "new" if now else "-"
    return "=" if now == before else f"{change:+,.1f} %"


def _write_largest(page: Page, outline: Outline) -> None:
    if not outline.largest:
        return
    amounts = aligned((payment.amount_minor, payment.currency) for payment in outline.largest)
    write_table(
        page,
        [Column("LARGEST ITEMS"), Column("RECEIVER"), Column("AMOUNT", right=True)],
        ([each.item_id, each.receiver, amount] for each, amount in zip(outline.largest, amounts, strict=True)),
    )
    page.line()


def sums_of(going: Sequence[BatchRecord | PlannedBatch]) -> list[str]:
    """Add batches up, by currency, each sum with its currency."""
    currencies = sorted({batch.currency for batch in going})
    sums = (sum(batch.amount_minor for batch in going if batch.currency == currency) for currency in currencies)
    return [f"{grouped_amount(minor, currency)} {currency}" for minor, currency in zip(sums, currencies, strict=True)]
