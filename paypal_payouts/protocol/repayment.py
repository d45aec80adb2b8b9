"""What `retry --failed-items` would pay, by the rows that the input has now, and what it leaves out and why."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.findings import ItemsBeyondLimits
from paypal_payouts.domain.guard import NewReceivers
from paypal_payouts.domain.matching import is_proven_unpaid, stand_ins
from paypal_payouts.domain.money import grouped_amount
from paypal_payouts.domain.payout import BatchRecord, InputRow
from paypal_payouts.domain.plan import Limits, Notice, Refusal, cycle_limit_refusals
from paypal_payouts.domain.report import Skipped
from paypal_payouts.domain.retry import TAKEN_OVER, may_pay_again
from paypal_payouts.domain.vouched import CALLING_UNPAID, vouched_for
from paypal_payouts.domain.words import WHY, counted
from paypal_payouts.errors import Blocked
from paypal_payouts.intake import StagedInput
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.guard import new_receivers_among
from paypal_payouts.storage import Store

_LISTED_MAX: Final = 20
"""So many items that are paid unchanged are named in the question; the rest is counted."""


class Repayment(Struct, frozen=True):
    """The items of one batch that would be paid again in a new attempt, and those that are left out."""

    batch: BatchRecord
    rows: Sequence[InputRow]
    skipped: Sequence[Skipped]
    corrections: Sequence[str]
    """In words: what was stored, and what the input has now."""
    corrected: Sequence[InputRow]
    """Those of `rows` that are not as they were stored."""


def plan_repayments(
    batches: Sequence[BatchRecord],
    staged: StagedInput | None,
    *,
    store: Store,
    errors: ErrorRules,
    include_payee_errors: bool,
) -> list[Repayment]:
    """Say what would be paid again of each batch; one of which nothing can be is left out.

    Raises:
        Blocked: nothing can be, of none of them, with the reasons in words.

    """
    plans, refusals = [], []
    for batch in batches:
        try:
            plans.append(
                plan_repayment(batch, staged, store=store, errors=errors, include_payee_errors=include_payee_errors)
            )
        except Blocked as refusal:
            refusals.append(refusal)
    if not plans:
        first = refusals[0]
        message = " ".join(refusal.message for refusal in refusals)
        details = [detail for refusal in refusals for detail in refusal.details]
        raise Blocked("not_eligible", message, hint=first.hint, details=details)
    return plans


def plan_repayment(
    batch: BatchRecord,
    staged: StagedInput | None,
    *,
    store: Store,
    errors: ErrorRules,
    include_payee_errors: bool,
) -> Repayment:
    """Say which items of a batch would be paid again, by the rows that the input has now, and which are left out.

    Raises:
        Blocked: none may be, with the reason in words.

    """
    allowed = may_pay_again(batch)
    unpaid = store.items.unpaid(batch.id) if allowed.eligible else []
    if not unpaid:
        reason = "no item of it is known to be unpaid" if allowed.eligible else allowed.reason
        look = f"Nothing was sent. `payouts status {batch.name} --items` shows the state of each."
        if allowed.eligible and batch.superseded:
            reason = TAKEN_OVER.reason
            look = f"Nothing was sent. `payouts status --cycle {batch.name.cycle}` shows how the cycle stands."
        raise Blocked(
            "not_eligible",
            f"{batch.name} has no items to pay again: {reason}.",
            hint=look,
            details=[{"batch": str(batch.name), "status": str(batch.status), "reason": reason}],
        )
    stored = {item.row.item_id: item.row for item in unpaid}
    current = stored if staged is None else _current_rows(stored, staged, cycle=batch.name.cycle, store=store)
    rows: list[InputRow] = []
    skipped: list[Skipped] = []
    corrections: list[str] = []
    corrected: list[InputRow] = []
    for old, code in unpaid:
        new = current.get(old.item_id)
        if new is None:
            skipped.append(Skipped(old.item_id, "the input no longer has it"))
        elif not new.is_owed_as(old):
            corrections.append(f"{old.item_id}: {old.words()} becomes {new.words()}")
            rows.append(new)
            corrected.append(new)
        elif not include_payee_errors and (why := errors.held_back(code)) is not None:
            skipped.append(Skipped(old.item_id, why))
        else:
            rows.append(new)
    if not rows:
        raise _nothing_left(batch, skipped)
    return Repayment(batch, rows, skipped, corrections, corrected)


def _current_rows(item_ids: Iterable[str], staged: StagedInput, *, cycle: str, store: Store) -> dict[str, InputRow]:
    """Find the rows that the input has now of stored items; corrected ones too whose derived ids have changed."""
    current = {row.item_id: row for row in staged.find(item_ids)}
    if not staged.derived_ids:
        return current
    batches = {batch.id: batch for batch in store.batches.of_cycle(cycle)}
    others = stand_ins(
        staged.debts(),
        store.items.newest(cycle),
        is_unpaid=lambda item: is_proven_unpaid(item, batches[item.batch_id]),
    )
    for item_id in others.keys() & set(item_ids):
        current.pop(item_id, None)
        debt = others[item_id]
        if debt is not None:
            current[item_id] = staged.fetch([debt.key])[0]._replace(item_id=item_id)
    return current


def _nothing_left(batch: BatchRecord, skipped: Sequence[Skipped]) -> Blocked:
    counts = Counter(item.reason for item in skipped)
    reasons = "; ".join(f"{count} because {reason}" if len(counts) > 1 else reason for reason, count in counts.items())
    which = f"The {len(skipped)} unpaid items of {batch.name} are"
    if len(skipped) == 1:
        which = f"The one unpaid item of {batch.name} is"
    return Blocked(
        "not_eligible",
        f"{which} not paid again: {reasons}.",
        hint=(
            f"Nothing was sent. Correct their rows in the input, or put them back. To pay unchanged rows all the same: "
            f"`payouts retry {batch.name} --failed-items --include-payee-errors`; to close what is not owed: `payouts "
            f"cancel {skipped[0].item_id} --cycle {batch.name.cycle} --close --reason {WHY}`."
        ),
        details=[{"item_id": item.item_id, "reason": item.reason} for item in skipped[:1000]],
    )


def repayment_words(plans: Sequence[Repayment]) -> str:
    """Say in words what is paid again: the corrections, what is left out, the other items and the totals."""
    totals: Counter[str] = Counter()
    for plan in plans:
        for row in plan.rows:
            totals[row.currency] += row.amount_minor
    amounts = ", ".join(f"{grouped_amount(totals[currency], currency)} {currency}" for currency in sorted(totals))
    corrections = "".join(f"{line}\n" for plan in plans for line in plan.corrections)
    left_out = "".join(f"{item.item_id} is left out: {item.reason}\n" for plan in plans for item in plan.skipped)
    corrected = {row.item_id for plan in plans for row in plan.corrected}
    unchanged = [row for plan in plans for row in plan.rows if row.item_id not in corrected]
    listed = "".join(f"{row.item_id}: {row.words()}, unchanged\n" for row in unchanged[:_LISTED_MAX])
    if len(unchanged) > _LISTED_MAX:
        listed += f"and {counted(len(unchanged) - _LISTED_MAX, 'more unchanged item')}\n"
    items = counted(sum(len(plan.rows) for plan in plans), "unpaid item")
    names = ", ".join(str(plan.batch.name) for plan in plans)
    attempts = "a new attempt" if len(plans) == 1 else "new attempts"
    return f"{corrections}{left_out}{listed}Pay {items} of {names} in {attempts}: {amounts}"


def limit_refusals(plans: Sequence[Repayment], cycle: str, limits: Limits, *, store: Store) -> Iterator[Refusal]:
    """Refuse corrected rows that are beyond a limit, alone or with the rest of the cycle."""
    rows = [row for plan in plans for row in plan.rows]
    beyond = ItemsBeyondLimits()
    for row in rows:
        if (broken := limits.broken_by(row.amount_minor, row.currency)) is not None:
            beyond.add(broken, row.item_id, row.line, row.amount_minor, row.currency)
    yield from beyond.refusals()
    totals = Counter(store.items.committed_minor(cycle))
    for plan in plans:
        for old, _ in store.items.unpaid(plan.batch.id):
            totals[old.currency] -= old.amount_minor
    for row in rows:
        totals[row.currency] += row.amount_minor
    yield from cycle_limit_refusals(totals, limits)


def called_unpaid(plans: Sequence[Repayment], *, store: Store) -> list[Notice]:
    """Say who called the batches of these items unpaid by hand: had PayPal paid them, they are now paid twice."""
    names = [plan.batch.name for plan in plans]
    trail = store.audit.of_actions(names[0].cycle, CALLING_UNPAID) if names else []
    return [each.notice() for each in vouched_for(names, trail)]


def new_receivers(plans: Sequence[Repayment], *, store: Store) -> NewReceivers:
    """Look for payees whose corrected rows name another receiver than the one at which the money last arrived."""
    return new_receivers_among([row for plan in plans for row in plan.corrected], store=store)
