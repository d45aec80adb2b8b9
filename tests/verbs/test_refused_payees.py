"""Whom PayPal refuses until they act, across all cycles: `status --refused-payees`."""

import io
from pathlib import Path

import pytest
from support.tampering import tamper
from support.world import World

from paypal_payouts.domain.bounced import LOOKED_BACK
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.refused_payees import RefusedPayee, RefusedPayeesReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.paypal.error_table import item_error_class
from paypal_payouts.present.tables import show
from paypal_payouts.verbs.refused_payees import refused_payees

FAY = "fail@x.example,p-fay"
LOCKED = "RECEIVER_ACCOUNT_LOCKED"


def rows_of(*payees: str) -> str:
    """Make rows of receivers, each with the payee's id or without."""
    rows = (f"i{number},1.00,USD,{payee}{'' if ',' in payee else ','}" for number, payee in enumerate(payees))
    return "\n".join(["item_id,amount,currency,receiver,payee_id", *rows])


def pay(world: World, cycle: str, *payees: str) -> Finished:
    """Pay a cycle, ten days after the last: no copy of it."""
    world.pass_time(days=10)
    finished = world.run(rows_of(*payees), cycle=cycle)
    assert finished.exit_code in {0, 5, 6}, finished.error
    return finished


def ask(world: World) -> Finished:
    with world.store() as store:
        return refused_payees(store=store, environment="sandbox", account="main", now=world.now())


def listed(world: World) -> list[RefusedPayee]:
    report = ask(world).report
    assert isinstance(report, RefusedPayeesReport)
    return list(report.payees)


def names(world: World) -> list[str]:
    return [each.payee_id or each.receiver for each in listed(world)]


def says(world: World, word: str, batch: str) -> None:
    """Let PayPal change its word on the one payment of a batch."""
    (payment,) = [p for p in world.paypal.book()["payments"] if p["sender_batch_id"] == f"main-sandbox-{batch}"]
    world.paypal.set_word(word, payout_item_id=payment["payout_item_id"])


def fail_by(world: World, cycle: str, code: str, error_class: ErrorClass | None = None) -> None:
    """Make the error of the payments of a cycle another one: the simulator's fates have but a few."""
    of_class = error_class or item_error_class(code)
    tamper(
        world,
        f"UPDATE payout_items SET error_code = '{code}', error_class = '{of_class}' WHERE state = 'failed' "
        f"AND cycle_id = (SELECT id FROM cycles WHERE name = '{cycle}')",
    )


def test_each_payee_stands_once_with_the_newest_refusal_and_its_cycles(world: World) -> None:
    pay(world, "sep", FAY, "fail2@x.example,p-gil", "ann@x.example,p-ann")
    pay(world, "oct", "fail@y.example,p-fay", "bob@x.example,p-bob")
    first, second = listed(world)
    sentence = "The payee's account is inactive or restricted."
    assert first == RefusedPayee("p-fay", "fail@y.example", 2, ["oct", "sep"], 2, LOCKED, sentence, first.link)
    assert (second.payee_id, second.times, second.cycles) == ("p-gil", 1, ["sep"])
    assert (first.next, first.link is not None) == ("payouts explain p-fay", True)


def test_the_screen_in_the_documents_is_that_of_the_program(lite: World) -> None:
    pay(lite, "2026-10", "fail@example.com,p-17")
    pay(lite, "2026-11", "fail@example.com,p-17", "ann@example.com,p-18")
    report, stream = ask(lite).report, io.StringIO()
    assert report is not None
    show(report, stream=stream, width=80, colour=False)
    screen, _, _ = stream.getvalue().partition("\n\n")
    operations = Path(__file__).parents[2] / "docs" / "operations.md"
    assert f"```text\n{screen}\n```\n" in operations.read_text("utf-8")


def test_of_many_cycles_the_newest_are_named(lite: World) -> None:
    for number in range(7):
        pay(lite, f"c{number}", FAY)
    (payee,) = listed(lite)
    assert (payee.times, payee.cycles, payee.cycles_in_all) == (7, ["c6", "c5", "c4", "c3", "c2"], 7)


@pytest.mark.parametrize("receiver", ["ann@x.example", "unclaimed@x.example", "hold@x.example", "refund@x.example"])
def test_who_was_paid_by_a_later_cycle_or_may_be_is_not_listed(lite: World, receiver: str) -> None:
    pay(lite, "sep", FAY)
    assert names(lite) == ["p-fay"]
    pay(lite, "oct", f"{receiver},p-fay")
    assert names(lite) == []
    pay(lite, "nov", FAY)
    assert [(each.times, each.cycles) for each in listed(lite)] == [(1, ["nov"])]


def test_who_was_paid_in_the_same_batch_is_not_listed(lite: World) -> None:
    pay(lite, "sep", "ann@x.example,p-fay", FAY)
    pay(lite, "oct", "fail@x.example,p-gil", "ann@x.example,p-gil")
    assert names(lite) == []


def test_who_is_paid_by_an_older_attempt_after_all_is_not_listed(world: World) -> None:
    pay(world, "sep", FAY)
    pay(world, "oct", FAY)
    corrected = rows_of("fail2@x.example,p-fay")
    assert world.retry("oct-0001-1", corrected, failed_items=True).exit_code == 5
    assert [(each.times, each.cycles) for each in listed(world)] == [(3, ["oct", "sep"])]
    says(world, "SUCCESS", "oct-0001-1")
    assert world.sync("oct").exit_code == 8
    assert names(world) == []


def test_what_paypal_waits_for_is_listed_once_it_came_back(lite: World) -> None:
    pay(lite, "sep", "unclaimed@x.example,p-uma")
    assert names(lite) == []
    lite.pass_time(days=31)
    lite.sync()
    (payee,) = listed(lite)
    assert (payee.payee_id, payee.error_code) == ("p-uma", "RECEIVER_UNREGISTERED")


def test_what_a_person_closed_is_owed_to_nobody(lite: World) -> None:
    pay(lite, "sep", FAY)
    lite.cancel("i0", cycle="sep")
    assert names(lite) == []


@pytest.mark.parametrize(
    ("code", "is_listed"),
    [
        ("CLOSED_MARKET", True),
        ("RECEIVER_COUNTRY_NOT_ALLOWED", True),
        ("RISK_DECLINE", False),
        ("TRANSACTION_LIMIT_EXCEEDED", False),
        ("INTERNAL_ERROR", False),
        ("SOMETHING_NEW", False),
    ],
)
def test_only_an_error_of_the_payees_own_counts_and_no_other_takes_it_back(
    lite: World, code: str, is_listed: bool
) -> None:
    pay(lite, "sep", FAY)
    pay(lite, "oct", FAY)
    fail_by(lite, "oct", code)
    (payee,) = listed(lite)
    assert payee.cycles == (["oct", "sep"] if is_listed else ["sep"])
    assert payee.error_code == (code if is_listed else LOCKED)
    fail_by(lite, "sep", code)
    assert len(listed(lite)) == is_listed


def test_a_code_that_the_configuration_gives_to_the_payee_counts(lite: World) -> None:
    pay(lite, "sep", FAY)
    fail_by(lite, "sep", "SOMETHING_NEW", ErrorClass.PAYEE)
    (payee,) = listed(lite)
    assert (payee.error_code, payee.link) == ("SOMETHING_NEW", None)


def test_without_a_payee_id_the_receiver_is_who_it_was_for_a_hundred_days_back(world: World) -> None:
    pay(world, "sep", "fail@x.example", "fail2@x.example")
    pay(world, "oct", "Fail@X.example", "fail@x.example,p-fay")
    assert [(each.receiver, each.times) for each in listed(world)] == [
        ("fail@x.example", 1),
        ("Fail@X.example", 2),
        ("fail2@x.example", 1),
    ]
    world.pass_time(days=LOOKED_BACK.days + 1)
    assert names(world) == ["p-fay"]


def test_a_receiver_that_was_paid_since_is_not_listed(world: World) -> None:
    pay(world, "sep", "transient@x.example", "fail@x.example")
    fail_by(world, "sep", LOCKED)
    assert names(world) == ["fail@x.example", "transient@x.example"]
    pay(world, "oct", "TRANSIENT@x.example,p-tom")
    assert names(world) == ["fail@x.example"]


def test_what_is_archived_is_counted_and_still_says_who_was_paid(world: World) -> None:
    pay(world, "sep", FAY, "fail@y.example,p-gil", "hold@x.example,p-hal")
    pay(world, "oct", "ann@x.example,p-fay")
    pay(world, "nov", "fail@x.example,p-ned")
    world.pass_time(days=100)
    assert [each.cycle for each in world.archive().archived] == ["oct", "nov"]
    report = ask(world).report
    assert isinstance(report, RefusedPayeesReport)
    assert ([each.payee_id for each in report.payees], report.archived) == (["p-gil"], 2)


def test_what_somebody_else_changed_is_an_error(lite: World) -> None:
    pay(lite, "sep", FAY)
    tamper(lite, "UPDATE payout_batches SET amount_minor = 2")
    finished = ask(lite)
    assert finished.error is not None
    assert (finished.exit_code, finished.error.code) == (3, "seal_broken")


def test_without_a_database_nobody_is_listed(lite: World) -> None:
    finished = refused_payees(store=None, environment="sandbox", account="main", now=lite.now())
    assert isinstance(finished.report, RefusedPayeesReport)
    assert (finished.exit_code, finished.report.payees, finished.report.archived) == (0, [], 0)
