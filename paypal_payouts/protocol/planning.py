"""Making the plan from the staged input and the database: one function, for `preview` and `run` alike."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from msgspec.structs import replace

from paypal_payouts.domain.addresses import meant_domain
from paypal_payouts.domain.comparing import Comparison
from paypal_payouts.domain.findings import NO_FINAL_NEWLINE
from paypal_payouts.domain.money import format_amount, grouped_amount
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
from paypal_payouts.domain.recalled import as_recorded, items_as_recorded
from paypal_payouts.domain.sent_log import Recall, UnrecordedSends
from paypal_payouts.domain.unfinished import notice_of_others
from paypal_payouts.domain.words import counted
from paypal_payouts.errors import InputInvalid, PayoutsError
from paypal_payouts.intake import StagedInput
from paypal_payouts.protocol.approval import lets_new_receivers_pass
from paypal_payouts.protocol.archived import plan_of_archived
from paypal_payouts.protocol.copies import paid_already
from paypal_payouts.protocol.guard import new_receivers_of_plan
from paypal_payouts.protocol.tools import Terms
from paypal_payouts.storage import Store

_NOTHING_NEW: Final = Plan(digest=None, rows=0, chunks=(), refusals=(), notices=(), changed_refused_batches=frozenset())


def plan_cycle(
    staged: StagedInput | None,
    request: Request,
    *,
    store: Store | None,
    duplicate_days: float,
    now: datetime,
    recalls: Sequence[Recall] = (),
) -> tuple[Plan, list[BatchRecord]]:
    """Compare the input with what the database knows; no database yet means that nothing is known.

    Without an input the plan is to continue what is stored, and nothing else. `recalls` are sends that only the sent
    log knows, and that are not recorded yet.

    Raises:
        InputInvalid: --append with ids that were derived.

    """
    if staged is None:
        return _NOTHING_NEW, [] if store is None else as_recorded(store.batches.of_cycle(request.cycle), recalls)
    if request.append and staged.derived_ids:
        raise InputInvalid(
            "--append needs an item_id in every row: derived ids say nothing about rows of another file.",
            hint="Nothing was sent. Give each row an item_id of your own.",
        )
    request = replace(request, derived_ids=staged.derived_ids)
    if store is not None and (archive := store.archived.of_cycle(request.cycle)) is not None:
        batches = store.batches.of_cycle(request.cycle)
        return store.until_done(lambda: plan_of_archived(archive, staged, request, store=store)), batches

    def compare() -> tuple[Plan, list[BatchRecord]]:
        # Read again with each try: a stream ends where its connection is cut, and all rows would be new without it.
        history = History()
        if store is not None:
            history = _history(staged, request, recalls, store=store, duplicate_days=duplicate_days, now=now)
        return make_plan(staged.debt_rows(), request, history), list(history.batches)

    plan, batches = compare() if store is None else store.until_done(compare)
    new = new_receivers_of_plan(staged, plan.chunks, store=store)
    options = [*(["--append"] if request.append else []), *(["--allow-duplicate"] if request.allow_duplicate else [])]
    again = " ".join(["payouts run", request.cycle, *options, "--accept-new-receivers"])
    guarded = list(new.refusals(request.guard, again=again))
    if guarded and lets_new_receivers_pass(request.guard, request.cycle, plan.digest, store=store, now=now):
        guarded = []
    refusals = [*plan.refusals, *guarded]
    notices = [*plan.notices, *_without_limit(plan, request), *new.notices(), *_input_notices(staged, plan)]
    notices += _other_cycles(request.cycle, store)
    return replace(plan, refusals=refusals, notices=notices), batches


def _history(
    staged: StagedInput,
    request: Request,
    recalls: Sequence[Recall],
    *,
    store: Store,
    duplicate_days: float,
    now: datetime,
) -> History:
    batches = as_recorded(store.batches.of_cycle(request.cycle), recalls)
    items = store.items.newest(request.cycle) if batches else ()
    days = timedelta(days=duplicate_days)
    recent = (
        store.history.recent_cycles(exclude=request.cycle, since=now - days, until=now + days) if duplicate_days else []
    )
    history = History(
        batches=batches,
        items=items_as_recorded(items, recalls) if recalls else items,
        committed_minor=store.items.committed_minor(request.cycle) if batches else {},
        recent=recent,
        live=store.history.live_payments(request.cycle),
        stored=store.history.stored_payments(request.cycle),
        hashed=store.archived.hashed() if any(other.is_archived for other in recent) else None,
    )
    if batches and staged.has_payees and not request.allow_duplicate:
        find = partial(paid_already, staged=staged, request=request, batches=batches, store=store)
        return replace(history, paid_already=find)
    return history


def _without_limit(plan: Plan, request: Request) -> list[Notice]:
    """Warn, where real money moves, of currencies that are to be paid and that no limit stops a wrong file of."""
    limited = request.limits.max_item.keys() | request.limits.max_cycle.keys()
    missing = sorted({chunk.currency for chunk in plan.chunks} - limited)
    if not missing or request.environment != "live":
        return []
    return [
        Notice("no_limit", f"No limit in {', '.join(missing)}: limits.max_item and limits.max_cycle stop a wrong file.")
    ]


def _other_cycles(cycle: str, store: Store | None) -> list[Notice]:
    """Warn of the other cycles that are not finished."""
    if store is None:
        return []
    others = [other for other in store.history.open_cycles() if other.name != cycle]
    open_, in_review = ([each.name for each in others if each.in_review is waits] for waits in (False, True))
    return notice_of_others(open_, in_review)


def _input_notices(staged: StagedInput, plan: Plan) -> list[Notice]:
    """Warn of what the file alone shows."""
    notices = []
    if staged.cut_row is not None and plan.chunks:
        last = staged.cut_row
        row = f"{last.item_id} {last.receiver} {format_amount(last.amount_minor, last.currency)} {last.currency}"
        words = f"The last line of {staged.name} has no line end: was the file cut? Last row: {row}"
        notices.append(Notice(NO_FINAL_NEWLINE, words))
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
        amount = f"{grouped_amount(item.amount_minor, item.currency)} {item.currency}"
        lines = ", ".join(map(str, item.lines))
        notices.append(
            Notice("same_receiver", f"{item.receiver} is to get {amount} {item.times} times (lines {lines}).")
        )
    if groups > len(examples):
        notices.append(Notice("same_receiver", f"and {groups - len(examples)} more such receivers."))
    for domain, rows, line in staged.domains(meant_domain):
        words = f"{counted(rows, 'receiver')} at {domain} (first on line {line}): is {meant_domain(domain)} meant?"
        notices.append(Notice("unlikely_domain", words))
    return notices


def rows_not_stored(staged: StagedInput, request: Request, *, store: Store) -> int:
    """Count the rows of an input that a stored cycle does not know; nothing else of them is looked at."""
    compared = replace(request, derived_ids=staged.derived_ids, append=not staged.derived_ids, allow_duplicate=True)
    history = History(batches=store.batches.of_cycle(request.cycle), items=store.items.newest(request.cycle))
    comparison = Comparison(compared, history)
    comparison.run(staged.debt_rows(), history.items)
    return sum(len(chunk.keys) for chunks in comparison.chunks.values() for chunk in chunks)


def check_for_duplicate_transaction(
    staged: StagedInput, request: Request, *, store: Store | None, terms: Terms, now: datetime
) -> list[Refusal]:
    """Say why paying this input now would, or could, pay somebody twice: every rule that stands against it.

    Each refusal has its documented error code, what was found, and the way out; none means that `run` would go on. The
    rules: changed, extra and missing items of a stored cycle, a copy of another cycle, another digest than expected,
    limits, new receivers, and the cooldown.

    Raises:
        InputInvalid: --append with ids that were derived.

    """
    plan, batches = plan_cycle(staged, request, store=store, duplicate_days=terms.duplicate_days, now=now)
    cooldown = cooldown_refusal(plan, batches, cycle=request.cycle, now=now, cooldown_s=terms.cooldown_s)
    return [*plan.refusals, *([] if cooldown is None else [cooldown])]


def cooldown_refusal(
    plan: Plan, batches: Sequence[BatchRecord], *, cycle: str, now: datetime, cooldown_s: float
) -> Refusal | None:
    """Refuse new items so soon after the last send of their cycle; what is stored is never held up by this."""
    left_s = cooldown_left_s(batches, now=now, cooldown_s=cooldown_s)
    if not plan.chunks or left_s <= 0:
        return None
    seconds = max(1, round(left_s))
    return Refusal(
        "cooldown",
        f"Cycle {cycle} was sent moments ago: {counted(plan.new_items, 'new item')} may follow in {seconds} s.",
        f"None of the new items was stored or sent: only the file has them. In {seconds} s type again "
        f"`payouts run {cycle} --append`.",
        [{"seconds_left": seconds}],
    )


def refusal_of(plan: Plan, log: UnrecordedSends) -> PayoutsError | None:
    """Give what stops a run after the comparison: what the sent log says, else the first rule that is broken.

    The other broken rules are named beside the first.
    """
    if log.stop is not None or not plan.refusals:
        return log.stop
    first, *others = plan.refusals
    return first.error(*others)
