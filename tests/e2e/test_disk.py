"""Disks that are full, broken, read-only, damaged or locked: the program says so, sends nothing that is not recorded,
and goes on when the disk works again. PayPal's own book judges.

strace makes system calls fail. Where it may not trace, a limit on the size of files stands in: every write beyond it
fails, whatever makes it; both are tested where both can be.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.forks import Fork
from support.recording_server import CYCLE, RecordedSite, database, recorded_site
from support.site import Ended
from support.tracing import Step, spread

RUN = ["run", "-c", CYCLE, "--yes", "--json"]
ROWS = ["a,ann@x.example,1.00,USD", "b,bob@x.example,2.00,USD", "c,cat@x.example,3.00,EUR"]
EVERY_STEP = os.environ.get("PAYOUTS_TEST_EVERY_STEP") == "1"
ERRORS = {
    "pwrite64": ("ENOSPC", "EIO"),
    "write": ("ENOSPC", "EIO"),
    "fsync": ("EIO", "ENOSPC"),
    "fdatasync": ("EIO", "ENOSPC"),
    "openat": ("EROFS", "ENOSPC"),
    "mkdir": ("EROFS", "ENOSPC"),
    "link": ("EROFS", "ENOSPC"),
    "rename": ("EROFS", "EIO"),
    "unlink": ("EROFS", "EIO"),
    "ftruncate": ("EROFS", "EIO"),
    "chmod": ("EROFS", "EIO"),
    "fchmod": ("EROFS", "EIO"),
}
"""How each call that writes may fail."""

SENT_LOG = f"/.payouts/{CYCLE}.sent"
TOUCHED_BY_SQLITE = ("pwrite64", "fdatasync", "ftruncate")
LOG_BYTES = 300_000


def judge(ended: Ended, site: RecordedSite) -> None:
    """A hindered command says in a sentence what happened; whatever was sent is recorded, and shown for what it is."""
    error = ended.document["error"]
    assert ended.code in {0, 1, 3, 6}, ended
    if ended.code in {1, 3}:
        assert error["message"].endswith((".", "?")), error
        assert error["hint"], error
    else:
        assert error is None
    if ended.code == 3:
        assert not site.simulator.posted, "exit 3 says that nothing was sent"
    if ended.code == 0:
        site.check_end(ROWS)
    site.check_record()


def go_on(site: RecordedSite, fork: Fork, *, is_unprivileged: bool = False) -> None:
    """The disk works again: the same command pays everyone once."""
    site.finish(fork, is_unprivileged=is_unprivileged)
    site.check_end(ROWS)


def is_write(step: Step) -> bool:
    return step.name in ERRORS and (step.name != "openat" or "O_CREAT" in step.text or "O_RDWR" in step.text)


def whole_run(fork: Fork, folder: Path) -> list[Step]:
    with recorded_site(folder) as site:
        site.write(CYCLE, ROWS)
        return [step for step in fork.traced_steps(site, *RUN) if is_write(step)]


@pytest.fixture
def traced(fork: Fork) -> Fork:
    if not fork.is_traceable:
        pytest.skip("strace may not trace here: the tests with a limit on files beside this one stand in")
    return fork


@pytest.mark.parametrize("lasts", [False, True], ids=["once", "from then on"])
def test_a_write_that_fails_is_told_and_the_next_run_pays_everyone_once(
    traced: Fork, tmp_path: Path, lasts: bool
) -> None:
    steps = whole_run(traced, tmp_path / "whole")
    if lasts:
        steps = [step for step in steps if step.name in TOUCHED_BY_SQLITE or step.path == SENT_LOG]
    assert len(steps) > 50
    codes = set()
    for number in range(len(steps)) if EVERY_STEP else sorted({*spread(steps, 6 if lasts else 14), *decisive(steps)}):
        step = steps[number]
        errors = ERRORS[step.name]
        injected = [step.inject(f"error={errors[number % len(errors)]}", "+" if lasts else "")]
        if lasts:
            injected += [
                f"--inject={name}:error={errors[number % len(errors)]}:when={count_of(name, steps[:number]) + 1}+"
                for name in TOUCHED_BY_SQLITE
                if name != step.name
            ]
        with recorded_site(tmp_path / f"{number}") as site:
            site.write(CYCLE, ROWS)
            ended = traced.run(site, *RUN, trace=injected)
            judge(ended, site)
            codes.add(ended.code)
            go_on(site, traced)
    assert codes >= {1, 3}, codes


def decisive(steps: Sequence[Step]) -> list[int]:
    """Return the first write and the sync of the first permit and of its result, after the line in the sent log."""
    line = next(number for number, step in enumerate(steps) if step.path == SENT_LOG and step.name == "write")
    log = [number for number in range(line, len(steps)) if steps[number].path == "/payouts.db-wal"]
    permit, result = [number for number in log if steps[number].name == "fdatasync"][:2]
    return [log[0], permit, log[log.index(permit) + 1], result]


def count_of(name: str, steps: Sequence[Step]) -> int:
    return max((step.number for step in steps if step.name == name), default=0)


def test_a_sent_log_that_cannot_be_written_keeps_the_money_here(traced: Fork, tmp_path: Path) -> None:
    steps = [step for step in whole_run(traced, tmp_path / "whole") if step.path == SENT_LOG]
    first = next(number for number, step in enumerate(steps) if "O_APPEND" in step.text)
    steps = steps[first : first + 5]
    assert [step.name for step in steps] == ["openat", "ftruncate", "fchmod", "write", "fsync"]
    for step in steps:
        with recorded_site(tmp_path / step.name) as site:
            site.write(CYCLE, ROWS)
            ended = traced.run(site, *RUN, trace=[step.inject("error=EIO")])
            assert (ended.code, ended.error_code) == (1, "internal")
            assert "was not sent" in ended.document["error"]["message"]
            judge(ended, site)
            check_nothing_was_permitted(site)
            go_on(site, traced)


def test_files_that_cannot_grow_are_told_and_the_next_run_pays_everyone_once(fork: Fork, tmp_path: Path) -> None:
    before = tmp_path / "before"
    with recorded_site(before) as site:
        site.write(CYCLE, ROWS)
        assert fork.run(site, "sync", "--json").code == 0
        size = (site.folder / "payouts.db").stat().st_size
    codes = set()
    # The database is there; what a run writes first goes into its log, and that begins again.
    for limit in (1, *range(36_000, size + 60_000, 24_000)):
        with recorded_site(tmp_path / f"{limit}", like=before) as site:
            ended = fork.run(site, *RUN, file_bytes=limit)
            judge(ended, site)
            codes.add(ended.code)
            go_on(site, fork)
    assert codes >= {1}, codes


def test_a_sent_log_that_cannot_grow_keeps_the_money_here(fork: Fork, tmp_path: Path) -> None:
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, [row.replace("bob", "transient.bob") for row in ROWS])
        assert fork.run(site, *RUN).code == 5
        log = site.folder / f".payouts/{CYCLE}.sent"
        first = log.read_text().splitlines(keepends=True)[0]
        log.write_text(first * (LOG_BYTES // len(first)))
        sent = site.posts()
        retry = ["retry", f"{CYCLE}-0002-1", "--failed-items", "--yes", "--json"]
        ended = fork.run(site, *retry, file_bytes=log.stat().st_size)
        assert (ended.code, ended.error_code) == (1, "internal")
        assert "was not sent" in ended.document["error"]["message"]
        assert site.posts() == sent
        site.finish(fork)
        site.check_end([row.replace("bob", "transient.bob") for row in ROWS])


def check_nothing_was_permitted(site: RecordedSite) -> None:
    assert site.posts() == 0
    with database(site.folder) as connection:
        assert connection.execute("SELECT COUNT(*) FROM retry_attempts").fetchone() == (0,)


def test_a_failing_disk_is_told_in_plain_words_too(fork: Fork, tmp_path: Path) -> None:
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, ROWS)
        ended = fork.run(site, "run", "-c", CYCLE, "--yes", file_bytes=1)
        assert ended.code in {1, 3}
        assert "payouts.db" in ended.stderr
        assert not site.posts()
        go_on(site, fork)


Closed = Callable[[RecordedSite], Path]
CLOSED: dict[str, Closed] = {
    "the database": lambda site: site.folder / "payouts.db",
    "the folder of the database": lambda site: site.folder,
    "the lock directory": lambda site: site.folder / ".payouts",
    "the lock file": lambda site: site.folder / f".payouts/{CYCLE}.lock",
    "the sent log": lambda site: site.folder / f".payouts/{CYCLE}.sent",
}


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    mode = path.stat().st_mode
    path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        path.chmod(mode)


@pytest.mark.parametrize("closed", list(CLOSED.values()), ids=list(CLOSED))
def test_what_cannot_be_written_is_told_before_anything_is_sent(fork: Fork, tmp_path: Path, closed: Closed) -> None:
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, ROWS)
        assert fork.run(site, "sync", "--json").code == 0
        locks = site.folder / ".payouts"
        locks.mkdir(exist_ok=True)
        for suffix in ("lock", "sent"):
            (locks / f"{CYCLE}.{suffix}").touch()
        with read_only(closed(site)):
            ended = fork.run(site, *RUN, is_unprivileged=True)
            assert ended.code in {1, 3}
            judge(ended, site)
            assert not site.posts()
        go_on(site, fork, is_unprivileged=True)


def test_a_database_that_cannot_be_made_is_told_before_anything_is_sent(fork: Fork, tmp_path: Path) -> None:
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, ROWS)
        with read_only(site.folder):
            ended = fork.run(site, *RUN, is_unprivileged=True)
        assert (ended.code, ended.error_code) == (3, "config_invalid")
        judge(ended, site)
        go_on(site, fork, is_unprivileged=True)


@pytest.mark.parametrize("what", ["database", "locks"])
def test_a_path_below_a_file_is_told_before_anything_is_sent(fork: Fork, tmp_path: Path, what: str) -> None:
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, ROWS)
        good = site.database_url
        if what == "database":
            site.database_url = f"sqlite:///{site.folder}/payouts.toml/payouts.db"
        site.configure(more='directory = "payouts.toml/locks"' if what == "locks" else "")
        ended = fork.run(site, *RUN)
        assert (ended.code, ended.error_code) == (3, "config_invalid")
        judge(ended, site)
        site.database_url = good
        site.configure(more="")
        go_on(site, fork)


Damage = Callable[[Path], object]


def overwrite(start: float, end: float, byte: bytes) -> Damage:
    """Overwrite a part of the database, given as fractions of its length."""

    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        first, last = round(len(data) * start), round(len(data) * end)
        data[first:last] = byte * (last - first)
        path.write_bytes(data)

    return damage


DAMAGES: dict[str, tuple[Damage, set[int]]] = {
    "its header overwritten": (overwrite(0, 0.001, b"x"), {3}),
    "its middle overwritten": (overwrite(0.1, 0.6, b"x"), {1, 3}),
    "all but its first page emptied": (overwrite(0.04, 1, b"\0"), {1, 3}),
    "its second half cut off": (lambda path: os.truncate(path, path.stat().st_size // 2), {1, 3}),
    "nothing left in it": (lambda path: os.truncate(path, 0), {0}),
    "a log of garbage beside it": (lambda path: Path(f"{path}-wal").write_bytes(b"garbage!" * 8000), {0}),
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_database_is_told_and_nobody_is_paid_twice(fork: Fork, tmp_path: Path, damage: str) -> None:
    """Money is out and its result unread. A database that came back empty is a lost one: the batches are adopted."""
    do, codes = DAMAGES[damage]
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, ROWS)
        assert fork.run(site, *RUN, "--no-wait").code == 6
        path = site.folder / "payouts.db"
        whole = path.read_bytes()
        do(path)
        site.simulator.posted.clear()  # an empty database cannot know of permits that were in the lost one
        damaged = path.read_bytes()
        ended = fork.run(site, *RUN)
        assert ended.code in codes, ended
        assert (ended.code == 0) == (ended.error_code is None)
        looked = fork.run(site, "status", "--json")
        assert looked.document["ok"] == (ended.code == 0)
        assert len(site.simulator.book()["payments"]) == len(ROWS)
        if ended.code:
            assert path.read_bytes() == damaged, "what may yet be saved was written to"
            path.write_bytes(whole)
        go_on(site, fork)


def test_a_database_that_somebody_else_keeps_locked_is_told_before_anything_is_sent(fork: Fork, tmp_path: Path) -> None:
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, ROWS)
        assert fork.run(site, "sync", "--json").code == 0
        with closing(sqlite3.connect(site.folder / "payouts.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ended = fork.run(site, *RUN, patience_s=0.1)
        assert ended.code in {1, 3}
        judge(ended, site)
        check_nothing_was_permitted(site)
        go_on(site, fork)


def test_an_answer_that_cannot_be_recorded_is_asked_for_again_under_the_same_id(fork: Fork, tmp_path: Path) -> None:
    with recorded_site(tmp_path) as site:
        site.write(CYCLE, ROWS)
        assert fork.run(site, "sync", "--json").code == 0
        other = sqlite3.connect(site.folder / "payouts.db", isolation_level=None, check_same_thread=False)
        with closing(other):
            site.simulator.on_post = lambda: other.in_transaction or other.execute("BEGIN IMMEDIATE")
            ended = fork.run(site, *RUN, patience_s=0.1)
        site.simulator.on_post = lambda: None
        assert (ended.code, ended.error_code) == (1, "internal")
        judge(ended, site)
        assert site.posts() == 1
        with database(site.folder) as connection:
            found = connection.execute("SELECT batch, status FROM payout_batches ORDER BY batch").fetchall()
        assert found == [(f"{CYCLE}-0001-1", "in_flight"), (f"{CYCLE}-0002-1", "planned")]
        go_on(site, fork)
