"""`review`: both records side by side, and the moves that are open, each of which is accepted when it is made."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from support.world import World

from paypal_payouts.domain.moves import MOVES_BY_HAND, moves_from
from paypal_payouts.domain.reviewed import ReviewReport
from paypal_payouts.domain.sides import BothSides
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked

S = BatchStatus
OURS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD", "e,eve@x.example,1.00,USD"]


def disagree(world: World, theirs: Sequence[str], ours: Sequence[str] = OURS) -> str:
    """Let PayPal have another batch than ours under our id, and give its id there."""
    elsewhere = world.other_host()
    elsewhere.database_url = f"sqlite:///{elsewhere.folder}/payouts.db"
    elsewhere.run(theirs)
    elsewhere.restart()
    assert world.run(ours).exit_code == 8
    return str(world.paypal.book()["batches"][0]["payout_batch_id"])


def reviewed(world: World, paypal_batch_id: str | None = None) -> ReviewReport:
    finished = world.review("c-0001-1", paypal_batch_id=paypal_batch_id)
    assert (finished.exit_code, finished.error) == (0, None)
    assert isinstance(finished.report, ReviewReport)
    return finished.report


def offered(report: ReviewReport) -> dict[str, bool]:
    """Give each move, with the option that it takes theirs, and whether it is open."""
    return {
        f"{move.to}{' theirs' if '--take-theirs' in (move.command or '') else ''}": move.command is not None
        for move in report.moves
    }


def test_every_item_stands_beside_paypals_with_what_differs(lite: World) -> None:
    theirs = disagree(lite, ["a,ann@x.example,11.00,USD", "c,cid@x.example,5.00,USD", "e,eve@x.example,1.00,USD"])
    report = reviewed(lite)
    assert (report.paypal_batch_id, report.paypal_status, report.not_compared) == (theirs, "SUCCESS", None)
    assert [(item.item_id, item.differs) for item in report.items] == [
        ("a", ("amount",)),
        ("b", ("missing",)),
        ("c", ("item",)),
        ("e", ()),
    ]
    changed = report.items[0]
    assert changed.ours is not None
    assert changed.theirs is not None
    assert (changed.ours.amount_minor, changed.theirs.amount_minor, changed.theirs.word) == (1000, 1100, "SUCCESS")
    assert offered(report) == {"accepted": False, "accepted theirs": True, "in_flight": True, "abandoned": False}


def test_reviewing_changes_nothing(lite: World) -> None:
    disagree(lite, ["a,ann@x.example,11.00,USD"])
    sent = len(lite.sent)
    with lite.store() as store:
        before = store.audit.events(cycle="c")
    reviewed(lite)
    with lite.store() as store:
        assert store.audit.events(cycle="c") == before
    assert len(lite.sent) == sent
    assert lite.statuses() == {"c-0001-1": "review"}


def test_a_batch_that_paypal_did_not_name_is_looked_at_by_the_id_that_a_person_found(lite: World) -> None:
    lite.paypal.inject(
        {"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link", "times": None}
    )
    lite.run(OURS)
    lite.paypal.clear_faults()
    assert lite.statuses() == {"c-0001-1": "review"}
    report = reviewed(lite)
    assert report.not_compared == "no batch of PayPal's is known to be this one"
    assert [item.differs for item in report.items] == [(), (), ()]
    (needs_id,) = [move.why_not for move in report.moves if move.to == "accepted"]
    assert needs_id is not None
    assert "`payouts review c-0001-1 --paypal-batch-id ID`" in needs_id
    theirs = str(lite.paypal.book()["batches"][0]["payout_batch_id"])
    report = reviewed(lite, theirs)
    assert report.not_compared is None
    assert not report.differing
    assert offered(report) == {"accepted": True, "in_flight": True, "abandoned": False}


def test_giving_up_is_offered_a_day_later_and_never_among_next(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "timeout_before", "times": 4})
    lite.run(OURS)
    lite.override("c-0001-1", S.REVIEW)
    early = {move.to: move for move in reviewed(lite).moves}["abandoned"]
    assert early.command is None
    assert early.why_not is not None
    assert "less than 24 hours ago by PayPal's clock; it can be from" in early.why_not
    lite.pass_time(hours=25)
    report = reviewed(lite)
    late = {move.to: move for move in report.moves}["abandoned"]
    assert late.command is not None
    assert late.why_not is None
    assert late.command not in report.next
    assert lite.override("c-0001-1", S.ABANDONED).exit_code == 0


def test_without_paypal_our_rows_are_shown_and_why_nothing_is_compared(lite: World) -> None:
    disagree(lite, ["a,ann@x.example,11.00,USD"])
    lite.paypal.inject({"on": "batch", "kind": "status", "status": 503, "times": None})
    report = reviewed(lite)
    assert report.not_compared
    assert [(item.item_id, item.theirs, item.differs) for item in report.items] == [
        ("a", None, ()),
        ("b", None, ()),
        ("e", None, ()),
    ]
    assert offered(report)["accepted"] is False


@pytest.mark.parametrize("theirs", ["a,bea@x.example,10.00,USD", "a,ann@x.example,9.00,USD"], ids=["text", "money"])
def test_an_offer_is_accepted_when_it_is_made(lite: World, theirs: str) -> None:
    named = disagree(lite, [theirs], OURS[:1])
    commands = [move.command for move in reviewed(lite).moves if move.to == "accepted" and move.command]
    assert len(commands) == (2 if "bea" in theirs else 1)
    for command in commands[:1]:
        takes = "--take-theirs" in command
        assert f"--paypal-batch-id {named}" in command
        finished = lite.override("c-0001-1", S.ACCEPTED, paypal_batch_id=named, take_theirs=takes, agree=yes)
        assert finished.exit_code == 0


def yes(_: Sequence[BothSides]) -> None:
    """Agree."""


def test_a_contradiction_of_an_item_can_be_acknowledged_from_here(lite: World) -> None:
    lite.run(["u,unclaimed@x.example,2.00,USD"])
    lite.cancel("u")
    lite.paypal.inject({"on": "batch", "kind": "unknown_word", "where": "item", "word": "SUCCESS"})
    lite.sync("c")
    report = reviewed(lite)
    assert [(each.item_id, each.word) for each in report.conflicts] == [("u", "SUCCESS")]
    assert offered(report) == {"acknowledged": True}
    assert report.next == [report.moves[0].command]


def test_every_move_of_the_table_says_what_it_means() -> None:
    assert all(move.meaning.endswith(".") for move in MOVES_BY_HAND)
    assert [move.after for move in moves_from("batch", S.REVIEW)] == [
        (S.IN_FLIGHT,),
        (S.ACCEPTED,),
        (S.ACCEPTED,),
        (S.ABANDONED,),
    ]


def test_where_paypals_batch_is_not_known_paypal_is_asked_again_first(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "timeout_before", "times": 4})
    lite.run(OURS)
    lite.override("c-0001-1", S.REVIEW)
    first, *others = reviewed(lite).moves
    assert (first.to, first.meaning.startswith("Try this first: it pays nobody twice")) == ("in_flight", True)
    assert not any(move.meaning.startswith("Try this first") for move in others)
    assert others[-1].to == "abandoned"
    assert "Look for main-sandbox-c-0001-1 in PayPal's activity list first" in others[-1].meaning
    assert "`payouts reconcile --cycle c`" in others[-1].meaning


def test_once_paypals_batch_is_known_it_is_what_a_person_looks_at_first(lite: World) -> None:
    disagree(lite, ["a,ann@x.example,11.00,USD"])
    report = reviewed(lite)
    assert [move.to for move in report.moves] == ["accepted", "accepted", "in_flight", "abandoned"]
    assert not any(move.meaning.startswith("Try this first") for move in report.moves)


def test_sends_of_cron_put_off_the_day_on_which_a_batch_in_flight_can_be_given_up(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "timeout_before", "times": 4})
    lite.run(OURS)
    (given_up,) = [move for move in reviewed(lite).moves if move.to == "abandoned"]
    assert given_up.why_not is not None
    assert "each run until then sends it again and moves that: put it into review first" in given_up.why_not


def test_what_paypal_denied_says_nothing_of_an_old_send_without_an_answer(lite: World) -> None:
    """Tied to it, the batch would be denied, and back in review at the next `retry`."""
    lite.paypal.inject({"on": "create", "kind": "timeout_before"})
    lite.policy = replace(lite.policy, max_retries=0)
    rows = ["a,denyall@x.example,1.00,USD"]
    lite.run(rows)
    lite.paypal.clear_faults()
    lite.run(rows)
    assert lite.statuses() == {"c-0001-1": "denied"}
    theirs = str(lite.paypal.book()["batches"][0]["payout_batch_id"])
    lite.pass_time(days=26)
    assert lite.retry("c-0001-1").exit_code == 8
    assert lite.statuses() == {"c-0001-1": "review"}
    moves = {move.to: move for move in reviewed(lite, theirs).moves}
    assert moves["accepted"].command is None
    assert "PayPal has denied that batch and paid nobody by it" in str(moves["accepted"].why_not)
    assert moves["abandoned"].command is not None
    with pytest.raises(Blocked, match="what became of the send that has no answer it does not say"):
        lite.override("c-0001-1", BatchStatus.ACCEPTED, paypal_batch_id=theirs)
    assert lite.override("c-0001-1", BatchStatus.ABANDONED).exit_code == 0
    assert lite.retry("c-0001-1", ["a,ann@x.example,1.00,USD"], failed_items=True).exit_code == 0
    assert lite.paid() == {"ann@x.example": ["1.00 USD"]}
