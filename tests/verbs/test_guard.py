"""The payee guard in `run`, `preview` and `retry`: compared with where the money of a payee last arrived."""

from typing import Any

import pytest
import sqlalchemy as sa
from support.tampering import refused_as_broken, tamper
from support.world import World, report_of

from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.report import Finished
from paypal_payouts.storage import seals
from paypal_payouts.storage.tables import audit_events

HEADER = "item_id,receiver,amount,currency,payee_id\n"
REFUSE = Guard("refuse")
ACCEPTED = Guard("refuse", accepts=True)


def rows(*lines: str) -> str:
    return HEADER + "".join(f"{line}\n" for line in lines)


FIRST = rows("a,ann@x.example,10.00,USD,emp-1", "b,bob@x.example,20.00,USD,emp-2")
MOVED = rows("a2,thief@x.example,10.00,USD,emp-1", "b2,bob@x.example,21.00,USD,emp-2")


def code_of(finished: Finished) -> str | None:
    return None if finished.error is None else finished.error.code


def warned(finished: Finished) -> list[str]:
    return [notice.message for notice in report_of(finished).warnings if notice.code == "new_receiver"]


def kept(world: World) -> list[Any]:
    with world.store() as store, store.database.read() as connection:
        found = connection.execute(sa.select(audit_events.c.evidence).where(audit_events.c.action == "intent"))
        return [evidence for evidence in found.scalars() if "accepted_new_receivers" in evidence]


def test_who_is_paid_for_the_first_time_is_told_before_paying_and_not_afterwards(lite: World) -> None:
    codes = [{notice.code for notice in report_of(look(FIRST)).warnings} for look in (lite.preview, lite.run)]
    assert ["new_payee" in found for found in codes] == [True, False]
    failed = rows("a,fail.ann@x.example,9.00,USD,emp-3")
    lite.run(failed, cycle="d")
    corrected = rows("a,ann3@x.example,9.00,USD,emp-3")
    again = report_of(lite.retry("d-0001-1", corrected, failed_items=True))
    assert "new_payee" not in {notice.code for notice in again.warnings}


def test_a_changed_receiver_is_shown_and_by_default_paid(world: World) -> None:
    world.run(FIRST)
    looked, ran = world.preview(MOVED, cycle="d"), world.run(MOVED, cycle="d")
    for finished in (looked, ran):
        (warning,) = warned(finished)
        assert finished.exit_code == 0
        assert warning == (
            "emp-1 (a2) is to be paid at thief@x.example; the money last arrived at ann@x.example: confirm the change "
            "with the payee by a number known before."
        )
    assert "thief@x.example" in world.paid()


def test_a_changed_receiver_is_refused_until_it_is_accepted_which_the_trail_keeps(world: World) -> None:
    world.run(FIRST)
    world.guard = REFUSE
    for finished in (world.preview(MOVED, cycle="d"), world.run(MOVED, cycle="d")):
        assert (finished.exit_code, code_of(finished)) == (4, "new_receiver")
        assert len(warned(finished)) == 1
    assert world.statuses("d") == {}
    assert kept(world) == []
    assert world.run(MOVED, cycle="d", guard=ACCEPTED).exit_code == 0
    (evidence,) = kept(world)
    assert '"before": "ann@x.example"' in evidence
    assert '"now": "thief@x.example"' in evidence
    assert "emp-2" not in evidence
    assert world.run(MOVED, cycle="d").exit_code == 0, "what is stored is never asked about again"


def test_where_the_money_did_not_arrive_is_nobody_s_receiver(lite: World) -> None:
    lite.run(FIRST)
    lite.run(rows("a,fail.ann@x.example,9.00,USD,emp-1"), cycle="d")
    lite.guard = REFUSE
    assert code_of(lite.run(rows("a,fail.ann@x.example,8.00,USD,emp-1"), cycle="e")) == "new_receiver"
    assert lite.run(rows("a,ann@x.example,8.00,USD,emp-1"), cycle="e").exit_code == 0


def test_the_newest_payment_that_arrived_counts_whatever_its_cycle(lite: World) -> None:
    lite.run(FIRST, cycle="z")
    lite.run(MOVED, cycle="b")
    lite.guard = REFUSE
    assert code_of(lite.run(rows("x,ann@x.example,7.00,USD,emp-1"), cycle="m")) == "new_receiver"
    assert lite.run(rows("x,Thief@x.example,7.00,USD,emp-1"), cycle="m").exit_code == 0


def test_appended_rows_are_looked_at_and_those_that_are_stored_are_not(lite: World) -> None:
    lite.run(FIRST)
    lite.run(rows("n,neu@x.example,5.00,USD,emp-1"), cycle="d")
    lite.guard = REFUSE
    lite.pass_time(hours=1)
    more = FIRST + "n,ann@x.example,3.00,USD,emp-1\n"
    assert code_of(lite.run(more, append=True)) == "new_receiver"
    assert lite.run(FIRST).exit_code == 0


def test_corrected_rows_are_looked_at_before_they_are_paid(lite: World) -> None:
    lite.run(FIRST)
    lite.run(rows("a,fail.ann@x.example,9.00,USD,emp-1", "b,fail.bob@x.example,9.00,USD,emp-2"), cycle="d")
    corrected = rows("a,thief@x.example,9.00,USD,emp-1", "b,bob@x.example,9.00,USD,emp-2")
    lite.guard = REFUSE
    finished = lite.retry("d-0001-1", corrected, failed_items=True)
    assert (finished.exit_code, code_of(finished), len(warned(finished))) == (4, "new_receiver", 1)
    assert finished.error is not None
    assert "`payouts retry d-0001-1 --failed-items --accept-new-receivers`" in finished.error.hint
    assert lite.statuses("d") == {"d-0001-1": "done"}
    lite.guard = ACCEPTED
    assert lite.retry("d-0001-1", corrected, failed_items=True).exit_code == 0
    (evidence,) = kept(lite)
    assert "thief@x.example" in evidence


def test_unchanged_rows_that_are_paid_again_were_looked_at_when_they_were_stored(lite: World) -> None:
    lite.run(FIRST)
    moved = rows("a,transient.new@x.example,9.00,USD,emp-1")
    lite.run(moved, cycle="d")
    lite.guard = REFUSE
    assert lite.retry("d-0001-1", moved, failed_items=True).exit_code == 0


FORGED = {
    "a receiver": "UPDATE payout_items SET receiver = 'thief@x.example' WHERE batch_id = 1 AND payee_id = 'emp-1'",
    "a payee": "UPDATE payout_items SET payee_id = 'emp-9' WHERE batch_id = 1 AND payee_id = 'emp-1'",
    "a payment": "INSERT INTO payout_items (cycle_id, batch_id, item_id, receiver, recipient_type, amount_minor, "
    "currency, state, live, newest, updated_at, payee_id) SELECT cycle_id, batch_id, 'z', 'thief@x.example', "
    "recipient_type, amount_minor, currency, state, live, newest, updated_at, payee_id FROM payout_items "
    "WHERE batch_id = 1 AND payee_id = 'emp-1'",
    "a batch without a seal": "DELETE FROM batch_seals WHERE batch_id = 1",
}


@pytest.mark.parametrize("forged", FORGED)
def test_what_another_hand_wrote_of_an_earlier_payment_is_not_believed(world: World, forged: str) -> None:
    world.run(FIRST)
    failed = rows("a,fail.ann@x.example,9.00,USD,emp-1", "b,fail.bob@x.example,9.00,USD,emp-2")
    world.run(failed, cycle="e")
    tamper(world, FORGED[forged])
    before, corrected = world.posts(), rows("a,thief@x.example,9.00,USD,emp-1", "b,bob@x.example,9.00,USD,emp-2")
    for work in (world.preview, world.run):
        broken = refused_as_broken(lambda work=work: work(MOVED, cycle="d"))  # type: ignore[misc]
        assert broken.details[0]["batch"] == "c-0001-1"
    finished = world.retry("e-0001-1", corrected, failed_items=True)
    assert (finished.exit_code, code_of(finished)) == (3, "seal_broken")
    assert world.posts() == before
    assert world.statuses("d") == {}


def test_batches_that_say_nothing_of_the_payees_are_not_looked_at(lite: World) -> None:
    lite.run(rows("a,ann@x.example,9.00,USD,emp-3"))
    lite.run(FIRST, cycle="d")
    tamper(lite, FORGED["a receiver"].replace("emp-1", "emp-3"))
    assert lite.run(MOVED, cycle="e").exit_code == 0


def test_a_batch_is_looked_at_once_however_many_rows_ask_for_it(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lite.run(FIRST)
    looked: list[int] = []
    real = seals.check_rows

    def counting(connection: sa.Connection, batch_id: int) -> None:
        looked.append(batch_id)
        real(connection, batch_id)

    monkeypatch.setattr(seals, "check_rows", counting)
    monkeypatch.setattr("paypal_payouts.domain.comparing.ITEMS_PER_BATCH_MAX", 1)
    assert lite.preview(MOVED, cycle="d").exit_code == 0
    assert looked == [1]


@pytest.mark.parametrize("header", ["item_id,receiver,amount,currency\n", HEADER])
def test_rows_without_a_payee_cost_no_query(lite: World, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("asked about nobody")

    monkeypatch.setattr("paypal_payouts.storage.payees.Payees.last_arrived", never)
    last = "," if header == HEADER else ""
    assert lite.run(f"{header}a,ann@x.example,10.00,USD{last}\n").exit_code == 0
