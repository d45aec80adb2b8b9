"""The library that the command line is made of: its public names, driven without the command line."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import readme
from support.world import HEADER, World, report_of

import paypal_payouts
from paypal_payouts import (
    acquire_processing_lock,
    check_for_duplicate_transaction,
    execute_phase2_with_retry,
    execute_transaction,
    execute_transaction_with_retry,
    get_processing_lock_info,
    get_recent_payout_batches,
    open_wiring,
    record_retry_attempt,
    release_processing_lock,
)
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.outcome import Accepted
from paypal_payouts.domain.sent_log import SentLine
from paypal_payouts.domain.states import SENDABLE_BY_RUN
from paypal_payouts.errors import LockHeld, NeedsReview
from paypal_payouts.storage import Holder

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]


@pytest.mark.proof
def test_the_lines_of_readme_pay_and_say_who_was_not_paid(tmp_path: Path) -> None:
    (block,) = (block for block in readme.blocks() if block.kind == "python")
    environment = {"PATH": os.defpath, "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-m", "paypal_payouts", "init"], cwd=tmp_path, env=environment, check=True)
    told = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", block.text],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]
    assert told[0].splitlines() == [
        "5 completed_with_failures ['1250.50']",
        "maria-11 success None",
        "tom-11 failed RECEIVER_ACCOUNT_LOCKED",
    ]
    assert told[0] == told[1]


def test_open_wiring_opens_what_the_functions_are_handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "payouts.toml").write_text('[paypal]\nenvironment = "simulator"\n')
    (tmp_path / "cycles").mkdir()
    (tmp_path / "cycles" / "example.csv").write_text(HEADER + "".join(f"{row}\n" for row in ROWS))
    with open_wiring("payouts.toml") as wiring:
        terms = wiring.terms("example")
        finished = execute_transaction_with_retry(
            wiring.read_input("example"),
            wiring.request("example"),
            terms=terms,
            tools=wiring.tools(wiring.paypal(terms)),
        )
    assert (finished.exit_code, dict(report_of(finished).items)) == (0, {"success": 2})


def test_every_public_name_is_there_documented_and_in_readme() -> None:
    text = readme.text()
    for name in paypal_payouts.__all__:
        assert getattr(paypal_payouts, name).__doc__, name
        assert name in text
    with pytest.raises(AttributeError, match="no attribute 'pay_everyone'"):
        getattr(paypal_payouts, "pay_everyone")  # noqa: B009 - a name that no type checker lets pass


def test_execute_transaction_asks_once_and_the_next_call_goes_on(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after"})
    codes = []
    for expected in ("in_flight", "done"):
        with world.staged(ROWS) as staged, world.store() as store, world.client() as client:
            finished = execute_transaction(
                staged, world.request("c"), terms=world.terms(), tools=world.tools(store, client)
            )
        assert world.statuses() == {"c-0001-1": expected}
        codes.append(finished.exit_code)
    assert codes == [6, 0]
    assert world.slept == []
    assert len(world.sent) == 2
    world.check_paid_once(ROWS)


def test_phase_2_alone_sends_what_is_stored_with_its_retries(world: World) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 2})
    assert world.run(ROWS).exit_code == 6
    world.paypal.inject({"on": "create", "kind": "reset_after"})
    with world.store() as store, world.client() as client:
        tools = world.tools(store, client)
        with tools.hold("c") as lock:
            (batch,) = store.batches.of_cycle("c")
            submitted = execute_phase2_with_retry(batch, terms=world.terms(), lock=lock, tools=tools)
    assert isinstance(submitted.answer, Accepted)
    assert len(world.sent) == 2
    assert world.statuses() == {"c-0001-1": "done"}
    world.check_paid_once(ROWS)


def test_phase_2_alone_sends_nothing_while_the_sent_log_knows_an_unknown_batch(world: World) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 2})
    world.run(ROWS)
    with world.store() as store, world.client() as client:
        tools = world.tools(store, client)
        with tools.hold("c") as lock:
            (batch,) = store.batches.of_cycle("c")
            lock.sent_log.append(SentLine(world.now(), BatchName("c", 1, 2), "another"))
            with pytest.raises(NeedsReview, match="c-0001-2"):
                execute_phase2_with_retry(batch, terms=world.terms(), lock=lock, tools=tools)
    assert world.sent == []


def test_an_attempt_is_recorded_under_its_permit(world: World) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 2})
    world.run(ROWS)
    with world.store() as store, world.client() as client, world.tools(store, client).hold("c") as lock:
        (batch,) = store.batches.of_cycle("c")
        permit = store.sends.permit(
            lock.lease, batch.id, now=world.now(), operator="me", policy="mine", allowed=SENDABLE_BY_RUN
        )
        (attempt,) = store.batches.attempts(batch.id)
        assert (attempt.outcome, attempt.ended_at) == (None, None)
        record_retry_attempt(
            lock.lease, batch.id, permit, Accepted("PAYPAL1", "d1", 201), store=store, now=world.now(), delay_s=None
        )
        (attempt,) = store.batches.attempts(batch.id)
    assert (attempt.outcome, attempt.operator, attempt.policy, attempt.debug_id) == ("accepted", "me", "mine", "d1")


def test_recent_batches_come_with_the_reason_whether_they_may_be_sent_again(world: World) -> None:
    world.run(ROWS, cycle="old")
    world.pass_time(days=10)
    world.run(["z,zoe@x.example,1.00,USD"], cycle="first")
    world.pass_time(minutes=5)
    world.paypal.inject({"on": "create", "kind": "reset_before", "times": 4})
    world.run(["y,yan@x.example,1.00,EUR"], cycle="second")
    with world.store() as store:
        since = world.now() - timedelta(days=5)
        found = get_recent_payout_batches(store=store, since=since, now=world.now(), max_age_days=25)
    assert [(str(batch.record.name), batch.eligibility.eligible) for batch in found] == [
        ("second-0001-1", True),
        ("first-0001-1", False),
    ]
    assert found[0].eligibility.reason == (
        "sent without an answer: the same id asks PayPal again "
        "(sent 4 times so far, 4 without an answer; last error CONNECTION_LOST)"
    )
    assert found[1].eligibility.reason == "finished"


DUPLICATES = {
    "nothing known": ("new", ["q,q@x.example,9.00,USD"], []),
    "a changed item": ("c", ["a,ann@x.example,11.00,USD", ROWS[1]], ["changed_item"]),
    "an extra item": ("c", [*ROWS, "e,eve@x.example,3.00,USD"], ["extra_item", "cooldown"]),
    "a copied cycle": ("d", ROWS, ["duplicate_cycle"]),
    "the same again": ("c", ROWS, []),
}


@pytest.mark.parametrize(("cycle", "rows", "codes"), list(DUPLICATES.values()), ids=list(DUPLICATES))
def test_a_duplicate_is_named_with_its_code_and_its_way_out(
    world: World, cycle: str, rows: list[str], codes: list[str]
) -> None:
    world.run(ROWS)
    with world.staged(HEADER + "\n".join(rows) + "\n") as staged, world.store() as store:
        found = check_for_duplicate_transaction(
            staged, world.request(cycle), store=store, terms=world.terms(), now=world.now()
        )
    assert [refusal.code for refusal in found] == codes
    assert all(refusal.message and refusal.hint for refusal in found)


def test_a_lock_is_taken_shown_and_given_back(world: World) -> None:
    with world.store() as store:
        options: dict[str, Any] = {
            "store": store,
            "directory": world.folder / "locks",
            "holder": Holder("host", 7, "mine"),
            "lease_s": 600,
            "now": world.now,
            "new_identity": lambda: "identity",
        }
        with acquire_processing_lock("c", **options) as lock:
            shown = get_processing_lock_info("c", store=store)
            assert shown
            assert (shown.host, shown.pid, shown.command) == ("host", 7, "mine")
            with (
                pytest.raises(LockHeld, match=r"held by host, process 7 \(`mine`\)"),
                acquire_processing_lock("c", **options),
            ):
                pass
            release_processing_lock(lock.lease, store=store)
            assert get_processing_lock_info("c", store=store) is None
        assert report_of(world.run(ROWS)).cycle == "c"
