"""The course of a cycle's items, followed through its trail."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from paypal_payouts.domain.account import course
from paypal_payouts.domain.report import AuditEvent

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def event(action: str, *, batch: str | None = "c-0001-1", from_state: str | None = None, **evidence: Any) -> AuditEvent:
    return AuditEvent(START, "c", batch, None, "paypal", action, from_state, None, None, evidence)


def states(*events: AuditEvent) -> list[Mapping[str, int]]:
    return [{state: number for state, number in moment.states.items() if number} for moment in course(events)]


PAID = (event("intent", items=5), event("permit"), event("accept"))


def test_items_are_unsent_then_pending_then_what_paypal_says() -> None:
    assert states(*PAID, event("items_read", items={"success": 3, "failed": 1}), event("finish")) == [
        {"unsent": 5},
        {"pending": 5},
        {"pending": 1, "success": 3, "failed": 1},
    ]


@pytest.mark.parametrize(
    ("first", "later"), [("unclaimed", "returned"), ("success", "refunded"), ("success", "reversed")]
)
def test_what_comes_back_later_comes_from_where_it_was(first: str, later: str) -> None:
    read = event("items_read", items={"failed": 2, first: 3})
    *_, last = states(*PAID, read, event("items_read", items={later: 1}))
    assert last == {"failed": 2, first: 2, later: 1}


def test_a_later_attempt_takes_its_items_over() -> None:
    read = event("items_read", items={"success": 3, "failed": 2})
    again = event("intent", batch="c-0001-2", items=2)
    *_, last = states(*PAID, read, again, event("accept", batch="c-0001-2"))
    assert last == {"success": 3, "pending": 2}


def test_whole_batches_are_denied_sent_again_and_given_up() -> None:
    told = states(*PAID, event("deny", items_ended=5), event("permit"), event("abandon"))
    assert told[2:] == [{"denied": 5}, {"unsent": 5}, {"abandoned": 5}]


def test_an_item_that_is_closed_comes_from_what_it_was() -> None:
    *_, last = states(*PAID, event("items_read", items={"unclaimed": 5}), event("close", from_state="unclaimed"))
    assert last == {"unclaimed": 4, "closed": 1}


def test_no_item_is_ever_made_or_lost_whatever_the_trail_says() -> None:
    odd = event("items_read", items={"success": 99, "hatching": 3})
    for moment in course([*PAID, event("lock_broken", batch=None), odd, event("items_read", items={"failed": 7})]):
        assert sum(moment.states.values()) == 5
        assert min(moment.states.values()) >= 0


def test_each_moment_has_its_time() -> None:
    later = AuditEvent(START + timedelta(hours=1), "c", "c-0001-1", None, "p", "accept", None, None, None, {})
    assert [moment.at for moment in course([PAID[0], later])] == [START, START + timedelta(hours=1)]
