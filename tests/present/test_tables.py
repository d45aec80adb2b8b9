import gc
import io
import re
import tracemalloc
from collections import Counter
from datetime import timedelta, timezone
from enum import Enum
from pathlib import Path

import pytest
from msgspec.structs import replace

from paypal_payouts.domain.advice import BatchReport
from paypal_payouts.domain.archive import Archive
from paypal_payouts.domain.audit import AuditReport
from paypal_payouts.domain.doctor import CheckState, DoctorReport
from paypal_payouts.domain.explain import FoundItem
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.plan import Notice, PlannedBatch
from paypal_payouts.domain.report import RunReport, Skipped, SyncReport
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.domain.totals import Tally
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import Blocked
from paypal_payouts.present import tables
from paypal_payouts.present.grid import Column, write_table
from paypal_payouts.present.page import Page
from paypal_payouts.present.tables import show, show_error, show_open_plan, show_plan
from paypal_payouts.present.text import Clock
from paypal_payouts.present.words import CHECK_STYLES, OUTCOME_STYLES, status_cell
from present import reports
from present.screens import Terminal, every, shown

SNAPSHOTS = Path(__file__).parent / "snapshots"
COLOURS = re.compile("\x1b\\[[0-9;]*m")


def test_every_report_can_be_shown() -> None:
    assert {kind.__name__ for kind in tables.WRITERS} == reports.kinds()


def test_an_item_that_was_paid_twice_looks_like_no_good_news() -> None:
    report = reports.explain()
    assert report.story is not None
    assert "\x1b[1;32mPAID: \x1b[0m" in shown(report, colour=True)
    first = reports.payment("inv-1")
    again = first._replace(item=first.item._replace(batch="2026-11-0001-2", attempt=2))
    twice = replace(report, story=replace(report.story, found=FoundItem([again, first])))
    assert "\x1b[1;31mPAID 2 TIMES: \x1b[0m" in shown(twice, colour=True)


@pytest.mark.parametrize("colour", [False, True], ids=["plain", "colour"])
@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("name", ["explain, several", "long"])
def test_what_no_state_of_a_cycle_shows_looks_as_it_was_looked_at(name: str, width: int, colour: bool) -> None:
    file = f"{name.replace(', ', '-').replace(' ', '-').lower()}-{width}{'-colour' if colour else ''}.txt"
    expected = (SNAPSHOTS / file).read_text("utf-8")
    assert shown(every()[name], width=width, colour=colour) == expected


@pytest.mark.parametrize("name", every())
def test_a_width_that_is_not_known_is_80(name: str) -> None:
    assert shown(every()[name]) == shown(every()[name], width=80)


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("name", every())
def test_at_80_columns_everything_fits_but_what_must_not_be_broken(name: str, verbose: bool) -> None:
    for line in shown(every()[name], width=80, verbose=verbose).splitlines():
        to_be_copied = line.strip().startswith(("payouts ", "checksum ", "sender batch id "))
        assert len(line) <= 80 or to_be_copied, line
        assert line == line.rstrip()


@pytest.mark.parametrize("width", [20, 40, 80, 100, 120, 200])
def test_no_id_is_ever_cut_or_broken(width: int) -> None:
    report = reports.status(with_items=True, cycle=reports.LONG_CYCLE)
    text = shown(report, width=width)
    for batch in report.cycles[0].batches:
        assert str(batch.record.name) in text
        assert str(batch.record.paypal_batch_id) in text
    assert "0C413693MN970190K" in text


def test_the_class_of_an_error_is_not_taken_for_who_speaks() -> None:
    report = BatchStatusReport(reports.batch(), [], [reports.item(state=ItemState.FAILED)])
    assert "PayPal says: Receiver is unregistered (class payee)" in shown(report, width=100, verbose=True)


def test_a_long_item_id_and_receiver_are_folded_and_not_cut() -> None:
    item_id, receiver = "i" * 63, "r" * 115 + "@example.com"
    report = BatchStatusReport(reports.batch(), [], [reports.item(item_id=item_id, receiver=receiver)])
    lines = shown(report, width=80).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("ITEM"))
    column = lines[start].index("RECEIVER")
    rows = lines[start + 1 : lines.index("  transaction 0C413693MN970190K")]
    assert all(len(row) <= 80 for row in rows)
    assert "".join(row[:column].strip() for row in rows) == item_id
    assert "".join(row[column:].split("  ")[0] for row in rows) == receiver


@pytest.mark.parametrize("width", [80, 200])
def test_amounts_stand_under_each_other_by_their_decimal_point(width: int) -> None:
    lines = shown(reports.status(with_items=True), width=width).splitlines()
    amounts = [next(line for line in lines if amount in line) for amount in ("12,500.50 USD", "1,234,567.89 USD")]
    yen = next(line for line in lines if "98,000    JPY" in line)
    assert len({line.index(".", line.index(" USD") - 3) for line in amounts}) == 1
    assert yen.index("98,000") + 6 == amounts[0].index(".", amounts[0].index(" USD") - 3)
    assert yen.index("JPY") == amounts[0].index("USD")


def test_a_batch_of_many_fates_keeps_its_status_within_forty_columns() -> None:
    batch = reports.batch(states=dict.fromkeys(ItemState, 1000))
    (cycle,) = reports.status().cycles
    lines = shown(reports.overview([replace(cycle, batches=[batch])]), width=120).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("BATCH"))
    assert lines[start].index("ITEMS") - lines[start].index("STATUS") <= 43
    assert all(f"1,000 {state}" in " ".join(line.strip() for line in lines) for state in ("failed", "reversed"))


def test_a_done_batch_does_not_hide_its_failures() -> None:
    assert "done, 2 failed" in shown(reports.status())


def test_the_overview_says_that_a_cycle_is_archived() -> None:
    archive = Archive("2026-10", "2026-10.jsonl.gz", "0" * 64, reports.NOON, 3, 3, True, False)  # noqa: FBT003
    first, *others = reports.cycles().cycles
    text = shown(replace(reports.cycles(), cycles=[replace(first, archive=archive), *others]), width=140)
    assert len([line for line in text.splitlines() if ", archived" in line]) == 1


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("name", every())
def test_colour_needs_a_terminal_and_never_says_anything_alone(name: str, colour: bool) -> None:
    piped = shown(every()[name], width=100)
    assert "\x1b" not in piped
    on_terminal = shown(every()[name], width=100, colour=colour) if colour else piped
    assert COLOURS.sub("", on_terminal) == piped


def test_a_terminal_in_colour_is_coloured_and_without_is_not() -> None:
    assert "\x1b[32mdone\x1b[0m" in shown(reports.status(), colour=True)
    assert "\x1b[31mdone, 2 failed, 1 unclaimed\x1b[0m" in shown(reports.status(), width=120, colour=True)
    stream = Terminal()
    show_error(Blocked("cooldown", "Wait."), stream=stream, colour=False)
    assert "\x1b" not in stream.getvalue()


def test_what_is_asked_to_be_coloured_is_not_unless_it_is_a_terminal() -> None:
    stream = io.StringIO()
    show_error(Blocked("cooldown", "Wait."), stream=stream, colour=True)
    assert stream.getvalue() == "error: Wait.\n"


def test_the_environment_does_not_change_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shown(reports.status(), width=100)
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "40", "TTY_COMPATIBLE": "1", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert shown(reports.status(), width=100) == before


@pytest.mark.parametrize(
    ("styles", "words"),
    [
        (OUTCOME_STYLES, RunOutcome),
        (CHECK_STYLES, CheckState),
    ],
)
def test_every_word_has_a_colour(styles: dict[Enum, str], words: type[Enum]) -> None:
    assert set(styles) == set(words)


def test_a_preview_says_that_nothing_was_sent_and_how_to_send_exactly_this() -> None:
    text = shown(reports.preview())
    assert "nothing was stored and nothing was sent" in text
    assert f"  payouts run 2026-11 --expect-digest {reports.DIGEST}\n" in text


@pytest.mark.parametrize("outcome", RunOutcome)
def test_every_outcome_is_said_in_a_sentence(outcome: RunOutcome) -> None:
    said = shown(reports.run(outcome))
    assert len({shown(reports.run(other)) for other in RunOutcome}) == len(RunOutcome)
    if outcome is RunOutcome.BLOCKED:
        assert said.endswith("Stopped: nothing more is sent. The error says why.\n")


def test_live_money_is_in_capitals() -> None:
    assert "environment LIVE, account main" in shown(reports.run(environment="live"))


def plan_of(report: RunReport) -> str:
    stream = io.StringIO()
    show_plan(report, stream=stream, width=80, colour=False)
    return stream.getvalue()


@pytest.mark.parametrize("environment", ["simulator", "sandbox", "live"])
def test_a_plan_says_first_whether_real_money_moves(environment: str) -> None:
    report = replace(reports.preview(), environment=environment)
    name, said, *_ = plan_of(report).splitlines()
    assert name == "Plan for cycle 2026-11, account main"
    assert said == f"{environment.upper()}: {'real' if environment == 'live' else 'no real'} money moves."


def test_live_is_red() -> None:
    live = shown(replace(reports.preview(), environment="live"), colour=True)
    assert "\x1b[1;31mLIVE: real money moves.\x1b[0m" in live


def test_a_plan_warns_once_of_a_receiver_and_says_nothing_of_typing() -> None:
    told = plan_of(reports.preview())
    assert told.count("lena@example.org") == 1
    assert "changed  jonas-11: fail@example.com becomes jonas@example.com" in told
    assert "payouts run" not in told


def test_a_plan_names_what_was_sent_before_and_what_is_stored() -> None:
    lost = reports.batch(2, status=BatchStatus.IN_FLIGHT)
    report = replace(reports.preview(), batches=[lost], to_send=[lost.record, *reports.preview().planned])
    told = plan_of(report)
    assert "In 2 batches: 2026-11-0002-1 to 2026-11-0001-1." in told
    assert "1 batch of these was sent before without an answer: PayPal pays one id once." in told
    assert "Stored already: 1 batch. The whole cycle:\nTOTAL" in told


def test_a_plan_to_send_nothing_says_so() -> None:
    nothing = replace(reports.outline(), to_pay=[], largest=[], difference=None)
    assert "Nothing would be sent.\n" in plan_of(replace(reports.preview(), to_send=[], outline=nothing))


def test_a_preview_with_items_lists_them_all_in_place_of_the_largest() -> None:
    told = shown(replace(reports.preview(), item_rows=iter(reports.items())))
    assert all(item.item_id in told for item in reports.items())
    assert "LARGEST" not in told


def test_what_is_empty_is_said_in_words() -> None:
    assert shown(reports.overview([])).splitlines()[1] == "  payouts preview NAME"
    assert shown(LocksReport([])) == "Nobody holds a lock.\n"
    assert shown(AuditReport([])) == "The trail is empty.\n"
    assert shown(DoctorReport([])).endswith("Nothing stands in the way.\n")
    assert shown(UnlockReport("2026-11", None, "ops", "because")) == "Nobody held 2026-11: nothing was broken.\n"
    assert "Asked PayPal about no cycle: 0 batches read" in shown(SyncReport([], 0, 0, [], {}))
    assert "It was never sent." in shown(BatchStatusReport(reports.batch(), [], None))
    empty = reports.cycle_report("2026-11", Tally(), [])
    assert (
        shown(reports.overview([empty])) == "Cycle 2026-11\n\nOpen: nothing.\nWrong: nothing.\nNext: nothing to do.\n"
    )
    assert "4 older cycles not shown: `payouts status --all`." in shown(reports.cycles())


@pytest.mark.parametrize("report", [reports.status(), reports.batch_status()], ids=["cycles", "batch"])
def test_errors_are_shown_with_their_meaning_where_they_were_asked_for(
    report: StatusReport | BatchStatusReport,
) -> None:
    asked = shown(reports.with_errors(report), width=80)
    assert "RECEIVER_REFUSED\n  14,000 items failed  payee      payee     The payee refused it.\n" in asked
    assert "no code\n  2 items denied       -          us        PayPal denied the whole batch.\n" in asked
    assert "  3 sends not_sent     transient  nobody    The connection was refused.\n" in asked
    assert "MEANING" not in shown(report, width=80)


def test_that_nothing_went_wrong_is_said_where_it_was_asked() -> None:
    assert "\nNo failure.\n" in shown(replace(reports.batch_status(), errors=[]))
    assert "No failure." not in shown(reports.batch_status())


def test_a_refused_payee_stands_with_what_to_type_and_nothing_to_copy_is_broken() -> None:
    report = reports.refused_payees()
    assert shown(report, width=80).splitlines() == [
        "PayPal pays these payees only once they act, or their rows are corrected:",
        "PAYEE, RECEIVER",
        "  TIMES  CYCLES                      WHY",
        "p-17",
        "lena@example.com",
        "  1,204  2026-11, 2026-10, 2026-09,  RECEIVER_ACCOUNT_LOCKED: The payee's",
        "         2026-08, 2026-07, 2 more    account is inactive or restricted.",
        "    payouts explain p-17",
        "-theo@example.com",
        "      1  2026-10                     SOMETHING_NEW: PayPal said no more.",
        "    payouts explain -- -theo@example.com",
        "",
        "Who is paid by any cycle, or whose newest item is closed, leaves this list.",
        "Payees without a payee_id are looked for 100 days back.",
        "3 archived cycles not looked at: files have their items.",
    ]
    wide = shown(report, width=200).splitlines()
    assert wide[2].startswith("p-17   lena@example.com   1,204  2026-11")
    assert wide[4] == "  payouts explain p-17"
    assert "PayPal refuses no payee.\n" in shown(replace(report, payees=[]))


def test_rows_without_end_pass_through_a_table_in_flat_memory() -> None:
    class Nowhere(io.StringIO):
        def write(self, text: str) -> int:
            return len(text)

    def peak(count: int) -> int:
        report = BatchStatusReport(reports.batch(), [], (reports.item(f"inv-{number}") for number in range(count)))
        gc.collect()
        tracemalloc.start()
        show(report, stream=Nowhere(), width=80, colour=False)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(2_500) < peak(1_200) * 1.2


def test_a_question_about_open_cycles_adds_up_what_goes_out() -> None:
    stream = io.StringIO()
    plans = [replace(reports.preview(cycle=cycle), environment="live") for cycle in ("2026-10", "2026-11")]
    show_open_plan(plans, stream=stream, width=80, colour=False)
    assert stream.getvalue().splitlines() == [
        "To continue: 2 cycles (2026-10, 2026-11), account main",
        "LIVE: real money moves.",
        "2 batches, 6 items: 25,001.00 USD.",
    ]


def test_a_column_that_says_nothing_is_left_out_before_anything_is_broken() -> None:
    report = replace(reports.run(), batches=[reports.batch(fees_minor=None)])
    header = next(line for line in shown(report, width=80).splitlines() if line.startswith("BATCH"))
    assert header.split() == ["BATCH", "STATUS", "ITEMS", "AMOUNT", "PAYPAL", "BATCH"]


def test_times_are_local_and_aged_where_somebody_looks_and_utc_elsewhere() -> None:
    clock = Clock(reports.NOON + timedelta(minutes=3), timezone(timedelta(hours=1)))
    on_terminal, stream = Terminal(), io.StringIO()
    show(reports.status(), stream=on_terminal, width=80, colour=False, clock=clock)
    show(reports.status(), stream=stream, width=80, colour=False)
    assert "since 2026-11-24 13:00:00 +01:00 (3 min" in on_terminal.getvalue()
    assert "since 2026-11-24 12:00:00Z;" in stream.getvalue()


def test_a_superseded_batch_points_to_its_whole_cycle() -> None:
    report = BatchReport(replace(reports.failing_batch().record, taken_over=1), reports.failing_batch().eligibility)
    text = shown(BatchStatusReport(report, [], None))
    assert "done, 2 failed, 1 unclaimed, superseded" in text
    assert text.endswith("  payouts status --cycle 2026-11\n")
    assert "--failed-items\n" not in text


@pytest.mark.parametrize(("status", "word"), [(BatchStatus.REVIEW, "unknown"), (BatchStatus.PLANNED, "unsent")])
def test_what_may_have_been_paid_is_not_called_unsent(status: BatchStatus, word: str) -> None:
    batch = reports.batch(status=status, states={ItemState.UNSENT: 1})
    cycle = reports.cycle_report("2026-11", Tally(Counter({ItemState.UNSENT: 1})), [batch])
    report = reports.overview([replace(cycle, item_rows=[reports.item(state=ItemState.UNSENT)])])
    text = shown(report, width=120)
    assert f"Items: 1 {word}\n" in text
    row = next(line for line in text.splitlines() if line.startswith("inv-1"))
    assert word in row.split()


@pytest.mark.parametrize(
    ("living", "command"), [(True, "payouts status --cycle 2026-11 --watch"), (False, "payouts run")]
)
def test_while_somebody_is_at_work_nothing_is_advised_that_is_refused(living: bool, command: str) -> None:
    open_one, *_ = reports.cycles().cycles
    assert open_one.lock is not None
    text = shown(reports.overview([replace(open_one, lock=replace(open_one.lock, living=living))]), width=120)
    assert f"\n  {command}" in text
    assert (text.count("\n  payouts ") == 1) is living


def test_the_address_of_the_simulator_stands_alone_at_the_end_of_the_first_line() -> None:
    first, *_ = shown(every()["simulator"]).splitlines()
    assert first.split()[-1] == "http://127.0.0.1:8000"


def test_each_cycle_of_run_open_that_was_stopped_has_its_hint() -> None:
    lines = shown(reports.open_run()).splitlines()
    at = lines.index("error: Somebody else works on 2026-12.")
    assert lines[at + 1] == "hint: Wait."


def test_a_probe_shows_what_did_not_come_as_expected_and_counts_the_rest() -> None:
    text = " ".join(shown(reports.probe()).split())
    assert "send-first" not in text
    assert "(expected: 400 USER_BUSINESS_ERROR)" in text
    assert text.count("needs --payee-id") == 1
    assert "5 steps: 1 expected, 1 otherwise, 1 lost, 2 left out." in text
    assert "same command with --continue" in text


def test_the_batches_of_a_refused_run_are_not_called_planned() -> None:
    planned = PlannedBatch(BatchName("rv1", 1, 1), "main-live-rv1-0001-1", 2, "USD", 3300)
    refused = replace(reports.run(), outcome=RunOutcome.BLOCKED, batches=[], planned=[planned])
    screen = shown(refused, width=80)
    assert "not stored" in screen
    assert "planned" not in screen


def test_what_sync_could_not_read_is_named_once() -> None:
    why = "Service Unavailable"
    warnings = [Notice("read_failed", f"c-0001-1 was not read: {why}"), Notice("contradiction", "c: another word")]
    said = shown(SyncReport(["c"], 0, 0, [Skipped("c-0001-1", why)], {}, warnings))
    assert said.count(why) == 1
    assert "warning: c: another word" in said


def test_an_id_that_must_be_broken_is_broken_between_its_parts() -> None:
    stream = io.StringIO()
    rows = [("somebody-made-this-id-of-many-words", "anna@a-company.example.com"), ("x" * 40, "a@b.example")]
    write_table(Page(stream, width=50, colour=False), [Column("ITEM"), Column("RECEIVER")], rows)
    _, first, second, *_ = stream.getvalue().splitlines()
    assert first.split()[0] == "somebody-made-this-id-"
    assert second.split()[0] == "of-many-words"
    assert stream.getvalue().count("x") == 40 + 2


def test_what_is_done_and_may_still_move_has_another_colour_than_what_is_done() -> None:
    def style(**states: int) -> str:
        return status_cell(
            reports.batch(1, states={ItemState(name): count for name, count in states.items()}).record
        ).style

    assert style(success=3) == "green"
    assert style(success=3, unclaimed=1) == "cyan"
    assert style(success=3, unclaimed=1, onhold=1) == "yellow"
    assert style(success=3, unclaimed=1, failed=1) == "red"
