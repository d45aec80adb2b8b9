"""The page of one cycle: one HTML file that needs no network and no script, to read offline, to print and to keep.

The page forbids itself whatever it could load. What matters comes first: where the money is, then who has to act.
"""

from collections.abc import Iterator, Mapping, Sequence

from paypal_payouts.domain.account import CyclePage, Send
from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.totals import Total
from paypal_payouts.domain.trail import action_words
from paypal_payouts.domain.words import in_order
from paypal_payouts.present.html import html_text, page_head, section, table
from paypal_payouts.present.text import moment
from paypal_payouts.present.unpaid_groups import WHO, unpaid_groups
from paypal_payouts.present.words import status_cell


def webpage(account: CyclePage) -> Iterator[str]:
    """Yield the page piece by piece: its rows may be as many as the items."""
    cycle = account.cycle
    yield page_head(f"Payouts: cycle {cycle.cycle}")
    environment = "LIVE" if account.environment == "live" else account.environment
    yield f"<p>Environment {html_text(environment)}, account {html_text(account.account)}, "
    yield f"written {moment(account.written_at)}. All times are UTC.</p>\n"
    yield from _answers(account)
    if cycle.archive is not None:
        yield f"<p>{html_text(cycle.archive.words())}. What is listed below is what stays.</p>\n"
    yield from section("Totals", _totals(cycle.tally.totals))
    yield from section("What became of the items", _fates(cycle.tally.states))
    yield from section("Batches", _batches(cycle.batches))
    yield from section("What went wrong, counted", _errors(cycle.errors or ()))
    yield from section("Every item that is not paid, or not yet", unpaid_groups(account.explained))
    yield from section("Every send", _sends(account.sends))
    yield from section("The trail", _trail(account.events))
    yield "</body></html>\n"


def _answers(account: CyclePage) -> Iterator[str]:
    """Answer what `status` answers: is anything open, is anything wrong, what do I type."""
    outlook = account.cycle.outlook
    yield f"<dl><dt>Open</dt><dd>{html_text(outlook.what_is_open)}</dd>"
    yield f"<dt>Wrong</dt><dd>{html_text(outlook.what_is_wrong)}</dd><dt>Next</dt><dd>"
    steps = [f"<p>{html_text(why)}<br><code>{html_text(command)}</code></p>" for why, command in outlook.next]
    yield "".join(steps) or "nothing to do"
    yield "</dd></dl>\n"


def _totals(totals: Sequence[Total]) -> Iterator[str]:
    yield from table(
        ["Currency", "#Items", "#Amount", "#Paid", "#Unpaid", "#Open", "#Unknown", "#Closed", "#Surplus", "#Fees"],
        (
            [
                total.currency,
                f"{total.items:,}",
                grouped_amount(total.amount_minor, total.currency),
                *(
                    grouped_amount(minor, total.currency)
                    for minor in (
                        total.paid_minor,
                        total.unpaid_minor,
                        total.open_minor,
                        total.unknown_minor,
                        total.closed_minor,
                        total.surplus_minor,
                    )
                ),
                "" if total.fees_minor is None else grouped_amount(total.fees_minor, total.currency),
            ]
            for total in totals
        ),
    )


def _fates(states: Mapping[ItemState, int]) -> Iterator[str]:
    everything = sum(states.values())
    yield from table(
        ["State", "#Items", "#Share"],
        ([state, f"{number:,}", f"{number * 100 / everything:.1f} %"] for state, number in in_order(states).items()),
        marks=True,
    )


def _batches(batches: Sequence[BatchReport]) -> Iterator[str]:
    yield from table(
        ["Batch", "PayPal's id", "Status", "#Items", "#Amount", "#Fees", "First sent", "Completed"],
        (
            [
                str(batch.record.name),
                batch.record.paypal_batch_id or "",
                status_cell(batch.record).text,
                f"{batch.record.items:,}",
                _amount(batch.record.amount_minor, batch.record.currency),
                _amount(batch.record.fees_minor, batch.record.currency),
                moment(batch.record.first_sent_at),
                moment(batch.record.completed_at),
            ]
            for batch in batches
        ),
    )


def _errors(errors: Sequence[ErrorCount]) -> Iterator[str]:
    yield from table(
        ["#Count", "What", "PayPal's code", "Class", "Who acts", "Meaning"],
        (
            [
                f"{error.count:,}",
                f"{error.kind} {error.state}",
                error.error_code or "",
                error.error_class or "",
                WHO[error.who],
                error.sentence,
            ]
            for error in errors
        ),
    )


def _sends(sends: Sequence[Send]) -> Iterator[str]:
    yield from table(
        ["Batch", "#Send", "Started", "Ended", "Outcome", "#HTTP", "Error", "Debug id"],
        (
            [
                batch,
                str(attempt.number),
                moment(attempt.started_at),
                moment(attempt.ended_at),
                attempt.outcome or "open",
                "" if attempt.http_status is None else str(attempt.http_status),
                ", ".join(word for word in (attempt.error_code, attempt.error_class) if word),
                attempt.debug_id or "",
            ]
            for batch, attempt in sends
        ),
    )


def _trail(events: Sequence[AuditEvent]) -> Iterator[str]:
    yield from table(
        ["When", "Who", "What", "About", "From", "To", "Why"],
        (
            [
                moment(event.at),
                event.actor,
                action_words(event.action, of_item=event.item_id is not None),
                " ".join(name for name in (event.batch or event.cycle, event.item_id) if name),
                event.from_state or "",
                event.to_state or "",
                event.reason or _evidence(event.evidence),
            ]
            for event in events
        ),
    )


def _evidence(evidence: Mapping[str, object]) -> str:
    """Write what a reading found; whatever else goes with an event is for `audit --verbose`."""
    items = evidence.get("items")
    if not isinstance(items, Mapping):
        return ""
    return ", ".join(f"{number} {state}" for state, number in items.items())


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else f"{grouped_amount(minor, currency)} {currency}"
