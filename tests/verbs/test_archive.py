"""`archive`: what is over leaves the database, is known by hashes, and is never paid again."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.tampering import refused_as_broken, tamper
from support.world import ASKED, HEADER, World

from paypal_payouts.domain.books import Accounts
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.report import Finished, PageReport, RunReport
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import Blocked, NotFound, StorageFailed
from paypal_payouts.storage import reseal
from paypal_payouts.storage.archive_file import write_archive
from paypal_payouts.verbs.audit import audit
from paypal_payouts.verbs.explain import explain
from paypal_payouts.verbs.report import AskedBooks, report
from paypal_payouts.verbs.review import review
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query

ROWS = ["a,ann@x.example,10.00,USD", "b,fail.bob@x.example,20.00,USD", "y,yan@x.example,3.00,EUR"]
PAID = [ROWS[0], "b,bob@x.example,20.00,USD"]
WITH_PAYEES = HEADER.replace("\n", ",payee_id\n") + "a,ann@x.example,10.00,USD,emp-1\nb,bob@x.example,20.00,USD,emp-2\n"


def over(world: World, rows: Any = ROWS[:2], *, cycle: str = "c") -> None:
    """Pay a cycle, and let 100 days pass."""
    assert world.run(rows, cycle=cycle).exit_code in {0, 5}
    world.pass_time(days=100)


def archived(world: World, rows: Any = ROWS[:2], *, forget: bool = False) -> None:
    over(world, rows)
    report = world.archive(forget=forget)
    assert [each.cycle for each in report.archived] == ["c"], report.left


def ask(world: World, text: str, *, cycle: str | None = None) -> ExplainReport:
    with world.store() as store:
        finished = explain(
            text, cycle=cycle, store=store, errors=world.errors, now=world.now(), max_age_days=lambda _: 25
        )
    assert isinstance(finished.report, ExplainReport)
    return finished.report


def look(world: World, **query: Any) -> Finished:
    asked = {"batch": None, "cycle": None, "items": True, "exit_code": True, "errors": True, **query}
    with world.store() as store:
        return status(Query(**asked), store=store, now=world.now(), **ASKED)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def number_of(world: World, table: str) -> int:
    with world.store() as store, store.database.read() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def run_report(finished: Finished) -> RunReport:
    assert isinstance(finished.report, RunReport)
    return finished.report


def test_items_leave_for_a_private_file_whose_digest_the_trail_keeps(world: World) -> None:
    over(world)
    (kept,) = world.archive().archived
    file = world.folder / "archive" / "c.jsonl.gz"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert kept.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    told = lines(file)
    assert [each["kind"] for each in told if each["kind"] != "trail"] == [
        "cycle",
        "batch",
        "send",
        "payment",
        "payment",
    ]
    assert [each["receiver"] for each in told if each["kind"] == "payment"] == ["ann@x.example", "fail.bob@x.example"]
    assert json.loads(told[1]["request"])["items"][0]["receiver"] == "ann@x.example"
    assert (number_of(world, "payout_items"), number_of(world, "retry_attempts")) == (0, 0)
    with world.store() as store, store.database.read() as connection:
        assert connection.execute(sa.text("SELECT request FROM payout_batches")).scalar_one() == b""
        (event,) = [event for event in store.audit.events(cycle="c") if event.action == "archive"]
    assert (event.evidence["file"], event.evidence["sha256"]) == (kept.file, kept.sha256)
    assert (event.actor, event.evidence["items"]) == ("tester", 2)


def test_an_archived_cycle_comes_to_the_same(world: World) -> None:
    over(world, ROWS)
    before = look(world, cycle="c").report
    assert isinstance(before, StatusReport)
    world.archive()
    after = look(world, cycle="c")
    assert after.exit_code == 5
    assert isinstance(after.report, StatusReport)
    (was,), (is_,) = before.cycles, after.report.cycles
    assert (was.tally, was.verdict) == (is_.tally, is_.verdict)
    assert is_.archive is not None
    assert is_.archive.file == "c.jsonl.gz"
    assert (is_.item_rows, is_.errors, is_.outlook.next) == (None, None, ())
    batch = look(world, batch="c-0001-1").report
    assert isinstance(batch, BatchStatusReport)
    assert batch.archive is not None
    assert batch.batch.eligibility.reason == "its cycle is archived"


def test_the_same_input_again_sends_nothing_and_ends_with_the_state(world: World) -> None:
    archived(world)
    before = world.posts()
    for finished in (world.run(ROWS[:2]), world.preview(ROWS[:2])):
        report = run_report(finished)
        assert [notice.code for notice in report.warnings] == ["archived"]
        assert "c.jsonl.gz" in report.warnings[0].message
    again = world.run(ROWS[:2])
    assert (again.exit_code, run_report(again).outcome) == (5, "completed_with_failures")
    assert "1 item of it missing from the input" in run_report(world.run(ROWS[:1])).warnings[0].message
    assert world.posts() == before


@pytest.mark.parametrize(
    ("rows", "request_", "code"),
    [
        (["a,ann@x.example,11.00,USD", ROWS[1]], {}, "changed_item"),
        (["a,eve@x.example,10.00,USD", ROWS[1]], {}, "changed_item"),
        (PAID, {}, "changed_item"),
        ([*ROWS[:2], "z,new@x.example,5.00,USD"], {}, "extra_item"),
        (["z,new@x.example,5.00,USD"], {"append": True}, "extra_item"),
        (ROWS[:2], {"append": True}, "not_eligible"),
        (ROWS[:2], {"expect_digest": "00"}, "digest_differs"),
        ([f"n{row}" for row in ROWS[:2]], {"append": True, "allow_duplicate": True}, "extra_item"),
    ],
)
def test_any_other_input_is_refused(lite: World, rows: list[str], request_: dict[str, Any], code: str) -> None:
    archived(lite)
    before = lite.posts()
    for finished in (lite.run(rows, **request_), lite.preview(rows, **request_)):
        assert finished.error is not None
        assert (finished.exit_code, finished.error.code) == (4, code)
        assert finished.error.hint.startswith("Nothing was sent.")
    assert lite.posts() == before


def test_the_same_rows_appended_pay_nobody(world: World) -> None:
    archived(world, PAID)
    world.run(PAID, append=True, allow_duplicate=True)
    world.check_nobody_twice()


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (lambda world: world.retry("c-0001-1"), "not_eligible"),
        (lambda world: world.retry("c-0001-1", PAID, failed_items=True), "not_eligible"),
        (lambda world: world.override("c-0001-1", BatchStatus.ABANDONED), "not_eligible"),
        (lambda world: world.override_item("b", "failed"), "move_not_allowed"),
        (lambda world: world.cancel("b"), "move_not_allowed"),
    ],
)
def test_nothing_of_it_is_sent_or_moved(lite: World, work: Callable[[World], Finished], code: str) -> None:
    archived(lite)
    before = lite.posts()
    with pytest.raises(Blocked) as refused:
        work(lite)
    assert refused.value.code == code
    assert "c.jsonl.gz" in refused.value.message
    assert lite.posts() == before


def test_sync_says_that_paypal_is_not_asked(lite: World) -> None:
    archived(lite)
    asked = len(lite.paypal.requests())
    finished = lite.sync("c")
    assert finished.exit_code == 0
    assert [notice.code for notice in finished.report.warnings] == ["archived"]  # type: ignore[union-attr]
    assert lite.sync().exit_code == 0
    assert lite.run_open().exit_code == 0
    assert len(lite.paypal.requests()) == asked


@pytest.mark.parametrize("text", ["b", "fail.BOB@x.example", "c-0001-1", "emp-2"])
def test_explain_finds_a_payment_by_its_hash_and_names_the_file(lite: World, text: str) -> None:
    archived(lite, WITH_PAYEES.replace("bob", "fail.bob"))
    (found, *others) = [each for each in ask(lite, text).archived if each.amount_minor == 2000]
    assert others == []
    assert (found.cycle, found.batch, found.state, found.file) == ("c", "c-0001-1", "failed", "c.jsonl.gz")
    assert [each.cycle for each in ask(lite, text, cycle="c").archived][:1] == ["c"]


def test_explain_says_what_it_cannot_find_by_a_hash(lite: World) -> None:
    archived(lite)
    with pytest.raises(NotFound, match="1 of them is archived: only files have parts of receivers and PayPal's ids"):
        ask(lite, "bob")


def test_a_copy_of_an_archived_cycle_is_refused(world: World) -> None:
    archived(world, PAID)
    with world.store() as store:
        since = world.now() - timedelta(days=200)
        copies = list(store.history.recent_cycles(exclude="d", since=since, until=world.now()))
    assert [(each.name, each.is_archived) for each in copies] == [("c", True)]
    world.duplicate_days = 200
    copy = [row.upper().replace("X.EXAMPLE", "x.example") for row in PAID]
    for finished in (world.run(copy, cycle="d"), world.preview(copy, cycle="d")):
        assert finished.error is not None
        assert (finished.error.code, finished.error.details[0]["cycle"]) == ("duplicate_cycle", "c")


def test_a_new_receiver_of_a_payee_whose_payments_are_archived_is_seen(world: World) -> None:
    archived(world, WITH_PAYEES)
    world.guard = Guard("refuse")
    changed = WITH_PAYEES.replace("bob@", "thief@")
    refused = world.run(changed, cycle="d")
    assert refused.error is not None
    assert refused.error.code == "new_receiver"
    assert refused.error.details[0]["before"] == "another receiver, which is archived in c.jsonl.gz"
    assert world.run(WITH_PAYEES.replace("bob@", "BOB@"), cycle="d").exit_code == 0
    # What was paid later counts, wherever it stands.
    world.pass_time(days=10)
    assert world.run(changed, cycle="e", guard=Guard("warn")).exit_code == 0
    world.pass_time(days=10)
    assert world.run(changed, cycle="f").exit_code == 0


@pytest.mark.parametrize("change", ["a receiver", "a state", "a hash removed"])
def test_what_another_hand_left_of_a_payee_s_archived_payments_is_not_believed(world: World, change: str) -> None:
    archived(world, WITH_PAYEES)
    tamper(world, CHANGES[change])
    before = world.posts()
    for work in (world.preview, world.run):
        broken = refused_as_broken(lambda work=work: work(WITH_PAYEES, cycle="d"))  # type: ignore[misc]
        assert broken.details[0]["cycle"] == "c"
    assert world.posts() == before


def in_conflict(world: World) -> None:
    world.run(ROWS[:2])
    tamper(world, "UPDATE payout_items SET conflict = 'SUCCESS', acknowledged = 1 WHERE item_id = 'b'")
    tamper(world, "UPDATE item_counts SET conflicts = 1 WHERE state = 'failed'")


def refused(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 403})
    world.run(ROWS[:2])


def planned(world: World) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 10})
    world.run(ROWS[:2])
    world.paypal.clear_faults()


@pytest.mark.parametrize(
    ("begin", "reason"),
    [
        (in_conflict, "PayPal contradicted our record of 1 payment"),
        (refused, "it is not finished: refused"),
        (planned, "it is not finished: pending"),
        (lambda world: world.run(["a,unclaimed@x.example,1.00,USD"]), "PayPal may still move 1 item"),
    ],
)
def test_what_is_not_over_stays_and_is_named_with_the_reason(
    lite: World, begin: Callable[[World], object], reason: str
) -> None:
    begin(lite)
    lite.pass_time(days=100)
    report = lite.archive()
    assert report.archived == []
    (left,) = report.left
    assert (left.cycle, reason in left.reason) == ("c", True), left.reason
    assert number_of(lite, "archives") == 0


def test_a_cycle_that_somebody_holds_or_whose_sends_are_lost_stays(world: World) -> None:
    over(world)
    log = world.folder / "locks" / "c.sent"
    log.write_text(log.read_text() + f"{(world.now() - timedelta(days=99)).isoformat()} c-0002-1 {'0' * 64}\n")
    with world.other_host().store() as store, world.hold(store)("c"):
        (left,) = world.archive().left
        assert "is held by" in left.reason or "being worked on" in left.reason
    world.restart()
    (left,) = world.archive().left
    assert left.reason == "the sent log knows 1 send that the database does not"


def test_a_cycle_is_left_for_90_days(lite: World) -> None:
    lite.run(ROWS[:2])
    lite.pass_time(days=89)
    (left,) = lite.archive().left
    assert left.reason == "younger than 90 days: it last changed on 2026-11-20"
    # Whatever a person does counts as a change.
    lite.cancel("b")
    lite.pass_time(days=89)
    assert lite.archive().archived == []
    lite.pass_time(days=2)
    assert [each.cycle for each in lite.archive().archived] == ["c"]


DEATHS = (
    "archive_file.check_trusted_folder",
    "archive_file.sync_directory",
    "archives.compare",
    "archives.check_stored",
    "archives._keep_hashes",
    "archives.forget_receivers",
    "archives.seal_archive",
    "commit 1",
    "after it",
)


class Killed(BaseException):
    """The process is no more."""


def die(*_: object, **__: object) -> None:
    raise Killed


def kill(world: World, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Begin to archive, and die before a step: what a dead process holds is not released."""
    with monkeypatch.context() as dies:
        dies.setattr("paypal_payouts.protocol.locks.release_processing_lock", lambda *_, **__: None)
        if place.startswith("commit"):
            left = iter(range(int(place[-1])))
            world.effects = lambda _: None if next(left, None) is not None else die()
        elif place == "after it":
            dies.setattr("paypal_payouts.protocol.cycle_lock.CycleLock.keep_end_of_trail", die)
        else:
            dies.setattr(f"paypal_payouts.storage.{place}", die)
        with pytest.raises(Killed):
            world.archive(forget=True)
    world.effects = None
    world.restart()


@pytest.mark.parametrize("place", DEATHS)
def test_a_killed_archive_is_continued(world: World, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    over(world)
    kill(world, monkeypatch, place)
    if not number_of(world, "archives"):
        assert len(world.states()) == 2
        assert number_of(world, "archived_items") == 0
        assert [each.cycle for each in world.archive(forget=True).archived] == ["c"]
    assert number_of(world, "payout_items") == 0
    (file,) = (world.folder / "archive").iterdir()
    assert (file.name, len([each for each in lines(file) if each["kind"] == "payment"])) == ("c.jsonl.gz", 2)
    assert (world.run(ROWS[:2]).exit_code, world.posts()) == (5, 1)
    with world.store() as store:
        assert store.locks.held() == []
        assert audit(None, cycle=None, store=store, verify=True).exit_code == 0


def test_a_file_of_something_else_is_kept_beside(lite: World) -> None:
    over(lite)
    file = lite.folder / "archive" / "c.jsonl.gz"
    file.parent.mkdir(mode=0o700)
    file.write_bytes(b"of another database")
    file.chmod(0o600)
    lite.archive()
    assert {path.read_bytes()[:10] for path in file.parent.iterdir()} == {b"of another", file.read_bytes()[:10]}
    assert len(lines(file)) > 2


@pytest.mark.parametrize("damage", ["other bytes", "cut off", "no receiver"])
def test_what_cannot_be_read_back_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    over(world)
    real = write_archive

    def spoilt(directory: Path, cycle: str, rows: Any) -> Path:
        path = real(directory, cycle, rows)
        whole = path.read_bytes()
        told = gzip.decompress(whole)
        damaged = {
            "other bytes": b"x" * len(whole),
            "cut off": whole[: len(whole) // 2],
            "no receiver": gzip.compress(told.replace(b"ann@x.example", b"eve@x.example")),
        }
        path.write_bytes(damaged[damage])
        return path

    monkeypatch.setattr("paypal_payouts.storage.archives.write_archive", spoilt)
    finished = world.try_to_archive()
    assert finished.exit_code == 1
    assert finished.error is not None
    assert finished.error.hint.startswith("Nothing left the database.")
    assert len(world.states()) == 2
    monkeypatch.undo()
    assert len(world.archive().archived) == 1


CHANGES = {
    "no archive": "DELETE FROM archives",
    "another file": "UPDATE archives SET file = 'd.jsonl.gz'",
    "another digest": "UPDATE archives SET sha256 = '00'",
    "a hash removed": "DELETE FROM archived_items WHERE id = 1",
    "all hashes removed": "DELETE FROM archived_items",
    "a receiver": "UPDATE archived_items SET receiver = 'x' WHERE id = 1",
    "a state": "UPDATE archived_items SET state = 'failed' WHERE id = 1",
    "an amount": "UPDATE archived_items SET amount_minor = 1 WHERE id = 1",
    "which is the newest": "UPDATE archived_items SET newest = 0 WHERE id = 1",
    "of another cycle": "UPDATE cycles SET name = 'x' WHERE name = 'c'",
    "never sent": "UPDATE payout_batches SET status = 'planned', first_sent_at = NULL, last_sent_at = NULL",
    "the trail": "DELETE FROM audit_events WHERE id = 2",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_writes_to_the_database_alone_gets_nobody_paid_again(world: World, change: str) -> None:
    archived(world, PAID)
    tamper(world, CHANGES[change])
    before, cycle = world.posts(), "x" if change == "of another cycle" else "c"
    for work in (world.run, world.preview):
        refused_as_broken(lambda work=work: work(PAID, cycle=cycle))  # type: ignore[misc]
    assert world.posts() == before
    world.check_nobody_twice()


def test_an_archived_cycle_cannot_be_made_to_look_alive(world: World) -> None:
    archived(world, PAID)
    tamper(world, CHANGES["no archive"])
    assert "The trail says that a cycle was archived" in refused_as_broken(lambda: world.run(PAID)).message


def test_a_living_cycle_cannot_be_made_to_look_archived(world: World) -> None:
    over(world, PAID)
    tamper(
        world,
        "INSERT INTO archives (cycle_id, file, sha256, archived_at, items, payments, hashed_with, forgot_receivers, "
        "seal) VALUES (1, 'c.jsonl.gz', '00', '2026-11-05 12:00:00', 2, 2, 'x', 0, 'x')",
    )
    refused_as_broken(lambda: world.run(PAID))


def stored(world: World) -> bytes:
    """Return whatever anybody finds in the database, or in its file."""
    world.restart()
    engine = sa.create_engine(world.database_url, poolclass=sa.NullPool)
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        rows = repr([connection.execute(sa.select(table)).all() for table in tables.tables.values()])
    engine.dispose()
    files = [path.read_bytes() for path in world.folder.glob("payouts.db*")]
    return b"".join([rows.encode(), *files])


@pytest.mark.parametrize("later", [False, True])
def test_receivers_are_forgotten_everywhere(world: World, later: bool) -> None:
    world.guard = Guard(accepts=True)
    world.run(WITH_PAYEES, cycle="c")
    world.pass_time(days=6)
    world.run(WITH_PAYEES.replace("ann@x", "rejected.ann@new").replace("bob@x", "fail.bob@x"), cycle="d")
    world.override("d-0001-1", BatchStatus.ABANDONED)
    world.run(["ann@y.example#1,ann@y.example,10.00,USD"], cycle="e")
    world.pass_time(days=100)
    told = stored(world)
    assert b"ann@new.example" in told
    if later:
        world.archive()
        assert sorted(world.archive(forget=True).forgotten) == ["c", "d", "e"]
    else:
        assert len(world.archive(forget=True).archived) == 3
    told = stored(world)
    for name in (b"ann@", b"bob@"):
        assert name not in told, told[told.index(name) - 200 :][:400]
    with world.store() as store:
        assert audit(None, cycle=None, store=store, verify=True).exit_code == 0
    assert len(ask(world, "rejected.ann@new.example").archived) == 1
    assert world.archive(forget=True).forgotten == []
    assert world.run(WITH_PAYEES, cycle="c").exit_code == 0


def test_after_a_lost_key_nothing_of_it_can_be_looked_up_and_nothing_is_paid(lite: World, tmp_path: Path) -> None:
    archived(lite, PAID)
    lite.restart()
    lite.key_file = tmp_path / "new.key"
    reseal(
        lite.database_url,
        environment="sandbox",
        account="main",
        key_file=lite.key_file,
        now=lite.now(),
        actor="tester",
        reason="the key was lost with the host",
    )
    before = lite.posts()
    refused = lite.run(PAID)
    assert refused.error is not None
    assert refused.error.code == "not_eligible"
    assert "seal key that was lost" in refused.error.message
    with pytest.raises(NotFound, match=r"Their seal key was lost, so only the file can tell: c\.jsonl\.gz"):
        ask(lite, "ann@x.example")
    assert lite.posts() == before
    assert lite.archive(forget=True).forgotten == ["c"]


def test_a_cycle_that_is_archived_while_others_are_compared_with_it_stops_them(world: World) -> None:
    over(world)
    with world.store() as store:
        since = world.now() - timedelta(days=200)
        (before,) = store.history.recent_cycles(exclude="d", since=since, until=world.now())
    world.archive()
    assert before.payments_to is not None
    for payments in (before.payments, before.payments_to(["ann@x.example"])):
        with pytest.raises(StorageFailed, match="was archived while others were compared"):
            list(payments)


def test_review_and_books_of_an_archived_cycle_say_where_its_payments_are(lite: World) -> None:
    archived(lite)
    with lite.store() as store, lite.client() as client:
        with pytest.raises(Blocked, match=r"in c\.jsonl\.gz\. It is over, and there is nothing to decide"):
            review("c-0001-1", paypal_batch_id=None, max_age_days=25, tools=lite.tools(store, client))
        write = partial(
            report,
            "c",
            store=store,
            environment="sandbox",
            account="main",
            rules=lite.errors,
            max_age_days=25,
            now=lite.now(),
            render=lambda _: ("page",),
        )
        books = AskedBooks(
            lite.folder / "c.csv", "csv", Accounts("p", "o", "f", "t"), opens=False, render=lambda *_, **__: ()
        )
        with pytest.raises(Blocked, match="Books are made of the payments in the database"):
            write(books=books)
        assert not books.file.exists()
        written = write(html=lite.folder / "c.html").report
        assert isinstance(written, PageReport)
        assert (written.failures, written.items[ItemState.FAILED]) == (1, 1)


def test_an_input_is_not_compared_with_the_persons_of_an_archived_cycle(lite: World) -> None:
    over(lite)
    assert difference_of(lite) == "c"
    lite.archive()
    assert difference_of(lite) is None


def difference_of(world: World) -> str | None:
    """Preview another cycle; return with which one its persons are compared."""
    shown = world.preview(["n,new@x.example,1.00,USD"], cycle="d").report
    assert isinstance(shown, RunReport)
    assert shown.outline is not None
    return None if shown.outline.difference is None else shown.outline.difference.cycle
