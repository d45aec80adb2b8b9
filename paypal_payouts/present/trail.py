"""The trail: who did what, when and why, a line each."""

import json
from typing import Final

from paypal_payouts.domain.audit import AuditEvent, AuditReport, Verified
from paypal_payouts.domain.trail import action_words
from paypal_payouts.domain.words import counted
from paypal_payouts.present.grid import Column, Layout, Record, write_grid
from paypal_payouts.present.page import Cell, Page

_WHEN: Final = Column("WHEN", whole=True)
_ABOUT: Final = Column("ABOUT", whole=True)
_EVENT: Final = (Column("WHAT HAPPENED", words=True), Column("BY", words=True))


def write_audit(page: Page, report: AuditReport) -> None:
    """Show the trail, oldest first: when, about what, what happened and why, and who did it."""
    if not report.events:
        page.line("The trail is empty.")
    if report.has_older:
        page.line(f"The newest {len(report.events)} rows; more are shown with --limit N.")

    def row(event: AuditEvent) -> Record:
        return Record([_when(page, event), _about(event), *_event(event)], below=_evidence(page, event))

    def stacked(event: AuditEvent) -> Record:
        return Record([_when(page, event), *_event(event)], above=[_about(event)], below=_evidence(page, event))

    layouts = [Layout((_WHEN, _ABOUT, *_EVENT), row, folds=True), Layout((_WHEN, *_EVENT), stacked, heading="ABOUT")]
    write_grid(page, report.events, layouts)
    if report.verified is not None:
        page.line()
        _write_verified(page, report.verified)


def _write_verified(page: Page, verified: Verified) -> None:
    rows, cycles, of_none = verified
    more = f" and {of_none:,} of no cycle" if of_none else ""
    page.line(
        f"{counted(rows, 'row')} of {counted(cycles, 'cycle')}{more}, unbroken. What the payments' own rows say is "
        "checked by `payouts doctor`.",
        lead="Verified: ",
        lead_style="bold green",
    )


def _when(page: Page, event: AuditEvent) -> Cell:
    return Cell(page.moment(event.at))


def _about(event: AuditEvent) -> Cell:
    return Cell(" ".join(name for name in (event.batch or event.cycle, event.item_id) if name) or "-")


def _event(event: AuditEvent) -> list[Cell]:
    moved = ""
    if event.from_state != event.to_state:
        moved = f" ({' to '.join(state for state in (event.from_state, event.to_state) if state)})"
    why = f": {event.reason}" if event.reason else ""
    return [
        Cell(f"{action_words(event.action, of_item=event.item_id is not None, evidence=event.evidence)}{moved}{why}"),
        Cell(event.actor),
    ]


def _evidence(page: Page, event: AuditEvent) -> list[Cell]:
    return [Cell(json.dumps(dict(event.evidence), sort_keys=True), "dim")] if page.verbose and event.evidence else []
