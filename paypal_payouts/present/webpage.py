"""The page of one cycle: one HTML file that needs no network and no script, to read offline, to print and to keep.

The page forbids itself whatever it could load. What matters comes first: where the money is, then who has to act.
"""

from collections.abc import Iterator, Mapping, Sequence

from paypal_payouts.domain.account import CyclePage, Send
from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.open_and_wrong import without_answer
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import ItemState
from paypal_payouts.domain.status import CycleReport
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Tally, Total
from paypal_payouts.domain.trail import action_words
from paypal_payouts.domain.words import counted, in_order
from paypal_payouts.present.batches import names_without_answer
from paypal_payouts.present.cycles import environment_word, paid_by_older
from paypal_payouts.present.html import html_text, page_head, section, table
from paypal_payouts.present.text import moment
from paypal_payouts.present.timeline import timeline
from paypal_payouts.present.unpaid_groups import WHO, unpaid_groups
from paypal_payouts.present.words import UNKNOWN, status_cell


def webpage(account: CyclePage) -> Iterator[str]:
    """Yield the page piece by piece: its rows may be as many as the items."""
    cycle = account.cycle
    records = [batch.record for batch in cycle.batches]
    yield page_head(f"Payouts: cycle {cycle.cycle}")
    yield f"<p>Environment {html_text(environment_word(account.environment))}, account {html_text(account.account)}, "
    yield f"written {moment(account.written_at)}. All times are UTC.</p>\n"
    if account.environment != "live":
        yield f"<p><strong>{html_text(account.environment.upper())}: no real money moves.</strong></p>\n"
    yield from (f"<p><strong>Warning: {html_text(warning.message)}</strong></p>\n" for warning in cycle.warnings)
    yield from _answers(cycle)
    if cycle.archive is not None:
        yield f"<p>{html_text(cycle.archive.words())}. What is listed below is what stays.</p>\n"
    yield from section("Totals", _totals(cycle.tally.totals))
    yield from section("What to do next", _steps(cycle.outlook.next))
    yield from section("What became of the items", _fates(cycle.tally, records))
    yield from section("When it was sent", timeline(records, account.sends, account.written_at))
    yield from section("Batches", _batches(cycle.batches))
    yield from section("What went wrong, counted", _errors(cycle.errors or ()))
    unpaid = unpaid_groups(account.explained, names_without_answer(cycle.batches))
    yield from section("Every item that is not paid, or not yet", unpaid)
    yield from section("Every send", _sends(account.sends))
    yield from section("The trail", _trail(account.events))
    yield "</body></html>\n"


def _answers(cycle: CycleReport) -> Iterator[str]:
    """Answer what is asked first: how much is paid, is anything open, is anything wrong."""
    tally = cycle.tally
    number = tally.states[ItemState.SUCCESS] + len(tally.paid_before)
    amounts = [_amount(total.paid_minor, total.currency) for total in tally.totals if total.paid_minor]
    paid = f"{number:,} of {counted(sum(tally.states.values()), 'item')}"
    answers = {
        "Paid": ": ".join([paid, *([", ".join(amounts)] if amounts else [])]),
        "Open": cycle.outlook.what_is_open,
        "Wrong": cycle.outlook.what_is_wrong,
    }
    yield f"<dl>{''.join(f'<dt>{name}</dt><dd>{html_text(words)}</dd>' for name, words in answers.items())}</dl>\n"


def _steps(steps: Sequence[Advice]) -> Iterator[str]:
    if not steps:
        yield "<p>Nothing.</p>\n"
    yield from (f"<p>{html_text(why)}<br><code>{html_text(command)}</code></p>\n" for why, command in steps)


def _totals(totals: Sequence[Total]) -> Iterator[str]:
    """Write where the money is; what nobody has to know of where there is none of it has no column."""
    columns = [
        (name, words, minor)
        for name, words, minor in _columns(totals)
        if name not in {"Closed", "Surplus"} or any(minor)
    ]
    figures = zip(*(minor for _, _, minor in columns), strict=True)
    yield from table(
        ["Currency", "#Items", "#Amount", *(f"#{name}" for name, _, _ in columns), "#Fees"],
        (
            [
                total.currency,
                f"{total.items:,}",
                grouped_amount(total.amount_minor, total.currency),
                *(grouped_amount(each, total.currency) for each in minor),
                "" if total.fees_minor is None else grouped_amount(total.fees_minor, total.currency),
            ]
            for total, minor in zip(totals, figures, strict=True)
        ),
    )
    yield from (f"<p>{html_text(total.conversion)}</p>\n" for total in totals if total.conversion)
    explained = [f"{name}: {words}." for name, words, minor in columns if any(minor)]
    if explained:
        yield f"<p>{html_text(' '.join(explained))} PayPal's fees come on top.</p>\n"


def _columns(totals: Sequence[Total]) -> list[tuple[str, str, list[int]]]:
    """Name the places where money can be, each with what it means, and how much of each currency is there."""
    return [
        ("Paid", "the payee has it", [total.paid_minor for total in totals]),
        ("Unpaid", "not paid, given back, or never sent", [total.unpaid_minor for total in totals]),
        ("Open", "on its way, PayPal has not said its last word", [total.open_minor for total in totals]),
        ("Unknown", "it may be paid, nobody knows yet", [total.unknown_minor for total in totals]),
        ("Closed", "not owed, a person decided so", [total.closed_minor for total in totals]),
        ("Surplus", "paid, or on its way, beyond the amount that is owed", [total.surplus_minor for total in totals]),
    ]


def _fates(tally: Tally, batches: Sequence[BatchRecord]) -> Iterator[str]:
    everything = sum(tally.states.values())
    unknown, rest = without_answer(tally.states, batches)
    states = [*([(UNKNOWN.text, unknown)] if unknown else []), *in_order(rest).items()]
    yield from table(
        ["State", "#Items", "#Share"],
        ([state, f"{number:,}", f"{number * 100 / everything:.1f} %"] for state, number in states),
        marks=True,
    )
    if older := paid_by_older(tally):
        yield f"<p>{html_text('; '.join(older))}.</p>\n"


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
