"""Whoever did not get the money of an earlier cycle is named before the next one is paid."""

from support.world import World, report_of

from paypal_payouts.domain.bounced import LOOKED_BACK, Bounced, BouncedBefore, notices
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.states import ItemState

SEPTEMBER = ["l-9,unclaimed@x.example,1.00,USD", "f-9,fail@x.example,1.00,USD", "b-9,bob@x.example,1.00,USD"]
OCTOBER = ["l-10,Unclaimed@x.example,1.00,USD", "b-10,bob@x.example,1.00,USD"]
NOVEMBER = ["l-11,unclaimed@X.example,1.00,USD", "f-11,fail@x.example,1.00,USD", "b-11,bob@x.example,1.00,USD"]


def warned(finished: Finished) -> list[str]:
    return [notice.message for notice in report_of(finished).warnings if notice.code == "bounced_before"]


def test_each_receiver_is_named_with_the_cycles(world: World) -> None:
    world.run(SEPTEMBER, cycle="sep")
    world.pass_time(days=30)
    world.run(OCTOBER, cycle="oct")
    world.pass_time(days=29)
    failed, unclaimed = warned(world.preview(NOVEMBER, cycle="nov"))
    assert (
        failed == "fail@x.example (f-11) did not get the money of earlier cycles: sep failed (RECEIVER_ACCOUNT_LOCKED)."
    )
    assert unclaimed == (
        "unclaimed@x.example (l-11) did not get the money of earlier cycles: sep unclaimed (RECEIVER_UNREGISTERED), "
        "oct unclaimed (RECEIVER_UNREGISTERED)."
    )
    assert warned(world.preview(["f-11,fail@y.example,1.00,USD"], cycle="nov")) == []


def test_money_that_arrived_since_says_that_the_address_is_right(world: World) -> None:
    world.run(["c-9,claim@x.example,1.00,USD"], cycle="sep")
    world.pass_time(days=30)
    october = ["c-10,claim@x.example,1.00,USD"]
    assert len(warned(world.preview(october, cycle="oct"))) == 1
    world.run(october, cycle="oct")
    world.pass_time(days=2)
    world.run(october, cycle="oct")
    assert warned(world.preview(["c-11,claim@x.example,1.00,USD"], cycle="nov")) == []


def test_neither_the_cycle_itself_nor_what_is_long_ago_is_told(world: World) -> None:
    world.run(SEPTEMBER, cycle="sep")
    assert warned(world.preview([*SEPTEMBER, "f-10,fail@x.example,2.00,USD"], cycle="sep", append=True)) == []
    world.pass_time(days=LOOKED_BACK.days + 1)
    assert warned(world.preview(NOVEMBER, cycle="nov")) == []


def test_of_many_the_first_are_named() -> None:
    found = [
        BouncedBefore(f"i{number}", Bounced(f"{number:02}@x.example", "sep", 1, ItemState.RETURNED, None))
        for number in range(23)
    ]
    *named, last = [notice.message for notice in notices(found)]
    assert (len(named), named[0], last) == (
        20,
        "00@x.example (i0) did not get the money of earlier cycles: sep returned.",
        "and 3 more such receivers.",
    )
