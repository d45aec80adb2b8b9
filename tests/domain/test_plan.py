"""The plan: the same rows and history give the same plan; every rule of comparing, of copies and of limits."""

import hashlib
import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX as MOST
from paypal_payouts.domain.payout import BatchRecord, Debt, InputRow, StoredItem
from paypal_payouts.domain.plan import (
    EXAMPLES_MAX,
    History,
    Limits,
    Plan,
    RecentCycle,
    Refusal,
    Request,
    cooldown_left_s,
    make_plan,
)
from paypal_payouts.domain.states import PAYABLE_AGAIN, BatchStatus, ItemState

from .makers import NOW, batch, row, stored

B = BatchStatus
S = ItemState


def plan(rows: list[InputRow], history: History | None = None, **request: Any) -> Plan:
    return make_plan(
        [Debt(*(getattr(one, name) for name in Debt._fields)) for one in sorted(rows, key=lambda one: one.item_id)],
        Request(cycle="c", environment="sandbox", account="main", **request),
        history or History(),
    )


def codes(made: Plan) -> list[str]:
    return [refusal.code for refusal in made.refusals]


def test_the_digest_is_sha_256_over_account_environment_cycle_and_rows() -> None:
    made = plan([row("b", 205, "EUR"), row("a", 100)])
    text = "main\x1fsandbox\x1fc\na\x1fa@x.example\x1f100\x1fUSD\nb\x1fb@x.example\x1f205\x1fEUR\n"
    assert made.digest == hashlib.sha256(text.encode()).hexdigest()


rows = st.lists(
    st.builds(
        row,
        st.from_regex(r"[a-z]{1,3}", fullmatch=True),
        st.integers(1, 10**6),
        st.sampled_from(["USD", "EUR", "JPY"]),
    ),
    unique_by=lambda one: one.item_id,
    max_size=30,
)


@given(rows, st.randoms())
def test_the_order_of_the_file_changes_nothing(lines: list[InputRow], chance: Any) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert plan(shuffled) == plan(lines)


@given(rows, rows)
def test_two_inputs_have_one_digest_only_where_they_owe_the_same(one: list[InputRow], other: list[InputRow]) -> None:
    owed = [{(r.item_id, r.receiver, r.amount_minor, r.currency) for r in lines} for lines in (one, other)]
    assert (plan(one).digest == plan(other).digest) is (owed[0] == owed[1])


@given(rows)
def test_every_new_row_is_in_one_chunk_of_its_currency_and_nothing_is_lost(lines: list[InputRow]) -> None:
    numbered = [one._replace(key=number) for number, one in enumerate(lines)]
    made = plan(numbered)
    keys = [key for chunk in made.chunks for key in chunk.keys]
    assert sorted(keys) == list(range(len(lines)))
    assert made.new_items == len(lines)
    for chunk in made.chunks:
        assert {numbered[key].currency for key in chunk.keys} == {chunk.currency}
        assert chunk.amount_minor == sum(numbered[key].amount_minor for key in chunk.keys)
    assert [chunk.name.sequence for chunk in made.chunks] == list(range(1, len(made.chunks) + 1))
    assert [chunk.currency for chunk in made.chunks] == sorted({one.currency for one in lines})


@given(rows)
def test_the_same_input_again_plans_nothing_and_refuses_nothing(lines: list[InputRow]) -> None:
    items = [
        stored(one.item_id, S.SUCCESS, one.amount_minor, one.currency)
        for one in sorted(lines, key=lambda one: one.item_id)
    ]
    made = plan(lines, History(batches=[batch(B.DONE)], items=items))
    assert (list(made.chunks), list(made.refusals), list(made.notices)) == ([], [], [])


@pytest.mark.parametrize(("count", "sizes"), [(MOST, [MOST]), (MOST + 1, [MOST, 1]), (2 * MOST + 1, [MOST, MOST, 1])])
def test_batches_are_cut_at_what_paypal_takes_in_a_request(count: int, sizes: list[int]) -> None:
    made = plan([row(f"{number:06d}") for number in range(count)])
    assert [len(chunk.keys) for chunk in made.chunks] == sizes
    assert [str(chunk.name) for chunk in made.chunks] == [f"c-{n + 1:04d}-1" for n in range(len(sizes))]


def test_new_sequences_follow_the_last_that_the_cycle_has() -> None:
    history = History(batches=[batch(B.DONE, name=BatchName("c", 7, 3))], items=[stored("a")])
    made = plan([row("b"), row("d", currency="EUR")], history, append=True)
    assert [str(chunk.name) for chunk in made.chunks] == ["c-0008-1", "c-0009-1"]


@pytest.mark.parametrize("status", list(B), ids=str)
@pytest.mark.parametrize("state", list(S), ids=str)
def test_a_changed_row_is_a_correction_only_where_the_item_is_proven_unpaid(status: B, state: S) -> None:
    history = History(batches=[batch(status)], items=[stored("a", state)])
    made = plan([row("a", 101)], history)
    unpaid = state in PAYABLE_AGAIN or status is B.REFUSED
    assert codes(made) == ([] if unpaid else ["changed_item"])
    assert [notice.code for notice in made.notices] == (["corrected_item"] if unpaid else [])
    assert not made.chunks
    assert bool(made.changed_refused_batches) is (status is B.REFUSED)


@pytest.mark.parametrize("status", list(B), ids=str)
@pytest.mark.parametrize("append", [False, True])
def test_a_missing_row_stops_only_while_its_batch_is_planned_and_never_with_append(
    status: B,
    append: bool,
) -> None:
    made = plan([row("b")], History(batches=[batch(status)], items=[stored("a"), stored("b")]), append=append)
    stops = status is B.PLANNED and not append
    assert codes(made) == (["missing_item"] if stops else [])
    assert [notice.code for notice in made.notices] == ([] if stops or append else ["missing_item"])
    assert made.changed_refused_batches == (frozenset() if append or status is not B.REFUSED else {1})


def test_a_new_row_is_extra_only_where_the_cycle_has_batches() -> None:
    assert codes(plan([row("a")])) == []
    history = History(batches=[batch(B.DONE)], items=[stored("a")])
    assert codes(plan([row("a"), row("b")], history)) == ["extra_item"]
    assert codes(plan([row("a"), row("b")], History([batch(B.DONE)], [stored("a")]), append=True)) == []


def test_every_rule_is_checked_and_the_first_refusal_is_that_of_the_comparison() -> None:
    history = History(
        batches=[batch(B.PLANNED)],
        items=[stored("a"), stored("gone")],
        committed_minor={"USD": 200},
        recent=[RecentCycle("other", NOW, [("n@x.example", 100, "USD")])],
    )
    made = plan(
        [row("a", 999), row("n")],
        history,
        expect_digest="x",
        limits=Limits(max_item={"USD": 100}, max_cycle={"USD": 200}),
    )
    assert codes(made) == [
        "changed_item",
        "extra_item",
        "missing_item",
        "duplicate_cycle",
        "digest_differs",
        "limit_exceeded",
        "limit_exceeded",
    ]


def test_an_item_is_refused_by_the_limit_that_it_breaks() -> None:
    limits = Limits(max_item={"USD": 300}, min_item={"USD": 100, "EUR": 500})
    made = plan([row("a", 301), row("b", 99), row("c", 100), row("d", 300), row("e", 1, "JPY")], limits=limits)
    said = [(refusal.code, refusal.message, list(refusal.details)) for refusal in made.refusals]
    assert said == [
        (
            "limit_exceeded",
            "1 row is above limits.max_item: a.",
            [{"item_id": "a", "line": 2, "amount": "3.01"}],
        ),
        (
            "limit_exceeded",
            "1 row is below limits.min_item: b.",
            [{"item_id": "b", "line": 2, "amount": "0.99"}],
        ),
    ]


def test_a_refusal_names_the_first_items_and_counts_the_rest() -> None:
    count = EXAMPLES_MAX + 5
    history = History(batches=[batch(B.DONE)], items=[stored(f"i{n:03d}") for n in range(count)])
    made = plan([row(f"i{n:03d}", 999) for n in range(count)], history)
    assert len(made.refusals[0].details) == EXAMPLES_MAX
    assert f"{count} stored items differ" in made.refusals[0].message
    assert "and 5 more" in made.refusals[0].message


def other_cycle(*items: tuple[str, int, str]) -> History:
    return History(recent=[RecentCycle("other", NOW, list(items), last_stored=7)])


@given(st.integers(1, 12), st.integers(0, 12))
def test_a_copy_is_what_agrees_in_half_of_its_new_rows_or_more(new: int, agreeing: int) -> None:
    agreeing = min(agreeing, new)
    lines = [row(f"i{number:02d}") for number in range(new)]
    theirs = [(one.receiver, one.amount_minor, one.currency) for one in lines[:agreeing]]
    made = plan(lines, other_cycle(*theirs))
    assert made.compared == {"other": 7}
    assert codes(made) == (["duplicate_cycle"] if agreeing * 2 >= new else [])
    assert codes(plan(lines, other_cycle(*theirs), allow_duplicate=True)) == []


@pytest.mark.parametrize(
    "theirs",
    [("a@x.example", 101, "USD"), ("a@x.example", 100, "EUR"), ("b@x.example", 100, "USD")],
    ids=["amount", "currency", "receiver"],
)
def test_a_row_that_differs_in_one_thing_does_not_agree(theirs: tuple[str, int, str]) -> None:
    assert codes(plan([row("a")], other_cycle(theirs))) == []


def test_a_row_of_the_other_cycle_counts_once() -> None:
    lines = [row(item, receiver="same@x.example") for item in "abc"]
    assert codes(plan(lines, other_cycle(("same@x.example", 100, "USD")))) == []


def test_agreement_is_counted_with_one_other_cycle_not_with_several_together() -> None:
    recent = [
        RecentCycle("one", NOW, [("a@x.example", 100, "USD")]),
        RecentCycle("two", NOW, [("b@x.example", 100, "USD")]),
    ]
    assert codes(plan([row(item) for item in "abcd"], History(recent=recent))) == []


@pytest.mark.parametrize(("new", "reads"), [(0, "nothing"), (1, "some"), (2, "some"), (3, "nothing"), (2000, "all")])
def test_no_more_is_read_of_another_cycle_than_may_decide(new: int, reads: str) -> None:
    read: list[str] = []
    theirs = [("i0000@x.example", 100, "USD")]

    class Payments(list[tuple[str, int, str]]):
        def __iter__(self) -> Iterator[tuple[str, int, str]]:
            read.append("all")
            return super().__iter__()

    def some(receivers: Collection[str]) -> list[tuple[str, int, str]]:
        read.append("some")
        return [each for each in theirs if each[0].lower() in receivers]

    number = 1 if new < 2000 else 1000
    other = RecentCycle("other", NOW, Payments(theirs), number=number, payments_to=some)
    made = plan(
        [row(f"i{each:04d}", receiver=f"I{each:04d}@x.example") for each in range(new)], History(recent=[other])
    )
    assert (read or ["nothing"]) == [reads]
    assert codes(made) == (["duplicate_cycle"] if new in {1, 2} else [])


def test_the_hint_of_a_copy_says_first_how_to_go_on_and_last_how_to_insist() -> None:
    (refusal,) = plan([row("a")], other_cycle(("a@x.example", 100, "USD"))).refusals
    assert commands(refusal) == ["payouts run other", "payouts run c --allow-duplicate"]


@given(st.integers(1, 12), st.integers(0, 12))
def test_new_rows_are_a_copy_of_their_own_cycle_under_other_item_ids(new: int, agreeing: int) -> None:
    agreeing = min(agreeing, new)
    lines = [row(f"i{number:02d}") for number in range(new)]
    theirs = [(one.receiver, one.amount_minor, one.currency) for one in lines[:agreeing]]

    def history() -> History:
        return History(batches=[batch(B.DONE)], items=[stored("z")], live=theirs, stored=theirs)

    made = plan(lines, history(), append=True)
    assert codes(made) == (["duplicate_cycle"] if agreeing * 2 >= new else [])
    assert codes(plan(lines, history(), append=True, allow_duplicate=True)) == []
    if made.refusals:
        assert commands(made.refusals[0])[-1] == "payouts run c --append --allow-duplicate"


@pytest.mark.parametrize(("paid", "known", "agreeing"), [(1, 4, 4), (0, 4, 0), (1, 1, 0), (2, 2, 2), (1, 2, 2)])
def test_the_whole_file_again_is_a_copy_where_one_of_them_is_paid(paid: int, known: int, agreeing: int) -> None:
    lines = [row(item) for item in "abcd"]
    theirs = [(one.receiver, one.amount_minor, one.currency) for one in lines]
    history = History([batch(B.DONE)], [stored("z")], live=theirs[:paid], stored=theirs[:known])
    refusals = plan(lines, history, append=True).refusals
    assert [refusal.details for refusal in refusals] == (
        [[{"cycle": "c", "agreeing": agreeing, "new": 4}]] if agreeing else []
    )


def commands(refusal: Refusal) -> list[str]:
    return re.findall(r"`(payouts [^`]*)`", refusal.hint)


GIVEN_UP = [
    'payouts override c-0001-1 --to abandoned --reason "its rows were corrected"',
    "payouts retry c-0001-1 --failed-items",
]
CALLED_BACK = [
    'payouts cancel a --cycle c --reason "the row was corrected"',
    "payouts retry c-0001-1 --failed-items",
]


@pytest.mark.parametrize(
    ("status", "state", "rows", "expected"),
    [
        (B.PLANNED, S.UNSENT, [row("a", 999)], GIVEN_UP),
        (B.PLANNED, S.UNSENT, [], GIVEN_UP),
        (B.DONE, S.UNCLAIMED, [row("a", 999)], CALLED_BACK),
        (B.DONE, S.SUCCESS, [row("a", 999)], []),
        (B.DONE, S.SUCCESS, [row("a"), row("b")], ["payouts run c --append"]),
        (B.DONE, S.SUCCESS, [row("b")], ["payouts status --cycle c --items"]),
    ],
    ids=["changed and never sent", "missing and never sent", "unclaimed", "paid", "new beside all", "new instead"],
)
def test_the_way_out_of_a_refusal(status: B, state: S, rows: list[InputRow], expected: list[str]) -> None:
    refusal = plan(rows, History(batches=[batch(status)], items=[stored("a", state)])).refusals[0]
    assert commands(refusal) == expected


PUT_BACK = "put the row back"
REVIEW = "`payouts review c-0001-1`"


@pytest.mark.parametrize(
    ("status", "state", "changed", "said"),
    [
        (B.DONE, S.SUCCESS, row("a", receiver="new@x.example"), f"a (success): paid, so {PUT_BACK}; a new address"),
        (B.DONE, S.ONHOLD, row("a", receiver="new@x.example"), "a (onhold): this may still be paid, so put the row"),
        (B.ACCEPTED, S.PENDING, row("a", receiver="new@x.example"), "wait: `payouts sync --cycle c`"),
        (B.IN_FLIGHT, S.UNSENT, row("a", receiver="new@x.example"), "a (sent without an answer): this may still"),
        (B.REVIEW, S.UNSENT, row("a", 999), f"{PUT_BACK}; a person decides first whether this is paid: {REVIEW}."),
        (B.DONE, S.SUCCESS, row("a", 999), f"{PUT_BACK} as sent; only the difference is owed, under a new item_id"),
        (B.DONE, S.SUCCESS, row("a", 99), f"a (success): {PUT_BACK} as sent, and ask for what is too much"),
        (B.DONE, S.SUCCESS, row("a", 99, "EUR"), f"a (success): {PUT_BACK} as sent; what may be paid is not changed"),
        (B.DONE, S.ONHOLD, row("a", 99), f"a (onhold): {PUT_BACK} as sent; what may be paid is not changed"),
        (B.DONE, S.ONHOLD, row("a", 999, "EUR"), f"a (onhold): {PUT_BACK} as sent; what may be paid is not changed"),
        (
            B.DONE,
            S.REFUNDED,
            row("a", receiver="new@x.example"),
            "a (refunded): put the row back as sent; what is owed",
        ),
    ],
)
def test_a_changed_row_is_led_by_what_became_of_its_item(status: B, state: S, changed: InputRow, said: str) -> None:
    (refusal,) = plan([changed], History(batches=[batch(status)], items=[stored("a", state)])).refusals
    assert said in refusal.hint
    may_be_owed = changed.amount_minor == 999 and changed.currency == "USD" and status is not B.REVIEW
    assert ("--append" in refusal.hint) is (may_be_owed or state is S.REFUNDED)


@pytest.mark.parametrize(
    ("status", "state", "changed", "is_said"),
    [
        (B.DONE, S.SUCCESS, "abc", True),
        (B.DONE, S.SUCCESS, "a", False),
        (B.REVIEW, S.UNSENT, "abc", False),
        (B.PLANNED, S.UNSENT, "abc", False),
    ],
    ids=["most rows", "a single amount", "in review", "never sent"],
)
def test_where_most_rows_differ_they_may_be_the_pay_of_a_new_period(
    status: B, state: S, changed: str, *, is_said: bool
) -> None:
    history = History(batches=[batch(status)], items=[stored(each, state) for each in "abcd"])
    (refusal,) = plan([row(each, 999 if each in changed else 100) for each in "abcd"], history).refusals
    last = refusal.hint.endswith("--append. The pay of a new period needs a cycle name of its own.")
    assert (last, "new period" in refusal.hint) == (is_said, is_said)


def test_changed_rows_of_different_kinds_each_get_their_sentence_with_the_first_ids() -> None:
    paid = [f"p{number}" for number in range(7)]
    history = History(
        batches=[batch(B.DONE)],
        items=[stored("held", S.ONHOLD), *map(stored, paid), stored("un", S.UNCLAIMED)],
    )
    (refusal,) = plan([row(each, receiver="n@x.example") for each in ["held", *paid, "un"]], history).refusals
    assert "p0 (success), p1 (success), p2 (success), p3 (success), p4 (success) and 2 more: paid" in refusal.hint
    assert "held (onhold): this may still be paid" in refusal.hint
    assert "`payouts cancel un --cycle c" in refusal.hint


def derived(*owed: tuple[str, int]) -> list[InputRow]:
    return [row(f"{name}@x.example#1", amount, receiver=f"{name}@x.example") for name, amount in owed]


def known(name: str, state: S, amount_minor: int = 100) -> StoredItem:
    return stored(f"{name}@x.example#1", state, amount_minor)._replace(receiver=f"{name}@x.example")


@pytest.mark.parametrize(
    ("items", "rows", "refused", "notices"),
    [
        ([known("a", S.FAILED)], derived(("x", 100)), [], ["corrected_item"]),
        ([known("a", S.FAILED)], derived(("a", 200)), [], ["corrected_item"]),
        ([known("a", S.SUCCESS)], derived(("x", 100)), ["extra_item"], ["missing_item"]),
        ([known("a", S.FAILED)], derived(("x", 200)), ["extra_item"], ["missing_item"]),
        ([known("a", S.FAILED), known("b", S.FAILED)], derived(("x", 100)), ["extra_item"], ["missing_item"] * 2),
        ([known("a", S.FAILED)], derived(("x", 100), ("y", 100)), ["extra_item"], ["missing_item"]),
        ([known("a", S.SUCCESS)._replace(receiver="x@x.example")], derived(("x", 100)), [], []),
        ([known("a", S.SUCCESS)], derived(("a", 200)), ["changed_item"], []),
    ],
    ids=["alone", "amount", "paid", "another amount", "two gone", "two new", "corrected before", "paid amount"],
)
def test_a_row_without_an_id_is_known_again_where_it_stands_alone(
    items: list[StoredItem], rows: list[InputRow], refused: list[str], notices: list[str]
) -> None:
    made = plan(rows, History(batches=[batch(B.DONE)], items=items), derived_ids=True)
    assert codes(made) == refused
    assert [notice.code for notice in made.notices] == notices
    for refusal in made.refusals:
        assert "--append" not in refusal.hint
        if refusal.code == "extra_item":
            assert [key for chunk in made.chunks for key in chunk.keys] == [0] * len(rows)


def test_an_expected_digest_may_be_written_in_capitals() -> None:
    digest = plan([row("a")]).digest
    assert digest is not None
    assert codes(plan([row("a")], expect_digest=f" {digest.upper()} ")) == []
    assert codes(plan([row("a", 101)], expect_digest=digest)) == ["digest_differs"]


def test_limits_are_checked_only_where_something_would_be_sent_for_the_first_time() -> None:
    limits = Limits(max_item={"USD": 1}, max_cycle={"USD": 1})
    done = History(batches=[batch(B.DONE)], items=[stored("a")], committed_minor={"USD": 100})
    assert codes(plan([row("a")], done, limits=limits)) == []
    planned = History(batches=[batch(B.PLANNED)], items=[stored("a", S.UNSENT)], committed_minor={"USD": 100})
    assert codes(plan([row("a")], planned, limits=limits)) == ["limit_exceeded", "limit_exceeded"]


def sent(at_s: float | None) -> BatchRecord:
    return batch(B.DONE, last_sent_at=None if at_s is None else NOW + timedelta(seconds=at_s))


@pytest.mark.parametrize(
    ("batches", "left_s"),
    [([], 0), ([sent(None)], 0), ([sent(-60)], 0), ([sent(-59)], 1), ([sent(0)], 60), ([sent(-90), sent(-10)], 50)],
    ids=["no batch", "never sent", "long enough ago", "almost", "now", "the youngest counts"],
)
def test_the_cooldown_counts_from_the_last_send_of_the_cycle(batches: list[BatchRecord], left_s: float) -> None:
    assert cooldown_left_s(batches, now=NOW, cooldown_s=60) == left_s
