"""The process dies after its first, second, third … effect, at every verb, whatever PayPal answers; cron goes on.

A snapshot is taken before each effect of one run: all that a power cut leaves there. From it a new process, cron, and a
person where one must decide, bring the cycle to its end, and PayPal's own book says who was paid.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import pytest
from support.disk_snapshots import Snapshot, Snapshots, restore_snapshot, take_snapshot, what_decides
from support.quick import quick_folder
from support.shapes import BODY_MAX, SHAPES, TRIED_KINDS, Rule, is_like_another
from support.world import World

from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked, NotConfirmed
from paypal_payouts.simulator.faults import FaultKind

ROWS = ["a,ann@x.example,1.00,USD", "b,bob@x.example,2.00,USD"]
FAILING = [ROWS[0], "b,transient.bob@x.example,2.00,USD"]
"""One of them fails the first time it is paid."""

AS_IT_IS: Rule = {}
"""PayPal answers as it does."""

FIRST = "c-0001-1"
RUNS_MAX = 5
BAD_RUNS = 2
"""How many runs of cron a fault that is still to come may spoil."""

EACH = os.environ.get("PAYOUTS_TEST_EACH_INSTANT") == "1"
"""Whether a death is tried again that left the same as an earlier one in all that can decide anything, and, with each
shape, those before PayPal had answered in it, which are the same with every shape; whether each verb that asks PayPal
meets each shape, that also which asks as another one does; and whether it also dies in the midst of a shape that is to
it as another one. All of it takes minutes."""


class Verb(NamedTuple):
    """What stands before, and what is broken off."""

    begin: Callable[[World], object]
    act: Callable[[World], object]
    effects_min: int
    asks: tuple[str, ...] = ()
    """Of the kinds of request that it makes, those that no verb before it makes in the same way from the same state."""
    rows: list[str] = ROWS
    asks_paypal: bool = True


def paypals_id(world: World, batch: str) -> str | None:
    """Look a batch up in PayPal's activity list, as a person does."""
    ids = {b["sender_batch_id"]: b["payout_batch_id"] for b in world.paypal.book()["batches"]}
    return ids.get(f"main-sandbox-{batch}")


def run(world: World) -> object:
    return world.run(ROWS)


def attach(world: World) -> object:
    return world.override(FIRST, BatchStatus.ACCEPTED, paypal_batch_id=paypals_id(world, FIRST))


def be_taken_and_not_told(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 2})
    world.run(ROWS)


def be_lost(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_before", "times": 2})
    world.run(ROWS)


def be_refused(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 403})
    world.run(ROWS)


def be_in_review(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"})
    world.run(ROWS)


def be_accepted(world: World) -> None:
    waiting, world.waiting = world.waiting, None
    world.run(ROWS)
    world.waiting = waiting


def be_paid_in_part(world: World) -> None:
    world.run(FAILING)


def move(to: BatchStatus) -> Callable[[World], object]:
    return lambda world: world.override(FIRST, to)


VERBS = {
    "run": Verb(lambda _: None, run, 12, ("token", "create", "batch")),
    "run of what PayPal took and did not tell": Verb(be_taken_and_not_told, run, 8, ("create", "batch")),
    "run of what was lost": Verb(be_lost, run, 8, ("create",)),
    "retry under the same id": Verb(be_taken_and_not_told, lambda world: world.retry(FIRST, ROWS), 8),
    "retry of failed items": Verb(
        be_paid_in_part,
        lambda world: world.retry(FIRST, FAILING, failed_items=True),
        12,
        ("token", "create", "batch"),
        FAILING,
    ),
    "retry of refused items": Verb(be_refused, lambda world: world.retry(FIRST, ROWS, failed_items=True), 12),
    "override to accepted": Verb(be_in_review, attach, 7, ("token", "batch")),
    "override to review": Verb(be_lost, move(BatchStatus.REVIEW), 3, asks_paypal=False),
    "override to in_flight": Verb(be_in_review, move(BatchStatus.IN_FLIGHT), 3, asks_paypal=False),
    "override to abandoned": Verb(be_refused, move(BatchStatus.ABANDONED), 3, asks_paypal=False),
    "sync": Verb(be_accepted, lambda world: world.sync("c"), 7, ("token", "batch")),
}


class Host:
    """A machine that is a new one again and again; it keeps what is dear to make."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.store():  # makes the tables
            pass
        world.restart()
        self._empty = take_snapshot(world, "start")
        self._gone_on_from: dict[str, set[tuple[object, ...]]] = {verb: set() for verb in VERBS}
        self.beginning = cache(self._beginning)

    def _beginning(self, verb: str) -> Snapshot:
        restore_snapshot(self._empty, self.world)
        VERBS[verb].begin(self.world)
        self.world.paypal.clear_faults()
        self.world.pass_time(minutes=2)
        return take_snapshot(self.world, "start")

    def snapshots(self, verb: str, shape: Rule) -> list[Snapshot]:
        """Let a verb meet a shape, and give what each instant left; nothing where they do not meet."""
        restore_snapshot(self.beginning(verb), self.world)
        if shape:
            self.world.paypal.inject(shape)
        taken = Snapshots(self.world)
        self.world.effects = taken
        try:
            VERBS[verb].act(self.world)
        except Blocked:
            assert shape, "only a strange answer keeps an override from its move"
        snapshots = [*taken.snapshots, take_snapshot(self.world, "end")]
        if snapshots[-1].faults_to_come:
            return []
        if EACH:
            return snapshots
        if shape and is_like_another(shape):
            return snapshots[-1:]
        before = sum(snapshot.faults_to_come for snapshot in snapshots)
        return snapshots[max(0, before - 1) :]

    def is_new(self, verb: str) -> bool:
        """Return whether an instant left something that no earlier instant of the verb did."""
        left, known = what_decides(self.world), self._gone_on_from[verb]
        if left in known:
            return EACH
        known.add(left)
        return True


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with quick_folder() as folder:
        world = World(folder, f"sqlite:///{folder}/payouts.db", policy=RetryPolicy(max_retries=1))
        yield Host(world)
        world.close()


@pytest.fixture(autouse=True)
def small_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("BODY_MAX", "PAGE_MAX"):
        monkeypatch.setattr(f"paypal_payouts.paypal.wire.{limit}", BODY_MAX)


def decide(world: World, rows: list[str]) -> bool:
    """Do what an honest person does with what cron cannot end; tell whether anything was left to do."""
    done = False
    for batch, status in world.statuses().items():
        theirs = paypals_id(world, batch)
        try:
            if status == "review" and theirs is not None:
                world.override(batch, BatchStatus.ACCEPTED, paypal_batch_id=theirs)
            elif status == "review":
                world.pass_time(hours=25)
                world.override(batch, BatchStatus.ABANDONED)
            elif status in {"done", "abandoned"}:
                world.retry(batch, rows, failed_items=True)
            elif status in {"refused", "in_flight"}:
                # Whoever knows that PayPal was wrong about the rows; `run` does not send them again by itself.
                world.retry(batch)
            else:
                continue
        except (Blocked, NotConfirmed):
            continue
        done = True
    return done


def check_words(world: World, shape: Rule) -> None:
    """What is called refused, unsent or given up is not in PayPal's book, unless PayPal itself refused and lied."""
    world.check_nothing_out_is_shown_unpaid()
    if shape.get("applied"):
        return
    unpaid = [batch for batch, status in world.statuses().items() if status in {"planned", "refused", "abandoned"}]
    wrong = [batch for batch in unpaid if paypals_id(world, batch) is not None]
    assert not wrong, f"PayPal has them: {wrong}"


def go_on(world: World, rows: list[str], shape: Rule) -> None:
    """Let cron run until nothing is left to do, and a person decide in between."""
    for number in range(RUNS_MAX):
        if number == BAD_RUNS:
            world.paypal.clear_faults()
        code = world.run(rows).exit_code
        check_words(world, shape)
        if code == 0 or (not decide(world, rows) and code == 8 and number >= BAD_RUNS):
            return
        world.pass_time(hours=1)


def judge(world: World, rows: list[str], shape: Rule) -> None:
    world.check_nobody_twice()
    world.check_same_bytes()
    if shape.get("kind") == FaultKind.DUPLICATE_OTHER_CONTENTS and "review" in world.statuses().values():
        # PayPal shows other contents for ever: nothing more is sent, and nobody here can end that.
        sent = len(world.sent)
        assert world.run(rows).exit_code == 8
        assert len(world.sent) == sent
        return
    assert set(world.states().values()) == {"success"}
    assert {row.split(",")[1] for row in rows} == set(world.paid())
    world.check_books()


def check_permit(world: World) -> None:
    """No POST without its permit on disk: an attempt that is open."""
    with world.store() as store:
        batches = [batch for batch in store.batches.of_cycle("c") if batch.status is BatchStatus.IN_FLIGHT]
        open_attempts = [a for batch in batches for a in store.batches.attempts(batch.id) if a.outcome is None]
    assert open_attempts, "a POST went out without a permit"


def die_everywhere(host: Host, verb: str, shape: Rule) -> int:
    """Die at every instant of a verb that meets a shape; give how many there were."""
    snapshots = host.snapshots(verb, shape)
    world, rows = host.world, VERBS[verb].rows
    for number, snapshot in enumerate(snapshots):
        restore_snapshot(snapshot, world)
        if not host.is_new(verb):
            continue
        try:
            if snapshot.effect == "post":
                check_permit(world)
            check_words(world, shape)
            go_on(world, rows, shape)
            judge(world, rows, shape)
        except Exception as error:
            error.add_note(f"{verb}, dead at effect {number} of {len(snapshots)} ({snapshot.effect})")
            raise
    return len(snapshots)


@pytest.mark.parametrize("verb", VERBS)
def test_death_at_any_effect_of_any_verb_is_gone_on_from_and_everyone_is_paid_once(verb: str, host: Host) -> None:
    assert die_everywhere(host, verb, AS_IT_IS) > VERBS[verb].effects_min


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_death_at_any_effect_is_gone_on_from_whatever_paypal_answers(shape: Rule, host: Host) -> None:
    asking = [verb for verb, done in VERBS.items() if (done.asks_paypal if EACH else shape["on"] in done.asks)]
    enough = 1 if is_like_another(shape) and not EACH else len(asking)
    met = 0
    for verb in asking:
        met += bool(met < enough and die_everywhere(host, verb, shape))
    assert met, "no verb has met the shape"


def test_every_kind_of_fault_is_tried() -> None:
    assert set(FaultKind) == TRIED_KINDS
