"""What `override` shows."""

from typing import Final

from paypal_payouts.domain.override import LostSendsReport, OverrideReport
from paypal_payouts.domain.states import ACKNOWLEDGED, BatchStatus, ItemState
from paypal_payouts.present.batches import write_batch
from paypal_payouts.present.items import write_items
from paypal_payouts.present.page import Page

_NAMED_MAX: Final = 20


def write_override(page: Page, report: OverrideReport) -> None:
    """Show a batch or an item after a person moved it, who that was and why."""
    batch, item = report.batch.record, report.item
    name = batch.name if item is None else item.item_id
    page.line(f"{name} moved from {report.from_status} to {report.to_status}, by {report.operator}.", "bold")
    page.line(f"Reason: {report.reason}")
    if report.differences:
        page.line("PayPal's batch differs from our rows, and by this decision it is ours all the same:")
    for difference in report.differences:
        page.line(difference.words())
    for item_id, words in report.rows_to_write[:_NAMED_MAX]:
        page.line(f"{batch.source or 'the rows of the cycle'} must now say {words} for {item_id}")
    if report.rows_to_write[_NAMED_MAX:]:
        page.line(f"and so for {len(report.rows_to_write) - _NAMED_MAX:,} more")
    page.line()
    if item is None:
        write_batch(page, report.batch)
    else:
        write_items(page, [item], with_batch=True, verbose=True)
    page.line(_AFTER_MOVE.get(report.to_status, "How the cycle stands:"))
    page.command(_after_move(report.to_status, str(batch.name), batch.name.cycle))


_AFTER_MOVE: Final = {
    BatchStatus.ABANDONED: "Its items are unpaid. To pay what the cycle's file still holds:",
    BatchStatus.IN_FLIGHT: "To ask PayPal again, under the same id:",
    BatchStatus.ACCEPTED: "To read its results, which sends nothing:",
    BatchStatus.REVIEW: "Nothing more is sent for its cycle until a person decides. What is known of it:",
    ItemState.FAILED: "It is unpaid. To pay it, as the cycle's file has it:",
    ACKNOWLEDGED: "The conflict stays on record, and nothing more is paid for this item. How the cycle stands:",
}


def _after_move(to: str, batch: str, cycle: str) -> str:
    """Return the command that goes on from there."""
    commands: dict[str, str] = {
        BatchStatus.ABANDONED: f"payouts retry {batch} --failed-items",
        BatchStatus.IN_FLIGHT: f"payouts retry {batch}",
        BatchStatus.ACCEPTED: f"payouts sync --cycle {cycle}",
        BatchStatus.REVIEW: f"payouts review {batch}",
        ItemState.FAILED: f"payouts retry {batch} --failed-items",
    }
    return commands.get(to, f"payouts status --cycle {cycle}")


def write_lost_sends(page: Page, report: LostSendsReport) -> None:
    """Show that a person gave up sends that the sent log alone knew of, who that was and why."""
    sent = ", ".join(map(page.moment, report.sent_at))
    page.line(f"{report.batch}, sent {sent} and not in the database, given up by {report.operator}.", "bold")
    page.line(f"Reason: {report.reason}")
    page.command(f"payouts run {report.batch.cycle}")
