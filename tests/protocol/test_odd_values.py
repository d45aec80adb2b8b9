"""A word, a time or a kind of value that no program writes is another hand's: told as that, and nothing is sent."""

from collections.abc import Callable

import pytest
from support.tampering import CORRECTED, done, lost, tamper
from support.world import ASKED, World

from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import SealBroken
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query

BATCH = "UPDATE payout_batches SET {} WHERE batch = 'c-0001-1'"
ON_BOTH = {
    "status": ("payout_batches", "status", BATCH.format("status = 'foo'")),
    "class of a refusal": ("payout_batches", "refusal_class", BATCH.format("refusal_class = ''")),
    "outcome of a send": ("retry_attempts", "outcome", "UPDATE retry_attempts SET outcome = 'foo'"),
    "state": ("payout_items", "state", "UPDATE payout_items SET state = 'foo' WHERE item_id = 'b'"),
    "count of a state": ("item_counts", "state", "UPDATE item_counts SET state = 'foo' WHERE state = 'success'"),
}
ON_SQLITE = {
    "time": BATCH.format("first_sent_at = 'x'"),
    "time that is a number": BATCH.format("created_at = 7"),
    "day that is none": BATCH.format("last_sent_at = '2026-02-30 12:00:00.000000'"),
    "time before all others": BATCH.format("last_sent_at = '0000-01-01 00:00:00.000000'"),
    "time of a send": "UPDATE retry_attempts SET started_at = '12 o''clock'",
    "amount": "UPDATE payout_items SET amount_minor = 'abc' WHERE item_id = 'b'",
}
ON_POSTGRES = {
    "time": BATCH.format("first_sent_at = 'infinity'"),
    "time before all others": BATCH.format("last_sent_at = '0044-03-15 12:00:00 BC'"),
    "time of a send": "UPDATE retry_attempts SET started_at = '-infinity'",
}


def looked(world: World, cycle: str | None = None) -> Finished:
    with world.store() as store:
        return status(Query(None, cycle, True, False), store=store, **ASKED, now=world.now())  # noqa: FBT003


def check_nothing_goes_on(world: World, *, is_counted: bool = True) -> None:
    before = world.posts()
    works: list[Callable[[], Finished]] = [
        lambda: world.run(CORRECTED),
        lambda: world.preview(CORRECTED),
        lambda: world.retry("c-0001-1", CORRECTED),
        lambda: world.retry("c-0001-1", CORRECTED, failed_items=True),
        lambda: world.sync("c"),
        lambda: looked(world, "c"),
    ]
    if is_counted:
        works.append(lambda: looked(world))
    for work in works:
        assert is_broken(work), works.index(work)
    assert world.posts() == before


def is_broken(work: Callable[[], Finished]) -> bool:
    try:
        error = work().error
    except SealBroken as broken:
        error = broken
    return isinstance(error, SealBroken) and (error.exit_code, error.details[0]["batch"]) == (3, "c-0001-1")


@pytest.mark.parametrize("change", ON_BOTH)
def test_a_word_that_no_program_writes_is_another_hand_s(world: World, change: str) -> None:
    (done if "state" in change else lost)(world)
    table, column, statement = ON_BOTH[change]
    if not world.database_url.startswith("sqlite"):
        tamper(world, f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{column}")
    tamper(world, statement)
    check_nothing_goes_on(world)


@pytest.mark.parametrize("change", ON_SQLITE)
def test_a_time_or_a_number_that_cannot_be_read_is_another_hand_s(lite: World, change: str) -> None:
    done(lite)
    tamper(lite, ON_SQLITE[change])
    check_nothing_goes_on(lite, is_counted=change != "amount")


@pytest.mark.parametrize("change", ON_POSTGRES)
def test_a_time_that_python_does_not_know_is_another_hand_s(postgres_world: World, change: str) -> None:
    done(postgres_world)
    tamper(postgres_world, ON_POSTGRES[change])
    check_nothing_goes_on(postgres_world)


def test_what_differs_is_named(lite: World) -> None:
    lost(lite)
    tamper(lite, BATCH.format("status = 'foo'"))
    with pytest.raises(SealBroken) as broken:
        looked(lite)
    assert broken.value.message == (
        "c-0001-1 was changed in the database by another hand: payout_batches.status is 'foo', which no version of "
        "this program writes."
    )
    assert broken.value.details == [{"batch": "c-0001-1", "column": "payout_batches.status", "value": "foo"}]
    assert "reseal" not in broken.value.hint, "whoever vouches for it could not read it either"


def test_a_fault_of_the_program_stays_one(lite: World) -> None:
    done(lite)
    with lite.store() as store, pytest.raises(KeyError), store.database.read():
        raise KeyError("a fault")
