"""In a cycle a person is known by `payee_id`: a corrected address under another item id pays nobody twice.

In another cycle the same amount at another address is another payment, of which the guard of receivers warns.

docs/design.md, 5.3; every story is played with the simulator, hints followed to the letter.
"""

import pytest
from support.world import ASKED, World, report_of

from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query

HEADER = "item_id,receiver,amount,currency,payee_id\n"


def rows(*lines: str) -> str:
    return HEADER + "".join(f"{line}\n" for line in lines)


def code_of(finished: Finished) -> str | None:
    return None if finished.error is None else finished.error.code


def words_of(finished: Finished) -> str:
    assert finished.error is not None
    return f"{finished.error.message}\n{finished.error.hint}"


GERD = {"hold": "hold.gerd@x.example", "paid": "gerd@x.example", "unclaimed": "unclaimed.gerd@x.example"}
STANDS = {"hold": "on hold, may still be paid", "paid": "paid", "unclaimed": "unclaimed, may still be paid"}


@pytest.mark.parametrize("fate", GERD)
def test_a_corrected_address_under_a_new_item_id_pays_nobody_again(world: World, fate: str) -> None:
    old = [f"a7,{GERD[fate]},70.70,USD,p7", *(f"o{number},o{number}@x.example,1.00,USD," for number in range(3))]
    world.run(rows(*old))
    world.pass_time(hours=1)
    paid = world.paid()
    # Among many rows that are new: one such is enough.
    new = ["a7b,gerd.neu@x.example,70.70,USD,p7", *(f"n{number},n{number}@x.example,9.00,USD," for number in range(9))]
    for finished in (world.preview(rows(*new), append=True), world.run(rows(*old, *new), append=True)):
        assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
        assert f"a7b: p7 already has 70.70 USD in this cycle: a7, {STANDS[fate]}." in words_of(finished)
        assert "`payouts run c --append --allow-duplicate`" in words_of(finished)
    assert world.paid() == paid
    # The hint: without that row the others are paid; and who is owed the same once more says so.
    assert world.run(rows(*old, *new[1:]), append=True).exit_code in {0, 6}
    world.pass_time(hours=1)
    assert "gerd.neu@x.example" not in world.paid()
    assert world.run(rows(*old, *new), append=True, allow_duplicate=True).exit_code in {0, 6}
    assert world.paid()["gerd.neu@x.example"] == ["70.70 USD"]


def test_a_failed_item_is_not_paid_elsewhere_once_its_payee_was_paid_by_another(world: World) -> None:
    world.run(rows("a7,fail.gerd@x.example,70.70,USD,p7", "b,bob@x.example,1.00,USD,p8"))
    world.pass_time(hours=1)
    more = "a7b,gerd@x.example,70.70,USD,p7"
    assert world.run(rows("a7,fail.gerd@x.example,70.70,USD,p7", more), append=True).exit_code == 5
    third = "a7,gerd.neu@x.example,70.70,USD,p7"
    finished = world.retry("c-0001-1", rows(third, more), failed_items=True)
    assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
    assert "a7: p7 already has 70.70 USD in this cycle: a7b, paid." in words_of(finished)
    assert "Who is owed twice goes into a cycle of its own." in words_of(finished)
    assert "gerd.neu@x.example" not in world.paid()


def steps_of(world: World) -> list[str]:
    with world.store() as store:
        query = Query(None, "c", items=False, exit_code=False)
        report = status(query, store=store, now=world.now(), **ASKED).report
    assert isinstance(report, StatusReport)
    return [step.command for step in report.cycles[0].outlook.next]


def test_nobody_is_advised_to_pay_a_payee_who_was_paid_elsewhere_since(lite: World) -> None:
    lite.run(rows("a7,fail.gerd@x.example,70.70,USD,p7", "b,bob@x.example,1.00,USD,p8"))
    lite.pass_time(hours=1)
    assert "payouts retry c-0001-1 --failed-items" in " ".join(steps_of(lite))
    lite.run(rows("a7b,gerd@x.example,70.70,USD,p7"), append=True)
    assert steps_of(lite) == ["payouts status --cycle c --items"]


def test_a_denied_batch_with_a_payee_who_was_paid_elsewhere_is_not_sent_again(lite: World) -> None:
    lite.run(rows("a7,gerd@x.example,70.70,USD,p7", "b,denyall@x.example,1.00,USD,p8"))
    lite.pass_time(hours=1)
    assert steps_of(lite)[0] == "payouts retry c-0001-1"
    lite.run(rows("a7b,gerd.neu@x.example,70.70,USD,p7"), append=True)
    sent = len(lite.sent)
    finished = lite.retry("c-0001-1")
    assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
    assert "a7: p7 already has 70.70 USD in this cycle: a7b, paid." in words_of(finished)
    assert finished.error is not None
    assert [each["line"] for each in finished.error.details] == [None]
    assert len(lite.sent) == sent
    assert "payouts retry c-0001-1" not in steps_of(lite)


def test_two_items_of_one_payee_that_were_owed_together_are_both_paid(world: World) -> None:
    world.run(rows("a7,fail.gerd@x.example,70.70,USD,p7", "b7,gerd@x.example,70.70,USD,p7"))
    world.pass_time(hours=1)
    right = rows("a7,gerd.neu@x.example,70.70,USD,p7", "b7,gerd@x.example,70.70,USD,p7")
    assert world.retry("c-0001-1", right, failed_items=True).exit_code == 0
    assert world.paid()["gerd.neu@x.example"] == ["70.70 USD"]


def test_without_append_nothing_leads_to_paying_the_payee_again(lite: World) -> None:
    lite.run(rows("a7,gerd@x.example,70.70,USD,p7"))
    lite.pass_time(hours=1)
    finished = lite.run(rows("a7,gerd@x.example,70.70,USD,p7", "a7b,gerd.neu@x.example,70.70,USD,p7"))
    assert code_of(finished) == "extra_item"
    assert "p7 already has 70.70 USD" in words_of(finished)
    assert "--append" not in words_of(finished)


@pytest.mark.parametrize(
    "new",
    [
        "a7b,gerd.neu@x.example,70.71,USD,p7",
        "a7b,gerd.neu@x.example,70.70,EUR,p7",
        "a7b,gerd.neu@x.example,70.70,USD,p8",
        "a7b,gerd.neu@x.example,70.70,USD,",
    ],
    ids=["another amount", "another currency", "another payee", "no payee"],
)
def test_what_differs_in_one_thing_is_no_second_payment(lite: World, new: str) -> None:
    lite.run(rows("a7,gerd@x.example,70.70,USD,p7"))
    lite.pass_time(hours=1)
    assert lite.run(rows(new), append=True).exit_code == 0


@pytest.mark.parametrize("fate", ["fail", "refund"])
def test_who_was_not_paid_or_gave_it_back_is_paid_under_a_new_id(lite: World, fate: str) -> None:
    lite.run(rows(f"a7,{fate}.gerd@x.example,70.70,USD,p7"))
    lite.pass_time(hours=1)
    lite.run(rows("a7b,gerd@x.example,70.70,USD,p7"), append=True)
    assert lite.paid()["gerd@x.example"] == ["70.70 USD"]
    lite.pass_time(hours=1)
    if fate == "fail":
        # Not so the first item again.
        finished = lite.retry("c-0001-1", rows("a7,gerd@x.example,70.70,USD,p7"), failed_items=True)
        assert (finished.exit_code, code_of(finished)) == (4, "duplicate_cycle")
        assert "agree in receiver, amount and currency" in words_of(finished)


def test_two_invoices_of_one_payee_are_paid_and_a_repeat_of_them_sends_nothing(lite: World) -> None:
    both = rows("a,ann@x.example,10.00,USD,p1", "b,ann@y.example,10.00,USD,p1", "c,ann@x.example,10.00,USD,p1")
    finished = lite.run(both)
    assert finished.exit_code == 0
    assert "same_receiver" in {notice.code for notice in report_of(finished).warnings}
    lite.pass_time(hours=1)
    for append in (False, True):
        assert lite.run(both, append=append).exit_code == 0
    assert lite.paid() == {"ann@x.example": ["10.00 USD"] * 2, "ann@y.example": ["10.00 USD"]}


def test_one_more_invoice_of_a_payee_at_the_same_address_is_owed_among_others(lite: World) -> None:
    lite.run(rows("a,ann@x.example,10.00,USD,p1"))
    lite.pass_time(hours=1)
    more = rows("b,ann@x.example,10.00,USD,p1", "x,x@x.example,1.00,USD,", "y,y@x.example,1.00,USD,")
    assert lite.run(more, append=True).exit_code == 0


def test_who_failed_beside_another_invoice_of_the_same_file_is_paid_again(lite: World) -> None:
    lite.run(rows("a,ann@x.example,10.00,USD,p1", "b,fail.ann@x.example,10.00,USD,p1"))
    lite.pass_time(hours=1)
    again = rows("a,ann@x.example,10.00,USD,p1", "b,ann@y.example,10.00,USD,p1")
    assert lite.retry("c-0001-1", again, failed_items=True).exit_code == 0
    assert lite.paid() == {"ann@x.example": ["10.00 USD"], "ann@y.example": ["10.00 USD"]}


FIRST = rows("a,ann@x.example,10.00,USD,p1", "b,bob@x.example,20.00,USD,p2")
MOVED = rows("x,ann@new.example,10.00,USD,p1", "y,bob@new.example,20.00,USD,p2")


def test_payees_at_other_addresses_are_owed_in_another_cycle_and_the_guard_warns(world: World) -> None:
    assert world.run(FIRST, cycle="first").exit_code == 0
    world.guard = Guard("refuse")
    for finished in (world.preview(MOVED, cycle="second"), world.run(MOVED, cycle="second")):
        assert (finished.exit_code, code_of(finished)) == (4, "new_receiver")
        assert "agree in" not in words_of(finished)
    assert world.statuses("second") == {}
    world.guard = Guard()
    finished = world.run(MOVED, cycle="second")
    assert finished.exit_code == 0
    assert [notice.code for notice in report_of(finished).warnings].count("new_receiver") == 2
    assert world.paid()["ann@new.example"] == ["10.00 USD"]


def test_a_stored_cycle_that_pays_the_payees_of_another_elsewhere_is_sent(world: World) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    world.run(FIRST, cycle="first")
    world.run(MOVED, cycle="second")
    world.paypal.clear_faults()
    assert set(world.statuses("first").values()) | set(world.statuses("second").values()) == {"planned"}
    assert world.run(MOVED, cycle="second").exit_code == 0
    assert world.run(FIRST, cycle="first").exit_code == 0
    assert len(world.paid()) == 4
