"""Making the plan from the staged input and the database: one function, for `preview` and `run` alike."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from paypal_payouts.domain.advice import BatchReport, outlook
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import (
    EXAMPLES_MAX,
    History,
    Notice,
    Plan,
    Refusal,
    Request,
    cooldown_left_s,
    make_plan,
)
from paypal_payouts.domain.report import CellReport, RunReport
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.sent_log import UnrecordedSends
from paypal_payouts.domain.states import OPEN_STATUSES, BatchStatus, ItemState
from paypal_payouts.domain.totals import Tally, Total
from paypal_payouts.domain.unfinished import notice_of_others
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import Blocked, InputInvalid, PayoutsError
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.tools import Terms
from paypal_payouts.storage import Store

_NOTHING_NEW: Final = Plan(digest=None, rows=0, chunks=(), refusals=(), notices=(), changed_refused_batches=frozenset())


def plan_cycle(
    staged: StagedInput | None, request: Request, *, store: Store | None, duplicate_days: float, now: datetime
) -> tuple[Plan, list[BatchRecord]]:
    """Compare the input with what the database knows; no database yet means that nothing is known.

    Without an input the plan is to continue what is stored, and nothing else.

    Raises:
        InputInvalid: --append with ids that were derived.

    """
    if staged is None:
        return _NOTHING_NEW, [] if store is None else store.batches.of_cycle(request.cycle)
    if request.append and staged.derived_ids:
        raise InputInvalid(
            "--append needs an item_id in every row: derived ids say nothing about rows of another file.",
            hint="Nothing was sent. Give each row an item_id of your own.",
        )
    request = replace(request, derived_ids=staged.derived_ids)
    batches: list[BatchRecord] = []
    history = History()
    if store is not None:
        batches = store.batches.of_cycle(request.cycle)
        days = timedelta(days=duplicate_days)
        history = History(
            batches=batches,
            items=store.items.newest(request.cycle) if batches else (),
            committed_minor=store.items.committed_minor(request.cycle) if batches else {},
            recent=store.history.recent_cycles(exclude=request.cycle, since=now - days, until=now + days)
            if duplicate_days
            else (),
            live=store.history.live_payments(request.cycle),
            stored=store.history.stored_payments(request.cycle),
        )
    plan = make_plan(staged.debts(), request, history)
    notices = [*plan.notices, *_input_notices(staged), *_other_cycles(request.cycle, store)]
    return replace(plan, notices=notices), batches


def _other_cycles(cycle: str, store: Store | None) -> list[Notice]:
    """Warn of the other cycles that are not finished."""
    if store is None:
        return []
    return notice_of_others([other.name for other in store.history.open_cycles() if other.name != cycle])


def _input_notices(staged: StagedInput) -> list[Notice]:
    """Warn of what the file alone shows."""
    notices = []
    if staged.derived_ids:
        notices.append(
            Notice(
                "derived_ids",
                "The file has no item ids: they are derived from receiver, currency and amount. A corrected row is "
                "known again only where it stands alone. Give each row an item_id of your own from the next cycle on.",
            )
        )
    groups, examples = staged.same_receiver(EXAMPLES_MAX)
    for item in examples:
        amount = f"{format_amount(item.amount_minor, item.currency)} {item.currency}"
        lines = ", ".join(map(str, item.lines))
        notices.append(
            Notice("same_receiver", f"{item.receiver} is to get {amount} {item.times} times (lines {lines}).")
        )
    if groups > len(examples):
        notices.append(Notice("same_receiver", f"and {groups - len(examples)} more such receivers."))
    return notices


def check_for_duplicate_transaction(
    staged: StagedInput, request: Request, *, store: Store | None, terms: Terms, now: datetime
) -> list[Refusal]:
    """Say why paying this input now would, or could, pay somebody twice: every rule that stands against it.

    Each refusal has its documented error code, what was found, and the way out; none means that `run` would go on. The
    rules: changed, extra and missing items of a stored cycle, a copy of another cycle, another digest than expected,
    limits, and the cooldown.

    Raises:
        InputInvalid: --append with ids that were derived.

    """
    plan, batches = plan_cycle(staged, request, store=store, duplicate_days=terms.duplicate_days, now=now)
    cooldown = cooldown_refusal(plan, batches, cycle=request.cycle, now=now, cooldown_s=terms.cooldown_s)
    if cooldown is None:
        return list(plan.refusals)
    return [*plan.refusals, Refusal("cooldown", cooldown.message, cooldown.hint, cooldown.details)]


def cooldown_refusal(
    plan: Plan, batches: Sequence[BatchRecord], *, cycle: str, now: datetime, cooldown_s: float
) -> Blocked | None:
    """Refuse new items so soon after the last send of their cycle; what is stored is never held up by this."""
    left_s = cooldown_left_s(batches, now=now, cooldown_s=cooldown_s)
    if not plan.chunks or left_s <= 0:
        return None
    seconds = max(1, round(left_s))
    return Blocked(
        "cooldown",
        f"Cycle {cycle} was sent moments ago: {plan.new_items} new items may follow in {seconds} s.",
        hint=f"None of the new items was stored or sent. Run again in {seconds} s.",
        details=[{"seconds_left": seconds}],
    )


def refusal_of(plan: Plan, log: UnrecordedSends) -> PayoutsError | None:
    """Give what stops a run after the comparison: what the sent log says, else the first rule that is broken.

    The other broken rules are named beside the first.
    """
    if log.stop is not None:
        return log.stop
    if not plan.refusals:
        return None
    first, *others = plan.refusals
    also = "".join(f" Also: {refusal.message}" for refusal in others)
    return Blocked(first.code, first.message + also, hint=first.hint, details=first.details)


def bad_cells(staged: StagedInput | None) -> list[CellReport]:
    """Name the bad places of rows that --skip-invalid left out."""
    return [] if staged is None else list(staged.invalid)


def lines_of(staged: StagedInput | None, item_ids: Sequence[str]) -> dict[str, int]:
    """Say on which line of the input each of these items stands; nothing of those that are not there."""
    return {} if staged is None else {row.item_id: row.line for row in staged.find(item_ids)}


def preview_report(
    plan: Plan,
    batches: Sequence[BatchRecord],
    request: Request,
    *,
    staged: StagedInput | None,
    stored: Sequence[BatchReport],
    tally: Tally,
    now: datetime,
    blocked: bool,
) -> RunReport:
    """Show the plan beside what is stored, as the cycle would stand once the new batches are."""
    planned = [_planned(chunk_number, plan, request) for chunk_number in range(len(plan.chunks))]
    states = Counter(tally.states)
    states[ItemState.UNSENT] += plan.new_items
    # In review nothing is done for a batch before a person has decided.
    idle = not plan.chunks and not any(
        batch.status in OPEN_STATUSES and batch.status is not BatchStatus.REVIEW for batch in batches
    )
    outcome = RunOutcome.NOTHING_TO_DO if idle else RunOutcome.PLANNED
    return RunReport(
        cycle=request.cycle,
        environment=request.environment,
        account=request.account,
        generated_at=now,
        outcome=RunOutcome.BLOCKED if blocked else outcome,
        plan_digest=plan.digest,
        items=+states,
        totals=_totals(plan, tally),
        batches=[*stored, *planned],
        outlook=outlook(request.cycle, stored, tally),
        invalid=bad_cells(staged),
        warnings=plan.notices,
    )


def _planned(number: int, plan: Plan, request: Request) -> BatchReport:
    """Show a batch that is not stored yet."""
    chunk = plan.chunks[number]
    record = BatchRecord(
        id=-1 - number,
        name=chunk.name,
        sender_batch_id=chunk.name.sender_batch_id(account=request.account, environment=request.environment),
        paypal_batch_id=None,
        status=BatchStatus.PLANNED,
        items=len(chunk.keys),
        currency=chunk.currency,
        amount_minor=chunk.amount_minor,
        fees_minor=None,
        checksum=None,
        created_at=None,
        first_sent_at=None,
        last_sent_at=None,
        completed_at=None,
        retry_count=0,
        last_retry_at=None,
        last_retry_error=None,
        open_sends=0,
        last_open_send_at=None,
        states=Counter({ItemState.UNSENT: len(chunk.keys)}),
    )
    return BatchReport(record, Eligibility(eligible=False, reason="not stored yet: `run` stores and sends it"))


def _totals(plan: Plan, tally: Tally) -> list[Total]:
    totals = {total.currency: total for total in tally.totals}
    for chunk in plan.chunks:
        before = totals.get(chunk.currency, Total(chunk.currency))
        totals[chunk.currency] = replace(
            before,
            items=before.items + len(chunk.keys),
            amount_minor=before.amount_minor + chunk.amount_minor,
            unpaid_minor=before.unpaid_minor + chunk.amount_minor,
        )
    return [totals[currency] for currency in sorted(totals)]
