"""`metrics`: figures of what is stored, compared with PayPal's own book and with what `status` counts."""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.backups import copy_aside, put_back
from support.world import World

from paypal_payouts.domain.metrics import BatchFacts, Facts, Figures
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.report import MetricsReport
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.verbs.metrics import figures_of, metrics

WORDS = ["ann", "bob", "fail", "unclaimed", "hold", "block", "return", "refund", "reverse", "transient"]
MIXED = [f"{word},{word}@x.example,10.00,{'EUR' if word == 'bob' else 'USD'}" for word in WORDS]


def figures(world: World) -> Figures:
    with world.store() as store:
        return figures_of(store.metrics.facts(), environment="sandbox", account="main", now=world.now())


def written(world: World, output: Path | None, text: str = "text\n") -> MetricsReport:
    with world.store() as store:
        finished = metrics(
            output,
            store=store,
            environment="sandbox",
            account="main",
            now=world.now(),
            exposition=lambda _: text,
        )
    assert finished.exit_code == 0
    assert isinstance(finished.report, MetricsReport)
    return finished.report


def test_sends_that_the_sent_log_alone_knows_are_counted(lite: World) -> None:
    lite.run(MIXED[:2], cycle="first")
    lite.run(MIXED[:2], cycle="second", allow_duplicate=True)
    lite.restart()
    older = copy_aside(lite.database_url)
    lite.pass_time(hours=1)
    lite.run(["new,new@x.example,1.00,USD"], cycle="third")
    assert unrecorded(lite) == 0
    lite.restart()
    put_back(lite.database_url, older)
    assert unrecorded(lite) == 1
    assert unrecorded(lite, cycles=1) == 1, "every log is looked at, whatever has figures of its own"


def unrecorded(world: World, cycles: int = 100) -> int:
    with world.store() as store:
        finished = metrics(
            None,
            store=store,
            environment="sandbox",
            account="main",
            now=world.now(),
            cycles=cycles,
            lock_directory=world.folder / world.directory,
            exposition=lambda _: "",
        )
    assert isinstance(finished.report, MetricsReport)
    return finished.report.figures.unrecorded_sends


def book(world: World) -> Counter[str]:
    return Counter(payment["state"].lower() for payment in world.paypal.book()["payments"])


def tallied(world: World, *cycles: str) -> dict[ItemState, int]:
    with world.store() as store:
        return dict(sum((store.items.tally(cycle).states for cycle in cycles), Counter[ItemState]()))


def test_the_figures_of_a_mixed_cycle_are_those_of_paypals_book(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 503})
    world.run(MIXED)
    told = figures(world)
    assert {str(state): count for state, count in told.items.items()} == book(world)
    assert told.items == tallied(world, "c")
    assert {status: count for status, count in told.batches.items() if count} == {BatchStatus.DONE: 2}
    assert set(told.batches) == set(BatchStatus)
    assert told.attempts == {
        (AttemptOutcome.ACCEPTED, None): 2,
        (AttemptOutcome.UNKNOWN, ErrorClass.TRANSIENT): 1,
    }
    assert (told.attempts_open, told.retries) == (0, 1)
    assert told.unclaimed == {30: 1}
    assert told.seconds_to_final.count == 2


def test_an_item_that_was_paid_again_counts_once_in_the_state_of_its_newest_payment(world: World) -> None:
    world.run(MIXED)
    corrected = ["fail,fae@x.example,10.00,EUR" if row.startswith("fail,") else row for row in MIXED]
    world.retry("c-0002-1", corrected, failed_items=True)
    told = figures(world)
    assert told.items == tallied(world, "c")
    assert sum(told.items.values()) == len(MIXED)
    assert told.batches[BatchStatus.DONE] == 4
    # The two payments that were replaced are in PayPal's book, and in none of the figures.
    assert book(world).total() == len(MIXED) + 2


def test_an_item_that_turns_out_to_be_paid_twice_counts_once_and_as_a_conflict(world: World) -> None:
    world.run(["a,fail.ann@x.example,10.00,USD"])
    world.retry("c-0001-1", ["a,ann@x.example,10.00,USD"], failed_items=True)
    first = world.paypal.book()["payments"][0]
    world.paypal.set_word("SUCCESS", payout_item_id=first["payout_item_id"])
    world.sync("c")
    told = figures(world)
    assert {state: count for state, count in told.items.items() if count} == {ItemState.SUCCESS: 1}
    assert told.open_conflicts == 1


def test_a_refused_batch_that_was_paid_again_leaves_no_item_behind(world: World) -> None:
    world.run(["a,rejected@x.example,1.00,USD", "b,bob@x.example,1.00,USD"])
    world.retry("c-0001-1", ["a,ann@x.example,1.00,USD", "b,bob@x.example,1.00,USD"], failed_items=True)
    told = figures(world)
    assert told.items == {ItemState.SUCCESS: 2}
    assert {status for status, count in told.batches.items() if count} == {BatchStatus.ABANDONED, BatchStatus.DONE}
    assert told.attempts[AttemptOutcome.REFUSED, ErrorClass.INVALID_REQUEST] == 1


def test_the_oldest_open_batch_of_each_status_has_an_age(world: World) -> None:
    world.run(["r,rejected@x.example,1.00,USD"], cycle="old")
    world.pass_time(days=2)
    world.run(["r,rejected@x.example,1.00,USD"], cycle="younger", allow_duplicate=True)
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 9})
    world.run(["a,ann@x.example,2.00,USD"], cycle="lost")
    world.pass_time(hours=1)
    ages = {status: age_s for status, age_s in figures(world).oldest_open_s.items() if age_s is not None}
    assert set(ages) == {BatchStatus.REFUSED, BatchStatus.IN_FLIGHT}
    assert ages[BatchStatus.REFUSED] >= timedelta(days=2, hours=1).total_seconds()
    assert 3600 <= ages[BatchStatus.IN_FLIGHT] < 7200


def test_unclaimed_items_count_down_their_days_and_never_below_none(world: World) -> None:
    world.run(["u,unclaimed@x.example,1.00,USD"], cycle="first")
    world.pass_time(days=12)
    world.run(["u,unclaimed@x.example,2.00,USD", "v,unclaimed2@x.example,2.00,USD"], cycle="second")
    assert figures(world).unclaimed == {18: 1, 30: 2}
    world.pass_time(seconds=1)
    assert figures(world).unclaimed == {17: 1, 29: 2}
    world.pass_time(days=40)
    assert figures(world).unclaimed == {0: 3}


def test_only_a_cycle_that_is_complete_has_a_moment_at_which_it_became_so(world: World) -> None:
    world.run(["a,ann@x.example,1.00,USD"], cycle="good")
    done_by = world.now()
    world.run(["f,fail@x.example,2.00,USD"], cycle="failed")
    world.run(["h,hold@x.example,3.00,USD"], cycle="held")
    world.pass_time(days=1)
    assert list(figures(world).completed_at) == ["good"]
    assert figures(world).completed_at["good"] <= done_by
    world.run(["a,ann@x.example,1.00,USD"], cycle="good")
    assert figures(world).completed_at["good"] <= done_by, "a run that had nothing to do is no success again"
    world.retry("failed-0001-1", ["f,fae@x.example,2.00,USD"], failed_items=True)
    assert figures(world).completed_at["failed"] > done_by


def test_a_send_that_was_never_closed_is_open_and_counted_as_no_outcome(world: World) -> None:
    def killed(kind: str) -> None:
        if kind == "post":
            raise KeyboardInterrupt

    world.effects = killed
    with pytest.raises(KeyboardInterrupt):
        world.run(["a,ann@x.example,1.00,USD"])
    world.effects = None
    told = figures(world)
    assert (told.attempts_open, told.attempts) == (1, {})


def test_seconds_to_an_end_fall_under_the_edge_that_they_reach(world: World) -> None:
    world.paypal.configure(processing_s=400)
    world.run(["a,ann@x.example,1.00,USD"])
    spread = figures(world).seconds_to_final
    assert [count for edge_s, count in spread.up_to_s if edge_s < 400] == [0, 0]
    assert {count for edge_s, count in spread.up_to_s if edge_s >= 900} == {1}
    assert spread.count == 1
    assert 400 <= spread.sum_s < 900


def test_without_a_database_every_figure_is_there_and_is_nothing() -> None:
    told = figures_of(Facts(), environment="live", account="main", now=datetime(2026, 11, 5, tzinfo=UTC))
    assert set(told.batches.values()) == {0}
    assert (told.items, told.attempts, told.unclaimed, told.completed_at) == ({}, {}, {}, {})
    assert set(told.oldest_open_s.values()) == {None}
    assert told.seconds_to_final.count == 0


def test_the_file_is_written_and_the_report_names_it(lite: World) -> None:
    lite.run(MIXED)
    path = lite.folder / "payouts.prom"
    report = written(lite, path)
    assert (path.read_text(), report.output, report.figures) == ("text\n", str(path), figures(lite))
    assert written(lite, None).output is None


@pytest.mark.parametrize("place", ["missing/payouts.prom", "folder", "pipe"])
def test_a_place_that_holds_no_file_is_refused_in_words(lite: World, place: str) -> None:
    (lite.folder / "folder").mkdir()
    os.mkfifo(lite.folder / "pipe")
    with pytest.raises(ConfigInvalid, match="cannot be written") as refused:
        written(lite, lite.folder / place)
    assert str(lite.folder / place) in refused.value.message


def test_only_the_newest_cycles_have_a_series_of_their_own() -> None:
    at = datetime(2026, 11, 5, tzinfo=UTC)

    def batch(number: int) -> BatchFacts:
        return BatchFacts(number, f"c{number:03}", BatchStatus.DONE, at, at, at, 0, f"c{number:03}-0001-1", at)

    batches = [batch(number) for number in range(150)]
    finished_at = {each.cycle: at + timedelta(hours=(each.id * 7) % 150) for each in batches}
    facts = Facts(batches, {each.id: Counter({ItemState.SUCCESS: 1}) for each in batches}, finished_at=finished_at)
    newest = sorted(finished_at, key=lambda cycle: finished_at[cycle])
    for cycles in (0, 1, 100, 500):
        made = figures_of(facts, environment="sandbox", account="main", now=at, cycles=cycles)
        assert list(made.completed_at) == sorted(newest[max(0, 150 - cycles) :])
        assert made.batches[BatchStatus.DONE] == made.items[ItemState.SUCCESS] == 150
