"""What is told of how a command ended, and what never is."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.newly_unpaid import NewlyUnpaid
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.payout import BatchRecord, StandingRefusal
from paypal_payouts.domain.plan import Notice
from paypal_payouts.domain.report import Continued, Finished, OpenRunReport, RunReport, SyncReport
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import (
    Blocked,
    ConfigInvalid,
    ExitCode,
    InputInvalid,
    LockHeld,
    NeedsReview,
    PayoutsError,
    PayPalRefused,
    StorageFailed,
)
from paypal_payouts.notify.memory import NotificationLog
from paypal_payouts.notify.news import News, PayingAccount, cycles_of, news_of, trial
from paypal_payouts.present.commands import Typed

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WHOSE = PayingAccount("live", "main", "pay1", "/srv/payouts")
RECEIVER = "ann@example.com"
UNPAID = Counter({ItemState.SUCCESS: 7, ItemState.FAILED: 2, ItemState.RETURNED: 1})


def report(outcome: RunOutcome) -> RunReport:
    return RunReport(
        cycle="2026-11",
        environment="live",
        account="main",
        generated_at=datetime(2026, 11, 20, tzinfo=UTC),
        outcome=outcome,
        plan_digest=None,
        items=UNPAID if outcome is RunOutcome.COMPLETED_WITH_FAILURES else Counter({ItemState.SUCCESS: 10}),
        totals=(),
        batches=(),
        warnings=[Notice("same_receiver", f"{RECEIVER} is to get 10.00 USD 2 times")],
    )


def told(finished: Finished, *, command: str = "run", cycle: str | None = None) -> list[News]:
    return news_of(finished, command=command, whose=WHOSE, unclaimed={}, days=3, unfinished={}, cycle=cycle)


REVIEW = NeedsReview(f"{RECEIVER} s3cret", hint=RECEIVER, details=[{"batch": "2026-11-0001-1", "last_error": RECEIVER}])
REFUSED = PayPalRefused(RECEIVER, details=[{"batch": "2026-11-0002-1", "problems": [{"value": RECEIVER}]}])


@pytest.mark.parametrize("code", [6, 7], ids=str)
def test_an_item_that_is_not_paid_is_told_while_its_cycle_is_not_finished(code: int) -> None:
    run, exit_code = replace(report(RunOutcome.PENDING), items=UNPAID), ExitCode(code)
    error = REFUSED if code == ExitCode.PAYPAL_REFUSED else None
    *_, news = [news for news in told(Finished(run, exit_code, error)) if news.event == "failures"]
    assert news.title == "payouts: 2026-11: not everything is paid"
    assert f"Cycle 2026-11: not finished, and 3 of 10 items are not paid (exit code {code})." in news.body
    following = "payouts status --cycle 2026-11 --errors"
    assert news.body.endswith(f" Next: {following}")
    found = NewlyUnpaid("2026-11", {ItemState.FAILED: 1}, run.unpaid, 10, exit_code, RECEIVER, following)
    synced = SyncReport(["2026-11"], 1, 1, (), {}, newly_unpaid=[found])
    assert told(Finished(synced, ExitCode.NOT_FINISHED), command="sync") == [news], "in the same words"
    assert [each.event for each in told(Finished(replace(run, items={ItemState.ONHOLD: 1}), exit_code, error))] == (
        [] if error is None else ["refused"]
    )


def test_money_that_came_back_is_told_of_each_cycle_without_saying_how_much() -> None:
    back = [CameBack("a", "a-0001-1", RECEIVER, "12.50", "USD", ItemState.REFUNDED)] * 2
    synced = SyncReport(["a"], 1, 2, (), {}, came_back=back)
    (news,) = told(Finished(synced), command="sync")
    assert (news.event, news.title) == ("failures", "payouts: a: money came back")
    assert "the money of 2 paid items came back" in news.body
    assert news.body.endswith("Next: payouts status --cycle a --items")
    assert not any(secret in f"{news}" for secret in (RECEIVER, "12.50"))


def test_what_sync_is_the_first_to_find_unpaid_is_told_in_the_words_of_a_run() -> None:
    run = report(RunOutcome.COMPLETED_WITH_FAILURES)
    following = "payouts status --cycle 2026-11 --errors"
    found = NewlyUnpaid("2026-11", {ItemState.FAILED: 1}, run.unpaid, 10, ExitCode.NOT_PAID, RECEIVER, following)
    synced = SyncReport(["2026-11"], 1, 1, (), {}, newly_unpaid=[found])
    assert told(Finished(synced), command="sync") == told(Finished(run, ExitCode.NOT_PAID))


@pytest.mark.parametrize(
    ("outcome", "code", "error", "event", "words", "following"),
    [
        (RunOutcome.REVIEW, 8, REVIEW, "review", "2026-11-0001-1 in review", "payouts review 2026-11-0001-1"),
        (RunOutcome.REFUSED, 7, REFUSED, "refused", "PayPal refused 2026-11-0002-1", "status --cycle 2026-11"),
        (RunOutcome.REFUSED, 7, PayPalRefused(RECEIVER), "refused", "our credentials", "status --cycle 2026-11"),
        (RunOutcome.COMPLETED_WITH_FAILURES, 5, None, "failures", "3 of 10 items are not paid", "2026-11 --errors"),
        (RunOutcome.COMPLETED, 0, None, "success", "every item is done", "payouts status --cycle 2026-11"),
        (
            RunOutcome.BLOCKED,
            4,
            Blocked("changed_item", RECEIVER),
            "error",
            "4, changed_item",
            "payouts preview 2026-11",
        ),
        (RunOutcome.BLOCKED, 4, Blocked("not_approved", RECEIVER), "error", "not_approved", "payouts approve 2026-11"),
    ],
)
def test_an_end_names_the_cycle_what_happened_and_what_to_type(
    *, outcome: RunOutcome, code: int, error: PayoutsError | None, event: str, words: str, following: str
) -> None:
    (news,) = told(Finished(report(outcome), ExitCode(code), error))
    assert news.event == event
    assert news.title.startswith("payouts: 2026-11: ")
    assert news.body.startswith("Environment live, account main, on pay1 in /srv/payouts. Cycle 2026-11: ")
    assert words in news.body.partition(" Next: ")[0]
    assert following in news.body.partition(" Next: ")[2]
    assert RECEIVER not in f"{news}"
    assert "s3cret" not in f"{news}"


@pytest.mark.parametrize("code", [1, 3], ids=str)
def test_a_command_that_could_not_begin_is_an_error(code: int) -> None:
    (news,) = told(Finished(None, ExitCode(code), ConfigInvalid(f"{RECEIVER}: no such file")), command="sync")
    assert (news.event, news.title) == ("error", "payouts: sync: stopped by an error")
    assert f"exit code {code}, config_invalid" in news.body
    assert RECEIVER not in news.body


def test_a_refused_file_is_told_of_its_cycle_and_first_bad_place_alone() -> None:
    bad = [{"line": 2, "column": "receiver", "value": RECEIVER, "problem": RECEIVER}]
    refused = [
        told(Finished(None, ExitCode.REJECTED, error), cycle=cycle)
        for cycle, error in {
            "2026-11": InputInvalid(RECEIVER, details=bad),
            "2026-12": InputInvalid(f"{RECEIVER} cannot be read: denied", hint="Nothing was sent."),
            "2027-01": InputInvalid(RECEIVER, details=[{**bad[0], "column": RECEIVER}]),
        }.items()
    ]
    assert [news.title for (news,) in refused] == [
        f"payouts: {cycle}: its file was refused, nobody was paid" for cycle in ("2026-11", "2026-12", "2027-01")
    ]
    place = ["line 2, column receiver, exit code 3", "exit code 3", "line 2, exit code 3"]
    for (news,), cycle, where in zip(refused, ("2026-11", "2026-12", "2027-01"), place, strict=True):
        assert f"Cycle {cycle}: its file was refused, and nobody of it was paid by this run ({where}, " in news.body
        assert news.body.endswith(f" Next: payouts preview {cycle}")
        assert RECEIVER not in f"{news}"


def test_a_file_that_is_not_there_is_not_called_refused() -> None:
    missing = InputInvalid(f"{RECEIVER}.csv is not there", hint="Nothing was sent.")
    (news,) = told(Finished(None, ExitCode.REJECTED, missing), cycle="2026-11")
    assert news.title == "payouts: 2026-11: its file is not there, nobody was paid"
    assert "its file is not there, and nobody of it was paid by this run (exit code 3, input_invalid)." in news.body
    assert RECEIVER not in f"{news}"


def test_what_stopped_a_command_is_told_in_half_a_sentence_without_a_name() -> None:
    error = Blocked("duplicate_cycle", RECEIVER, hint="Nothing was sent.")
    (news,) = told(Finished(None, ExitCode.BLOCKED, error), cycle="2026-11")
    assert "(exit code 4, duplicate_cycle: rows of it were paid before, or may have been)." in news.body
    assert RECEIVER not in f"{news}"


def test_an_error_before_the_work_names_the_cycle_that_was_to_be_paid() -> None:
    error = ConfigInvalid(f"{RECEIVER}: no such file", hint="Nothing was sent. Fix it.")
    (news,) = told(Finished(None, ExitCode.REJECTED, error), cycle="2026-11")
    assert news.title == "payouts: 2026-11: stopped by an error"
    words = (
        "Cycle 2026-11: `payouts run` was stopped; nothing was sent (exit code 3, config_invalid). Next: payouts doctor"
    )
    assert news.body.endswith(words)
    (odd,) = told(Finished(None, ExitCode.REJECTED, error), cycle=RECEIVER)
    assert odd.title == "payouts: run: stopped by an error"
    assert RECEIVER not in f"{odd}"


def test_a_disputed_item_is_told_by_its_batch_alone_and_leads_to_the_cycle() -> None:
    word = {"batch": "2026-10-0001-1", "item_id": RECEIVER, "state": "closed", "word": "SUCCESS"}
    disputed = NeedsReview(RECEIVER, details=[word])
    (news,) = told(Finished(SyncReport(["2026-10"], 1, 0, [], {}), ExitCode.NEEDS_REVIEW, disputed), command="sync")
    assert "PayPal's word on an item of 2026-10-0001-1 contradicts our record" in news.body
    assert "in review" not in news.body
    assert news.body.endswith(" Next: payouts status --cycle 2026-10")
    assert RECEIVER not in f"{news}"


def test_each_command_to_type_is_completed_and_nothing_else() -> None:
    news = News("error", "t", "Cycle c: `payouts run` was stopped. Next: payouts doctor; payouts status --cycle c")
    completed = news.completed(Typed(config="live.toml", cycle="c", source="c.csv").command)
    words = "Cycle c: `payouts run` was stopped. Next: payouts doctor --config live.toml; payouts status --cycle c "
    assert completed.body == f"{words}--config live.toml"
    assert trial(WHOSE).completed(Typed(config="live.toml").command) == trial(WHOSE)


@pytest.mark.parametrize(
    "finished",
    [
        Finished(report(RunOutcome.PENDING), ExitCode.NOT_FINISHED),
        Finished(report(RunOutcome.NOTHING_TO_DO), ExitCode.DONE),
        Finished(SyncReport(["2026-11"], 1, 1, [], {}), ExitCode.DONE),
        Finished(SyncReport(["2026-11"], 1, 1, [], {}), ExitCode.NOT_FINISHED),
        Finished(None, ExitCode.BLOCKED, LockHeld(RECEIVER)),
        Finished(report(RunOutcome.BLOCKED), ExitCode.BLOCKED, Blocked("cooldown", "wait")),
        Finished(None, ExitCode.INTERRUPTED),
        Finished(None, ExitCode.USAGE),
    ],
    ids=["pending", "nothing to do", "read", "not read", "lock", "cooldown", "stopped", "usage"],
)
def test_what_passes_by_itself_is_not_told(finished: Finished) -> None:
    assert told(finished) == []


def test_unclaimed_money_is_told_for_each_cycle_beside_the_end() -> None:
    news = news_of(
        Finished(report(RunOutcome.COMPLETED), ExitCode.DONE),
        command="run",
        whose=WHOSE,
        unclaimed={"a": 1, "b": 2},
        days=3,
        unfinished={},
    )
    assert [each.event for each in news] == ["success", "unclaimed", "unclaimed"]
    assert "In cycle a, 1 unclaimed item comes back within 3 days" in news[1].body
    assert "In cycle b, 2 unclaimed items come back" in news[2].body


def batch(status: BatchStatus, *, refused: bool) -> BatchReport:
    record = BatchRecord(
        id=1,
        name=BatchName("2026-11", 1, 1),
        sender_batch_id="main-live-2026-11-0001-1",
        paypal_batch_id=None,
        status=status,
        items=1,
        currency="USD",
        amount_minor=100,
        fees_minor=None,
        checksum="0" * 64,
        created_at=NOON,
        first_sent_at=NOON,
        last_sent_at=NOON,
        completed_at=None,
        retry_count=1,
        last_retry_at=NOON,
        last_retry_error=None,
        open_sends=1,
        last_open_send_at=NOON,
        refusal=StandingRefusal(1, "VALIDATION_ERROR", RECEIVER, ErrorClass.INVALID_REQUEST) if refused else None,
    )
    return BatchReport(record, Eligibility(eligible=False, reason=""))


def test_a_refusal_that_stands_is_told_though_a_later_send_has_no_answer() -> None:
    standing = replace(report(RunOutcome.PENDING), batches=[batch(BatchStatus.IN_FLIGHT, refused=True)])
    found = told(Finished(standing, ExitCode.NOT_FINISHED))
    assert len(found) == 1
    news = found[0]
    assert (news.event, news.title) == ("refused", "payouts: 2026-11: PayPal refused")
    assert "PayPal refused 2026-11-0001-1" in news.body
    assert "whether it was paid is not known" in news.body
    assert RECEIVER not in news.body


def test_a_refusal_is_told_beside_a_batch_in_review_and_once_where_it_is_the_end() -> None:
    refused = replace(report(RunOutcome.REVIEW), batches=[batch(BatchStatus.REFUSED, refused=True)])
    assert [news.event for news in told(Finished(refused, ExitCode.NEEDS_REVIEW, REVIEW))] == ["review", "refused"]
    assert [news.event for news in told(Finished(refused, ExitCode.PAYPAL_REFUSED, REFUSED))] == ["refused"]


@pytest.mark.parametrize("status", [BatchStatus.ACCEPTED, BatchStatus.ABANDONED, BatchStatus.PLANNED])
def test_a_refusal_that_no_longer_stands_is_not_told(status: BatchStatus) -> None:
    assert (
        told(
            Finished(replace(report(RunOutcome.PENDING), batches=[batch(status, refused=True)]), ExitCode.NOT_FINISHED)
        )
        == []
    )


def test_every_cycle_of_run_open_is_told_as_its_own_run() -> None:
    ended = OpenRunReport(
        [
            Continued(report(RunOutcome.COMPLETED), ExitCode.DONE, None),
            Continued(replace(report(RunOutcome.REVIEW), cycle="2026-10"), ExitCode.NEEDS_REVIEW, REVIEW),
            Continued(replace(report(RunOutcome.BLOCKED), cycle="2026-09"), ExitCode.BLOCKED, LockHeld(RECEIVER)),
        ]
    )
    news = told(Finished(ended, ExitCode.NEEDS_REVIEW, REVIEW))
    assert [(each.event, each.title) for each in news] == [
        ("success", "payouts: 2026-11: done"),
        ("review", "payouts: 2026-10: a person must decide"),
    ]
    assert list(cycles_of(Finished(ended, ExitCode.NEEDS_REVIEW))) == ["2026-11", "2026-10", "2026-09"]
    (failed,) = told(Finished(OpenRunReport([]), ExitCode.FAULT, StorageFailed("no disk")))
    assert failed.event == "error"


def test_a_cycle_that_is_open_for_too_long_is_told_in_the_same_words_every_day() -> None:
    news = [
        news_of(
            Finished(report(RunOutcome.PENDING), ExitCode(code)),
            command="run",
            whose=WHOSE,
            unclaimed={},
            days=3,
            unfinished={"2026-10": NOON},
        )
        for code in (6, 6)
    ]
    assert news[0] == news[1]
    assert len(news[0]) == 1
    (told_,) = news[0]
    assert (told_.event, told_.title) == ("unfinished", "payouts: 2026-10: not finished")
    assert "stored on 2026-11-20 at 12:00 UTC" in told_.body
    assert told_.body.endswith("Next: payouts run --open; payouts status --cycle 2026-10")


def test_the_cycles_of_a_command_are_those_of_its_report() -> None:
    assert list(cycles_of(Finished(report(RunOutcome.PENDING), ExitCode.NOT_FINISHED))) == ["2026-11"]
    assert list(cycles_of(Finished(SyncReport(["a", "b"], 1, 1, [], {}), ExitCode.DONE))) == ["a", "b"]
    assert list(cycles_of(Finished(None, ExitCode.REJECTED))) == []


# What was told of late

NEWS = News("review", "title", "body")


def test_the_same_is_told_again_the_next_day_and_anything_else_at_once(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "told.json"
    NotificationLog(path, NOON).keep([("one", NEWS)])
    assert path.stat().st_mode & 0o777 == 0o600
    soon, next_day = NotificationLog(path, NOON.replace(hour=13)), NotificationLog(path, NOON.replace(day=21))
    assert soon.has("one", NEWS)
    assert not soon.has("other", NEWS)
    assert not soon.has("one", replace(NEWS, body="another body"))
    assert not next_day.has("one", NEWS)
    assert not NotificationLog(path, NOON.replace(day=19)).has("one", NEWS), (
        "a clock that was set back hides nothing for long"
    )


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"a": 1}', '{"a": "2026-11-20T11:00:00"}', "\xff"])
def test_a_damaged_memory_tells_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "told.json"
    path.write_bytes(damage.encode("latin-1"))
    memory = NotificationLog(path, NOON)
    assert not memory.has("one", NEWS)
    memory.keep([("one", NEWS)])
    assert NotificationLog(path, NOON).has("one", NEWS)
