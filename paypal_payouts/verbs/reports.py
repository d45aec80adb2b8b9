"""How a cycle stands now, and would once its plan is carried out: the same for every verb that shows it."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from paypal_payouts.domain.advice import BatchReport, asking_again
from paypal_payouts.domain.outlook import outlook
from paypal_payouts.domain.paid_otherwise import TYING, PaidOtherwise, paid_otherwise
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.plan import Notice, Plan, PlannedBatch, Request
from paypal_payouts.domain.recalled import as_recorded, unanswered_minor
from paypal_payouts.domain.report import RunReport
from paypal_payouts.domain.retry import eligibility, may_continue, may_pay_again, may_send, must_be_doubted
from paypal_payouts.domain.sent_log import (
    Recall,
    SendsUnknown,
    SentLine,
    UnrecordedSends,
    compare,
)
from paypal_payouts.domain.states import CAME_BACK, MEANING, OPEN_STATUSES, BatchStatus, ItemState, Money
from paypal_payouts.domain.status import CycleReport
from paypal_payouts.domain.totals import Tally, Total
from paypal_payouts.domain.verdict import RunOutcome, verdict
from paypal_payouts.errors import ConfigInvalid, PayoutsError
from paypal_payouts.intake import StagedInput
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.copies import paid_since, payees_paid_since
from paypal_payouts.protocol.unrecorded import Unrecorded
from paypal_payouts.storage import Store

E = TypeVar("E", bound=PayoutsError | None)


class KnownSends:
    """What the sent log of a cycle says beside its stored batches."""

    def __init__(self, batches: Sequence[BatchRecord], lines: Callable[[], Sequence[SentLine]]) -> None:
        """Compare; where it cannot be read, that is a warning, and the answer is given all the same."""
        try:
            found = compare(lines(), batches)
            self.warnings = found.notices()
        except ConfigInvalid as error:
            found, self.warnings = UnrecordedSends(), [Notice("contradiction", error.message)]
        self.found, self.lost, self.doubt = found, found.lost_batches, found.doubt()
        self.batches = as_recorded(batches, found.recalls)
        """As they stand once every send is recorded that they are known to have had."""
        self._unanswered_minor = unanswered_minor(found.recalls)
        self.unanswered = [str(recall.batch.name) for recall in found.recalls]
        """Stored batches of which the log knows a send that is not recorded."""

    def doubted(self, tally: Tally) -> Tally:
        """Call nothing unpaid that may have been paid by what only the log knows."""
        return tally.unanswered(self._unanswered_minor).doubted(self.lost)


def went_otherwise(cycle: str, *, store: Store) -> list[PaidOtherwise]:
    """List the payments of a cycle that went, or may yet go, another way than their rows said, as a person agreed."""
    found = paid_otherwise(store.audit.of_actions(cycle, TYING))
    if not found:
        return []
    keys = {str(batch.name): batch.id for batch in store.batches.of_cycle(cycle)}
    unpaid = {
        (name, item.item_id)
        for name in {each.batch for each in found}
        for item in store.items.rows_of_batch(keys[name])
        if MEANING[item.state].money is Money.UNPAID
    }
    return [each for each in found if each.sides.theirs and (each.batch, each.sides.item_id) not in unpaid]


def older_copy(unrecorded: Unrecorded) -> list[Notice]:
    """Warn once of all sends that the database does not know, and of a sent log that cannot be read."""
    unreadable = unrecorded.unreadable
    return [
        *unrecorded.whole.notices(),
        *([] if unreadable is None else [Notice("contradiction", unreadable.message)]),
    ]


def led_out(error: E, *, store: Store | None, errors: ErrorRules) -> E:
    """Let a refusal by the sent log name the command that asks PayPal about its batch; any other is left alone."""
    if isinstance(error, SendsUnknown) and store is not None:
        stored = store.batches.of_cycle(error.cycle)
        payable = [batch for batch in stored if batch.payable_again and may_pay_again(batch).eligible]
        held_back = _held_back(payable, store=store, errors=errors).total()
        error.lead_out(asking_again(error.cycle, payable, held_back=held_back))
    return error


def report_of_lost(cycle: str, sends: UnrecordedSends) -> CycleReport:
    """Show a cycle of which nothing is stored, and of which the sent log knows batches that were sent."""
    tally = Tally(lost=sends.lost_batches)
    return CycleReport(
        cycle=cycle,
        tally=tally,
        batches=[],
        verdict=verdict([], tally),
        outlook=outlook(cycle, [], tally),
        lock=None,
        warnings=sends.notices(),
    )


def batch_reports(
    batches: Sequence[BatchRecord],
    *,
    store: Store,
    errors: ErrorRules,
    now: datetime,
    max_age_days: int,
    plan: Plan | None = None,
    lost: Sequence[str] = (),
) -> list[BatchReport]:
    """Put beside each batch what can be done for it; without a query where nothing is unpaid and none is denied.

    A `plan` says which of them the input has otherwise than they are stored. `lost` are batches of the cycle that were
    sent, and that the database does not know.
    """
    held_back = _held_back(batches, store=store, errors=errors)
    return [
        BatchReport(
            record=batch,
            eligibility=eligibility(batch, now=now, max_age_days=max_age_days, lost=lost),
            may_be_resent=may_send(batch, now=now, max_age_days=max_age_days).eligible
            and not (batch.status is BatchStatus.DENIED and _is_paid_otherwise(batch, store)),
            is_doubted=must_be_doubted(batch, now=now, max_age_days=max_age_days),
            may_pay_again=batch.payable_again > 0 and may_pay_again(batch).eligible,
            rows_differ=plan is not None and batch.id in plan.changed_refused_batches,
            held_back=held_back[batch.id],
            paid_since=_paid_since(batch, store) if batch.payable_again else 0,
            came_back=_came_back(batch, store) if any(batch.states[state] for state in CAME_BACK) else 0,
        )
        for batch in batches
    ]


def _held_back(batches: Sequence[BatchRecord], *, store: Store, errors: ErrorRules) -> Counter[int]:
    """Count by batch the unpaid items that wait for their payees."""
    payable = [batch.id for batch in batches if batch.payable_again]
    held_back: Counter[int] = Counter()
    for batch_id, code, number in store.items.payable_codes(payable) if payable else ():
        held_back[batch_id] += number if errors.held_back(code) is not None else 0
    return held_back


def _is_paid_otherwise(batch: BatchRecord, store: Store) -> bool:
    """Return whether somebody in a denied batch may be paid by another one: then it is not sent again."""
    return store.sends.paid_elsewhere(batch.id) is not None or _paid_since(batch, store) > 0


def _paid_since(batch: BatchRecord, store: Store) -> int:
    rows = [item.row for item in store.items.unpaid(batch.id)]
    agreeing = paid_since(batch, ((row.receiver, row.amount_minor, row.currency) for row in rows), store=store)
    return min(len(rows), agreeing + payees_paid_since(batch, rows, store=store).count)


def _came_back(batch: BatchRecord, store: Store) -> int:
    rows = store.items.came_back(batch.id)
    return len(rows) - (paid_since(batch, rows, store=store) if rows else 0)


def preview_report(
    plan: Plan,
    batches: Sequence[BatchRecord],
    request: Request,
    *,
    staged: StagedInput | None,
    store: Store | None,
    errors: ErrorRules,
    max_age_days: int,
    now: datetime,
    blocked: bool,
    lost: Sequence[str] = (),
    recalls: Sequence[Recall] = (),
) -> RunReport:
    """Show the plan beside what is stored, as the cycle would stand once the new batches are.

    `lost` as above; `recalls` are sends that only the sent log knows, and that the `batches` show as recorded already.
    """
    stored, tally = list[BatchReport](), Tally()
    planned = [
        PlannedBatch(
            name=chunk.name,
            sender_batch_id=chunk.name.sender_batch_id(account=request.account, environment=request.environment),
            items=len(chunk.keys),
            currency=chunk.currency,
            amount_minor=chunk.amount_minor,
        )
        for chunk in plan.chunks
    ]
    if store is not None:
        stored = batch_reports(
            batches, store=store, errors=errors, now=now, max_age_days=max_age_days, plan=plan, lost=lost
        )
        tally = store.items.tally(request.cycle).unanswered(unanswered_minor(recalls)).doubted(lost)
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
        batches=stored,
        planned=planned,
        to_send=_to_send(plan, batches, planned, max_age_days=max_age_days, now=now),
        outlook=outlook(request.cycle, stored, tally),
        invalid=() if staged is None else staged.invalid,
        warnings=plan.notices,
        paid_before=tally.paid_before_states,
    )


def _to_send(
    plan: Plan,
    batches: Sequence[BatchRecord],
    planned: Sequence[PlannedBatch],
    *,
    max_age_days: int,
    now: datetime,
) -> list[BatchRecord | PlannedBatch]:
    """Pick the batches that `run` would send: none while a person must decide on one."""
    if any(batch.status is BatchStatus.REVIEW for batch in batches):
        return []
    changed = plan.changed_refused_batches
    stored = [batch for batch in batches if may_continue(batch, changed, now=now, max_age_days=max_age_days).eligible]
    return [*stored, *planned]


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
