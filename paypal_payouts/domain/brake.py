"""When a run that goes wrong stops: by the share of finished items that are unpaid, and by its canary.

A canary is not marked in the database: it is known by the plan that it was stored with. Source: docs/design.md, 5.9.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from paypal_payouts.domain.findings import Refusal, named
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, BatchRecord
from paypal_payouts.domain.states import NOT_FINAL, NOT_PAID, SAID_BY_A_PERSON, ItemState

FINISHED_MIN: Final = 20
"""Of fewer finished items nothing is concluded, unless they are a whole canary."""


def of_sequences(batches: Iterable[BatchRecord], sequences: Iterable[int] | None = None) -> Counter[ItemState]:
    """Count the items of some sequences, or of all, in the states that they are in now, by their newest payments."""
    wanted = None if sequences is None else set(sequences)
    states: Counter[ItemState] = Counter()
    for batch in batches:
        if wanted is None or batch.name.sequence in wanted:
            states += batch.newest
    return states


def is_final(states: Counter[ItemState]) -> bool:
    """Tell whether PayPal has said its last word on all items."""
    return not any(states[state] for state in NOT_FINAL)


def stored_refusal(
    going: Iterable[BatchRecord], batches: Sequence[BatchRecord], limit: float | None, *, cycle: str
) -> Refusal | None:
    """Say by what is stored why batches that are `going` may not be sent; a canary without its final word says nothing.

    Without any of them: whether new ones of the cycle may be.
    """
    for batch in going:
        canary = canary_of(batch, batches)
        states = of_sequences(batches, [each.name.sequence for each in canary])
        refusal = share_refusal(states, limit, cycle=cycle, canary=canary) if canary and is_final(states) else None
        if refusal is not None:
            return refusal
    return share_refusal(of_sequences(batches), limit, cycle=cycle)


def share_refusal(
    states: Counter[ItemState], limit: float | None, *, cycle: str, canary: Sequence[BatchRecord] = ()
) -> Refusal | None:
    """Refuse to send more where too many of the finished items are unpaid; what a person has ended is not counted.

    Of a whole `canary` every item counts, and without a limit none may be unpaid.
    """
    counted = Counter({state: number for state, number in states.items() if state not in SAID_BY_A_PERSON})
    finished = sum(number for state, number in counted.items() if state not in NOT_FINAL)
    unpaid = sum(counted[state] for state in NOT_PAID)
    most = 0.0 if limit is None and canary else limit
    if most is None or not finished or (finished < FINISHED_MIN and not canary) or unpaid / finished <= most:
        return None
    whose = f"items of the canary ({named(str(batch.name) for batch in canary)})" if canary else "finished items"
    allowed = "none may be without limits.max_failed_share" if limit is None else f"limits.max_failed_share is {most:g}"
    return Refusal(
        "limit_exceeded",
        f"{unpaid} of {finished} {whose} are unpaid ({unpaid / finished:.0%}); {allowed}.",
        f"What is stored and not sent stays so. `payouts status --cycle {cycle} --errors` says what went wrong: pay "
        f"the corrected rows, then run again. To send what is left all the same: `payouts retry --cycle {cycle}`.",
        [{"finished": finished, "unpaid": unpaid, "share": round(unpaid / finished, 4), "max_failed_share": limit}],
    )


def canary_of(batch: BatchRecord, batches: Sequence[BatchRecord]) -> list[BatchRecord]:
    """Return the canary that goes before a batch: the first batches of each currency that were stored with it.

    A plan without a canary fills each batch but the last of a currency. So where the first batch of any currency is not
    full though another follows, it is a canary, and so are the first ones of the other currencies.
    """
    together = [each for each in batches if each.created_at == batch.created_at and each.name.attempt == 1]
    together.sort(key=lambda each: each.name.sequence)
    first: dict[str, BatchRecord] = {}
    has_canary = False
    for each in together:
        before = first.setdefault(each.currency, each)
        has_canary |= before is not each and before.items < ITEMS_PER_BATCH_MAX
    canary = list(first.values())
    is_before = has_canary and batch.name.sequence not in {each.name.sequence for each in canary}
    return canary if is_before else []
