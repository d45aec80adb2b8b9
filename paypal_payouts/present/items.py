"""Items as a table: by the thousand, and nothing cut that a person has to copy."""

from collections.abc import Container, Iterable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.money import DECIMALS, grouped_amount
from paypal_payouts.domain.report import RunReport
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.totals import PaidBefore
from paypal_payouts.present.grid import Column, Layout, Record, write_grid
from paypal_payouts.present.page import Cell, Page
from paypal_payouts.present.words import UNKNOWN, state_cell

_DECIMALS_MAX: Final = max(DECIMALS.values())

_ITEM: Final = Column("ITEM")
_BATCH: Final = Column("BATCH", whole=True)
_WHO: Final = (Column("RECEIVER"), Column("AMOUNT", right=True), Column("STATE", words=True))
_WHY: Final = (Column("ERROR", whole=True, optional=True), Column("TRANSACTION", whole=True, optional=True))


def write_items(
    page: Page,
    items: Iterable[ItemReport],
    *,
    with_batch: bool,
    verbose: bool,
    unanswered: Container[str] = (),
    paid_before: Mapping[str, PaidBefore] = MappingProxyType({}),
) -> None:
    """Show items one on each line; where the page is narrow, what does not fit follows on lines below.

    The rows may be a million and lazy: a thousand are looked at together. `unanswered`: the batches that may have been
    paid, though PayPal has not said so. `paid_before`: what `Tally` says of items that an older payment paid.
    """
    batch = (_BATCH,) if with_batch else ()

    def who(item: ItemReport) -> list[Cell]:
        paid = paid_before.get(item.item_id)
        state = state_cell(item.state, item.raw_state)
        if paid is not None:
            state = Cell(f"{state.text}, paid by {paid.batch}", state_cell(ItemState.SUCCESS).style)
        elif item.state is ItemState.UNSENT and item.batch in unanswered:
            state = UNKNOWN
        return [Cell(item.receiver), Cell(_amount(item.amount_minor, item.currency)), state]

    def wide(item: ItemReport) -> Record:
        where = [Cell(item.batch)] if with_batch else []
        why = [Cell(item.error_code or "-"), Cell(item.transaction_id or "-")]
        return Record([Cell(item.item_id), *where, *who(item), *why], below=_more(page, item) if verbose else ())

    def narrow(item: ItemReport) -> Record:
        where = [Cell(item.batch)] if with_batch else []
        return Record([Cell(item.item_id), *where, *who(item)], below=below(item))

    def stacked(item: ItemReport) -> Record:
        told = [Cell(f"batch {item.batch}", "dim")] if with_batch else []
        return Record([Cell(item.item_id), *who(item)], below=[*told, *below(item)])

    def below(item: ItemReport) -> list[Cell]:
        told = [Cell(f"transaction {item.transaction_id}", "dim")] if item.transaction_id else []
        told += [Cell(f"error {item.error_code}", "dim")] if item.error_code else []
        return [*told, *(_more(page, item) if verbose else ())]

    rows = iter(items)
    first = next(rows, None)
    if first is None:
        page.line("No such item.")
        page.line()
        return
    layouts = [
        Layout((_ITEM, *batch, *_WHO, *_WHY), wide),
        Layout((_ITEM, *batch, *_WHO), narrow),
        Layout((_ITEM, *_WHO), stacked),
    ]
    write_grid(page, chain([first], rows), layouts)
    page.line()


def write_unpaid(page: Page, report: RunReport) -> None:
    """Name the first items that are not paid or not decided, each with why; the command that shows all, if more."""
    named = [*report.first_unpaid, *report.first_not_decided]
    for item in named:
        why = f"{item.state}{f' ({item.error_code})' if item.error_code else ''}"
        page.line(f"{receiver_and_amount(item)}, {why}", lead=f"{item.item_id}: ")
    unpaid = report.unpaid | report.not_decided
    more = sum(unpaid.values()) - len(named)
    if named and more > 0:
        page.line(f"And {more:,} more; all of them:")
        page.command(f"payouts status --cycle {report.cycle} --items{''.join(f' --state {state}' for state in unpaid)}")


def receiver_and_amount(item: ItemReport) -> str:
    """Write who gets how much, in a sentence."""
    return f"{item.receiver}, {grouped_amount(item.amount_minor, item.currency)} {item.currency}"


def _amount(minor: int, currency: str) -> str:
    """Write an amount so that points align in every column, also where a part of the rows holds JPY alone."""
    missing = _DECIMALS_MAX - DECIMALS[currency]
    return f"{grouped_amount(minor, currency)}{' ' * (missing + 1 if missing else 0)} {currency}"


def _more(page: Page, item: ItemReport) -> list[Cell]:
    """Return what is asked for seldom: PayPal's own words, ids and times."""
    fee = "not known" if item.fee_minor is None else f"{grouped_amount(item.fee_minor, item.currency)} {item.currency}"
    at_paypal = f"PayPal item {item.paypal_item_id}, fee {fee}, " if item.paypal_item_id else ""
    lines = [f"{at_paypal}updated {page.moment(item.updated_at)}"]
    activity = [f"activity {item.activity_id}"] if item.activity_id else []
    activity += [f"processed {page.moment(item.processed_at)}"] if item.processed_at else []
    if activity:
        lines.append(", ".join(activity))
    if item.debited_minor is not None and item.debited_currency is not None:
        taken = f"{grouped_amount(item.debited_minor, item.debited_currency)} {item.debited_currency}"
        lines.append(f"taken from the balance: {taken}, exchange rate {item.exchange_rate or '-'}")
    if item.error_message or item.error_class:
        lines.append(f"PayPal says: {item.error_message or '-'} (class {item.error_class or 'unknown'})")
    return [Cell(line, "dim") for line in lines]
