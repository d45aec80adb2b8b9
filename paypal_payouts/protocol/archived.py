"""The plan of a cycle that is archived: there is nothing to do, or the input is another one.

Nothing of it can be sent, whatever the input says; this tells the operator which of the two it is.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from paypal_payouts.domain.archive import Archive
from paypal_payouts.domain.findings import Findings, Notice, Refusal
from paypal_payouts.domain.payout import Debt
from paypal_payouts.domain.plan import History, Plan, Request, make_plan
from paypal_payouts.domain.words import counted
from paypal_payouts.intake import StagedInput
from paypal_payouts.storage import Store

_AT_ONCE: Final = 15_000
_HINT: Final = "Nothing was sent. Who is owed on top, or again, goes into a cycle of its own."


def plan_of_archived(archive: Archive, staged: StagedInput, request: Request, *, store: Store) -> Plan:
    """Compare an input with what an archived cycle came to, by hashes; no row of it is ever stored."""
    limited = make_plan(staged.debts(), request, History())
    expected = [refusal for refusal in limited.refusals if refusal.code == "digest_differs"]
    changed, extra, known = Findings(), Findings(), 0
    for debt, is_same in _compared(staged, request.cycle, store):
        known += is_same is not None
        if not is_same:
            (extra if is_same is None else changed).add(item_id=debt.item_id)
    gone = archive.items - known
    missing = f" {counted(gone, 'item')} of it missing from the input." if gone and archive.is_searchable else ""
    return Plan(
        digest=limited.digest,
        rows=limited.rows,
        chunks=(),
        refusals=[*_refusals(archive, request, changed, extra), *expected],
        notices=[Notice("archived", f"{archive.words()}.{missing}")],
        changed_refused_batches=frozenset(),
    )


def _compared(staged: StagedInput, cycle: str, store: Store) -> Iterator[tuple[Debt, bool | None]]:
    debts = iter(staged.debts())
    while some := list(islice(debts, _AT_ONCE)):
        yield from store.archived.compared(cycle, some)


def _refusals(archive: Archive, request: Request, changed: Findings, extra: Findings) -> Iterator[Refusal]:
    if not archive.is_searchable:
        words = "Its hashes were made with a seal key that was lost, so nobody can tell whether the input is the same"
        yield Refusal("not_eligible", f"{archive.words()}. {words}.", _HINT)
        return
    if changed.count:
        words = f"{changed.count} of its items differ in the input: {changed.listing()}"
        yield Refusal("changed_item", f"{archive.words()}. {words}.", _HINT, changed.examples)
    if extra.count:
        words = f"{counted(extra.count, 'row')} of the input is none of its items: {extra.listing()}"
        yield Refusal("extra_item", f"{archive.words()}. {words}.", _HINT, extra.examples)
    if request.append:
        yield Refusal("not_eligible", f"{archive.words()}. Nothing can be added to it.", _HINT)
