"""When a second person must approve of a plan, and for how long that counts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paypal_payouts.domain.approval import Approval, ApprovalRules

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
GIVEN = Approval(NOON, "maria", "d" * 64, "a signature")


def rules(**above_minor: int) -> ApprovalRules:
    return ApprovalRules(Path("signers"), above_minor, 72, frozenset({"payouts", "tom"}))


@pytest.mark.parametrize(
    ("new_minor", "needs_one"),
    [
        ({}, False),
        ({"USD": 1_000_000}, False),
        ({"USD": 1_000_001}, True),
        ({"EUR": 1}, True),
        ({"USD": 1, "EUR": 1}, True),
    ],
    ids=["nothing new", "as much", "more", "a currency that is not named", "one of two"],
)
def test_above_leaves_alone_what_comes_to_no_more(new_minor: dict[str, int], needs_one: bool) -> None:
    assert rules(USD=1_000_000).needs_one(new_minor) is needs_one


def test_without_above_every_new_item_needs_an_approval() -> None:
    assert rules().needs_one({"USD": 1})
    assert not rules().needs_one({})


def test_an_approval_counts_for_its_plan_until_its_hours_are_over() -> None:
    last = NOON + timedelta(hours=72)
    assert rules().valid_until(GIVEN) == last
    assert rules().problem(GIVEN, digest="d" * 64, now=last) is None
    assert rules().problem(GIVEN, digest="d" * 64, now=last + timedelta(seconds=1)) == (
        "it is older than approval.valid_hours, 72"
    )
    assert str(rules().problem(GIVEN, digest="e" * 64, now=NOON)).startswith("it is of another plan, dddd")


def test_who_runs_it_is_known_by_each_of_his_names() -> None:
    assert rules().own_name(frozenset({"maria", "maria@example.com"})) is None
    assert rules().own_name(frozenset({"tom@example.com", "tom"})) == "tom"
    assert rules().own_name(["maria", "Tom@example.com"]) == "Tom@example.com"
    assert rules().own_name(["tom.maier@example.com", "atom", ""]) is None
