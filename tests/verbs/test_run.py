"""`run`: the order of its steps, its exit codes, and what a repeated run does."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.world import World, report_of

from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX
from paypal_payouts.domain.plan import Limits
from paypal_payouts.errors import InputInvalid, LockHeld
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.planning import plan_cycle
from paypal_payouts.protocol.tools import Waiting
from paypal_payouts.storage import Store

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.50,USD", "c,cat@x.example,5,JPY"]


def error_code(finished: object) -> str | None:
    error = getattr(finished, "error", None)
    return None if error is None else error.code


def test_in_live_a_currency_without_a_limit_is_warned_of(lite: World) -> None:
    lite.limits = Limits(max_item={"EUR": 100_000})
    rows = ["a,ann@x.example,10.00,EUR", "b,bob@x.example,20.00,USD"]
    for environment, expected in (("sandbox", []), ("live", ["No limit in USD"])):
        with lite.staged(rows) as staged:
            request = replace(lite.request("c"), environment=environment)
            plan, _ = plan_cycle(staged, request, store=None, duplicate_days=0, now=lite.now())
        found = [notice.message.partition(":")[0] for notice in plan.notices if notice.code == "no_limit"]
        assert found == expected


def test_a_domain_one_letter_from_a_common_one_is_a_warning(lite: World) -> None:
    finished = lite.run(["a,ann@gmial.com,1.00,USD", "b,bob@x.example,2.00,USD"])
    words = [notice.message for notice in report_of(finished).warnings if notice.code == "unlikely_domain"]
    assert words == ["1 receiver at gmial.com (first on line 2): is gmail.com meant?"]


def test_a_cycle_is_paid_and_every_item_is_brought_to_success(world: World) -> None:
    finished = world.run(ROWS)
    report = report_of(finished)
    assert (finished.exit_code, finished.error, report.outcome) == (0, None, "completed")
    assert dict(report.items) == {"success": 3}
    assert [(t.currency, t.items, t.amount_minor, t.paid_minor) for t in report.totals] == [
        ("JPY", 1, 5, 5),
        ("USD", 2, 3050, 3050),
    ]
    world.check_paid_once(ROWS)


def test_sequences_go_by_currency_code_and_items_by_code_point(world: World) -> None:
    world.run(["b,b@x.example,1.00,USD", "B,c@x.example,1.00,USD", "é".encode().hex() + ",d@x.example,1.00,AUD"])
    bodies = [json.loads(body) for body in world.sent]
    assert [body["sender_batch_header"]["sender_batch_id"] for body in bodies] == [
        "main-sandbox-c-0001-1",
        "main-sandbox-c-0002-1",
    ]
    assert [item["sender_item_id"] for item in bodies[1]["items"]] == ["B", "b"]


def test_the_bytes_that_went_out_are_those_that_were_stored_and_summed(world: World) -> None:
    world.run(ROWS)
    with world.store() as store:
        batches = store.batches.of_cycle("c")
        stored = [store.batches.request_bytes(batch.id) for batch in batches]
    assert world.sent == stored
    assert [batch.checksum for batch in batches] == [hashlib.sha256(body).hexdigest() for body in stored]


def test_a_repeated_run_sends_nothing_and_says_so(world: World) -> None:
    first = report_of(world.run(ROWS))
    finished = world.run(ROWS)
    assert (finished.exit_code, report_of(finished).outcome) == (0, "nothing_to_do")
    assert report_of(finished).plan_digest == first.plan_digest
    assert len(world.sent) == 2


def test_an_empty_cycle_of_closed_items_needs_nothing(world: World) -> None:
    world.run(["a,fail@x.example,1.00,USD"])
    world.cancel("a")
    assert (world.run(["a,fail@x.example,1.00,USD"]).exit_code, world.states()) == (0, {"a": "closed"})


FINAL = {
    "fail": ("failed", 5),
    "unclaimed": ("unclaimed", 0),
    "hold": ("onhold", 6),
    "block": ("blocked", 5),
    "return": ("returned", 5),
    "refund": ("refunded", 5),
    "reverse": ("reversed", 5),
    "rejected": ("unsent", 7),
    "denyall": ("failed", 5),
}


@pytest.mark.parametrize(("word", "state", "code"), [(w, *v) for w, v in FINAL.items()], ids=list(FINAL))
def test_the_state_of_the_whole_cycle_decides_the_exit_code_also_of_a_repeated_run(
    lite: World, word: str, state: str, code: int
) -> None:
    rows = [f"w,{word}@x.example,1.00,USD", "c,cat@x.example,5,JPY"]
    for _ in range(2):
        assert lite.run(rows).exit_code == code
        assert lite.states() == {"c": "success", "w": state}
    assert lite.paid()["cat@x.example"] == ["5 JPY"]
    lite.check_nobody_twice()


def test_in_a_denied_batch_items_without_a_word_of_their_own_are_denied(world: World) -> None:
    assert world.run([*ROWS, "d,denyall@x.example,1.00,USD"]).exit_code == 5
    assert world.states() == {"a": "denied", "b": "denied", "c": "success", "d": "failed"}
    assert world.statuses() == {"c-0001-1": "done", "c-0002-1": "denied"}
    world.pass_time(days=2)
    assert world.run([*ROWS, "d,denyall@x.example,1.00,USD"]).exit_code == 5
    assert len(world.sent) == 2


def test_the_largest_of_the_codes_that_apply_is_the_one(lite: World) -> None:
    rows = ["a,fail@x.example,1.00,EUR", "b,hold@x.example,1.00,JPY".replace("1.00", "1"), "c,c@x.example,1.00,USD"]
    assert lite.run(rows[:1], cycle="x5").exit_code == 5
    assert lite.run(rows[:2], cycle="x6", allow_duplicate=True).exit_code == 6
    lite.paypal.inject({"on": "create", "kind": "status", "status": 400, "skip": 2})
    assert lite.run(rows, cycle="x7", allow_duplicate=True).exit_code == 7
    lite.paypal.inject(
        {"on": "create", "kind": "status", "status": 400, "skip": 1},
        {"on": "create", "kind": "reset_after", "skip": 1},
        {"on": "create", "kind": "duplicate_without_link"},
    )
    assert lite.run(rows, cycle="x8", allow_duplicate=True).exit_code == 8
    assert lite.statuses("x8") == {"x8-0001-1": "done", "x8-0002-1": "refused", "x8-0003-1": "review"}


def test_rows_left_out_by_skip_invalid_make_the_exit_code_5(world: World) -> None:
    rows = [*ROWS, "d,not a receiver,1.00,USD"]
    finished = world.run(rows, skip_invalid=True)
    assert (finished.exit_code, report_of(finished).outcome) == (5, "completed_with_failures")
    assert [cell.line for cell in report_of(finished).invalid] == [5]
    world.check_paid_once(ROWS)
    assert world.run(rows, skip_invalid=True).exit_code == 5


def test_no_wait_ends_once_paypal_has_accepted(world: World) -> None:
    world.waiting = None
    assert world.run(ROWS).exit_code == 6
    assert set(world.statuses().values()) == {"accepted"}
    assert set(world.states().values()) == {"pending"}
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_wait_ends_when_its_time_is_over_and_the_next_run_reads_on(world: World) -> None:
    world.paypal.configure(processing_s=3600)
    world.waiting = Waiting(5.0, 60.0)
    assert world.run(ROWS).exit_code == 6
    assert sum(world.slept) == 60
    world.pass_time(hours=1)
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_wait_ends_when_paypal_has_finished_and_its_pauses_widen(lite: World) -> None:
    lite.paypal.configure(processing_s=100)
    assert lite.run(ROWS[:1]).exit_code == 0
    assert lite.slept == sorted(lite.slept)
    assert 100 <= sum(lite.slept) < 200


def test_unclaimed_and_held_money_is_not_waited_for(lite: World) -> None:
    lite.run(["a,unclaimed@x.example,1.00,USD", "b,hold@x.example,1.00,USD"])
    assert lite.slept == []


@pytest.mark.parametrize(
    ("kind", "code", "error"),
    [("503", 6, None), ("invalid_client", 7, "paypal_refused"), ("refused", 6, None), ("html", 6, None)],
)
def test_where_paypal_gives_no_token_the_batch_stays_planned(
    world: World, kind: str, code: int, error: str | None
) -> None:
    rule = {"503": {"kind": "status", "status": 503}, "invalid_client": {"kind": "status", "status": 401}}
    world.paypal.inject({"on": "token", "times": None} | rule.get(kind, {"kind": kind}))
    finished = world.run(ROWS)
    assert (finished.exit_code, error_code(finished)) == (code, error)
    assert set(world.statuses().values()) == {"planned"}
    assert set(world.states().values()) == {"unsent"}
    world.paypal.clear_faults()
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_the_cooldown_holds_new_items_up_and_nothing_that_is_stored(world: World) -> None:
    world.run(ROWS[:1])
    more = [*ROWS[:1], "n,new@x.example,1.00,USD"]
    finished = world.run(more, append=True)
    assert (finished.exit_code, error_code(finished)) == (4, "cooldown")
    assert report_of(finished).outcome == "blocked"
    assert world.states() == {"a": "success"}
    world.pass_time(seconds=60)
    assert world.run(more, append=True).exit_code == 0
    world.check_paid_once(more)


def test_the_cooldown_never_stands_in_the_way_of_open_batches(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert world.run(ROWS).exit_code == 6
    finished = world.run([*ROWS, "n,new@x.example,1.00,USD"], append=True)
    assert (finished.exit_code, error_code(finished)) == (4, "cooldown")
    assert set(world.statuses().values()) <= {"accepted", "done"}
    assert len(world.paid()) == 3
    world.pass_time(seconds=61)
    assert world.run([*ROWS, "n,new@x.example,1.00,USD"], append=True).exit_code == 0
    world.check_paid_once([*ROWS, "n,new@x.example,1.00,USD"])


def test_a_held_lock_comes_before_the_comparison_and_nothing_is_sent(world: World) -> None:
    other = world.other_host()
    with other.store() as store, other.hold(store)("c"), pytest.raises(LockHeld) as refused:
        world.run(ROWS)
    other.restart()
    assert (refused.value.exit_code, refused.value.code) == (4, "lock_held")
    assert all(word in refused.value.message for word in ("host", "2", "payouts run"))
    assert world.sent == []


@pytest.mark.parametrize("stored", [False, True], ids=["new", "stored"])
def test_what_another_host_did_just_before_the_lock_was_ours_is_seen(
    world: World, stored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stored:
        world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 2})
        assert world.run(ROWS).exit_code == 6
        world.paypal.clear_faults()
    hold = world.hold

    def late(store: Store) -> Callable[[str], AbstractContextManager[CycleLock]]:
        def held(cycle: str) -> AbstractContextManager[CycleLock]:
            other = world.other_host()
            assert other.run(ROWS).exit_code == 0
            other.restart()
            return hold(store)(cycle)

        return held

    monkeypatch.setattr(world, "hold", late)
    finished = world.run(ROWS)
    assert (finished.exit_code, report_of(finished).outcome) == (0, "nothing_to_do")
    assert world.sent == []
    world.check_paid_once(ROWS)


def test_an_expected_digest_that_differs_stops_before_open_batches_go_on(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    world.run(ROWS[:2])
    finished = world.run(ROWS[:2], expect_digest="0" * 64)
    assert (finished.exit_code, error_code(finished)) == (4, "digest_differs")
    assert len(world.sent) == 4
    digest = report_of(finished).plan_digest
    assert world.run(ROWS[:2], expect_digest=digest and digest.upper()).exit_code == 0


LIMITS = {
    "an item": (Limits(max_item={"USD": 2049}), "limit_exceeded"),
    "the cycle": (Limits(max_cycle={"USD": 3049}), "limit_exceeded"),
    "exactly the limit": (Limits(max_item={"USD": 2050}, max_cycle={"USD": 3050, "JPY": 5}), None),
    "an item that is too small": (Limits(min_item={"USD": 1001}), "limit_exceeded"),
    "exactly the least": (Limits(min_item={"USD": 1000, "JPY": 5}), None),
    "another currency": (Limits(max_item={"EUR": 1}, max_cycle={"EUR": 1}, min_item={"EUR": 99_999}), None),
}


@pytest.mark.parametrize(("limits", "code"), list(LIMITS.values()), ids=list(LIMITS))
def test_what_is_beyond_a_limit_is_refused_before_anything_is_stored(
    lite: World, limits: Limits, code: str | None
) -> None:
    lite.limits = limits
    assert error_code(lite.preview(ROWS)) == code
    finished = lite.run(ROWS)
    assert error_code(finished) == code
    assert (lite.states() == {}) is (code is not None)


def test_the_limit_of_a_cycle_counts_what_is_stored_and_new_but_not_what_is_closed(lite: World) -> None:
    lite.limits = Limits(max_cycle={"USD": 3000})
    rows = ["a,fail@x.example,20.00,USD"]
    lite.run(rows)
    lite.pass_time(hours=1)
    more = [*rows, "n,new@x.example,10.01,USD"]
    assert error_code(lite.run(more, append=True)) == "limit_exceeded"
    lite.cancel("a")
    assert lite.run(more, append=True).exit_code == 0


def test_a_limit_does_not_stop_the_settling_of_what_was_sent(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    lite.run(ROWS[:2])
    lite.limits = Limits(max_item={"USD": 1}, max_cycle={"USD": 1})
    assert lite.run(ROWS[:2]).exit_code == 0
    lite.check_paid_once(ROWS[:2])


def test_append_refuses_a_file_without_item_ids(world: World) -> None:
    with pytest.raises(InputInvalid):
        world.run("receiver,amount,currency\nann@x.example,1.00,USD\n", append=True)


@pytest.mark.proof
def test_more_items_of_one_currency_than_a_batch_takes_go_out_in_two(lite: World) -> None:
    rows = [f"i{number:05d},p{number}@x.example,1.00,USD" for number in range(ITEMS_PER_BATCH_MAX + 1)]
    finished = lite.run(rows)
    assert finished.exit_code == 0
    assert [(str(b.record.name), b.record.items) for b in report_of(finished).batches] == [
        ("c-0001-1", ITEMS_PER_BATCH_MAX),
        ("c-0002-1", 1),
    ]
    paid = lite.paid()
    assert len(paid) == ITEMS_PER_BATCH_MAX + 1
    lite.check_nobody_twice()
    pages = [r["query"] for r in lite.paypal.requests() if "page=" in r["query"]]
    assert sum("page=15&" in query for query in pages) >= 1


def test_a_preview_changes_nothing_and_says_what_run_then_does(lite: World) -> None:
    lite.run(ROWS[:1])
    lite.pass_time(hours=1)
    lite.restart()

    def files() -> dict[str, tuple[bytes, int]]:
        return {
            str(path): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in lite.folder.rglob("*")
            if path.is_file() and path.name != "input.csv"
        }

    before = files()
    finished = lite.preview(ROWS, append=True)
    assert files() == before
    assert finished.exit_code == 0
    done = lite.run(ROWS, append=True)
    planned, made = report_of(finished), report_of(done)
    assert planned.plan_digest == made.plan_digest
    stored, new = [b.record for b in planned.batches], planned.planned
    shown = [(b.name, b.items, b.amount_minor) for b in stored] + [(b.name, b.items, b.amount_minor) for b in new]
    assert shown == [(b.record.name, b.record.items, b.record.amount_minor) for b in made.batches]
    assert [(t.currency, t.items, t.amount_minor) for t in planned.totals] == [
        (t.currency, t.items, t.amount_minor) for t in made.totals
    ]
    assert dict(planned.items) == {"success": 1, "unsent": 2}


def test_a_preview_before_there_is_a_database_makes_none(tmp_path: Path) -> None:
    with closing(World(tmp_path, f"sqlite:///{tmp_path}/payouts.db")) as world:
        assert report_of(world.preview(ROWS)).outcome == "planned"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["input.csv"]


def test_a_preview_is_refused_by_the_cooldown_with_the_code_of_run(world: World) -> None:
    world.run(ROWS[:1])
    finished = world.preview(ROWS, append=True)
    assert (finished.exit_code, error_code(finished)) == (4, "cooldown")
    assert report_of(finished).outcome == "blocked"


def test_in_review_nothing_is_sent_for_the_cycle_and_reading_goes_on(world: World) -> None:
    world.waiting = None
    world.paypal.inject(
        {"on": "create", "kind": "reset_after", "skip": 1}, {"on": "create", "kind": "duplicate_without_link"}
    )
    assert world.run(ROWS).exit_code == 8
    assert world.statuses() == {"c-0001-1": "accepted", "c-0002-1": "review"}
    world.pass_time(hours=1)
    finished = world.run([*ROWS, "n,new@x.example,1.00,EUR"], append=True)
    assert (finished.exit_code, error_code(finished)) == (8, "needs_review")
    assert world.statuses() == {"c-0001-1": "done", "c-0002-1": "review"}
    assert len(world.sent) == 3
    assert "1 new row not stored and not sent yet" in " ".join(w.message for w in report_of(finished).warnings)


def test_new_rows_that_wait_for_an_open_batch_are_named(world: World) -> None:
    world.waiting = None
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": None})
    assert world.run(ROWS).exit_code == 6
    world.pass_time(hours=1)
    finished = world.run([*ROWS, "n,new@x.example,1.00,EUR"], append=True)
    assert finished.exit_code == 6
    assert [w.message for w in report_of(finished).warnings if w.code == "not_stored"] == [
        "1 new row not stored and not sent yet: what is open comes first. Run again later."
    ]
    world.paypal.clear_faults()
    world.pass_time(hours=1)
    assert world.run([*ROWS, "n,new@x.example,1.00,EUR"], append=True).exit_code == 6
    assert "c-0003-1" in world.statuses()


def test_a_refused_batch_of_which_a_row_was_taken_out_is_paid_by_what_is_printed(lite: World) -> None:
    rows = [f"i{number},p{number}@x.example,{number}.00,USD" for number in range(1, 4)]
    lite.paypal.inject({"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"})
    assert lite.run(rows).exit_code == 7
    finished = lite.run(rows[:2])
    assert (finished.exit_code, len(lite.sent)) == (7, 1)
    command, outlook = "payouts retry c-0001-1 --failed-items", report_of(finished).outlook
    assert (outlook.next[0].command, outlook.open[0].next) == (command, command)
    assert finished.error is not None
    assert command in (finished.error.hint or "")
    assert lite.retry("c-0001-1", rows[:2], failed_items=True).exit_code == 5, "what was taken out is not paid"
    assert lite.paid() == {"p1@x.example": ["1.00 USD"], "p2@x.example": ["2.00 USD"]}
