"""What a run makes of the sent log: a line that never came to a send, and a send that the database has lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.backups import copy_aside, put_back
from support.world import ASKED, World, report_of

from paypal_payouts.domain.account import CyclePage
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.report import Finished, PageReport, SyncReport
from paypal_payouts.domain.sent_log import SentLine, active
from paypal_payouts.domain.states import BatchStatus, Money
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, StatusReport
from paypal_payouts.domain.verdict import RunOutcome, Verdict
from paypal_payouts.errors import Blocked, ExitCode, PayoutsError
from paypal_payouts.protocol.sent_log import sent_lines
from paypal_payouts.storage.sends import Sends
from paypal_payouts.verbs.explain import explain
from paypal_payouts.verbs.lost_sends import find_lost, give_up
from paypal_payouts.verbs.report import report
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]
FIRST = BatchName("c", 1, 1)


class Died(BaseException):
    """The process is gone."""


def outcome(finished: Finished) -> tuple[int, str | None]:
    return finished.exit_code, None if finished.error is None else finished.error.code


def die_before_the_permit(world: World, monkeypatch: pytest.MonkeyPatch, do: Any) -> None:
    """Die once the line of a send is on the disk and its permit is not."""
    permit = Sends.permit

    def dying(self: Sends, *arguments: Any, announce: Any, **named: Any) -> Any:
        def last_words() -> None:
            announce()
            raise Died

        return permit(self, *arguments, announce=last_words, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Sends, "permit", dying)
        with pytest.raises(Died):
            do()
    world.restart()


def names(world: World) -> list[str]:
    """Name the batches whose lines stand."""
    return [str(line.batch) for line in active(sent_lines("c", directory=world.folder / "locks"))]


def warnings(finished: Finished) -> list[str]:
    return [warning.code for warning in report_of(finished).warnings]


@pytest.fixture
def plan_only(lite: World) -> World:
    """Return a world whose PayPal gives no token: what is run is stored, and not sent."""
    lite.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    assert lite.run(ROWS).exit_code == 6
    lite.paypal.clear_faults()
    assert lite.statuses() == {"c-0001-1": "planned"}
    return lite


@pytest.mark.parametrize("command", ["run", "retry"])
def test_a_death_between_line_and_permit_is_gone_on_from_by_either_command(
    plan_only: World, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    world = plan_only
    die_before_the_permit(world, monkeypatch, lambda: world.run(ROWS))
    assert (world.statuses(), names(world)) == ({"c-0001-1": "planned"}, ["c-0001-1"])
    world.pass_time(days=24)
    done = world.run(ROWS) if command == "run" else world.retry("c-0001-1", ROWS)
    assert done.exit_code == 0
    assert warnings(done) == ["contradiction"]
    world.check_paid_once(ROWS)
    assert warnings(world.run(ROWS)) == []


def test_a_death_between_line_and_permit_ends_in_review_at_25_days(
    plan_only: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = plan_only
    die_before_the_permit(world, monkeypatch, lambda: world.run(ROWS))
    world.pass_time(days=25)
    assert outcome(world.run(ROWS)) == (8, "needs_review")
    assert (world.statuses(), world.sent) == ({"c-0001-1": "review"}, [])
    assert world.override("c-0001-1", BatchStatus.ABANDONED).exit_code == 0
    assert world.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0
    world.check_paid_once(ROWS)


def test_a_refusal_after_a_death_between_line_and_permit_frees_nobody(
    plan_only: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The database may as well be an older copy, and the batch paid.
    world = plan_only
    die_before_the_permit(world, monkeypatch, lambda: world.run(ROWS))
    world.paypal.inject({"on": "create", "kind": "status", "status": 403})
    world.run(ROWS)
    assert world.statuses() == {"c-0001-1": "in_flight"}
    assert outcome(world.retry("c-0001-1", ROWS, failed_items=True)) == (4, "not_eligible")


def test_a_permit_that_is_refused_leaves_no_line(plan_only: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world, permit = plan_only, Sends.permit

    def refusing(self: Sends, *arguments: Any, announce: Any, **named: Any) -> Any:
        def too_late() -> None:
            announce()
            raise Blocked("not_eligible", "an item of it was paid again")

        return permit(self, *arguments, announce=too_late, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Sends, "permit", refusing)
        assert outcome(world.run(ROWS)) == (4, "not_eligible")
    assert (world.statuses(), names(world)) == ({"c-0001-1": "planned"}, [])
    world.pass_time(days=40)
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_the_line_is_written_only_once_the_permit_is_decided(plan_only: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = plan_only

    def refuse(*_: object) -> None:
        raise Blocked("not_eligible", "a later attempt has taken its items over")

    monkeypatch.setattr("paypal_payouts.storage.sends._must_be_sendable", refuse)
    assert outcome(world.run(ROWS)) == (4, "not_eligible")
    assert sent_lines("c", directory=world.folder / "locks") == []


def test_a_row_that_moved_to_another_currency_leaves_nothing_behind(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"})
    assert lite.run(ROWS).exit_code == 7
    moved = ["a,ann@x.example,9.00,EUR", "b,bob@x.example,18.00,EUR"]
    assert lite.retry("c-0001-1", moved, failed_items=True).exit_code == 0
    lite.pass_time(days=40)
    assert lite.run(moved).exit_code == 0
    lite.check_paid_once(moved)


def old_database(world: World) -> list[str]:
    """Pay everyone, one of them at the second attempt, and put the database back to before that."""
    rows = ["a,ann@x.example,10.00,USD", "b,transient.bob@x.example,20.00,USD"]
    assert world.run(rows).exit_code == 5
    world.restart()
    aside = copy_aside(world.database_url)
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    world.restart()
    put_back(world.database_url, aside)
    return rows


def cycle_report(world: World) -> CycleReport:
    with world.store() as store:
        finished = status(
            Query(None, "c", items=False, exit_code=False),
            store=store,
            **ASKED,
            now=world.now(),
            lines_of=lambda cycle: sent_lines(cycle, directory=world.folder / "locks"),
        )
    assert isinstance(finished.report, StatusReport)
    return finished.report.cycles[0]


def test_an_old_database_is_warned_of_wherever_its_cycle_is_shown(lite: World) -> None:
    rows = old_database(lite)
    assert [warning.code for warning in cycle_report(lite).warnings] == ["contradiction"]
    assert "c-0001-2" in cycle_report(lite).warnings[0].message
    assert warnings(lite.preview(rows)) == ["contradiction"]
    assert warnings(lite.run(rows)) == ["trail_shortened", "contradiction"]
    assert lite.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    assert cycle_report(lite).warnings == []
    assert warnings(lite.run(rows)) == []
    lite.check_paid_once(rows)


def test_nothing_is_called_unpaid_by_a_database_that_does_not_know_every_send(lite: World) -> None:
    rows = old_database(lite)
    shown = cycle_report(lite)
    stopped = lite.run(rows)
    assert outcome(stopped) == (8, "needs_review")
    assert stopped.error is not None
    assert "c-0001-2" in stopped.error.message
    assert shown.verdict == Verdict(ExitCode.NEEDS_REVIEW, RunOutcome.REVIEW)
    for totals, outlook in (
        (shown.tally.totals, shown.outlook),
        (report_of(stopped).totals, report_of(stopped).outlook),
        (report_of(lite.preview(rows)).totals, report_of(lite.preview(rows)).outlook),
    ):
        (total,) = totals
        assert (total.paid_minor, total.unpaid_minor, total.unknown_minor) == (1000, 0, 2000)
        assert "older copy, which does not know what the sent log does: c-0001-2" in outlook.what_is_wrong
        assert "not known whether paid since: 1 failed" in outlook.what_is_wrong
        assert [step.command for step in outlook.next] == [
            "payouts retry c-0001-1 --failed-items",
            "payouts review c-0001-2",
        ]
    assert "proven" not in batch_report(lite).batch.eligibility.reason
    assert "unpaid" not in batch_report(lite).outlook.what_is_wrong
    synced = lite.sync("c")
    assert outcome(synced) == (8, "needs_review")
    assert isinstance(synced.report, SyncReport)
    assert [(cycle.cycle, cycle.why) for cycle in synced.report.open] == [
        ("c", "the sent log knows c-0001-2, and this database does not; not known whether paid since: 1 failed")
    ]
    assert report_of(stopped).first_unpaid == [], "whoever is named as unpaid is paid another way"
    said: list[str] = []
    assert page_report(lite, said).totals == shown.tally.totals
    assert said == ["b: It may be paid since, by c-0001-2, unknown here. Do not pay it another way."]
    told = explained(lite, "b")
    assert told.hits[0].money is Money.UNKNOWN
    assert told.story is not None
    assert "a send that only the sent log knows, of c-0001-2, may have paid it" in told.story.answer
    assert [step.command for step in told.next] == ["payouts status --cycle c"]
    assert explained(lite, "a").hits[0].money is Money.PAID
    assert lite.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    assert explained(lite, "b").hits[0].money is Money.PAID
    assert cycle_report(lite).tally.lost == ()
    lite.check_paid_once(rows)


def explained(world: World, text: str) -> ExplainReport:
    with world.store() as store:
        report = explain(
            text,
            cycle=None,
            store=store,
            errors=world.errors,
            now=world.now(),
            max_age_days=lambda _: 25,
            lines_of=lambda cycle: sent_lines(cycle, directory=world.folder / "locks"),
        ).report
    assert isinstance(report, ExplainReport)
    return report


def page_report(world: World, said: list[str]) -> PageReport:
    """Write the page of the cycle to nowhere; what it says of each item that is not paid is put into `said`."""

    def read(page: CyclePage) -> Iterator[str]:
        said.extend(f"{each.item.item_id}: {each.sentence}" for each in page.explained)
        yield ""

    with world.store() as store:
        written = report(
            "c",
            html=world.folder / "c.html",
            store=store,
            environment=ASKED["environment"],
            account=ASKED["account"],
            rules=world.errors,
            max_age_days=25,
            now=world.now(),
            lines_of=lambda cycle: sent_lines(cycle, directory=world.folder / "locks"),
            render=read,
        ).report
    assert isinstance(written, PageReport)
    return written


def batch_report(world: World) -> BatchStatusReport:
    with world.store() as store:
        finished = status(
            Query("c-0001-1", None, items=False, exit_code=False),
            store=store,
            **ASKED,
            now=world.now(),
            lines_of=lambda cycle: sent_lines(cycle, directory=world.folder / "locks"),
        )
    assert isinstance(finished.report, BatchStatusReport)
    return finished.report


def test_a_sent_log_that_cannot_be_read_is_told_and_the_cycle_is_shown_all_the_same(lite: World) -> None:
    lite.run(ROWS)
    (lite.folder / "locks" / "c.sent").write_text("hello\n")
    assert "hello" in cycle_report(lite).warnings[0].message


def test_items_are_not_paid_again_while_the_log_knows_another_later_attempt(
    lite: World,
) -> None:
    rows = old_database(lite)
    other = [rows[0], "b,transient.bobby@x.example,20.00,USD"]
    sent = len(lite.sent)
    assert outcome(lite.retry("c-0001-1", other, failed_items=True)) == (8, "needs_review")
    assert len(lite.sent) == sent


def give_up_lost(world: World, name: BatchName = FIRST) -> Finished:
    with world.store() as store, world.client() as client:
        return give_up(
            name, reason="not in the activity list", operator="me", max_age_days=25, tools=world.tools(store, client)
        )


def lose_everything(world: World) -> None:
    world.run(ROWS)
    world.restart()
    put_back(world.database_url, None)


def test_the_way_out_of_a_lost_database_is_taken_as_it_is_printed(lite: World) -> None:
    lose_everything(lite)
    lite.pass_time(days=31)
    stopped = lite.run(ROWS)
    assert outcome(stopped) == (8, "needs_review")
    assert stopped.error is not None
    assert "`payouts override c-0001-1 --to abandoned" in stopped.error.hint
    with lite.store() as store:
        lines = sent_lines("c", directory=lite.folder / "locks")
        assert find_lost("c-0001-1", lines_of=lambda _: lines, store=store) == FIRST
        assert find_lost("c-0002-1", lines_of=lambda _: lines, store=store) is None
    assert give_up_lost(lite).exit_code == 0
    # Whoever was paid is no longer in the input.
    new = ["z,zoe@x.example,1.00,USD"]
    assert lite.run(new).exit_code == 0
    lite.check_nobody_twice()
    with lite.store() as store:
        (event,) = [event for event in store.audit.events() if event.action == "lost_sends_given_up"]
    assert (event.actor, event.reason, event.evidence["batch"]) == ("me", "not in the activity list", "c-0001-1")


@pytest.mark.parametrize("hours", [0, 23.9])
def test_a_send_that_may_still_arrive_is_not_given_up(lite: World, hours: float) -> None:
    lose_everything(lite)
    lite.pass_time(hours=hours)
    with pytest.raises(Blocked, match="less than 24 hours ago"):
        give_up_lost(lite)
    assert names(lite) == ["c-0001-1"]


def test_the_24_hours_count_by_the_clock_of_paypal(lite: World) -> None:
    lose_everything(lite)
    lite.pass_time(hours=25)
    lite.paypal.advance(-2 * 3600)
    with pytest.raises(Blocked, match="less than 24 hours ago"):
        give_up_lost(lite)


def test_a_batch_given_up_by_a_database_that_did_not_know_its_send_is_not_paid_again(plan_only: World) -> None:
    world = plan_only
    world.restart()
    aside = copy_aside(world.database_url)
    assert world.run(ROWS).exit_code == 0
    world.restart()
    put_back(world.database_url, aside)
    # Another host, whose lock directory knows nothing of it.
    elsewhere = world.other_host()
    assert elsewhere.override("c-0001-1", BatchStatus.ABANDONED).exit_code == 0
    elsewhere.restart()
    stopped = refused(lambda: world.retry("c-0001-1", ROWS, failed_items=True))
    assert (stopped.code, "`payouts override c-0001-1 --to abandoned" in stopped.hint) == ("needs_review", True)
    world.check_nobody_twice()


def refused(act: Any) -> PayoutsError:
    try:
        finished: Finished = act()
    except PayoutsError as error:
        return error
    assert isinstance(finished.error, PayoutsError)
    return finished.error


def test_a_planned_batch_that_an_old_database_would_give_up_is_asked_about_first(plan_only: World) -> None:
    world = plan_only
    world.restart()
    aside = copy_aside(world.database_url)
    assert world.run(ROWS).exit_code == 0
    world.restart()
    put_back(world.database_url, aside)
    assert refused(lambda: world.override("c-0001-1", BatchStatus.ABANDONED)).code == "move_not_allowed"
    assert world.statuses() == {"c-0001-1": "in_flight"}
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_a_batch_of_the_log_with_other_contents_ends_in_review_unsent(lite: World) -> None:
    lite.run(ROWS)
    lite.restart()
    put_back(lite.database_url, None)
    # Another host stores other rows under the same name, and PayPal gives no token.
    elsewhere = lite.other_host()
    elsewhere.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    other = ["a,ann@x.example,11.00,USD"]
    assert elsewhere.run(other).exit_code == 6
    elsewhere.restart()
    lite.paypal.clear_faults()
    sent = len(lite.sent)
    assert outcome(lite.run(other)) == (8, "needs_review")
    assert lite.statuses() == {"c-0001-1": "review"}
    assert len(lite.sent) == sent


LATER = BatchName("c", 1, 2)
DENIED = ["z,denyall.cy@x.example,5.00,USD", *ROWS]


def test_what_lost_sends_may_have_paid_is_never_sent_again_as_it_was_stored(lite: World) -> None:
    assert lite.run(DENIED).exit_code == 5
    lite.restart()
    aside = copy_aside(lite.database_url)
    paid = [DENIED[0].replace("denyall.", ""), *ROWS]
    assert lite.retry("c-0001-1", paid, failed_items=True, payee_errors=True).exit_code == 0
    lite.restart()
    put_back(lite.database_url, aside)
    lite.pass_time(days=1.1)
    assert lite.statuses() == {"c-0001-1": "denied"}
    sent = len(lite.sent)
    assert give_up_lost(lite, LATER).exit_code == 0
    # Sent as it was stored, it would pay again whom the lost attempt has paid.
    assert lite.statuses() == {"c-0001-1": "abandoned"}
    assert outcome(lite.retry("c-0001-1")) == (4, "not_eligible")
    assert outcome(lite.retry("c-0001-1", ["new,zoe@x.example,1.00,USD"], failed_items=True)) == (4, "not_eligible")
    assert len(lite.sent) == sent
    lite.check_nobody_twice()


def test_a_batch_in_flight_is_put_to_a_person_when_lost_sends_are_given_up(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "reset_before", "times": None})
    assert lite.run(ROWS).exit_code == 6
    lite.paypal.clear_faults()
    with lite.store() as store, lite.client() as client, lite.tools(store, client).hold("c") as lock:
        lock.sent_log.append(SentLine(lite.now(), BatchName("c", 2, 1), None))
    lite.pass_time(days=1.1)
    assert give_up_lost(lite, BatchName("c", 2, 1)).exit_code == 0
    assert lite.statuses() == {"c-0001-1": "review"}
    # A run would put it back into review before it sends anything: the way out is not offered.
    with pytest.raises(Blocked, match="sent, it could pay a second time"):
        lite.override("c-0001-1", BatchStatus.IN_FLIGHT)


def test_a_run_that_the_sent_log_stops_before_it_stores_anything_is_blocked(lite: World) -> None:
    lose_everything(lite)
    lite.pass_time(hours=1)
    stopped = lite.run(["a,ann@x.example,11.00,USD"])
    assert outcome(stopped) == (8, "needs_review")
    assert report_of(stopped).outcome == "review", "that nothing was left to do would be false"


def test_what_was_accepted_when_lost_sends_were_given_up_is_not_sent_once_denied(lite: World) -> None:
    lite.paypal.configure(processing_s=60)
    lite.waiting = None
    assert lite.run(DENIED).exit_code == 6
    lite.restart()
    aside = copy_aside(lite.database_url)
    lite.pass_time(hours=1)
    lite.sync("c")
    assert lite.statuses() == {"c-0001-1": "denied"}
    paid = [DENIED[0].replace("denyall.", ""), *ROWS]
    lite.retry("c-0001-1", paid, failed_items=True, payee_errors=True)
    lite.restart()
    put_back(lite.database_url, aside)
    lite.pass_time(days=1.1)
    assert lite.statuses() == {"c-0001-1": "accepted"}
    assert give_up_lost(lite, LATER).exit_code == 0
    lite.sync("c")
    assert lite.statuses() == {"c-0001-1": "denied"}
    sent = len(lite.sent)
    assert outcome(lite.retry("c-0001-1")) == (4, "not_eligible")
    assert len(lite.sent) == sent
    with lite.store() as store:
        shown = status(Query(None, "c", items=False, exit_code=False), store=store, now=lite.now(), **ASKED).report
    assert isinstance(shown, StatusReport)
    assert "payouts retry c-0001-1" not in [step.command for step in shown.cycles[0].outlook.next]
    lite.check_nobody_twice()


@pytest.mark.parametrize("paid_after_all", [False, True])
def test_what_a_lost_attempt_paid_is_taken_over_from_the_earlier_one(lite: World, paid_after_all: bool) -> None:
    rows = ["a,ann@x.example,10.00,USD", "b,transient.bob@x.example,20.00,USD", "c,transient.cat@x.example,30.00,USD"]
    lite.run(rows)
    lite.restart()
    aside = copy_aside(lite.database_url)
    assert lite.retry("c-0001-1", rows[:2], failed_items=True).exit_code == 5
    lite.restart()
    put_back(lite.database_url, aside)
    lite.pass_time(hours=25)
    assert give_up_lost(lite, BatchName("c", 1, 2)).exit_code == 0
    # PayPal has another batch under the id of the second attempt, which pays cat alone: a person takes bob's.
    assert outcome(lite.retry("c-0001-1", [rows[0], rows[2]], failed_items=True)) == (8, "needs_review")
    if paid_after_all:
        with lite.store() as store:
            (unpaid,) = (payment for payment in store.search.payments("c", "b"))
        lite.paypal.set_word("SUCCESS", payout_item_id=unpaid.item.paypal_item_id)
        lite.sync("c")
    (theirs,) = (each for each in lite.paypal.book()["batches"] if each["sender_batch_id"].endswith("-0001-2"))
    lite.override(
        "c-0001-2",
        BatchStatus.ACCEPTED,
        paypal_batch_id=str(theirs["payout_batch_id"]),
        take_theirs=True,
        agree=lambda _: None,
    )
    assert lite.states() == {"a": "success", "b": "success", "c": "abandoned"}
    shown = cycle_report(lite)
    (total,) = shown.tally.totals
    twice_minor = 2000 if paid_after_all else 0
    assert (total.paid_minor, total.unpaid_minor, total.surplus_minor) == (3000 + twice_minor, 3000, twice_minor)
    if paid_after_all:
        assert outcome(lite.run(rows)) == (8, "needs_review")
        assert lite.override_item("b", "acknowledged").exit_code == 0
        lite.sync("c")
        assert cycle_report(lite).tally.open_conflicts == 0
    assert lite.run(rows).exit_code == 5
    assert lite.retry("c-0001-2", rows, failed_items=True).exit_code == 0
    assert sorted(map(len, lite.paid().values())) == [1, 1, 1 + paid_after_all]
    lite.check_books()


def test_what_is_shown_is_what_run_begins_with_after_a_death_between_line_and_permit(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["a,denyall.ann@x.example,10.00,USD"]
    lite.run(rows)
    die_before_the_permit(lite, monkeypatch, lambda: lite.retry("c-0001-1"))
    assert lite.statuses() == {"c-0001-1": "denied"}
    shown = lite.preview(rows)
    (total,) = report_of(shown).totals
    assert [(str(batch.name), str(batch.status)) for batch in sent_by(shown)] == [("c-0001-1", "in_flight")]
    assert (report_of(shown).outcome, total.unpaid_minor, total.unknown_minor) == ("planned", 0, 1000)
    assert cycle_report(lite).tally.totals == report_of(shown).totals
    assert cycle_report(lite).verdict == Verdict(ExitCode.NOT_FINISHED, RunOutcome.PENDING)
    assert batch_report(lite).batch.record.status == "in_flight"
    assert explained(lite, "ann").hits[0].money is Money.UNKNOWN
    assert outcome(lite.sync("c")) == (6, None)
    changed = ["a,other@x.example,10.00,USD"]
    assert outcome(lite.preview(changed)) == outcome(lite.run(changed)) == (4, "changed_item")
    sent = len(lite.sent)
    lite.run(rows)
    assert len(lite.sent) == sent + 1, "what the preview shows is what run sends"


def sent_by(shown: Finished) -> list[BatchRecord]:
    return [batch for batch in report_of(shown).to_send if isinstance(batch, BatchRecord)]
