"""Whoever can write to the database alone redirects no money: each change is noticed before anything more is sent."""

from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace
from storage.makers import NOW
from support.backups import copy_aside, put_back
from support.sealed import open_sealed
from support.tampering import (
    CORRECTED,
    POINTS,
    ROWS,
    accepted,
    done,
    paid_again,
    planned,
    refused_as_broken,
    tamper,
    tamper_again,
)
from support.world import World, report_of

from paypal_payouts.domain.outcome import PageReading, ReadFailed
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked, ConfigInvalid, PayoutsError, SealBroken
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.private import create_private
from paypal_payouts.storage import reseal
from paypal_payouts.storage.seals import digest_of_rows
from paypal_payouts.verbs.audit import audit

QUICKLY = {
    "receiver": "UPDATE payout_items SET receiver = 'thief@x.example' WHERE item_id = 'b'",
    "currency": "UPDATE payout_items SET currency = 'XXX' WHERE item_id = 'b'",
    "status": "UPDATE payout_batches SET status = CASE WHEN status = 'refused' THEN 'planned' ELSE 'refused' END",
    "outcome of a send": "UPDATE retry_attempts SET outcome = 'refused'",
}
"""One change of each kind; all of them, at every point: test_tampering.py."""


@pytest.mark.parametrize("change", QUICKLY)
@pytest.mark.parametrize("point", ["lost", "done"])
def test_a_change_by_another_hand_sends_nothing_more(world: World, point: str, change: str) -> None:
    POINTS[point](world)
    world.pass_time(hours=1)
    tamper(world, QUICKLY[change])
    before = world.posts()
    refused_as_broken(lambda: world.run(CORRECTED))
    refused_as_broken(lambda: world.retry("c-0001-1", CORRECTED, failed_items=True))
    assert world.posts() == before


@pytest.mark.parametrize("point", ["done", "paid_again"])
@pytest.mark.parametrize("state", ["failed", "returned", "abandoned"])
def test_an_item_that_is_called_unpaid_is_asked_about_before_it_is_paid_again(
    world: World, point: str, state: str
) -> None:
    POINTS[point](world)
    world.pass_time(hours=1)
    tamper(world, f"UPDATE payout_items SET state = '{state}', raw_state = NULL, live = 0 WHERE state = 'success'")
    for batch in ("c-0001-1", "c-0001-2"):
        with suppress(PayoutsError):
            world.retry(batch, CORRECTED, failed_items=True, payee_errors=True)
    world.check_nobody_twice()


def test_an_older_attempt_cannot_claim_back_what_a_later_one_pays(world: World) -> None:
    paid_again(world)
    tamper(world, "UPDATE payout_items SET newest = 0, live = 0, state = 'failed' WHERE item_id = 'b' AND batch_id = 2")
    tamper_again(world, "UPDATE payout_items SET newest = 1 WHERE item_id = 'b' AND batch_id = 1")
    broken = refused_as_broken(lambda: world.retry("c-0001-1", CORRECTED, failed_items=True))
    assert "c-0001-2 has taken over" in broken.message
    world.check_nobody_twice()


def test_what_a_person_closed_as_not_owed_stays_closed(world: World) -> None:
    done(world)
    world.cancel("b")
    tamper(world, "UPDATE payout_items SET state = 'failed' WHERE item_id = 'b'")
    broken = refused_as_broken(lambda: world.retry("c-0001-1", CORRECTED, failed_items=True))
    assert "b was closed by a person, and is failed" in broken.message


def test_the_item_that_was_changed_is_named_beside_what_was_stored(world: World) -> None:
    planned(world)
    tamper(world, QUICKLY["receiver"])
    broken = refused_as_broken(lambda: world.run(ROWS))
    assert broken.message == (
        "c-0001-1 was changed in the database by another hand: its row of b is not what its stored request says."
    )
    assert broken.details == [
        {
            "batch": "c-0001-1",
            "item_id": "b",
            "row": "thief@x.example 20.00 USD",
            "request": "fail.bob@x.example 20.00 USD",
        }
    ]


def test_the_bytes_that_are_sent_are_those_that_were_sealed(world: World) -> None:
    planned(world)
    tamper(
        world,
        "UPDATE payout_batches SET request = zeroblob(9)"
        if world.database_url.startswith("sqlite")
        else "UPDATE payout_batches SET request = '\\x00'",
    )
    finished = world.run(ROWS)
    assert (finished.exit_code, finished.error and finished.error.code) == (3, "seal_broken")
    assert world.posts() == 0


@pytest.mark.parametrize("point", POINTS)
def test_what_nobody_changed_goes_on(world: World, point: str) -> None:
    POINTS[point](world)
    world.pass_time(hours=1)
    world.restart()
    world.run(ROWS if point != "paid_again" else CORRECTED)
    with world.store() as store:
        store.seals.check_cycle("c")
        assert audit(None, cycle=None, store=store, verify=True).exit_code == 0


def test_rows_that_are_missing_at_the_end_of_the_trail_are_told_once_and_kept(world: World) -> None:
    done(world)
    tamper(world, "DELETE FROM audit_events WHERE id = (SELECT max(id) FROM audit_events)")
    warnings = [notice.code for notice in report_of(world.run(ROWS)).warnings]
    assert warnings == ["trail_shortened"]
    assert report_of(world.run(ROWS)).warnings == []
    with world.store() as store:
        verified = audit(None, cycle="c", store=store, verify=True)
        assert verified.exit_code == 3
        assert verified.error is not None
        assert "is not whole: rows before row" in verified.error.message
        assert "Somebody removed them, or an older copy of the database was put back." in verified.error.message
        assert "If you put a copy back" in verified.error.hint


def test_a_copy_that_was_put_back_goes_on_and_says_so(world: World) -> None:
    accepted(world)
    world.restart()
    aside = copy_aside(world.database_url)
    world.waiting = None
    world.pass_time(hours=1)
    world.run(ROWS)
    world.restart()
    put_back(world.database_url, aside)
    finished = world.run(ROWS)
    assert finished.exit_code == 5
    assert [notice.code for notice in report_of(finished).warnings] == ["trail_shortened"]


def test_a_row_removed_from_the_middle_of_the_trail_is_missed(world: World) -> None:
    done(world)
    tamper(world, "DELETE FROM audit_events WHERE id = 2")
    broken = refused_as_broken(lambda: world.run(ROWS))
    assert broken.message.startswith("The trail of cycle c was changed by another hand: row 3 (")


def sealed_with(world: World, key_file: Path) -> None:
    world.restart()
    world.key_file = key_file


def test_without_its_key_a_database_is_not_used(world: World, tmp_path: Path) -> None:
    done(world)
    sealed_with(world, tmp_path / "elsewhere.key")
    with pytest.raises(ConfigInvalid, match=r"its key is not here: there is no .*elsewhere\.key") as missing:
        world.run(ROWS)
    assert "Copy the file" in missing.value.hint
    create_private(tmp_path / "elsewhere.key", b"x" * 32)
    refused_as_broken(lambda: world.run(ROWS))
    assert not (tmp_path / "elsewhere.key.new").exists()


def test_seals_that_were_removed_with_the_key_in_place_are_missed(world: World) -> None:
    done(world)
    tamper(world, "DELETE FROM settings WHERE key = 'seal'")
    tamper_again(world, "DELETE FROM batch_seals")
    broken = refused_as_broken(lambda: world.run(ROWS))
    assert "is not sealed, though" in broken.message


def test_a_person_vouches_for_what_is_stored_after_the_key_was_lost(world: World, tmp_path: Path) -> None:
    done(world)
    tamper(world, "UPDATE audit_events SET actor = 'the chief' WHERE id = 1")
    sealed_with(world, tmp_path / "new.key")
    vouched = reseal(
        world.database_url,
        environment="sandbox",
        account="main",
        key_file=world.key_file,
        now=NOW,
        actor="tester",
        reason="compared with PayPal's report",
    )
    assert vouched == 1
    assert (tmp_path / "new.key").stat().st_mode & 0o777 == 0o600
    assert world.run(ROWS).exit_code == 5
    with world.store() as store:
        assert audit(None, cycle=None, store=store, verify=True).exit_code == 0
        assert [event.reason for event in store.audit.events() if event.action == "resealed"] == [
            "compared with PayPal's report"
        ] * 2
    world.restart()
    tamper(world, "UPDATE audit_events SET actor = 'somebody else' WHERE id = 2")
    with world.store() as store:
        assert audit(None, cycle="c", store=store, verify=True).exit_code == 3


def test_a_death_within_the_first_sealing_leaves_nothing_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_file = tmp_path / "first.key"
    world = World(tmp_path, f"sqlite:///{tmp_path}/payouts.db", key_file=key_file)
    with monkeypatch.context() as dies:
        dies.setattr("paypal_payouts.storage.key.KeyFile.keep", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            world.run(ROWS)
    world.restart()
    assert not key_file.exists()
    reader = open_sealed(world.database_url, key_file=key_file, read_only=True)
    assert reader is not None
    reader.close()
    assert world.run(ROWS).exit_code == 5
    assert [path.name for path in tmp_path.glob("first.key*")] == ["first.key"]
    world.close()


def test_a_receiver_that_paypal_shows_otherwise_is_a_contradiction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(world)
    read_page = PayPalClient.read_page

    def to_somebody_else(client: PayPalClient, paypal_batch_id: str, number: int) -> PageReading | ReadFailed:
        page = read_page(client, paypal_batch_id, number)
        assert isinstance(page, PageReading)
        return replace(page, items=tuple(item._replace(receiver="eve@x.example") for item in page.items))

    monkeypatch.setattr(PayPalClient, "read_page", to_somebody_else)
    finished = world.run(ROWS)
    assert finished.exit_code == 6
    assert "another receiver for item a" in str(report_of(finished).warnings)


def test_a_move_that_is_refused_leaves_the_seals_as_they_were(world: World) -> None:
    done(world)
    with pytest.raises(Blocked):
        world.override("c-0001-1", BatchStatus.IN_FLIGHT)
    with world.store() as store:
        store.seals.check_cycle("c")


@pytest.mark.parametrize("change", ["amount_minor = 1", "created_at = 7"], ids=["a seal", "a value"])
def test_what_stops_a_run_after_a_send_says_what_was_sent(lite: World, change: str) -> None:
    def changed(kind: str) -> None:
        if kind == "answer" and lite.sent:
            lite.effects = None
            tamper_again(lite, f"UPDATE payout_batches SET {change} WHERE batch = 'c-0002-1'")

    lite.effects = changed
    error: PayoutsError | None = None
    try:
        error = lite.run(["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,EUR"]).error
    except SealBroken as broken:
        error = broken
    assert isinstance(error, SealBroken)
    assert error.hint.startswith("Nothing more was sent. Answered before that: c-0001-1. Find out who could write")
    assert len(lite.sent) == 1


def test_a_column_of_a_later_version_changes_no_seal_of_rows_that_have_none() -> None:
    row = ("a", "ann@x.example", "EMAIL", 100, "USD", None, None, None, None, None)
    assert digest_of_rows([(*row, None, None)]) == digest_of_rows([row])
    digests = {digest_of_rows([(*row, *later)]) for later in [(None, None), ("x", None), (None, "x"), ("x", "x")]}
    assert len(digests) == 4
