"""`override --to accepted` where PayPal's batch differs from ours: what a person may decide, and what comes of it."""

import io
from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from support.world import ASKED, World
from verbs.test_explain import ask

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.override import OverrideReport
from paypal_payouts.domain.reviewed import ReviewReport
from paypal_payouts.domain.sides import BothSides, Side
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.domain.words import utc_minute
from paypal_payouts.errors import Blocked, NotConfirmed, PayoutsError
from paypal_payouts.present.tables import show
from paypal_payouts.results.status import CycleJson
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query

S = BatchStatus
OURS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]
OTHER_TEXT = ["a,Ann@X.example,10.00,USD", "b,bea@x.example,20.00,USD"]
OTHER_MONEY = ["a,ann@x.example,11.00,USD", "c,cid@x.example,5.00,USD"]


def disagree(world: World, theirs: Sequence[str], *, ours: str | Sequence[str] = OURS) -> str:
    """Let PayPal have another batch than ours under our id, and give its id there."""
    elsewhere = world.other_host()
    elsewhere.database_url = f"sqlite:///{elsewhere.folder}/payouts.db"
    elsewhere.run(theirs)
    elsewhere.restart()
    assert world.run(ours).exit_code == 8
    assert world.statuses()["c-0001-1"] == "review"
    return str(world.paypal.book()["batches"][0]["payout_batch_id"])


def yes(_: Sequence[BothSides]) -> None:
    """Agree."""


def test_where_only_the_text_of_a_receiver_differs_a_person_says_yes(world: World) -> None:
    theirs = disagree(world, OTHER_TEXT)
    with pytest.raises(PayoutsError) as asked:
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs)
    assert isinstance(asked.value, NotConfirmed)
    assert world.statuses() == {"c-0001-1": "review"}
    seen: list[BothSides] = []
    finished = world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, agree=seen.extend)
    assert finished.exit_code == 0
    bob, bea = Side("bob@x.example", 2000, "USD"), Side("bea@x.example", 2000, "USD")
    assert seen == [BothSides("b", bob, bea)]
    assert isinstance(finished.report, OverrideReport)
    assert finished.report.differences == seen
    assert world.statuses() == {"c-0001-1": "done"}
    assert world.states() == {"a": "success", "b": "success"}
    with world.store() as store:
        event = next(event for event in store.audit.events(cycle="c") if event.action == "attach")
    assert event.evidence["differences"] == [
        {"item_id": "b", "ours": "bob@x.example 20.00 USD", "theirs": "bea@x.example 20.00 USD"}
    ]
    assert len(world.sent) == 1


def test_where_the_money_differs_a_yes_is_not_enough_and_both_sides_are_shown(world: World) -> None:
    theirs = disagree(world, OTHER_MONEY)
    with pytest.raises(Blocked) as refused:
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, agree=yes)
    assert refused.value.code == "move_not_allowed"
    assert refused.value.details[1:] == [
        {"item_id": "a", "ours": "ann@x.example 10.00 USD", "theirs": "ann@x.example 11.00 USD"},
        {"item_id": "b", "ours": "bob@x.example 20.00 USD", "theirs": None},
        {"item_id": "c", "ours": None, "theirs": "cid@x.example 5.00 USD"},
    ]
    assert f"--to accepted --paypal-batch-id {theirs} --take-theirs --reason" in refused.value.hint
    assert world.statuses() == {"c-0001-1": "review"}


@pytest.mark.parametrize("takes", [False, True], ids=["a yes", "take theirs"])
def test_explain_tells_what_was_stored_and_whom_paypal_paid_instead(world: World, takes: bool) -> None:
    theirs = disagree(world, OTHER_TEXT)
    world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, agree=yes, take_theirs=takes)
    report = ask(world, "b")
    assert report.story is not None
    words = [event.words for event in report.story.events]
    assert words[0].startswith("stored from input.csv line 3: bob@x.example 20.00 USD")
    assert any("ours: bob@x.example 20.00 USD; PayPal's: bea@x.example 20.00 USD" in each for each in words)
    assert "to bea@x.example 20.00 USD, and not bob@x.example 20.00 USD" in report.story.answer
    assert [step.command for step in report.next] == ["payouts audit c-0001-1"]
    alike = ask(world, "a").story
    assert alike is not None
    assert "But it went" not in alike.answer


def test_amounts_that_are_exchanged_are_not_a_matter_of_text(world: World) -> None:
    theirs = disagree(world, ["a,ann@x.example,20.00,USD", "b,bob@x.example,10.00,USD"])
    with pytest.raises(Blocked) as refused:
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, agree=yes)
    assert refused.value.code == "move_not_allowed"


def test_taking_theirs_makes_our_rows_what_paypal_has(world: World) -> None:
    theirs = disagree(world, OTHER_MONEY)
    with pytest.raises(NotConfirmed):
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True)
    finished = world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)
    assert finished.exit_code == 0
    assert world.statuses() == {"c-0001-1": "done"}
    assert world.states() == {"a": "success", "b": "abandoned", "c": "success"}
    world.check_books()
    with world.store() as store:
        (batch,) = store.batches.of_cycle("c")
        assert (batch.items, batch.amount_minor, batch.payable_again) == (2, 1600, 1)
        told = [event for event in store.audit.events(cycle="c") if event.action == "take_theirs"]
        (total,) = store.items.tally("c").totals
    assert [(event.item_id, event.evidence["ours"], event.evidence["theirs"]) for event in told] == [
        ("a", told_of("ann", 1000), told_of("ann", 1100)),
        ("b", told_of("bob", 2000), None),
        ("c", None, told_of("cid", 500)),
    ]
    assert {event.actor for event in told} == {"tester"}
    assert (total.paid_minor, total.unpaid_minor) == (1600, 2000)
    assert world.retry("c-0001-1", OURS, failed_items=True).exit_code == 0
    assert world.paid() == {
        "ann@x.example": ["11.00 USD"],
        "cid@x.example": ["5.00 USD"],
        "bob@x.example": ["20.00 USD"],
    }
    world.sync("c")
    world.check_books()


def shown(world: World, *, batch: str | None = None, cycle: str | None = None) -> StatusReport | BatchStatusReport:
    with world.store() as store:
        report = status(Query(batch, cycle, items=False, exit_code=False), store=store, **ASKED, now=world.now()).report
    assert isinstance(report, StatusReport | BatchStatusReport)
    return report


def test_that_money_went_another_way_than_owed_stays_on_the_screen(world: World) -> None:
    elsewhere = ["a,ann@x.example,4.45,USD", "b,bea@x.example,21.00,USD"]
    theirs = disagree(world, elsewhere)
    world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)
    when = utc_minute(world.now())
    world.pass_time(days=3)
    lasting = (
        "2 items went elsewhere, or were paid with another amount, than their rows said: a (5.55 USD less), "
        f"b (1.00 USD more; to bea@x.example, not bob@x.example). Decided by tester on {when}"
    )
    of_cycle, of_batch = shown(world, cycle="c"), shown(world, batch="c-0001-1")
    assert isinstance(of_cycle, StatusReport)
    assert isinstance(of_batch, BatchStatusReport)
    assert of_cycle.cycles[0].outlook.what_is_wrong == of_batch.outlook.what_is_wrong == lasting
    assert f"Wrong: {lasting}." in " ".join(on_screen(of_cycle).split())
    (first, _) = CycleJson.of(of_cycle.cycles[0]).paid_otherwise or []
    assert first.ours is not None
    assert first.theirs is not None
    assert (first.item_id, first.ours.amount, first.theirs.amount, first.by) == ("a", "10.00", "4.45", "tester")
    answered = ask(world, "a").story
    assert answered is not None
    assert f"Decided by tester on {when}." in answered.answer
    overview = shown(world)
    assert isinstance(overview, StatusReport)
    assert overview.cycles[0].otherwise is None, "a line for each of thousands of cycles reads no trail"


def test_what_a_yes_agreed_to_stays_and_what_was_paid_to_nobody_does_not(lite: World) -> None:
    theirs = disagree(lite, ["a,fail@x.example,11.00,USD", "c,cid@x.example,5.00,USD"])
    lite.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)
    lasting = "1 item went elsewhere, or was paid with another amount, than its row said: c (no row had it)."
    report = shown(lite, batch="c-0001-1")
    assert isinstance(report, BatchStatusReport)
    assert [each.sides.item_id for each in report.otherwise] == ["c"]
    assert lasting in report.outlook.what_is_wrong
    assert lite.retry("c-0001-1", OURS, failed_items=True).exit_code == 0
    assert lasting in " ".join(on_screen(shown(lite, batch="c-0001-1")).split()), "also once another attempt followed"


def on_screen(report: Report) -> str:
    out = io.StringIO()
    show(report, stream=out, colour=False)
    return out.getvalue()


def told_of(name: str, minor: int) -> dict[str, object]:
    return {"receiver": f"{name}@x.example", "amount_minor": minor, "currency": "USD"}


def test_an_item_of_theirs_that_is_live_elsewhere_in_the_cycle_is_a_conflict(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"})
    elsewhere = world.other_host()
    elsewhere.database_url = f"sqlite:///{elsewhere.folder}/payouts.db"
    # Their first batch, in euros, is refused; PayPal has the second one, in dollars, and cid in it.
    elsewhere.run(["d,dan@x.example,1.00,EUR", *OTHER_MONEY])
    elsewhere.restart()
    rows = [*OURS, "c,cid@x.example,4.00,EUR"]
    assert world.run(rows).exit_code == 8
    assert world.statuses() == {"c-0001-1": "done", "c-0002-1": "review"}
    theirs = str(world.paypal.book()["batches"][0]["payout_batch_id"])
    world.override("c-0002-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)
    with world.store() as store:
        (conflict,) = store.items.conflicts("c", "c")
        tally = store.items.tally("c")
    assert (conflict.batch, conflict.word, conflict.acknowledged) == ("c-0002-1", "SUCCESS", False)
    assert tally.open_conflicts == 1
    assert {(total.currency, total.paid_minor, total.surplus_minor) for total in tally.totals} == {
        ("EUR", 400, 0),
        ("USD", 1600, 500),
    }
    world.check_books()
    assert world.override_item("c", "acknowledged").exit_code == 0
    with world.store() as store:
        assert store.items.tally("c").open_conflicts == 0
        assert len(store.items.conflicts("c", "c")) == 1
    with pytest.raises(Blocked, match="contradict nothing"):
        world.override_item("c", "acknowledged")


@pytest.mark.parametrize("word", ["PENDING", "PROCESSING", "DENIED"])
def test_nothing_is_taken_of_a_batch_that_paypal_has_not_paid(world: World, word: str) -> None:
    theirs = disagree(world, OTHER_MONEY)
    world.paypal.inject({"on": "batch", "kind": "unknown_word", "where": "batch", "word": word, "times": None})
    with pytest.raises(Blocked, match="has denied" if word == "DENIED" else "has not finished"):
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)
    assert world.statuses() == {"c-0001-1": "review"}


def test_a_batch_of_another_id_is_nobodys_to_take(world: World) -> None:
    world.run(["x,xan@x.example,10.00,USD"], cycle="other")
    other = str(world.paypal.book()["batches"][0]["payout_batch_id"])
    world.paypal.inject({"on": "create", "kind": "timeout_before", "times": 4})
    world.run(OURS)
    with pytest.raises(Blocked, match="its sender_batch_id is main-sandbox-other-0001-1"):
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=other, take_theirs=True, agree=yes)
    assert world.statuses() == {"c-0001-1": "in_flight"}


def test_a_page_that_hides_an_item_is_not_taken(world: World) -> None:
    theirs = disagree(world, OTHER_MONEY)
    world.paypal.inject({"on": "batch", "kind": "missing_item", "times": None})
    with pytest.raises(Blocked, match="does not show all of its items"):
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)


OTHER_CURRENCY = ["a,ann@x.example,9.00,EUR", "b,bob@x.example,18.00,EUR"]


def test_a_batch_that_paypal_has_in_another_currency_can_be_taken_as_it_is_there(world: World) -> None:
    theirs = disagree(world, OTHER_CURRENCY)
    reviewed = world.review("c-0001-1").report
    assert isinstance(reviewed, ReviewReport)
    assert [command.split(" --reason")[0] for command in reviewed.next] == [
        f"payouts override c-0001-1 --to accepted --paypal-batch-id {theirs} --take-theirs",
        "payouts override c-0001-1 --to in_flight",
    ]
    with pytest.raises(Blocked) as refused:
        world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, agree=yes)
    assert "--take-theirs" in refused.value.hint
    world.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)
    assert (world.statuses(), world.states()) == ({"c-0001-1": "done"}, {"a": "success", "b": "success"})
    with world.store() as store:
        (total,) = store.items.tally("c").totals
    assert (total.currency, total.paid_minor, total.unpaid_minor, total.surplus_minor) == ("EUR", 2700, 0, 0)
    assert world.run(OURS).exit_code == 4, "the file says otherwise than what was paid"
    assert world.run(OTHER_CURRENCY).exit_code == 0
    assert world.paid() == {"ann@x.example": ["9.00 EUR"], "bob@x.example": ["18.00 EUR"]}
    world.sync("c")
    world.check_books()


@pytest.mark.parametrize("theirs", [OTHER_CURRENCY[:1], [*OTHER_CURRENCY[:1], "c,cid@x.example,5.00,EUR"]])
def test_not_where_an_item_of_ours_would_stay_behind_in_our_currency(lite: World, theirs: list[str]) -> None:
    theirs_id = disagree(lite, theirs)
    with pytest.raises(Blocked, match="is in EUR, not in USD, and does not have b"):
        lite.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs_id, take_theirs=True, agree=yes)
    assert lite.statuses() == {"c-0001-1": "review"}


@pytest.mark.parametrize("guard", [Guard(), Guard(rule="refuse")], ids=["warned", "refused"])
def test_who_did_not_get_what_went_elsewhere_is_paid_as_the_refusal_says(lite: World, guard: Guard) -> None:
    def with_payees(*rows: str) -> str:
        return "\n".join(["item_id,receiver,amount,currency,payee_id", *rows, ""])

    ann = "a,ann@x.example,10.00,USD,p-1"
    theirs = disagree(lite, ["a,ada@x.example,10.00,USD"], ours=with_payees(ann))
    finished = lite.override("c-0001-1", S.ACCEPTED, paypal_batch_id=theirs, take_theirs=True, agree=yes)
    assert finished.report is not None
    assert "input.csv must now say ada@x.example for a\n" in on_screen(finished.report)
    lite.pass_time(hours=1)
    new = with_payees("a,ada@x.example,10.00,USD,p-1", "a2,ann@x.example,10.00,USD,p-1")
    told = lite.run(new, append=True, guard=guard).error
    assert told is not None
    assert (told.exit_code, told.code) == (4, "duplicate_cycle")
    assert told.message.startswith("a2: p-1 was to get 10.00 USD in this cycle: a, paid, but to ada@x.example.")
    command = f"payouts run c --append --allow-duplicate{' --accept-new-receivers' if guard.stops else ''}"
    assert told.hint == (
        f"Nothing was sent. a went to ada@x.example (a person decided so); if p-1 has not got it: `{command}`."
    )
    accepts = replace(guard, accepts="--accept-new-receivers" in command)
    assert lite.run(new, append=True, allow_duplicate=True, guard=accepts).exit_code == 0
    assert lite.paid()["ann@x.example"] == ["10.00 USD"]
