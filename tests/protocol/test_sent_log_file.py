"""The file of the sent log: what stands in it, and when it is on the disk."""

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.sent_log import SentLine, active
from paypal_payouts.errors import Blocked, ConfigInvalid, StorageFailed
from paypal_payouts.protocol.sent_log import SentLog

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST, SECOND = BatchName("c", 1, 1), BatchName("c", 2, 1)
LINE = SentLine(NOON, FIRST, "sum")
OLD = "2026-11-20T12:00:00+00:00 c-0001-1 sum\n"


@pytest.fixture
def tmp_path(quick_path: Path) -> Path:
    return quick_path


@pytest.fixture
def log(tmp_path: Path) -> SentLog:
    return SentLog(tmp_path / "c.sent", lock_file=tmp_path / "c.lock")


def test_a_line_is_time_batch_and_checksum_and_a_void_line_takes_it_back(tmp_path: Path, log: SentLog) -> None:
    later = NOON + timedelta(days=1)
    log.append(LINE)
    log.append(SentLine(later, SECOND, "sum2"))
    log.append(SentLine(later, SECOND, None, is_void=True))
    assert (tmp_path / "c.sent").read_text() == (
        f"{OLD}2026-11-21T12:00:00+00:00 c-0002-1 sum2\n2026-11-21T12:00:00+00:00 c-0002-1 void\n"
    )
    assert log.lines()[1:] == [SentLine(later, SECOND, "sum2"), SentLine(later, SECOND, None, is_void=True)]
    assert active(log.lines()) == [LINE]
    assert (log.knows(FIRST), log.knows(SECOND)) == (True, False)


def test_a_line_without_a_checksum_is_read_too(tmp_path: Path, log: SentLog) -> None:
    (tmp_path / "c.sent").write_text("2026-11-20T12:00:00+00:00 c-0001-1\n")
    assert log.lines() == [SentLine(NOON, FIRST, None)]


def test_a_line_is_on_the_disk_once_it_is_written_and_so_is_its_files_name(
    tmp_path: Path, log: SentLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, synced, sync = tmp_path / "c.sent", list[tuple[bool, int]](), os.fsync

    def note(descriptor: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), len(file.read_text().splitlines())))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    log.append(LINE)
    log.append(SentLine(NOON, SECOND, "sum"))
    assert synced == [(False, 1), (True, 1), (False, 2)]


@pytest.mark.parametrize("torn", ["2", "2026-11-20T18:00:00+00:00 c-00", "2026-11-20T18:00:00+00:00 c-0002-1"])
@pytest.mark.parametrize("name", ["c.sent", "c.lock"])
def test_a_line_that_a_crash_cut_short_counts_for_nothing_and_blocks_nothing(
    tmp_path: Path, log: SentLog, name: str, torn: str
) -> None:
    (tmp_path / name).write_text(OLD + torn)
    assert log.lines() == [LINE]
    log.append(SentLine(NOON, BatchName("c", 3, 1), "sum"))
    assert [str(line.batch) for line in log.lines()] == ["c-0001-1", "c-0003-1"]


@pytest.mark.parametrize(
    "text",
    [
        "hello\n",
        "\xff\n",
        "2026-11-20T18:00:00+00:00 ../etc\n",
        "yesterday c-0001-1\n",
        "2026-11-20T18:00:00+00:00 c-0001-1 a b\n",
    ],
)
@pytest.mark.parametrize("name", ["c.sent", "c.lock"])
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, log: SentLog, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigInvalid, match=name):
        log.lines()


@pytest.mark.parametrize("name", ["c.sent", "c.lock"])
def test_a_link_is_not_followed(tmp_path: Path, log: SentLog, name: str) -> None:
    (tmp_path / "theirs").write_text(OLD)
    (tmp_path / name).symlink_to(tmp_path / "theirs")
    with pytest.raises(ConfigInvalid, match=name):
        log.lines()
    with pytest.raises((ConfigInvalid, StorageFailed), match=name):
        log.append(SentLine(NOON, SECOND, "sum"))
    assert (tmp_path / "theirs").read_text() == OLD


def test_lines_of_an_old_lock_file_are_read_and_carried_over_once(tmp_path: Path, log: SentLog) -> None:
    lock, sent = tmp_path / "c.lock", tmp_path / "c.sent"
    lock.write_text(OLD)
    assert log.lines() == [LINE]
    log.append(SentLine(NOON, SECOND, "sum2"))
    assert (lock.read_text(), sent.read_text().splitlines()[0]) == ("", OLD.strip())
    log.carry_over()
    assert [line.batch for line in log.lines()] == [FIRST, SECOND]
    assert stat.S_IMODE(sent.stat().st_mode) == 0o600


def test_a_crash_while_lines_are_carried_over_leaves_each_of_them_once(tmp_path: Path, log: SentLog) -> None:
    lock, sent = tmp_path / "c.lock", tmp_path / "c.sent"
    lock.write_text(OLD)
    sent.write_text(f"{OLD}2026-11-20T12:00:00+00:00 c-0001-1 void\n")
    assert active(log.lines()) == []
    log.carry_over()
    assert lock.read_text() == ""
    assert active(log.lines()) == []


def refuse_after(announce: Callable[[], None]) -> None:
    announce()
    raise Blocked("not_eligible", "paid again meanwhile")


def test_a_send_that_is_refused_after_its_line_voids_it(log: SentLog) -> None:
    with pytest.raises(Blocked), log.announcing(FIRST, NOON, checksum="sum", trail=None) as announce:
        refuse_after(announce)
    assert [line.is_void for line in log.lines()] == [False, True]
    assert active(log.lines()) == []


def test_a_send_that_is_refused_before_its_line_leaves_the_file_alone(tmp_path: Path, log: SentLog) -> None:
    with pytest.raises(Blocked), log.announcing(FIRST, NOON, checksum="sum", trail=None):
        raise Blocked("not_eligible", "paid again meanwhile")
    assert not (tmp_path / "c.sent").exists()


def test_a_line_is_written_once_however_often_its_transaction_is_repeated(log: SentLog) -> None:
    with log.announcing(FIRST, NOON, checksum="sum", trail=None) as announce:
        announce()
        announce()
    assert log.lines() == [LINE]
