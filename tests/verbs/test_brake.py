"""A run that goes wrong stops itself: by the share of finished items that are unpaid, and by its canary."""

import json

import pytest
from msgspec.structs import replace
from support.world import World, report_of

from paypal_payouts.domain.plan import Limits
from paypal_payouts.domain.report import Finished

SHARE = Limits(max_failed_share=0.2)


def people(number: int, currency: str, *, kind: str = "p") -> list[str]:
    return [f"{currency.lower()}{at:03},{kind}.{currency}{at}@x.example,1.00,{currency}" for at in range(number)]


def failing(failed: int, number: int, currency: str) -> list[str]:
    return [row.replace(",p.", ",fail.") if at < failed else row for at, row in enumerate(people(number, currency))]


def code_of(finished: Finished) -> str | None:
    return None if finished.error is None else finished.error.code


def sent_items(world: World) -> list[list[str]]:
    return [[item["sender_item_id"] for item in json.loads(body)["items"]] for body in world.sent]


def test_a_run_stops_before_the_next_batch_once_too_much_is_unpaid(world: World) -> None:
    world.limits = SHARE
    rows = [*failing(5, 20, "AUD"), *people(3, "EUR"), *people(3, "USD")]
    finished = world.run(rows)
    assert (finished.exit_code, code_of(finished), report_of(finished).outcome) == (4, "limit_exceeded", "blocked")
    assert finished.error is not None
    assert "5 of 20 finished items are unpaid (25%)" in finished.error.message
    assert "Sent by this run before: c-0001-1." in finished.error.message
    assert finished.error.details == [{"finished": 20, "unpaid": 5, "share": 0.25, "max_failed_share": 0.2}]
    assert world.statuses() == {"c-0001-1": "done", "c-0002-1": "planned", "c-0003-1": "planned"}
    assert code_of(world.preview(rows)) == code_of(world.run(rows)) == "limit_exceeded"
    assert len(world.sent) == 1
    corrected = [row.replace(",fail.", ",p.") for row in rows]
    assert world.retry("c-0001-1", corrected, failed_items=True).exit_code == 6
    assert world.run(corrected).exit_code == 0
    world.check_paid_once(corrected)


def test_below_the_share_everything_is_sent(lite: World) -> None:
    lite.limits = SHARE
    assert lite.run([*failing(4, 20, "AUD"), *people(3, "EUR")]).exit_code == 5
    assert len(lite.sent) == 2


def test_without_a_limit_nothing_is_read_between_batches(lite: World) -> None:
    lite.waiting = None
    lite.run([*failing(20, 20, "AUD"), *people(3, "EUR")])
    read = [request for request in lite.paypal.requests() if request["method"] == "GET"]
    assert (len(lite.sent), read) == (2, [])


def test_a_batch_without_an_answer_is_asked_about_whatever_the_share_is(lite: World) -> None:
    lite.run(failing(20, 20, "AUD"))
    lite.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    lite.pass_time(hours=1)
    more = [*failing(20, 20, "AUD"), *people(2, "EUR")]
    lite.run(more, append=True)
    assert lite.statuses()["c-0002-1"] == "in_flight"
    lite.limits = SHARE
    assert lite.run(more, append=True).exit_code == 5
    assert lite.statuses()["c-0002-1"] == "done"


def test_a_canary_goes_first_and_the_rest_once_it_has_arrived(world: World) -> None:
    rows = [*people(5, "EUR"), *people(7, "USD"), *people(2, "AUD")]
    previewed = report_of(world.preview(rows, canary=3))
    assert previewed.plan_digest == report_of(world.preview(rows)).plan_digest
    assert [(batch.currency, batch.items) for batch in previewed.planned] == [
        ("AUD", 2),
        ("EUR", 3),
        ("USD", 3),
        ("EUR", 2),
        ("USD", 4),
    ]
    assert world.run(rows, canary=3).exit_code == 0
    assert sent_items(world) == [
        ["aud000", "aud001"],
        ["eur000", "eur001", "eur002"],
        ["usd000", "usd001", "usd002"],
        ["eur003", "eur004"],
        ["usd003", "usd004", "usd005", "usd006"],
    ]
    assert list(world.statuses()) == [f"c-000{number}-1" for number in range(1, 6)]
    assert world.run(rows, canary=3).exit_code == world.run(rows).exit_code == 0
    world.check_paid_once(rows)


@pytest.mark.parametrize("word", ["fail", "return", "block"])
def test_an_unpaid_item_of_the_canary_stops_the_rest(lite: World, word: str) -> None:
    rows = people(6, "USD")
    rows[1] = rows[1].replace(",p.", f",{word}.")
    finished = lite.run(rows, canary=3)
    assert (finished.exit_code, code_of(finished)) == (4, "limit_exceeded")
    assert lite.statuses() == {"c-0001-1": "done", "c-0002-1": "planned"}
    for again in (lite.run(rows), lite.run_open(), lite.preview(rows)):
        assert (again.exit_code, code_of(again)) == (4, "limit_exceeded")
    assert len(lite.sent) == 1
    lite.limits = replace(SHARE, max_failed_share=0.34)
    assert lite.run(rows).exit_code == 5
    assert len(lite.sent) == 2


def test_a_corrected_canary_lets_the_rest_go(lite: World) -> None:
    rows = people(6, "USD")
    wrong = [rows[0].replace(",p.", ",fail."), *rows[1:]]
    lite.run(wrong, canary=2)
    lite.retry("c-0001-1", rows, failed_items=True)
    assert lite.run(rows).exit_code == 0
    lite.check_paid_once(rows)


def test_the_rest_waits_for_the_final_word_on_the_canary(lite: World) -> None:
    rows = people(4, "USD")
    rows[0] = rows[0].replace(",p.", ",hold.")
    lite.waiting = None
    finished = lite.run(rows, canary=2)
    assert (finished.exit_code, finished.error) == (6, None)
    assert "canary_open" in {notice.code for notice in report_of(finished).warnings}
    assert lite.statuses() == {"c-0001-1": "done", "c-0002-1": "planned"}
    assert lite.run(rows).exit_code == 6
    assert len(lite.sent) == 1
    assert lite.retry("c-0002-1").exit_code == 6
    assert len(lite.sent) == 2


def test_the_canary_is_waited_for_without_wait_too(lite: World) -> None:
    lite.waiting = None
    rows = people(4, "USD")
    finished = lite.run(rows, canary=1)
    assert sent_items(lite) == [["usd000"], ["usd001", "usd002", "usd003"]]
    assert (finished.exit_code, lite.states()["usd000"]) == (6, "success")


def test_a_canary_whose_answer_is_lost_holds_the_rest(lite: World) -> None:
    rows = people(4, "USD")
    lite.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    assert lite.run(rows, canary=2).exit_code == 6
    assert lite.statuses() == {"c-0001-1": "in_flight", "c-0002-1": "planned"}
    assert lite.run(rows).exit_code == 0
    lite.check_paid_once(rows)


def test_a_run_that_died_behind_its_canary_is_continued_as_it_was_planned(lite: World) -> None:
    rows = people(4, "USD")
    rows[0] = rows[0].replace(",p.", ",fail.")

    def die(kind: str) -> None:
        if kind == "answer" and lite.sent:
            lite.effects = None
            raise KeyboardInterrupt

    lite.effects = die
    with pytest.raises(KeyboardInterrupt):
        lite.run(rows, canary=2)
    lite.restart()
    assert code_of(lite.run(rows)) == "limit_exceeded"
    assert lite.statuses() == {"c-0001-1": "done", "c-0002-1": "planned"}
