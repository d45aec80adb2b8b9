"""Every change by another hand, at every point of a cycle's life: it is noticed before anything more is sent.

Each change is made at three points, and every point meets nine or more of them: what a seal is made over is the same at
every point, and where seals are checked is the same for every change. On Postgres each change is made at one: what a
database decides, how it gives a changed value back, is the same at every point.
"""

from collections.abc import Iterable, Iterator

import pytest
from support.tampering import CORRECTED, POINTS, refused_as_broken, tamper
from support.world import World

from paypal_payouts.domain.states import BatchStatus

BATCH = "UPDATE payout_batches SET {} WHERE batch = 'c-0001-1'"
ITEM = "UPDATE payout_items SET {} WHERE item_id = 'b' AND batch_id = 1"
CHANGES = {
    "receiver": ITEM.format("receiver = 'thief@x.example'"),
    "amount": ITEM.format("amount_minor = 999900"),
    "currency": ITEM.format("currency = 'GBP'"),
    "currency that is none": ITEM.format("currency = 'XXX'"),
    "wallet": ITEM.format("recipient_wallet = 'VENMO'"),
    "recipient type": ITEM.format("recipient_type = 'PAYPAL_ID'"),
    "note": ITEM.format("note = 'from a friend'"),
    "payee": ITEM.format("payee_id = 'somebody'"),
    "name of an item": ITEM.format("item_id = 'z'"),
    "item removed": "DELETE FROM payout_items WHERE item_id = 'b' AND batch_id = 1",
    "checksum": BATCH.format("checksum = '00'"),
    "name": BATCH.format("sender_batch_id = 'main-sandbox-c-0009-1'"),
    "total": BATCH.format("amount_minor = amount_minor + 1"),
    "attempt": BATCH.format("attempt = 7"),
    "status": BATCH.format("status = CASE WHEN status = 'refused' THEN 'planned' ELSE 'refused' END"),
    "PayPal's batch": BATCH.format("paypal_batch_id = 'ANOTHER'"),
    "when it was sent": BATCH.format("first_sent_at = '2031-01-01 00:00:00'"),
    "denied sends": BATCH.format("denied_through = 9"),
    "seal of what is paid": "UPDATE batch_seals SET contents = 'x' WHERE batch_id = 1",
    "seal of how far it is": "UPDATE batch_seals SET progress = 'x' WHERE batch_id = 1",
    "seals removed": "DELETE FROM batch_seals WHERE batch_id = 1",
    "trail": "UPDATE audit_events SET actor = 'the chief' WHERE id = 1",
    "trail removed": "DELETE FROM audit_events WHERE id = 1",
    "trail added": "INSERT INTO audit_events (at, cycle_id, actor, action, evidence) "
    "VALUES ('2026-11-05 12:00:00', 1, 'the chief', 'abandon', '{}')",
}
SENDS = {
    "outcome of a send": "UPDATE retry_attempts SET outcome = CASE WHEN outcome = 'refused' THEN 'unknown' "
    "ELSE 'refused' END",
    "send removed": "DELETE FROM retry_attempts WHERE number = 1",
    "send added": "INSERT INTO retry_attempts (batch_id, number, started_at, outcome, operator, policy) "
    "VALUES (1, 99, '2026-11-05 12:00:00', 'refused', 'x', 'x')",
}
WITH_SENDS = [point for point in POINTS if point != "planned"]


def places(kind: str, changes: Iterable[str], points: list[str], times: int) -> Iterator[tuple[str, str, str]]:
    """Spread changes over points."""
    for number, change in enumerate(changes):
        for turn in range(times):
            yield kind, points[(number + 2 * turn) % len(points)], change


CASES = [
    case
    for kind, times in (("sqlite", 3), ("postgres", 1))
    for changes, points in ((CHANGES, [*POINTS]), (SENDS, WITH_SENDS))
    for case in places(kind, changes, points, times)
]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_every_change_is_made_and_every_point_met(kind: str) -> None:
    made = [place for of, *place in CASES if of == kind]
    assert {point for point, _ in made} == set(POINTS)
    assert {change for _, change in made} == {*CHANGES, *SENDS}


@pytest.mark.parametrize(("made_database_url", "point", "change"), CASES, indirect=["made_database_url"])
def test_a_change_by_another_hand_sends_nothing_more(world: World, point: str, change: str) -> None:
    POINTS[point](world)
    world.pass_time(hours=1)
    tamper(world, {**CHANGES, **SENDS}[change])
    before = world.posts()
    for work in (
        lambda: world.run(CORRECTED),
        lambda: world.preview(CORRECTED),
        lambda: world.retry("c-0001-1", CORRECTED),
        lambda: world.retry("c-0001-1", CORRECTED, failed_items=True),
        lambda: world.override("c-0001-1", BatchStatus.ABANDONED),
    ):
        refused_as_broken(work)
    assert world.sync("c").exit_code == 3
    assert world.posts() == before
