"""Copies: the same people owed the same amounts under another cycle's name, or under other item ids.

Rows are compared by fingerprints of 8 bytes each. Source: docs/design.md, 5.3.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from msgspec import Struct

from paypal_payouts.domain.findings import Refusal, named
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.words import utc_minute

SHARE_OF_A_COPY: Final = 2
"""Rows are a copy when one in this many of them, or more, agrees with the payments of one cycle."""

FEW_RECEIVERS: Final = 1000
"""So many are looked for one by one in the other cycles; of more rows, all payments of these are read."""

Payment = tuple[str, int, str]
"""Receiver, amount in minor units, currency."""


class RecentCycle(Struct, frozen=True):
    """A cycle of which payments were stored or sent in the last days, to find a copied file by."""

    name: str
    seen_at: datetime
    """When something of it was last sent; or stored, where nothing was."""
    payments: Iterable[Payment]
    """Read when they are asked for. What was stored and given up unsent is not among them."""
    was_sent: bool = False
    first_stored: int = 0
    """The place of its first batch among all that were ever stored, in the order in which they became visible."""
    last_stored: int = 0
    is_allowed: bool = False
    """All of it was stored with --allow-duplicate."""
    is_archived: bool = False
    """Its payments have hashes in place of receivers."""
    number: int | None = None
    """How many payments it has at most; None where that is not known."""
    payments_to: Callable[[Collection[str]], Iterable[Payment]] | None = None
    """Reads its payments to some receivers, in small letters, and no others; None where that cannot be asked for."""

    def may_hold_copy_of(self, rows: int) -> bool:
        """Return whether enough payments of it could agree with so many rows."""
        return self.number is None or self.number * SHARE_OF_A_COPY >= rows

    def payments_like(self, receivers: Collection[str]) -> Iterable[Payment]:
        """Return its payments, those to other receivers left out where these are few; without receivers all of them."""
        few = 0 < len(receivers) <= FEW_RECEIVERS
        return self.payments_to(receivers) if few and self.payments_to is not None else self.payments


class Copy(NamedTuple):
    """What rows are a copy of."""

    cycle: RecentCycle
    agreeing: int
    rows: int


def fingerprint(receiver: str, amount_minor: int, currency: str) -> int:
    """Stand for a payment when rows are compared; an address in other letters is the same payee."""
    return hash((receiver.lower(), amount_minor, currency))


def fingerprints(payments: Iterable[Payment]) -> "array[int]":
    """Return the fingerprint of each payment, smallest first."""
    return array("q", sorted(array("q", (fingerprint(*payment) for payment in payments))))


def agreeing(rows: Sequence[int], payments: Sequence[int]) -> int:
    """Count the members that two sorted lists have in common, each used once."""
    shared, position = 0, 0
    for member in rows:
        while position < len(payments) and payments[position] < member:
            position += 1
        if position < len(payments) and payments[position] == member:
            shared += 1
            position += 1
    return shared


def copied(rows: Sequence[int], payments: Iterable[Payment]) -> int:
    """Count the rows (sorted fingerprints) that agree with payments that they are a copy of; 0 where they are none."""
    shared = agreeing(rows, fingerprints(payments)) if rows else 0
    return shared if shared * SHARE_OF_A_COPY >= len(rows) else 0


def copied_of_itself(rows: Sequence[int], *, stored: Iterable[Payment], live: Iterable[Payment]) -> int:
    """Return how many new rows agree with payments that their own cycle has under other ids; 0 where they are no copy.

    Rows that agree with what failed are owed still, and no copy. Where somebody among them has money, or may yet get
    it, they are one: this is the whole file again and not those who are unpaid.
    """
    paid = agreeing(rows, fingerprints(live)) if rows else 0
    if not paid:
        return 0
    return copied(rows, stored) or (paid if paid * SHARE_OF_A_COPY >= len(rows) else 0)


def copied_cycle(
    rows: Sequence[int],
    cycles: Iterable[RecentCycle],
    *,
    receivers: Collection[str] = (),
    hashed: Callable[[], Sequence[int]],
) -> Copy | None:
    """Find the first cycle that rows, as sorted fingerprints, are a copy of.

    `receivers` are those of all the rows, in small letters; without them, or where they are many, more is read.
    `hashed` are the same rows with hashes in place of receivers; asked for where a cycle is archived.
    """
    for cycle in cycles:
        if not cycle.may_hold_copy_of(len(rows)):
            continue
        ours, theirs = (hashed(), cycle.payments) if cycle.is_archived else (rows, cycle.payments_like(receivers))
        if shared := copied(ours, theirs):
            return Copy(cycle, shared, len(rows))
    return None


def stands_against(other: RecentCycle, *, first_stored: int, last_stored: int) -> bool:
    """Return whether another cycle forbids the first send of stored batches that are a copy of it.

    It does when anything of it was sent, or when it was stored earlier; `last_stored` is the last place of the batches
    that are asked about, `first_stored` the first of their whole cycle. A copy that was stored later and allowed is
    owed beside them: a person said so when both were there.

    Why two copies never both go: a place is given at the end of the transaction that stores a batch, one transaction
    at a time, so that whoever has a later place finds the earlier one stored. Each looks after its own batches are
    stored and before any permit for them. So of two, the later one always finds the earlier.
    """
    if other.is_allowed and other.first_stored > first_stored:
        return False
    return other.was_sent or other.first_stored < last_stored


def copy_of_cycle(found: Copy, *, of_rows: str, cycle: str, ways: Sequence[str], again: str) -> Refusal:
    """Refuse rows that are a copy of another cycle: how to continue that one comes first, how to insist last."""
    other = found.cycle
    seen = f"{'sent' if other.was_sent else 'stored'} {utc_minute(other.seen_at)}"
    looks = f"This looks like cycle {other.name} under another name."
    goes_on = f"To continue it: `payouts run {other.name}`."
    hint = ["Nothing of them was sent.", looks, goes_on, *ways, f"Only if everyone is owed again: `{again}`."]
    return Refusal(
        "duplicate_cycle",
        f"{found.agreeing} of {found.rows} {of_rows} of cycle {cycle} agree in receiver, amount and currency with "
        f"cycle {other.name}, {seen}.",
        " ".join(hint),
        [{"cycle": other.name, "agreeing": found.agreeing, "new": found.rows}],
    )


def copy_of_itself(paid: int, *, rows: int, cycle: str, again: str) -> Refusal:
    """Refuse new rows that a cycle pays already, under other item ids."""
    return Refusal(
        "duplicate_cycle",
        f"{paid} of {rows} new rows agree in receiver, amount and currency with payments that cycle {cycle} has "
        "under other item ids.",
        f"Nothing was sent. {stored_ids(cycle)} Only if everyone is owed again: `{again}`.",
        [{"cycle": cycle, "agreeing": paid, "new": rows}],
    )


def stored_copy_of_itself(batch: BatchName, paid: int, *, rows: int) -> Refusal:
    """Refuse to pay what a cycle has stored again since, under other item ids, and pays there."""
    return Refusal(
        "duplicate_cycle",
        f"{paid} of {rows} payments of {batch} agree in receiver, amount and currency with later ones that cycle "
        f"{batch.cycle} has under other item ids, and that are paid or may be.",
        f"Nothing was sent. `payouts status --cycle {batch.cycle} --items` shows both. Take the rows of those who are "
        f"paid out of the input; then the rest is paid by `payouts retry {batch} --failed-items`. Who is owed twice "
        "goes into a cycle of its own.",
        [{"cycle": batch.cycle, "agreeing": paid, "new": rows}],
    )


def stored_ids(cycle: str) -> str:
    """Describe how a row is known again whose item is stored under an id that the input does not have."""
    return (
        f"Give each row the item_id under which it is stored, a corrected row that of the row it replaces: "
        f"`payouts status --cycle {cycle} --items` shows them."
    )


def stored_copy(found: Copy, *, cycle: str, batches: Sequence[str]) -> Refusal:
    """Refuse the first send of stored batches that are a copy of another cycle."""
    give_up = f'`payouts override {batches[0]} --to abandoned --reason "a copy of cycle {found.cycle.name}"`'
    more = f", and so for {named(batches[1:])}" if batches[1:] else ""
    return copy_of_cycle(
        found,
        of_rows="stored payments",
        cycle=cycle,
        ways=[f"To give this one up: {give_up}{more}."],
        again=f"payouts run {cycle} --allow-duplicate",
    )
