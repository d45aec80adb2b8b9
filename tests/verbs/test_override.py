"""`override`: every move that a person can make, every one that nobody can, and its trail."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from support.world import START, World

from paypal_payouts.cli.actions import override as actions
from paypal_payouts.domain.moves import may_move_by_hand
from paypal_payouts.domain.override import OverrideReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked, ClockSkew, NotConfirmed, UsageError

if TYPE_CHECKING:
    from paypal_payouts.cli.actions.wiring import Wiring

S = BatchStatus
ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]

LOSE: dict[str, Any] = {"on": "create", "kind": "timeout_before", "times": 4}
TAKEN: dict[str, Any] = {"on": "create", "kind": "reset_after", "times": 4}
NO_LINK: dict[str, Any] = {"on": "create", "kind": "duplicate_without_link", "times": None}
AT_PAYPAL: list[dict[str, Any]] = [{"on": "create", "kind": "reset_after"}, NO_LINK]


def bring_to(world: World, status: BatchStatus, *, at_paypal: bool = False) -> None:
    """Bring a batch to a status, a day ago; in review PayPal has it, where that is wanted, or nobody knows."""
    rows = ROWS
    match status:
        case S.PLANNED:
            world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
        case S.IN_FLIGHT | S.ABANDONED:
            world.paypal.inject(LOSE)
        case S.REFUSED:
            world.paypal.inject({"on": "create", "kind": "status", "status": 403})
        case S.REVIEW:
            world.paypal.inject(*(AT_PAYPAL if at_paypal else [LOSE]))
        case S.DENIED:
            rows = [*ROWS, "d,denyall@x.example,1.00,USD"]
        case S.ACCEPTED:
            world.waiting = None
        case S.CANCELED:
            world.paypal.inject({"on": "batch", "kind": "unknown_word", "where": "batch", "word": "CANCELED"})
        case S.DONE:
            pass
    world.run(rows)
    world.paypal.clear_faults()
    world.pass_time(hours=25)
    if status is S.ABANDONED or (status is S.REVIEW and not at_paypal):
        world.override("c-0001-1", status)
    assert world.statuses() == {"c-0001-1": str(status)}


ALLOWED = [(before, after) for before in S for after in S if may_move_by_hand("batch", before, after)]


def their_id(world: World) -> str:
    """Return PayPal's id of the batch, where PayPal has one."""
    return str(next(iter(world.paypal.book()["batches"]), {"payout_batch_id": "NONE"})["payout_batch_id"])


def put(world: World, status: BatchStatus, to: BatchStatus) -> str | None:
    """Bring a batch where a move begins, and give the id that goes with the move."""
    if (status, to) == (S.IN_FLIGHT, S.ACCEPTED):
        world.paypal.inject(TAKEN)
        world.run(ROWS)
        world.paypal.clear_faults()
    else:
        bring_to(world, status, at_paypal=to is S.ACCEPTED)
    return their_id(world) if to is S.ACCEPTED else None


@pytest.mark.parametrize("frm", S, ids=str)
def test_only_the_moves_of_the_table_can_be_made_from_each_state(lite: World, frm: BatchStatus) -> None:
    bring_to(lite, frm)
    kept = trail(lite)
    for to in S:
        if (frm, to) in ALLOWED:
            continue
        with pytest.raises(Blocked, match=f"no move from {frm} to {to}") as refused:
            lite.override("c-0001-1", to, paypal_batch_id=their_id(lite) if to is S.ACCEPTED else None)
        assert (refused.value.exit_code, refused.value.code) == (4, "move_not_allowed")
        moves = any(before is frm for before, _ in ALLOWED)
        assert f"payouts {'review' if moves else 'status'} c-0001-1`" in refused.value.hint
        assert lite.statuses() == {"c-0001-1": str(frm)}
    assert trail(lite) == kept


def trail(world: World) -> int:
    with world.store() as store:
        return len(store.audit.events(batch="c-0001-1"))


@pytest.mark.parametrize(("frm", "to"), ALLOWED, ids=str)
def test_a_move_of_the_table_is_made_and_kept_with_who_and_why(world: World, frm: BatchStatus, to: BatchStatus) -> None:
    theirs = put(world, frm, to)
    sent = len(world.sent)
    finished = world.override("c-0001-1", to, paypal_batch_id=theirs)
    assert finished.exit_code == 0
    assert isinstance(finished.report, OverrideReport)
    shown = S.DONE if to is S.ACCEPTED else to
    assert (finished.report.from_status, finished.report.to_status) == (frm, shown)
    assert world.statuses() == {"c-0001-1": str(shown)}
    with world.store() as store:
        events = [event for event in store.audit.events(batch="c-0001-1") if event.actor == "tester" and event.reason]
    assert (events[-1].from_state, events[-1].to_state, events[-1].reason) == (
        str(frm),
        str(to),
        "looked in the activity list",
    )
    assert len(world.sent) == sent


@pytest.mark.parametrize(("frm", "name"), [(S.IN_FLIGHT, "c-0001-1"), (S.REVIEW, "c-0001-1"), (S.PLANNED, None)])
def test_whoever_vouches_that_paypal_did_not_pay_is_asked_for_the_name_of_the_batch(
    lite: World, frm: BatchStatus, name: str | None
) -> None:
    bring_to(lite, frm)
    asked: dict[str, Any] = {}

    def ask(question: str, **how: Any) -> None:
        asked.update(how, question=question)
        raise NotConfirmed("Declined.")

    configured = SimpleNamespace(account="main", environment="live")
    with lite.store() as store, lite.client() as client:
        wiring = SimpleNamespace(
            settings=SimpleNamespace(paypal=configured),
            must_ask=lambda *, yes: not yes,
            existing_store=lambda: store,
            sent_lines=lambda _: (),
            paypal=lambda: client,
            max_age_days=lambda _: 25,
            tools=lambda *_, **__: lite.tools(store, client),
            header=lambda: "",
            ask=ask,
            asked_reason=lambda given: given,
        )
        options: dict[str, Any] = {"paypal_batch_id": None, "take_theirs": False, "same_account": False, "yes": False}
        to, reason = "abandoned", "not in the activity list"
        with pytest.raises(NotConfirmed):
            actions.override(
                cast("Wiring", wiring), "c-0001-1", None, to=to, reason=reason, operator="tester", **options
            )
    assert asked["name"] == name
    looks = "Look for main-sandbox-c-0001-1 in PayPal's activity list first; `payouts reconcile --cycle c`"
    assert (looks in asked["question"]) is (name is not None)


@pytest.mark.parametrize("frm", [S.IN_FLIGHT, S.REVIEW], ids=str)
def test_nobody_calls_an_unanswered_batch_unpaid_within_24_hours_of_its_last_send(
    lite: World, frm: BatchStatus
) -> None:
    lite.paypal.inject(LOSE)
    lite.run(ROWS)
    if frm is S.REVIEW:
        lite.override("c-0001-1", S.REVIEW)
    lite.clock = last_sent_at(lite) + timedelta(hours=24, seconds=-1)
    with pytest.raises(Blocked, match="less than 24 hours ago by PayPal's clock") as refused:
        lite.override("c-0001-1", S.ABANDONED)
    assert refused.value.code == "move_not_allowed"
    lite.pass_time(seconds=2)
    assert lite.override("c-0001-1", S.ABANDONED).exit_code == 0
    assert lite.states() == {"a": "abandoned", "b": "abandoned"}


def test_a_clock_of_ours_that_is_a_day_ahead_calls_nothing_unpaid(lite: World) -> None:
    lite.paypal.inject(TAKEN)
    lite.run(ROWS)
    lite.paypal.clear_faults()
    lite.pass_time(hours=25)
    lite.paypal.inject({"on": "token", "kind": "wrong_date", "offset_s": -25 * 3600, "times": None})
    with pytest.raises(ClockSkew) as refused:
        lite.override("c-0001-1", S.ABANDONED)
    assert refused.value.exit_code == 3
    assert lite.statuses() == {"c-0001-1": "in_flight"}


@pytest.mark.parametrize("fault", [{"kind": "no_date"}, {"kind": "timeout_before"}], ids=lambda rule: rule["kind"])
def test_without_paypals_clock_nothing_is_called_unpaid(lite: World, fault: dict[str, Any]) -> None:
    bring_to(lite, S.IN_FLIGHT)
    lite.paypal.inject({"on": "token", "times": None, **fault})
    with pytest.raises(Blocked, match="PayPal's clock could not be asked") as refused:
        lite.override("c-0001-1", S.ABANDONED)
    assert refused.value.code == "move_not_allowed"
    assert lite.statuses() == {"c-0001-1": "in_flight"}


NAMED: list[dict[str, Any]] = [
    {"on": "create", "kind": "reset_after"},
    {"on": "batch", "kind": "changed_amount", "by_minor": 1, "times": None},
]


@pytest.mark.parametrize("rules", [NAMED, AT_PAYPAL], ids=["named", "without a link"])
def test_what_paypal_is_known_to_have_is_never_called_unpaid(world: World, rules: list[dict[str, Any]]) -> None:
    world.paypal.inject(*rules)
    world.run(ROWS)
    world.paypal.clear_faults()
    world.pass_time(days=30)
    assert world.statuses() == {"c-0001-1": "review"}
    theirs = their_id(world)
    with pytest.raises(Blocked, match="PayPal is known to have a batch of its id") as refused:
        world.override("c-0001-1", S.ABANDONED)
    assert "`payouts review c-0001-1" in refused.value.hint
    assert world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs).exit_code == 0
    world.check_paid_once(ROWS)


def test_a_batch_of_which_nothing_can_be_read_for_a_day_goes_to_review_and_back(world: World) -> None:
    world.waiting = None
    world.run(ROWS)
    world.pass_time(hours=23)
    with pytest.raises(Blocked, match="less than 24 hours ago") as refused:
        world.override("c-0001-1", S.REVIEW)
    assert "payouts sync --cycle c" in refused.value.hint
    world.pass_time(hours=2)
    assert world.override("c-0001-1", S.REVIEW).exit_code == 0
    with pytest.raises(Blocked, match="PayPal is known to have a batch of its id"):
        world.override("c-0001-1", S.ABANDONED)
    assert world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=their_id(world)).exit_code == 0
    world.sync("c")
    world.check_paid_once(ROWS)


def test_the_reason_of_a_review_is_kept(lite: World) -> None:
    bring_to(lite, S.REVIEW)
    with lite.store() as store:
        (batch,) = store.batches.of_cycle("c")
        assert batch.review_reason == "looked in the activity list"
    lite.run(["z,zoe@x.example,1.00,USD"], cycle="d")
    with lite.store() as store:
        assert store.batches.of_cycle("d")[0].review_reason is None


def last_sent_at(world: World) -> datetime:
    with world.store() as store:
        (batch,) = store.batches.of_cycle("c")
    assert batch.last_sent_at is not None
    return batch.last_sent_at


def test_a_day_counts_from_the_last_send_and_not_from_the_first(lite: World) -> None:
    bring_to(lite, S.IN_FLIGHT)
    lite.paypal.inject(LOSE)
    lite.run(ROWS)
    with pytest.raises(Blocked, match="less than 24 hours ago"):
        lite.override("c-0001-1", S.ABANDONED)


@pytest.mark.parametrize("frm", [S.PLANNED, S.REFUSED], ids=str)
def test_what_surely_paid_nobody_can_be_given_up_at_once(lite: World, frm: BatchStatus) -> None:
    bring_to(lite, frm)
    lite.pass_time(hours=-25)
    assert lite.override("c-0001-1", S.ABANDONED).exit_code == 0


def test_the_age_of_a_batch_counts_by_the_later_clock(lite: World) -> None:
    bring_to(lite, S.REVIEW)
    lite.paypal.inject({"on": "token", "kind": "wrong_date", "offset_s": 25 * 86400, "times": None})
    with pytest.raises(Blocked, match="25 days old or older"):
        lite.override("c-0001-1", S.IN_FLIGHT)


def test_a_batch_goes_back_in_flight_only_while_paypal_still_knows_its_id(lite: World) -> None:
    bring_to(lite, S.REVIEW)
    lite.clock = START + timedelta(days=lite.policy.max_age_days, microseconds=-1)
    assert lite.override("c-0001-1", S.IN_FLIGHT).exit_code == 0
    assert lite.override("c-0001-1", S.REVIEW).exit_code == 0
    lite.pass_time(microseconds=1)
    with pytest.raises(Blocked, match="25 days old or older") as refused:
        lite.override("c-0001-1", S.IN_FLIGHT)
    assert refused.value.code == "move_not_allowed"


def test_a_batch_that_went_back_in_flight_is_asked_about_again_and_adopted(world: World) -> None:
    bring_to(world, S.REVIEW, at_paypal=True)
    world.override("c-0001-1", S.IN_FLIGHT)
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_a_batch_in_flight_can_be_tied_to_the_one_that_paypal_has(world: World) -> None:
    world.paypal.inject(TAKEN)
    world.run(ROWS)
    theirs = world.paypal.book()["batches"][0]["payout_batch_id"]
    assert world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs).exit_code == 0
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


@pytest.mark.parametrize("what", ["another batch", "one that does not exist", "no id at all"])
def test_a_batch_is_never_tied_to_one_that_differs_item_by_item(world: World, what: str) -> None:
    world.run(["x,xan@x.example,10.00,USD", "y,yan@x.example,20.00,USD"], cycle="other")
    other = world.paypal.book()["batches"][0]["payout_batch_id"]
    bring_to(world, S.REVIEW)
    paypal_batch_id = {"another batch": other, "one that does not exist": "NOSUCHBATCH1", "no id at all": "../x"}[what]
    with pytest.raises(Blocked) as refused:
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=paypal_batch_id)
    assert refused.value.code == "move_not_allowed"
    assert world.statuses() == {"c-0001-1": "review"}


@pytest.mark.parametrize(("to", "theirs"), [(S.ACCEPTED, None), (S.ABANDONED, "ABC")])
def test_paypals_id_goes_with_accepted_and_with_nothing_else(lite: World, to: BatchStatus, theirs: str | None) -> None:
    bring_to(lite, S.REVIEW)
    with pytest.raises(UsageError):
        lite.override("c-0001-1", to, paypal_batch_id=theirs)


def test_an_abandoned_batch_is_payable_again_and_only_by_retry(world: World) -> None:
    bring_to(world, S.ABANDONED)
    assert world.run(ROWS).exit_code == 5
    assert world.paid() == {}
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    assert world.statuses() == {"c-0001-1": "abandoned", "c-0001-2": "done"}
    world.check_paid_once(ROWS)
