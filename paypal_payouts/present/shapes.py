"""Reports as JSON values: the keys that programs rely on, in one place.

Source: docs/design.md, 7. Money is a string, a time RFC 3339 in UTC, and no key is ever dropped. Rows of items stay
lazy: an iterator stands where the list will be written.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, assert_never

from paypal_payouts.domain.advice import BatchReport, Outlook
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import AttemptRecord
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.report import (
    AuditEvent,
    AuditReport,
    BatchStatusReport,
    CancelReport,
    Continued,
    CycleReport,
    DoctorReport,
    ErrorCount,
    ExplainReport,
    Exported,
    FoundItem,
    InitReport,
    ItemReport,
    LockReport,
    LocksReport,
    LostSendsReport,
    MetricsReport,
    NotifyReport,
    OpenRunReport,
    OverrideReport,
    PageReport,
    Payment,
    Report,
    RunReport,
    ServeReport,
    StatusReport,
    Story,
    SyncReport,
    UnlockReport,
)
from paypal_payouts.domain.sides import Side
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.totals import Conflict, Total
from paypal_payouts.errors import PayoutsError

Json = dict[str, Any]

WITHOUT_ERROR: Final = frozenset({0, 5, 6})
"""At these exit codes `error` is null."""


def shape(report: Report) -> Json:  # noqa: C901, PLR0911, PLR0912 - one case for each report
    """Give the `result` of a document."""
    match report:
        case RunReport():
            return _run(report)
        case OpenRunReport():
            return {
                "cycles": [_continued(cycle) for cycle in report.cycles],
                "warnings": _notices(report.warnings),
            }
        case StatusReport():
            return {
                "environment": report.environment,
                "account": report.account,
                "generated_at": _time(report.generated_at),
                "cycles": [_cycle(cycle) for cycle in report.cycles],
                "older_cycles": report.older_cycles,
                "csv": _exported(report.csv),
            }
        case BatchStatusReport():
            return _batch_status(report)
        case OverrideReport():
            return _override(report)
        case LostSendsReport():
            return _lost_sends(report)
        case SyncReport():
            return _sync(report)
        case CancelReport():
            return _cancel(report)
        case LocksReport():
            return {"locks": [_lock(lock) for lock in report.locks]}
        case UnlockReport():
            return _unlock(report)
        case AuditReport():
            return {"events": [_event(event) for event in report.events]}
        case DoctorReport():
            return {
                "checks": [
                    {"name": check.name, "state": check.state, "found": check.found, "mend": check.mend}
                    for check in report.checks
                ]
            }
        case MetricsReport():
            return _metrics(report)
        case PageReport():
            return {
                "cycle": report.cycle,
                "html": report.html,
                "items": _states(report.items),
                "totals": _totals(report.totals),
                "failures": report.failures,
                "events": report.events,
            }
        case NotifyReport():
            return {
                "test": report.test,
                "targets": [
                    {"name": target.name, "events": list(target.events), "problem": target.problem}
                    for target in report.targets
                ],
            }
        case InitReport():
            return {"written": list(report.written), "kept": list(report.kept)}
        case ServeReport():
            return {"url": report.url, "book": report.book}
        case ExplainReport():
            return _explain(report)
        case _:
            assert_never(report)


def _run(report: RunReport) -> Json:
    return {
        "cycle": report.cycle,
        "environment": report.environment,
        "account": report.account,
        "generated_at": _time(report.generated_at),
        "outcome": report.outcome,
        "plan_digest": report.plan_digest,
        "items": _states(report.items),
        "totals": _totals(report.totals),
        **_outlook(report.outlook),
        "batches": [_batch(batch) for batch in report.batches],
        "skipped": [{"item_id": skipped.item_id, "reason": skipped.reason} for skipped in report.skipped],
        "invalid": [
            {"line": bad.line, "column": bad.column, "value": bad.value, "problem": bad.problem}
            for bad in report.invalid
        ],
        "warnings": _notices(report.warnings),
    }


def _outlook(outlook: Outlook) -> Json:
    return {
        "open": [
            {
                "batch": each.batch,
                "why": each.why,
                "error_code": each.error_code,
                "since": _time(each.since),
                "next": each.next,
            }
            for each in outlook.open
        ],
        "next": list(dict.fromkeys(step.command for step in outlook.next)),
    }


def _conflict(conflict: Conflict) -> Json:
    return {
        "item_id": conflict.item_id,
        "batch": conflict.batch,
        "state": conflict.state,
        "word": conflict.word,
        "acknowledged": conflict.acknowledged,
    }


def _continued(cycle: Continued) -> Json:
    return _run(cycle.report) | {"exit_code": cycle.exit_code, "error": error_shape(cycle.error, cycle.exit_code)}


def error_shape(error: PayoutsError | None, exit_code: int) -> Json | None:
    """Give what stopped a command, or one cycle of `run --open`; at some exit codes it is no error."""
    if error is None or exit_code in WITHOUT_ERROR:
        return None
    return {"code": error.code, "message": error.message, "hint": error.hint, "details": list(error.details)}


def _batch(report: BatchReport) -> Json:
    batch = report.record
    return {
        "batch": str(batch.name),
        "cycle": batch.name.cycle,
        "sequence": batch.name.sequence,
        "attempt": batch.name.attempt,
        "sender_batch_id": batch.sender_batch_id,
        "paypal_batch_id": batch.paypal_batch_id,
        "status": batch.status,
        "items": batch.items,
        "currency": batch.currency,
        "amount": format_amount(batch.amount_minor, batch.currency),
        "fees": _money(batch.fees_minor, batch.currency),
        "checksum": batch.checksum,
        "created_at": _time(batch.created_at),
        "first_sent_at": _time(batch.first_sent_at),
        "completed_at": _time(batch.completed_at),
        "retry_count": batch.retry_count,
        "last_retry_at": _time(batch.last_retry_at),
        "last_retry_error": batch.last_retry_error,
        "eligible_for_retry": {"eligible": report.eligibility.eligible, "reason": report.eligibility.reason},
    }


def _cycle(report: CycleReport) -> Json:
    lock = report.lock
    return {
        "cycle": report.cycle,
        "items": _states(report.tally.states),
        "totals": _totals(report.tally.totals),
        **_outlook(report.outlook),
        "conflicts": [_conflict(conflict) for conflict in report.tally.conflicts],
        "outcome": report.verdict.outcome,
        "exit_code": report.verdict.exit_code,
        "first_sent_at": _time(report.first_sent_at),
        "batches": [_batch(batch) for batch in report.batches],
        "lock": None if lock is None else _lease(lock),
        "item_rows": None if report.item_rows is None else map(item_shape, report.item_rows),
        "errors": _errors(report.errors),
        "warnings": [{"code": warning.code, "message": warning.message} for warning in report.warnings],
    }


def _batch_status(report: BatchStatusReport) -> Json:
    return {
        "batch": _batch(report.batch),
        "items": _states(report.batch.record.states),
        **_outlook(report.outlook),
        "attempts": [_attempt(attempt) for attempt in report.attempts],
        "item_rows": None if report.item_rows is None else map(item_shape, report.item_rows),
        "errors": _errors(report.errors),
        "csv": _exported(report.csv),
    }


def _exported(exported: Exported | None) -> Json | None:
    return None if exported is None else {"file": exported.file, "items": exported.items}


def _errors(errors: Sequence[ErrorCount] | None) -> list[Json] | None:
    if errors is None:
        return None
    return [
        {
            "kind": error.kind,
            "state": error.state,
            "error_class": error.error_class,
            "error_code": error.error_code,
            "count": error.count,
            "who": error.who,
            "sentence": error.sentence,
        }
        for error in errors
    ]


def _attempt(attempt: AttemptRecord) -> Json:
    return {
        "number": attempt.number,
        "started_at": _time(attempt.started_at),
        "ended_at": _time(attempt.ended_at),
        "outcome": attempt.outcome,
        "error_code": attempt.error_code,
        "error_class": attempt.error_class,
        "http_status": attempt.http_status,
        "debug_id": attempt.debug_id,
        "delay_s": attempt.delay_s,
    }


ITEM_KEYS: Final = (
    "item_id",
    "batch",
    "attempt",
    "receiver",
    "amount",
    "currency",
    "fee",
    "state",
    "raw_state",
    "paypal_item_id",
    "transaction_id",
    "error_code",
    "error_message",
    "error_class",
    "updated_at",
)
"""The keys of an item, in their order; the columns of its CSV form too."""


def item_shape(item: ItemReport) -> Json:
    """Give an item with the keys of `ITEM_KEYS`."""
    return {
        "item_id": item.item_id,
        "batch": item.batch,
        "attempt": item.attempt,
        "receiver": item.receiver,
        "amount": format_amount(item.amount_minor, item.currency),
        "currency": item.currency,
        "fee": _money(item.fee_minor, item.currency),
        "state": item.state,
        "raw_state": item.raw_state,
        "paypal_item_id": item.paypal_item_id,
        "transaction_id": item.transaction_id,
        "error_code": item.error_code,
        "error_message": item.error_message,
        "error_class": item.error_class,
        "updated_at": _time(item.updated_at),
    }


def _override(report: OverrideReport) -> Json:
    return {
        "batch": _batch(report.batch),
        "item": None if report.item is None else item_shape(report.item),
        "from_status": report.from_status,
        "to_status": report.to_status,
        "differences": [
            {"item_id": item_id, "ours": _owed(ours), "theirs": _owed(theirs)}
            for item_id, ours, theirs in report.differences
        ],
        "operator": report.operator,
        "reason": report.reason,
    }


def _lost_sends(report: LostSendsReport) -> Json:
    return {
        "batch": None,
        "item": None,
        "from_status": None,
        "to_status": BatchStatus.ABANDONED,
        "operator": report.operator,
        "reason": report.reason,
        "differences": [],
    }


def _owed(owed: Side | None) -> Json | None:
    if owed is None:
        return None
    amount = format_amount(owed.amount_minor, owed.currency)
    return {"receiver": owed.receiver, "amount": amount, "currency": owed.currency}


def _sync(report: SyncReport) -> Json:
    return {
        "cycles": list(report.cycles),
        "batches_read": report.batches_read,
        "items_changed": report.items_changed,
        "unread": [{"name": name, "reason": reason} for name, reason in report.unread],
        "items": _states(report.items),
        "warnings": _notices(report.warnings),
        "open": [{"cycle": each.cycle, "why": each.why, "next": each.next} for each in report.open],
    }


def _cancel(report: CancelReport) -> Json:
    return {
        "item": item_shape(report.item),
        "from_state": report.from_state,
        "to_state": report.to_state,
        "operator": report.operator,
        "reason": report.reason,
    }


def _unlock(report: UnlockReport) -> Json:
    return {
        "cycle": report.cycle,
        "broken": None if report.broken is None else _lock(report.broken),
        "operator": report.operator,
        "reason": report.reason,
    }


def _lease(lock: LockReport) -> Json:
    return {
        "key": lock.key,
        "holder": lock.holder,
        "acquired_at": _time(lock.acquired_at),
        "expires_at": _time(lock.expires_at),
    }


def _lock(lock: LockReport) -> Json:
    return _lease(lock) | {"host": lock.host, "pid": lock.pid, "command": lock.command, "living": lock.living}


def _event(event: AuditEvent) -> Json:
    return {
        "at": _time(event.at),
        "cycle": event.cycle,
        "batch": event.batch,
        "item_id": event.item_id,
        "actor": event.actor,
        "action": event.action,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "reason": event.reason,
        "evidence": dict(event.evidence),
    }


def _metrics(report: MetricsReport) -> Json:
    figures = report.figures
    spread = figures.seconds_to_final
    return {
        "output": report.output,
        "environment": figures.environment,
        "account": figures.account,
        "read_at": _time(figures.read_at),
        "batches": dict(figures.batches),
        "items": _states(figures.items),
        "attempts": [
            {"outcome": outcome, "error_class": error_class, "count": count}
            for (outcome, error_class), count in figures.attempts.items()
        ],
        "attempts_open": figures.attempts_open,
        "open_conflicts": figures.open_conflicts,
        "retries": figures.retries,
        "seconds_to_final": {
            "count": spread.count,
            "sum_s": spread.sum_s,
            "buckets": [{"up_to_s": edge_s, "count": count} for edge_s, count in spread.up_to_s],
        },
        "oldest_open_s": dict(figures.oldest_open_s),
        "unclaimed": [{"days_left": days, "items": count} for days, count in figures.unclaimed.items()],
        "completed": [{"cycle": cycle, "at": _time(at)} for cycle, at in figures.completed_at.items()],
    }


def _explain(report: ExplainReport) -> Json:
    story = report.story
    return {
        "text": report.text,
        "cycles_searched": report.cycles_searched,
        "hits": [_hit(found) for found in report.hits],
        "hits_in_all": report.hits_in_all,
        "story": None if story is None else [event._asdict() | {"at": _time(event.at)} for event in story.events],
        "money": None if story is None else _answer(story),
        "next": [step.command for step in report.next],
    }


def _hit(found: FoundItem) -> Json:
    item = found.newest.item
    return {
        "cycle": found.newest.cycle,
        "item_id": item.item_id,
        "payee_id": found.newest.payee_id,
        "receiver": item.receiver,
        "amount": format_amount(item.amount_minor, item.currency),
        "currency": item.currency,
        "state": item.state,
        "money": found.money,
        "batch": item.batch,
        "paid_at": _time(found.paid_at),
    }


def _answer(story: Story) -> Json:
    found = story.found
    return {
        "money": found.money,
        "words": story.answer,
        "paid_at": _time(found.paid_at),
        "payments": [_payment(payment) for payment in found.payments],
    }


def _payment(payment: Payment) -> Json:
    return item_shape(payment.item) | {
        "money": payment.money,
        "source": payment.source,
        "line": payment.line,
        "conflict": payment.conflict,
        "acknowledged": payment.acknowledged,
    }


def _states(states: Mapping[ItemState, int]) -> dict[str, int]:
    return {state.value: states[state] for state in ItemState if states.get(state)}


def _totals(totals: Sequence[Total]) -> list[Json]:
    return [
        {
            "currency": total.currency,
            "items": total.items,
            "amount": format_amount(total.amount_minor, total.currency),
            "paid": format_amount(total.paid_minor, total.currency),
            "unpaid": format_amount(total.unpaid_minor, total.currency),
            "open": format_amount(total.open_minor, total.currency),
            "unknown": format_amount(total.unknown_minor, total.currency),
            "closed": format_amount(total.closed_minor, total.currency),
            "surplus": format_amount(total.surplus_minor, total.currency),
            "fees": _money(total.fees_minor, total.currency),
            # Not known as long as no conversion of PayPal's is read.
            "debited": None,
        }
        for total in totals
    ]


def _notices(notices: Sequence[Notice]) -> list[Json]:
    return [{"code": notice.code, "message": notice.message} for notice in notices]


def _money(minor: int | None, currency: str) -> str | None:
    return None if minor is None else format_amount(minor, currency)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
