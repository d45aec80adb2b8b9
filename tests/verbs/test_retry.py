"""`retry`: the same id again, or a new attempt for items that are proven unpaid."""

import io
import json
from typing import Any

import pytest
from support.world import World, report_of

from paypal_payouts.domain.plan import Limits
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.words import utc_minute
from paypal_payouts.errors import Blocked, ClockSkew, NotFound
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.present.tables import show
from paypal_payouts.protocol.results import ResultReader
from paypal_payouts.verbs.retry_question import retry_question

ROWS = ["a,ann@x.example,10.00,USD", "b,transient.bob@x.example,20.00,USD"]
REFUSE: dict[str, Any] = {"on": "create", "kind": "status", "status": 403}


def code_of(finished: object) -> str | None:
    error = getattr(finished, "error", None)
    return None if error is None else error.code


def test_an_item_that_failed_is_paid_again_under_the_next_attempt_and_only_by_retry(world: World) -> None:
    assert world.run(ROWS).exit_code == 5
    world.pass_time(days=1)
    assert world.run(ROWS).exit_code == 5
    assert len(world.sent) == 1
    finished = world.retry("c-0001-1", ROWS, failed_items=True)
    assert finished.exit_code == 0
    assert world.statuses() == {"c-0001-1": "done", "c-0001-2": "done"}
    assert [i["sender_item_id"] for i in json.loads(world.sent[1])["items"]] == ["b"]
    world.check_paid_once(ROWS)
    assert world.run(ROWS).exit_code == 0


def test_without_an_input_items_are_paid_as_they_were_stored(world: World) -> None:
    world.run(ROWS)
    assert world.retry("c-0001-1", failed_items=True).exit_code == 0
    world.check_paid_once(ROWS)


def test_a_corrected_row_is_paid_as_the_input_has_it_now_and_old_and_new_are_shown(world: World) -> None:
    world.run(ROWS)
    rows = [ROWS[0], "b,bobby@x.example,21.00,USD"]
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    assert world.paid() == {"ann@x.example": ["10.00 USD"], "bobby@x.example": ["21.00 USD"]}
    words = "b: transient.bob@x.example 20.00 USD becomes bobby@x.example 21.00 USD"
    assert words in world.progress.told
    with world.store() as store:
        assert words in [event.reason for event in store.audit.events(batch="c-0001-2")]
    assert world.run(rows).exit_code == 0


WAITING = [*ROWS, "d,fail.dan@x.example,5.00,USD"]


def test_an_item_whose_payee_must_act_first_is_left_out_and_named(world: World) -> None:
    world.run(WAITING)
    finished = world.retry("c-0001-1", WAITING, failed_items=True)
    assert [tuple(skipped) for skipped in report_of(finished).skipped] == [
        ("d", "its payee must act first: RECEIVER_ACCOUNT_LOCKED")
    ]
    assert [i["sender_item_id"] for i in json.loads(world.sent[1])["items"]] == ["b"]
    assert world.states() == {"a": "success", "b": "success", "d": "failed"}
    nothing = world.retry("c-0001-1", WAITING, failed_items=True)
    assert code_of(nothing) == "not_eligible"
    assert nothing.error
    assert "is not paid again: its payee must act first: RECEIVER_ACCOUNT_LOCKED" in nothing.error.message
    assert "--include-payee-errors" in nothing.error.hint
    assert len(world.sent) == 2


def test_it_is_paid_again_once_its_row_is_corrected_or_where_that_is_asked_for(world: World) -> None:
    world.run(WAITING)
    world.retry("c-0001-1", WAITING, failed_items=True, payee_errors=True)
    assert [i["sender_item_id"] for i in json.loads(world.sent[1])["items"]] == ["b", "d"]
    assert world.progress.told.index("d: fail.dan@x.example 5.00 USD, unchanged") < world.progress.told.index(
        "Pay 2 unpaid items of c-0001-1 in a new attempt: 25.00 USD"
    )
    corrected = [*WAITING[:2], "d,dan@x.example,5.00,USD"]
    assert world.retry("c-0001-2", corrected, failed_items=True).exit_code == 0
    assert world.paid()["dan@x.example"] == ["5.00 USD"]
    world.check_nobody_twice()


def test_of_many_items_that_are_paid_unchanged_twenty_are_named(world: World) -> None:
    world.run([f"i{n:02},transient.{n}@x.example,{n + 1}.00,USD" for n in range(23)])
    assert world.retry("c-0001-1", failed_items=True).exit_code == 0
    named = [line for line in world.progress.told if line.endswith(", unchanged")]
    assert (len(named), named[-1]) == (20, "i19: transient.19@x.example 20.00 USD, unchanged")
    assert "and 3 more unchanged items" in world.progress.told


def test_a_fee_stays_in_the_totals_when_its_money_comes_back_and_is_paid_again(world: World) -> None:
    world.run(["a,return@x.example,100.00,USD", "b,bob@x.example,50.00,USD"])
    again = ["a,ann@x.example,100.00,USD", "b,bob@x.example,50.00,USD"]
    report = report_of(world.retry("c-0001-1", again, failed_items=True))
    (total,) = report.totals
    assert [batch.record.fees_minor for batch in report.batches] == [300, 200]
    with world.store() as store:
        booked = sum(payment.fee_minor or 0 for payment in store.items.sent("c"))
    assert total.fees_minor == booked == 500


def test_the_first_ten_who_are_not_paid_are_named_at_the_end(lite: World) -> None:
    rows = [f"i{n:02},fail.{n}@x.example,{n + 1}.00,USD" for n in range(12)]
    report = report_of(lite.run([*rows, "ok,ann@x.example,1.00,USD"]))
    assert [item.item_id for item in report.first_unpaid] == [f"i{n:02}" for n in range(10)]
    screen = io.StringIO()
    show(report, stream=screen, colour=False)
    shown = screen.getvalue()
    assert "\ni09: fail.9@x.example, 10.00 USD, failed (RECEIVER_ACCOUNT_LOCKED)\nAnd 2 more; all of them:\n" in shown
    assert "\n  payouts status --cycle c --items --state failed\n" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())
    all_paid = report_of(lite.run(["a,amy@x.example,77.00,USD"], cycle="d"))
    assert (all_paid.outcome, all_paid.first_unpaid) == ("completed", [])


def test_who_may_still_get_his_money_is_named_after_who_will_not(lite: World) -> None:
    rows = [f"i{n},unclaimed.{n}@x.example,1.00,USD" for n in range(9)]
    report = report_of(lite.run([*rows, "j,hold@x.example,2.00,USD", "k,fail@x.example,3.00,USD"]))
    named = [item.item_id for item in (*report.first_unpaid, *report.first_not_decided)]
    assert named == ["k", *(f"i{n}" for n in range(9))]
    screen = io.StringIO()
    show(report, stream=screen, colour=False)
    shown = screen.getvalue()
    assert (
        "\ni8: unclaimed.8@x.example, 1.00 USD, unclaimed (RECEIVER_UNREGISTERED)\nAnd 1 more; all of them:\n" in shown
    )
    assert "\n  payouts status --cycle c --items --state failed --state unclaimed --state onhold\n" in shown


def test_whom_an_older_payment_paid_is_neither_named_nor_counted_as_unpaid(lite: World) -> None:
    lite.run(["a,fail.ann@x.example,10.00,USD", "b,fail.bob@x.example,20.00,USD"])
    lite.paypal.inject({"on": "create", "kind": "status", "status": 403})
    rows = ["a,ann@x.example,10.00,USD", "b,ben@x.example,20.00,USD"]
    lite.retry("c-0001-1", rows, failed_items=True)
    lite.override("c-0001-2", BatchStatus.ABANDONED)
    shown = ""
    for item, unpaid in (("a", "1 abandoned"), ("b", "")):
        lite.paypal.set_word("SUCCESS", sender_item_id=item)
        assert lite.sync("c").exit_code == 8
        lite.override_item(item, "acknowledged")
        report = report_of(lite.run(rows))
        screen = io.StringIO()
        show(report, stream=screen, colour=False)
        shown = screen.getvalue()
        assert [each.item_id for each in report.first_unpaid] == (["b"] if unpaid else [])
        assert (f"not everything is paid: {unpaid}." in shown) is bool(unpaid)
        assert "more; all of them" not in shown
    assert "Finished: of 2 items the newest payment came to nothing, and an older one paid." in shown


def test_a_retry_tells_what_it_does_before_it_does_it(world: World) -> None:
    world.run(WAITING)
    world.retry("c-0001-1", WAITING, failed_items=True)
    assert "d is left out: its payee must act first: RECEIVER_ACCOUNT_LOCKED" in world.progress.told
    assert "Pay 1 unpaid item of c-0001-1 in a new attempt: 20.00 USD" in world.progress.told
    world.paypal.inject({"on": "create", "kind": "reset_after"})
    world.policy = RetryPolicy(max_retries=0)
    world.run(["z,zoe@x.example,1.00,USD"], cycle="e")
    world.retry("e-0001-1")
    assert "Send e-0001-1 (1 item, 1.00 USD), now in_flight, again under the same id" in world.progress.told


def test_what_a_person_called_unpaid_is_said_before_it_is_paid_again(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "timeout_before", "times": 4})
    world.run(["a,transient.ann@x.example,10.00,USD"])
    world.pass_time(hours=25)
    world.override("c-0001-1", BatchStatus.ABANDONED)
    with world.store() as store, world.client() as client:
        question = retry_question(
            "c-0001-1",
            "c",
            staged=None,
            failed_items=True,
            include_payee_errors=False,
            terms=world.terms(),
            tools=world.tools(store, client),
        )
    when = utc_minute(world.now())
    said = f'c-0001-1 was called unpaid by tester on {when} ("looked in the activity list"); PayPal never said so.'
    assert question.words.startswith(said)
    report = report_of(world.retry("c-0001-1", failed_items=True))
    assert any(line.startswith(said) for line in world.progress.told)
    assert [notice.code for notice in report.warnings] == ["called_unpaid_by_hand"]
    again = report_of(world.retry("c-0001-2", failed_items=True))
    assert [notice.code for notice in again.warnings] == ["called_unpaid_by_hand"], "of an earlier attempt, too"


def test_of_what_surely_paid_nobody_nothing_is_said(lite: World) -> None:
    lite.paypal.inject(REFUSE)
    lite.run(ROWS)
    lite.override("c-0001-1", BatchStatus.ABANDONED)
    assert not report_of(lite.retry("c-0001-1", failed_items=True)).warnings


def test_a_code_that_the_configuration_calls_the_payees_waits_for_the_payee(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PayPal's simulator knows no code that is not documented, so it is written here, and not read again.
    monkeypatch.setattr(ResultReader, "read_older_payments", lambda *_: None)
    lite.errors = ErrorRules.of({"MADE_UP": "payee"})
    lite.run(ROWS)
    with lite.store() as store, store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE payout_items SET error_code = 'MADE_UP' WHERE item_id = 'b'")
    assert code_of(lite.retry("c-0001-1", ROWS, failed_items=True)) == "not_eligible"
    lite.errors = ErrorRules()
    assert lite.retry("c-0001-1", ROWS, failed_items=True).exit_code == 0


def test_a_code_that_is_never_asked_about_again_ends_the_round_in_flight(world: World) -> None:
    world.errors = ErrorRules.of({"INTERNAL_SERVER_ERROR": "never"})
    world.paypal.inject({"on": "create", "kind": "status", "status": 500, "name": "INTERNAL_SERVER_ERROR"})
    assert world.run(ROWS).exit_code == 6
    assert world.statuses() == {"c-0001-1": "in_flight"}
    assert len(world.sent) == 1
    assert world.run(ROWS).exit_code == 5


def test_a_new_code_with_a_class_is_told_so_and_its_outcome_stays_unknown(world: World) -> None:
    world.errors = ErrorRules.of({"NO_SUCH_THING": "funds"})
    world.paypal.inject({"on": "create", "kind": "status", "status": 422, "name": "NO_SUCH_THING"})
    assert world.run(ROWS).exit_code == 6
    assert world.statuses() == {"c-0001-1": "in_flight"}
    with world.store() as store:
        batch = store.batches.find("c-0001-1")
        assert batch
        (attempt,) = store.batches.attempts(batch.id)
    assert (attempt.outcome, attempt.error_code, attempt.error_class) == ("unknown", "NO_SUCH_THING", "funds")


def test_a_row_that_the_input_no_longer_has_is_left_out_and_named(world: World) -> None:
    rows = [*ROWS, "d,transient.dan@x.example,5.00,USD"]
    world.run(rows)
    finished = world.retry("c-0001-1", rows[:2], failed_items=True)
    assert [skipped.item_id for skipped in report_of(finished).skipped] == ["d"]
    assert world.states() == {"a": "success", "b": "success", "d": "failed"}
    assert finished.exit_code == 5
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    assert set(world.statuses()) == {"c-0001-1", "c-0001-2", "c-0001-3"}
    world.check_paid_once(rows)


def test_an_input_without_any_of_the_unpaid_items_pays_nothing(world: World) -> None:
    world.run(ROWS)
    finished = world.retry("c-0001-1", ROWS[:1], failed_items=True)
    assert (finished.exit_code, code_of(finished)) == (4, "not_eligible")
    assert len(world.sent) == 1


def test_a_row_with_another_currency_goes_out_under_a_new_sequence(world: World) -> None:
    rows = [*ROWS, "d,transient.dan@x.example,5.00,USD"]
    world.run(rows)
    corrected = [*rows[:2], "d,transient.dan@x.example,4.00,EUR"]
    assert world.retry("c-0001-1", corrected, failed_items=True).exit_code == 0
    assert world.statuses() == {"c-0001-1": "done", "c-0001-2": "done", "c-0002-1": "done"}
    world.check_paid_once(corrected)


@pytest.mark.parametrize(
    ("limits", "amount", "code"),
    [
        (Limits(max_item={"USD": 2000}), "20.01", "limit_exceeded"),
        (Limits(max_cycle={"USD": 3000}), "20.01", "limit_exceeded"),
        (Limits(max_item={"USD": 2001}, max_cycle={"USD": 3001}), "20.01", None),
        (Limits(max_cycle={"USD": 2999}), "20.00", "limit_exceeded"),
        (Limits(min_item={"USD": 100}), "0.99", "limit_exceeded"),
        (Limits(min_item={"USD": 100}), "1.00", None),
    ],
    ids=["one item", "the cycle", "just within", "uncorrected, and the limit came down", "too small", "just enough"],
)
def test_limits_hold_for_what_is_paid_again(lite: World, limits: Limits, amount: str, code: str | None) -> None:
    lite.run(ROWS)
    lite.limits = limits
    finished = lite.retry("c-0001-1", [ROWS[0], f"b,transient.bob@x.example,{amount},USD"], failed_items=True)
    assert code_of(finished) == code
    assert len(lite.sent) == (1 if code else 2)


NEVER_PAID_ANEW = {
    "planned": "its outcome is open",
    "in_flight": "its outcome is open",
    "review": "its outcome is open",
    "done": "no item of it is known to be unpaid",
}


def bring_to(world: World, status: str, rows: list[str]) -> None:
    rules: dict[str, list[dict[str, Any]]] = {
        "planned": [{"on": "token", "kind": "status", "status": 503, "times": None}],
        "in_flight": [{"on": "create", "kind": "reset_before", "times": 4}],
        "refused": [REFUSE],
        "review": [{"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"}],
    }
    world.paypal.inject(*rules.get(status, []))
    world.run(rows)
    world.paypal.clear_faults()
    assert world.statuses() == {"c-0001-1": status}


@pytest.mark.parametrize(("status", "reason"), list(NEVER_PAID_ANEW.items()), ids=list(NEVER_PAID_ANEW))
def test_nothing_is_paid_again_without_proof(lite: World, status: str, reason: str) -> None:
    bring_to(lite, status, ["a,ann@x.example,1.00,USD"])
    sent = len(lite.sent)
    lite.pass_time(days=20)
    finished = lite.retry("c-0001-1", failed_items=True)
    assert (finished.exit_code, code_of(finished)) == (4, "not_eligible")
    assert reason in str(finished.error)
    assert len(lite.sent) == sent


@pytest.mark.parametrize("word", ["block", "refund", "reverse", "unclaimed", "hold"])
def test_what_is_no_proof_of_being_unpaid_is_never_paid_again(lite: World, word: str) -> None:
    lite.run([f"a,{word}@x.example,1.00,USD"])
    assert code_of(lite.retry("c-0001-1", failed_items=True)) == "not_eligible"


@pytest.mark.parametrize("word", ["fail", "return"])
def test_what_failed_or_came_back_is_payable_again(lite: World, word: str) -> None:
    lite.run([f"a,{word}@x.example,1.00,USD"])
    assert lite.retry("c-0001-1", ["a,ann@x.example,1.00,USD"], failed_items=True).exit_code == 0
    assert lite.paid() == {"ann@x.example": ["1.00 USD"]}


def test_the_items_of_a_refused_batch_are_paid_again_and_it_is_abandoned_for_ever(world: World) -> None:
    rows = ["a,ann@x.example,10.00,USD", "b,rejected@x.example,20.00,USD"]
    world.run(rows)
    assert world.statuses() == {"c-0001-1": "refused"}
    repaired = [rows[0], "b,bob@x.example,20.00,USD"]
    assert world.retry("c-0001-1", repaired, failed_items=True).exit_code == 0
    assert world.statuses() == {"c-0001-1": "abandoned", "c-0001-2": "done"}
    world.check_paid_once(repaired)
    for again in (False, True):
        assert code_of(world.retry("c-0001-1", failed_items=again)) == "not_eligible"
    assert len(world.sent) == 2


def test_items_of_a_refused_batch_that_the_input_lacks_can_be_paid_later(world: World) -> None:
    rows = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]
    bring_to(world, "refused", rows)
    assert world.retry("c-0001-1", rows[:1], failed_items=True).exit_code == 5
    assert world.states() == {"a": "success", "b": "abandoned"}
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    world.check_paid_once(rows)


@pytest.mark.parametrize("status", ["planned", "in_flight", "refused"])
def test_an_open_or_refused_batch_is_sent_again_under_its_own_id(lite: World, status: str) -> None:
    rows = ["a,ann@x.example,10.00,USD"]
    bring_to(lite, status, rows)
    assert lite.retry("c-0001-1", rows).exit_code == 0
    assert lite.statuses() == {"c-0001-1": "done"}
    lite.check_paid_once(rows)


@pytest.mark.parametrize("status", ["done", "review"])
def test_a_batch_that_is_settled_or_in_review_is_not_sent_again(lite: World, status: str) -> None:
    rows = ["a,ann@x.example,10.00,USD"]
    bring_to(lite, status, rows)
    sent = len(lite.sent)
    finished = lite.retry("c-0001-1", rows)
    assert finished.exit_code in {4, 8}
    assert code_of(finished) in {"not_eligible", "needs_review"}
    assert len(lite.sent) == sent


def test_a_denied_batch_is_sent_again_under_its_own_id_by_retry_and_not_by_run(world: World) -> None:
    world.paypal.configure(all_failed_is_denied=True)
    rows = ["a,transient@x.example,1.00,USD"]
    world.run(rows)
    assert world.statuses() == {"c-0001-1": "denied"}
    world.run(["x,transient@x.example,7.00,USD", "y,yan@x.example,7.00,USD"], cycle="d")
    assert world.run(rows).exit_code == 5
    assert world.retry("c-0001-1", rows).exit_code == 0
    assert world.statuses() == {"c-0001-1": "done"}
    assert world.states() == {"a": "success"}
    world.check_same_bytes()
    world.check_nobody_twice()


def test_a_denied_batch_of_which_every_send_is_answered_may_be_paid_again_at_once(world: World) -> None:
    rows = ["a,ann@x.example,1.00,USD", "d,denyall@x.example,1.00,USD"]
    world.run(rows)
    repaired = [rows[0], "d,dan@x.example,1.00,USD"]
    assert world.retry("c-0001-1", repaired, failed_items=True).exit_code == 0
    world.check_paid_once(repaired)
    assert code_of(world.retry("c-0001-1")) == "not_eligible"


def test_a_batch_whose_items_a_later_one_pays_says_so_and_names_a_look_at_the_cycle(lite: World) -> None:
    lite.run(["a,ann@x.example,1.00,USD", "r,rejected@x.example,1.00,USD"])
    corrected = ["a,ann@x.example,1.00,USD", "r,rob@x.example,1.00,USD"]
    assert lite.retry("c-0001-1", corrected, failed_items=True).exit_code == 0
    error = lite.retry("c-0001-1", corrected, failed_items=True).error
    assert error is not None
    assert error.message == "c-0001-1 has no items to pay again: a later attempt has taken its items over."
    assert error.hint == "Nothing was sent. `payouts status --cycle c` shows how the cycle stands."


def test_a_denied_batch_with_a_lost_send_younger_than_a_day_is_not_paid_again(world: World) -> None:
    rows = ["a,ann@x.example,1.00,USD", "d,denyall@x.example,1.00,USD"]
    world.paypal.inject({"on": "create", "kind": "timeout_before"})
    world.run(rows)
    assert world.statuses() == {"c-0001-1": "denied"}
    world.pass_time(hours=23)
    finished = world.retry("c-0001-1", ["a,ann@x.example,1.00,USD"], failed_items=True)
    assert (finished.exit_code, code_of(finished)) == (4, "not_eligible")
    assert len(world.sent) == 2


def test_a_late_copy_under_the_freed_id_of_a_denied_batch_pays_nobody_twice(world: World) -> None:
    world.paypal.configure(all_failed_is_denied=True)
    world.paypal.inject({"on": "create", "kind": "late", "delay_s": 3600})
    rows = ["a,transient@x.example,1.00,USD"]
    world.run(rows)
    assert world.statuses() == {"c-0001-1": "denied"}
    world.run(["x,transient@x.example,7.00,USD", "y,yan@x.example,7.00,USD"], cycle="d")
    world.pass_time(hours=25)
    world.retry("c-0001-1", rows, failed_items=True)
    world.check_nobody_twice()
    assert world.retry("c-0001-1", rows).exit_code == 0
    assert world.paid()["transient@x.example"] == ["1.00 USD"]


def test_while_another_batch_of_the_cycle_is_in_review_retry_sends_nothing(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "reset_after"}, {"on": "create", "kind": "duplicate_without_link"})
    assert world.run(["a,ann@x.example,1.00,EUR", "b,bob@x.example,1.00,USD"]).exit_code == 8
    assert world.statuses() == {"c-0001-1": "review", "c-0002-1": "planned"}
    sent = len(world.sent)
    finished = world.retry("c-0002-1")
    assert finished.exit_code in {4, 8}
    assert len(world.sent) == sent


def test_an_attempt_that_was_followed_by_another_is_never_sent_again(world: World) -> None:
    world.run(["a,ann@x.example,1.00,USD", "d,denyall@x.example,1.00,USD"])
    world.retry("c-0001-1", ["a,ann@x.example,1.00,USD"], failed_items=True)
    assert world.statuses() == {"c-0001-1": "denied", "c-0001-2": "done"}
    assert code_of(world.retry("c-0001-1")) == "not_eligible"
    assert len(world.sent) == 2


def test_the_database_refuses_a_second_live_payment_even_where_a_permit_is_asked_for(world: World) -> None:
    world.run(["a,ann@x.example,1.00,USD", "d,denyall@x.example,1.00,USD"])
    world.retry("c-0001-1", ["a,ann@x.example,1.00,USD"], failed_items=True)
    with world.store() as store, world.hold(store)("c") as lock:
        batch = store.batches.of_cycle("c")[0]
        with pytest.raises(Blocked) as refused:
            store.sends.permit(
                lock.lease, batch.id, now=world.now(), operator="t", policy="", allowed=frozenset(BatchStatus)
            )
    assert refused.value.code == "not_eligible"


def test_an_unanswered_batch_of_25_days_goes_to_review_and_is_not_sent(world: World) -> None:
    rows = ["a,ann@x.example,10.00,USD"]
    bring_to(world, "in_flight", rows)
    world.pass_time(days=24, hours=23)
    with world.store() as store:
        assert store.batches.of_cycle("c")[0].first_sent_at
    world.pass_time(hours=2)
    with world.store() as store, world.client() as client:
        question = retry_question(
            None,
            "c",
            staged=None,
            failed_items=False,
            include_payee_errors=False,
            terms=world.terms(),
            tools=world.tools(store, client),
        )
    assert list(question.going) == []
    sent = len(world.sent)
    assert world.retry("c-0001-1", rows).exit_code == 8
    assert world.statuses() == {"c-0001-1": "review"}
    assert len(world.sent) == sent


def test_a_refused_batch_of_25_days_is_not_sent_again(world: World) -> None:
    rows = ["a,ann@x.example,10.00,USD"]
    bring_to(world, "refused", rows)
    world.pass_time(days=25)
    assert code_of(world.retry("c-0001-1", rows)) == "not_eligible"
    assert world.run(rows).exit_code == 7
    assert len(world.sent) == 1
    assert world.retry("c-0001-1", rows, failed_items=True).exit_code == 0
    world.check_paid_once(rows)


def test_paypals_own_id_names_a_batch_too_and_an_unknown_one_is_not_found(world: World) -> None:
    world.run(ROWS)
    theirs = world.paypal.book()["batches"][0]["payout_batch_id"]
    assert world.retry(theirs, ROWS, failed_items=True).exit_code == 0
    with pytest.raises(NotFound) as refused:
        world.retry("c-0009-1")
    assert refused.value.exit_code == 3


@pytest.mark.parametrize("send", ["never", "lost"])
def test_what_an_older_attempt_pays_after_all_is_not_sent_again_once_acknowledged(
    world: World, monkeypatch: pytest.MonkeyPatch, send: str
) -> None:
    world.run(ROWS)
    world.policy = RetryPolicy(max_retries=0)
    with monkeypatch.context() as patched:
        if send == "never":
            patched.setattr("paypal_payouts.protocol.submission.check_clock", _refuse_the_clock)
        else:
            world.paypal.inject({"on": "create", "kind": "reset_before"})
        world.retry("c-0001-1", ROWS, failed_items=True)
    assert world.statuses()["c-0001-2"] == ("planned" if send == "never" else "in_flight")
    world.paypal.set_word("SUCCESS", sender_item_id="b")
    posts = world.posts()
    assert world.run(ROWS).exit_code == 8
    assert world.statuses()["c-0001-2"] == "review"
    assert world.override_item("b", "acknowledged").exit_code == 0
    assert world.run(ROWS).exit_code == 8
    world.pass_time(days=2)
    assert world.override("c-0001-2", BatchStatus.ABANDONED).exit_code == 0
    world.run(ROWS)
    assert code_of(world.retry("c-0001-2", ROWS, failed_items=True)) == "not_eligible"
    assert world.posts() == posts
    world.check_nobody_twice()
    assert len(world.paid()) == len(ROWS)


def _refuse_the_clock(*_: object, **__: object) -> None:
    raise ClockSkew("The clocks differ.")


def test_nothing_is_sent_again_while_an_older_attempt_cannot_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(ROWS)
    with monkeypatch.context() as patched:
        patched.setattr("paypal_payouts.protocol.submission.check_clock", _refuse_the_clock)
        world.retry("c-0001-1", ROWS, failed_items=True)
    world.paypal.inject({"on": "batch", "kind": "status", "status": 500, "times": None})
    posts = world.posts()
    assert world.run(ROWS).exit_code == 6
    assert world.posts() == posts
    world.paypal.clear_faults()
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)
