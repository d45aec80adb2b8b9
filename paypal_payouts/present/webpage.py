"""The page of one cycle: one HTML file that needs no network and no script, to read offline, to print and to keep.

Every text, ours too, is made visible and escaped in one place. The page forbids itself whatever it could load.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import chain
from types import MappingProxyType
from typing import Final

from paypal_payouts.domain.account import CyclePage, Explained, Send
from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.audit import AuditEvent
from paypal_payouts.domain.item import ErrorCount
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.states import MEANING, ItemState
from paypal_payouts.domain.totals import Total
from paypal_payouts.domain.words import in_order
from paypal_payouts.present.text import moment, visible
from paypal_payouts.present.words import status_cell

_STYLE: Final = """
:root{color-scheme:light}
body{font:15px/1.45 system-ui,sans-serif;color:#1b1b1b;background:#fff;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{margin:0 0 .2rem;font-size:1.6rem}h2{margin:2rem 0 .5rem;font-size:1.15rem;border-bottom:1px solid #bbb}
p{margin:.3rem 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:1rem 0}dt{font-weight:600}
dd{margin:0}code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;vertical-align:top;
padding:.25rem .5rem;border-bottom:1px solid #ddd;overflow-wrap:anywhere;min-width:5.5em}
th{background:#f2f2f2;overflow-wrap:normal}
td.n,th.n{min-width:0;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.mark{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border:1px solid #555}
@media screen and (max-width:60rem){table{display:block;overflow-x:auto}}
@media print{body{margin:0;max-width:none;font-size:11px}table{font-size:9.5px}tr{break-inside:avoid}
thead{display:table-header-group}h2{break-after:avoid}}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
"""
_LOADS_NOTHING: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_WHO: Final[Mapping[str, str]] = MappingProxyType(
    {"payee": "the payee", "us": "we", "paypal": "PayPal", "nobody": "nobody: it heals by itself"}
)


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
    yield from section("Every item that is not paid, or not yet", _explained(account.explained))
    yield from section("Every send", _sends(account.sends))
    yield from section("The trail", _trail(account.events))
    yield "</body></html>\n"


def page_head(title: str) -> str:
    """Begin a page that loads nothing; what follows ends with `</body></html>`."""
    title = html_text(title)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_LOADS_NOTHING}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
    )


def html_text(text: str) -> str:
    """Make a text visible, and write it so that no browser takes a part of it for anything else."""
    return escape(visible(text))


def section(title: str, pieces: Iterable[str]) -> Iterator[str]:
    """Write a heading, and what stands below it."""
    yield f"<h2>{html_text(title)}</h2>\n"
    yield from pieces


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
                str(total.items),
                format_amount(total.amount_minor, total.currency),
                *(
                    format_amount(minor, total.currency)
                    for minor in (
                        total.paid_minor,
                        total.unpaid_minor,
                        total.open_minor,
                        total.unknown_minor,
                        total.closed_minor,
                        total.surplus_minor,
                    )
                ),
                "" if total.fees_minor is None else format_amount(total.fees_minor, total.currency),
            ]
            for total in totals
        ),
    )


def _fates(states: Mapping[ItemState, int]) -> Iterator[str]:
    everything = sum(states.values())
    yield from table(
        ["State", "#Items", "#Share"],
        ([state, str(number), f"{number * 100 / everything:.1f} %"] for state, number in in_order(states).items()),
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
                str(batch.record.items),
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
                str(error.count),
                f"{error.kind} {error.state}",
                error.error_code or "",
                error.error_class or "",
                _WHO[error.who],
                error.sentence,
            ]
            for error in errors
        ),
    )


def _explained(rows: Iterable[Explained]) -> Iterator[str]:
    yield from table(
        ["Item", "Receiver", "#Amount", "State", "Batch", "PayPal's code", "Who acts", "Meaning"],
        (
            [
                item.item_id,
                item.receiver,
                _amount(item.amount_minor, item.currency),
                f"{item.state} ({item.raw_state})" if item.state is ItemState.UNRECOGNIZED else item.state,
                item.batch,
                item.error_code or "",
                _WHO[who],
                sentence,
            ]
            for item, who, sentence in rows
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
                event.action,
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
    return "" if minor is None else f"{format_amount(minor, currency)} {currency}"


def _mark(state: str) -> str:
    return f'<span class="mark" style="background:{MEANING[ItemState(state)].colour}"></span>'


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, marks: bool = False) -> Iterator[str]:
    """Write a table, or that there is nothing to tell; a header that begins with # stands above numbers.

    With `marks`, the first column holds states, each beside its colour.
    """
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        yield "<p>None.</p>\n"
        return
    classes = [' class="n"' if header.startswith("#") else "" for header in headers]
    heads = zip(classes, headers, strict=True)
    yield "<table><thead><tr>"
    yield "".join(f"<th{of_class}>{html_text(header.lstrip('#'))}</th>" for of_class, header in heads)
    yield "</tr></thead><tbody>\n"
    for row in chain([first], remaining):
        cells = "".join(f"<td{of_class}>{html_text(cell)}</td>" for of_class, cell in zip(classes, row, strict=True))
        yield f"<tr>{cells.replace('<td>', f'<td>{_mark(row[0])}', 1) if marks else cells}</tr>\n"
    yield "</tbody></table>\n"
