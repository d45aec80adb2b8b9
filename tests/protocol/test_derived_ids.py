"""A file without item ids whose rows are corrected: each story ends with everybody paid once (docs/design.md, 5.2)."""

from protocol.test_copies import code_of, commands, store_without_sending, warnings
from support.world import World, report_of

from paypal_payouts.domain.states import BatchStatus

HEADER = "receiver,amount,currency\n"


def without_ids(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


SENT = without_ids("ann@x.example,10.00,USD", "fail.bob@x.example,20.00,USD")
RIGHT = without_ids("ann@x.example,10.00,USD", "bob@x.example,20.00,USD")
ONCE = {"ann@x.example": ["10.00 USD"], "bob@x.example": ["20.00 USD"]}


def test_a_corrected_row_is_recognised_and_paid_under_the_stored_id(world: World) -> None:
    world.run(SENT)
    finished = world.run(RIGHT)
    assert (finished.exit_code, warnings(finished)) == (5, ["corrected_item", "derived_ids"])
    assert "`payouts retry c-0001-1 --failed-items`" in report_of(finished).warnings[0].message
    assert world.retry("c-0001-1", RIGHT, failed_items=True).exit_code == 0
    assert world.states() == {"ann@x.example#1": "success", "fail.bob@x.example#1": "success"}
    again = world.run(RIGHT)
    assert (again.exit_code, warnings(again)) == (0, ["derived_ids"])
    assert world.paid() == ONCE


def test_with_ids_added_nobody_is_paid_again(world: World) -> None:
    world.run(SENT)
    world.pass_time(hours=1)
    with_ids = ["1,ann@x.example,10.00,USD", "2,bob@x.example,20.00,USD"]
    first = world.run(with_ids)
    assert code_of(first) == "extra_item"
    assert not [command for command in commands(first) if "--append" in command]
    assert code_of(world.run(with_ids, append=True)) == "duplicate_cycle"
    assert world.paid() == {"ann@x.example": ["10.00 USD"]}


def test_rows_that_are_alike_are_not_matched_and_nothing_says_append(world: World) -> None:
    world.run(without_ids("fail.bob@x.example,20.00,USD", "fail.carl@x.example,20.00,USD", "ann@x.example,1.00,USD"))
    both = without_ids("bob@x.example,20.00,USD", "carl@x.example,20.00,USD", "ann@x.example,1.00,USD")
    finished = world.run(both)
    assert (finished.exit_code, code_of(finished)) == (4, "extra_item")
    assert finished.error
    assert "--append" not in (finished.error.hint or "")
    stored_ids = [
        "fail.bob@x.example#1,bob@x.example,20.00,USD",
        "fail.carl@x.example#1,carl@x.example,20.00,USD",
        "ann@x.example#1,ann@x.example,1.00,USD",
    ]
    assert warnings(world.run(stored_ids)) == ["corrected_item", "corrected_item"]
    assert world.retry("c-0001-1", stored_ids, failed_items=True).exit_code == 0
    assert world.paid() == {
        "bob@x.example": ["20.00 USD"],
        "carl@x.example": ["20.00 USD"],
        "ann@x.example": ["1.00 USD"],
    }


def test_a_row_that_only_takes_another_number_is_not_paid_again(world: World) -> None:
    """Of two rows of one payee the first fails and is corrected; what was paid becomes the first of them."""
    world.run(without_ids("ann@x.example,20.00,USD", "fail.ann@x.example,10.00,USD"))
    again = without_ids("ann@x.example,20.00,USD", "ann@x.example,10.00,USD")
    finished = world.run(again)
    assert warnings(finished) == ["corrected_item", "derived_ids"]
    assert world.retry("c-0001-1", again, failed_items=True).exit_code == 0
    assert sorted(world.paid()["ann@x.example"]) == ["10.00 USD", "20.00 USD"]
    assert world.run(again).exit_code == 0


def test_a_typo_in_a_batch_that_was_never_sent_has_a_way_out(world: World) -> None:
    typo = without_ids("ann@x.example,10.00,USD", "bbo@x.example,20.00,USD")
    store_without_sending(world, typo, "c")
    finished = world.run(RIGHT)
    assert code_of(finished) == "extra_item"
    assert [command.split(" --reason")[0] for command in commands(finished)] == [
        "payouts override c-0001-1 --to abandoned",
        "payouts retry c-0001-1 --failed-items",
    ]
    assert world.override("c-0001-1", BatchStatus.ABANDONED).exit_code == 0
    assert world.retry("c-0001-1", RIGHT, failed_items=True).exit_code == 0
    assert world.paid() == ONCE


def test_an_unclaimed_typo_is_called_back_before_its_corrected_row_is_paid(lite: World) -> None:
    lite.run(without_ids("ann@x.example,10.00,USD", "unclaimed.bob@x.example,20.00,USD"))
    finished = lite.run(RIGHT)
    assert code_of(finished) == "extra_item"
    assert [command.split(" --reason")[0] for command in commands(finished)] == [
        "payouts cancel 'unclaimed.bob@x.example#1' --cycle c",
        "payouts retry c-0001-1 --failed-items",
    ]


def test_an_equal_row_that_is_left_out_is_the_one_that_failed(lite: World) -> None:
    """Of two equal rows one was paid; the input has one now: nobody is paid for the other."""
    twice = without_ids("transient.ann@x.example,10.00,USD", "transient.ann@x.example,10.00,USD")
    lite.run(twice)
    states = lite.states()
    assert sorted(states.values()) == ["failed", "success"]
    once = without_ids("transient.ann@x.example,10.00,USD")
    finished = lite.retry("c-0001-1", once, failed_items=True)
    assert code_of(finished) == "not_eligible"
    assert lite.paid() == {"transient.ann@x.example": ["10.00 USD"]}
