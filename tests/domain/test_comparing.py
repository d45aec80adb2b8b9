"""Comparing some rows at a time finds what comparing each row by itself finds, wherever the blocks end."""

import hashlib
from collections.abc import Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paypal_payouts.domain import comparing
from paypal_payouts.domain.comparing import Comparison, History, Limits, Request
from paypal_payouts.domain.copies import RecentCycle, fingerprint
from paypal_payouts.domain.findings import EXAMPLES_MAX, Findings
from paypal_payouts.domain.payout import DebtRow, StoredItem
from paypal_payouts.domain.states import BatchStatus, ItemState

from .makers import NOW, batch

Owed = tuple[str, int, str]
"""Receiver, amount, currency."""

OWED = st.tuples(st.sampled_from(["a@x", "A@x", "b@x"]), st.integers(1, 4), st.sampled_from(["USD", "EUR"]))
CYCLES = st.dictionaries(st.sampled_from("abcdefgh"), OWED, max_size=8)
LIMITS = Limits(max_item={"USD": 3}, min_item={"USD": 2, "EUR": 2})


def found(findings: Findings) -> tuple[int, list[object]]:
    """Return how many there are, and the ids of the first."""
    return findings.count, [example["item_id"] for example in findings.examples]


def expected_of(ids: list[str]) -> tuple[int, list[object]]:
    return len(ids), list(ids[:EXAMPLES_MAX])


@given(
    owed=CYCLES,
    before=CYCLES,
    same=st.sets(st.sampled_from("abcdefgh"), min_size=4),
    at_once=st.integers(1, 4),
    append=st.booleans(),
    canary=st.sampled_from([None, 1, 2]),
    most=st.integers(1, 4),
)
@example(  # what was read ahead goes on past the last block, which is smaller
    owed={"a": ("a@x", 1, "USD"), "b": ("a@x", 1, "USD"), "c": ("a@x", 1, "USD")},
    before={"d": ("a@x", 1, "USD")},
    same={"c"},
    at_once=2,
    append=False,
    canary=None,
    most=4,
)
@settings(max_examples=300)
def test_blocks_of_any_size_find_the_same(
    *,
    owed: Mapping[str, Owed],
    before: Mapping[str, Owed],
    same: set[str],
    at_once: int,
    append: bool,
    canary: int | None,
    most: int,
) -> None:
    before = {**before, **{name: owed[name] for name in owed if name in same}}  # most runs are repeated ones
    rows: list[DebtRow] = [(key, 10 + key, name, *owed[name]) for key, name in enumerate(sorted(owed))]
    stored = [StoredItem(name, *before[name], ItemState.SUCCESS, 1) for name in sorted(before)]
    other = RecentCycle("other", NOW, ())
    history = History(
        batches=[batch(status=BatchStatus.DONE)] if stored else [],
        items=iter(stored),
        recent=[other],
        hashed=lambda receiver: f"#{receiver}",
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(comparing, "_ROWS_AT_ONCE", at_once)
        patched.setattr(comparing, "ITEMS_PER_BATCH_MAX", most)
        made = Comparison(Request("c", "sandbox", "main", append=append, canary=canary, limits=LIMITS), history)
        made.run(iter(rows), history.items)

    text = "".join(f"{name}\x1f{owed[name][0]}\x1f{owed[name][1]}\x1f{owed[name][2]}\n" for name in sorted(owed))
    assert made.digest.hexdigest() == hashlib.sha256(f"main\x1fsandbox\x1fc\n{text}".encode()).hexdigest()
    assert made.rows == len(owed)
    new = [name for name in sorted(owed) if name not in before]
    assert found(made.changed) == expected_of([n for n in sorted(owed) if n in before and before[n] != owed[n]])
    assert found(made.missing) == expected_of([] if append else [n for n in sorted(before) if n not in owed])
    assert found(made.extra) == expected_of(new if stored and not append else [])
    assert list(made.fingerprints or ()) == [fingerprint(*owed[name]) for name in new]
    assert list(made.hashed_fingerprints) == [fingerprint(f"#{owed[n][0]}", *owed[n][1:]) for n in new]
    assert made.receivers == {owed[name][0].lower() for name in new}
    beyond = {kind: found(made.beyond_limits._found[kind]) for kind in ("max_item", "min_item")}
    assert beyond == {
        "max_item": expected_of([n for n in sorted(owed) if owed[n][1] > 3 and owed[n][2] == "USD"]),
        "min_item": expected_of([n for n in sorted(owed) if owed[n][1] < 2]),
    }
    for currency in {owed[name][2] for name in new} | made.chunks.keys():
        chunks = made.chunks[currency]
        keys = [key for key, _, name, *_, one in rows if name in new and one == currency]
        sizes = [canary or most, *([most] * len(keys))]
        assert [list(chunk.keys) for chunk in chunks] == cut(keys, sizes)
        assert [chunk.amount_minor for chunk in chunks] == [sum(rows[k][4] for k in chunk.keys) for chunk in chunks]


def cut(keys: list[int], sizes: list[int]) -> list[list[int]]:
    """Cut keys into pieces of these sizes."""
    pieces = []
    for size in sizes:
        if keys:
            pieces.append(keys[:size])
            keys = keys[size:]
    return pieces
