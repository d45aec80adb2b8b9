"""An older copy of the database was put back: every look says so alike, whichever cycles it still knows."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.backups import copy_aside, put_back
from support.world import ASKED, World, report_of

from paypal_payouts.domain.report import Finished, OpenRunReport, SyncReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.errors import NeedsReview, NotFound
from paypal_payouts.protocol.sent_log import sent_lines
from paypal_payouts.protocol.unrecorded import unrecorded_sends
from paypal_payouts.verbs.lost_sends import give_up
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query

PAID_TWICE_ASKED = ["a,ann@x.example,10.00,USD", "b,transient.bob@x.example,20.00,USD"]
AFTER = ["c,cy@x.example,30.00,USD"]
OLDER = "This database is older than what was sent: fx-0001-2, after-0001-1. What it calls unpaid, or never sent, may"


@pytest.fixture
def restored(lite: World) -> World:
    """Return a world whose database is from before an item of `fx` was paid again, and before `after` was stored."""
    assert lite.run(PAID_TWICE_ASKED, cycle="fx").exit_code == 5
    lite.restart()
    aside = copy_aside(lite.database_url)
    assert lite.retry("fx-0001-1", PAID_TWICE_ASKED, failed_items=True).exit_code == 0
    lite.pass_time(hours=1)
    assert lite.run(AFTER, cycle="after").exit_code == 0
    lite.restart()
    put_back(lite.database_url, aside)
    return lite


def look(world: World, cycle: str | None = None, *, gone: bool = False) -> Finished:
    with world.store() as store:
        return status(
            Query(None, cycle, items=False, exit_code=True),
            store=None if gone else store,
            **ASKED,
            now=world.now(),
            lines_of=lambda name: sent_lines(name, directory=world.folder / "locks"),
            unrecorded=world.unrecorded,
        )


def ways(error: object) -> str:
    assert isinstance(error, NeedsReview), error
    return error.hint


def test_status_says_so_once_and_shows_the_cycle_that_it_does_not_have(restored: World) -> None:
    shown = look(restored)

    assert isinstance(shown.report, StatusReport)
    (warning,) = shown.report.warnings
    assert (warning.code, warning.message.startswith(OLDER)) == ("contradiction", True)
    assert {cycle.cycle: int(cycle.verdict.exit_code) for cycle in shown.report.cycles} == {"after": 8, "fx": 8}
    assert [step.command for step in shown.report.cycles[0].outlook.next] == [
        "payouts run after",
        "payouts review after-0001-1",
    ]
    assert shown.exit_code == 8
    assert "`payouts retry fx-0001-1 --failed-items`" in ways(shown.error)


def test_status_of_a_cycle_that_only_the_sent_log_knows_is_answered(restored: World) -> None:
    shown = look(restored, "after")
    assert isinstance(shown.report, StatusReport)
    assert [cycle.tally.lost for cycle in shown.report.cycles] == [["after-0001-1"]]
    assert shown.exit_code == 8
    with pytest.raises(NotFound):
        look(restored, "other")


def test_a_database_that_is_gone_is_an_older_one(restored: World) -> None:
    restored.restart()
    put_back(restored.database_url, None)
    shown = look(restored, gone=True)
    assert isinstance(shown.report, StatusReport)
    assert sorted(cycle.cycle for cycle in shown.report.cycles) == ["after", "fx"]
    assert (shown.exit_code, len(shown.report.warnings)) == (8, 1)


@pytest.mark.parametrize("do", [World.run_open, World.sync], ids=["run --open", "sync"])
def test_what_cron_runs_ends_with_8_and_sends_nothing(restored: World, do: Callable[[World], Finished]) -> None:
    sent = len(restored.sent)

    for finished in (do(restored), do(restored)):
        assert finished.exit_code == 8
        assert "fx-0001-2" in str(finished.error)
        assert "after-0001-1" in str(finished.error)
        hint = ways(finished.error)
        ordered = ["(1) Put the newest copy", "(2) If there is none: `payouts retry fx-0001-1", "(3) Only if that is"]
        assert [place for place in map(hint.find, ordered) if place >= 0] == sorted(map(hint.find, ordered))
        assert isinstance(finished.report, OpenRunReport | SyncReport)
        assert [each.message.startswith(OLDER) for each in finished.report.warnings] == [True]
    assert len(restored.sent) == sent


def test_other_cycles_are_still_continued(restored: World) -> None:
    restored.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    assert restored.run(["d,dan@x.example,1.00,USD"], cycle="open").exit_code == 6
    restored.paypal.clear_faults()

    finished = restored.run_open()

    assert isinstance(finished.report, OpenRunReport)
    assert {each.report.cycle: int(each.exit_code) for each in finished.report.cycles} == {
        "open": 0,
        "fx": 8,
        "after": 8,
    }
    assert "dan@x.example" in restored.paid()


def test_a_batch_that_an_older_copy_calls_unsent_is_asked_about_by_cron(lite: World) -> None:
    lite.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    assert lite.run(AFTER).exit_code == 6
    lite.paypal.clear_faults()
    lite.restart()
    aside = copy_aside(lite.database_url)
    assert lite.run(AFTER).exit_code == 0
    lite.restart()
    put_back(lite.database_url, aside)
    (warning,) = lite.run_open().report.warnings  # type: ignore[union-attr]
    assert "Either a process died" in warning.message
    assert lite.statuses() == {"c-0001-1": "done"}
    lite.check_paid_once(AFTER)
    assert lite.run_open().exit_code == 0


def test_a_batch_that_an_older_copy_calls_denied_is_asked_about_by_cron(lite: World) -> None:
    lite.run(["z,denyall.cy@x.example,5.00,USD"])
    assert lite.statuses() == {"c-0001-1": "denied"}
    lite.restart()
    aside = copy_aside(lite.database_url)
    lite.pass_time(hours=1)
    lite.retry("c-0001-1")
    lite.restart()
    put_back(lite.database_url, aside)

    report = lite.run_open().report

    assert isinstance(report, OpenRunReport)
    assert [each.report.cycle for each in report.cycles] == ["c"]


def test_the_second_way_is_taken_as_it_is_printed_and_pays_nobody_twice(restored: World) -> None:
    assert restored.retry("fx-0001-1", PAID_TWICE_ASKED, failed_items=True).exit_code == 0
    assert restored.run_open().exit_code == 8, "the other cycle is still unknown"
    settled = restored.run(AFTER, cycle="after")
    assert settled.exit_code == 0
    (older,) = [warning for warning in report_of(settled).warnings if warning.code == "contradiction"]
    assert older.message == (
        "This database was older than what was sent: after-0001-1. PayPal was asked about it, and it is on record now."
    )
    assert (restored.run_open().exit_code, restored.sync().exit_code, look(restored).exit_code) == (0, 0, 0)
    restored.check_nobody_twice()
    with restored.store() as store:
        store.audit.check(cycle="after")


def test_review_of_a_batch_that_only_the_sent_log_knows_names_the_ways_out(restored: World) -> None:
    with pytest.raises(NeedsReview, match="after-0001-1") as told:
        restored.review("after-0001-1")
    assert "fx-0001-2" not in told.value.message
    assert "(2) If there is none: `payouts run after`" in told.value.hint
    assert "`payouts override after-0001-1 --to abandoned" in told.value.hint
    with pytest.raises(NotFound):
        restored.review("after-0001-2")


def test_a_batch_given_up_is_told_of_no_more(restored: World) -> None:
    restored.pass_time(hours=25)
    for lost in restored.unrecorded(None).cycles["after"].lost:
        with restored.store() as store, restored.client() as client:
            give_up(lost.batch, reason="not there", operator="me", max_age_days=25, tools=restored.tools(store, client))
    with restored.store() as store:
        assert list(restored.unrecorded(store).cycles) == ["fx"]


def test_the_payees_errors_are_included_where_all_wait_for_their_payees(lite: World) -> None:
    rows = [PAID_TWICE_ASKED[0], "b,fail.bob@x.example,20.00,USD"]
    assert lite.run(rows).exit_code == 5
    lite.restart()
    aside = copy_aside(lite.database_url)
    lite.retry("c-0001-1", rows, failed_items=True, payee_errors=True)
    lite.restart()
    put_back(lite.database_url, aside)
    command = "payouts retry c-0001-1 --failed-items --include-payee-errors"
    stopped = lite.run(rows)
    assert f"`{command}`" in ways(stopped.error)
    assert [step.command for step in report_of(stopped).outlook.next] == [command, "payouts review c-0001-2"]
    assert lite.retry("c-0001-1", rows, failed_items=True, payee_errors=True).exit_code == 5
    assert lite.statuses()["c-0001-2"] == BatchStatus.DONE


@pytest.mark.parametrize("line", ["hello", "2026-11-20T12:00:00 c-0001-1", ""], ids=["no line", "no zone", "nothing"])
def test_what_no_program_wrote_is_said_and_hides_no_other_cycle(tmp_path: Path, line: str) -> None:
    (tmp_path / "c.sent").touch(0o600)
    (tmp_path / "c.sent").write_text(f"{line}\n" if line else "")
    (tmp_path / "d.sent").touch(0o600)
    at = datetime(2026, 11, 20, 12, tzinfo=UTC).isoformat()
    (tmp_path / "d.sent").write_text(f"{at} d-0001-1 abc\n{at} trail abc\n")
    found = unrecorded_sends(tmp_path, store=None)
    assert (list(found.cycles), found.unreadable is None) == (["d"], not line)


def test_lines_of_an_earlier_version_in_the_lock_file_count(tmp_path: Path) -> None:
    (tmp_path / "c.lock").touch(0o600)
    (tmp_path / "c.lock").write_text("2026-11-20T12:00:00+00:00 c-0001-1\n")
    assert list(unrecorded_sends(tmp_path, store=None).cycles) == ["c"]
    assert unrecorded_sends(tmp_path / "none", store=None).cycles == {}
