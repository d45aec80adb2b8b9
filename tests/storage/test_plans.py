"""Questions about one batch, one cycle or what is open, however many years lie in the database: by their plan.

What SQLite and Postgres would do is asked of them for each statement that the store sends. No table that grows with the
items may be read from end to end.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from benchmarks.history import fill

from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX
from paypal_payouts.domain.states import BatchEvent, ItemState
from paypal_payouts.storage import CheckedOnce, FailureCount, Store
from storage.makers import NOW, accepted, ended, found, leased, new_batch, opened, read, sent, stored

KIND = FailureCount(ItemState.FAILED, None, "INTERNAL_ERROR", None, 9)

GROWING = ("payout_items", "audit_events")
"""Tables with rows for every item, or for every reading of a batch."""

LAST_DAY = datetime(2025, 12, 10, tzinfo=UTC)
UNTIL = datetime(2100, 1, 1, tzinfo=UTC)
"""Of the forty that `fill` makes here."""

Statement = tuple[str, Any]


@contextmanager
def told(store: Store, *, about: Sequence[str] = GROWING) -> Iterator[list[Statement]]:
    """Note every statement that reaches a growing table, with its parameters."""
    statements: list[Statement] = []

    def note(_: object, __: object, statement: str, parameters: Any, ___: object, many: bool) -> None:
        reads = statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE"} or "SELECT" in statement
        if reads and any(table in statement for table in about):
            statements.append((statement, parameters[0] if many else parameters))

    sa.event.listen(store.database._engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(store.database._engine, "before_cursor_execute", note)


def plan_of(store: Store, statement: str, parameters: Any) -> str:
    """Return the plan in the database's own words."""
    with store.database.transaction() as connection:
        how = "EXPLAIN QUERY PLAN" if store.database.dialect == "sqlite" else "EXPLAIN"
        return "\n".join(str(step) for step in connection.exec_driver_sql(f"{how} {statement}", parameters))


def read_whole(store: Store, statement: str, parameters: Any) -> list[str]:
    """Name the growing tables that the database would read from end to end."""
    with store.database.transaction() as connection:
        if store.database.dialect == "sqlite":
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            return [step[3] for step in steps if step[3].startswith(tuple(f"SCAN {table}" for table in GROWING))]
        (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        return [f"{node['Node Type']} of {node['Relation Name']}" for node in nodes(plan["Plan"]) if reads_whole(node)]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def reads_whole(node: dict[str, Any]) -> bool:
    """An update names the table that it writes; a bitmap's condition stands in the node below."""
    reads = node.get("Relation Name") in GROWING and node["Node Type"] != "ModifyTable"
    return reads and not node.keys() & {"Index Cond", "Recheck Cond"}


@pytest.fixture(scope="module")
def year(module_database_url: str) -> Iterator[Store]:
    """Open a database with many small cycles: so many that no planner would rather read it whole."""
    fill(module_database_url, 20_000, spread_over=40, until=LAST_DAY + timedelta(days=1), items_per_batch=50)
    store = opened(module_database_url)
    with store.database.transaction() as connection:
        of_payees = "UPDATE payout_items SET payee_id = 'p-' || (id / 2 % 3000), error_code = 'A' WHERE id % 2 = 0"
        connection.execute(sa.text(of_payees))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    yield store
    store.close()


QUESTIONS: dict[str, Callable[[Store], object]] = {
    "cycles of the last days, with their payments": lambda store: [
        list(cycle.payments) for cycle in store.history.recent_cycles(exclude="c2", since=LAST_DAY, until=UNTIL)
    ],
    "payments of the last days to some receivers": lambda store: [
        list(cycle.payments_like({"nobody@example.com"}))
        for cycle in store.history.recent_cycles(exclude="c2", since=LAST_DAY, until=UNTIL)
    ],
    "the newest rows of the trail of a cycle": lambda store: store.audit.events(cycle="day-0030", newest=201),
    "what a cycle pays": lambda store: list(store.history.live_payments("day-0030")),
    "what some batches pay": lambda store: list(store.history.payments([1, 2])),
    "which place each batch has": lambda store: store.history.places("day-0030"),
    "how a cycle stands": lambda store: store.items.tally("day-0030"),
    "what a cycle comes to": lambda store: store.items.committed_minor("day-0030"),
    "the items of a cycle": lambda store: list(store.items.rows_of_cycle("day-0030")),
    "the items of a batch": lambda store: list(store.items.rows_of_batch(1)),
    "the items to compare the input with": lambda store: list(store.items.newest("day-0030")),
    "one item": lambda store: store.items.newest_report("day-0030", "INV-0000007"),
    "every payment of an item": lambda store: store.search.payments("day-0030", "INV-0000007"),
    "an item by whatever is known of it, in one cycle": lambda store: store.search.find(
        "first", cycle="day-0030", at_most=50
    ),
    "the trail of an item": lambda store: store.audit.of_item("day-0030", "INV-7", of_batches=["day-0030-0001-1"]),
    "the items that may be paid again": lambda store: store.items.unpaid(1),
    "the books of a batch": lambda store: store.readings.books(1),
    "the payments that PayPal has said nothing of": lambda store: store.readings.open_payments(1),
    "what a batch was paid from": lambda store: [store.readings.funding_source(1)],
    "the debts of a batch": lambda store: store.readings.debts(1),
    "the failures of a cycle": lambda store: store.failures.of_cycle("day-0030"),
    "the first failures of a kind, of a cycle": lambda store: store.failures.first_of_cycle(
        "day-0030", KIND, at_most=9
    ),
    "the first failures of a kind, of a batch": lambda store: store.failures.first_of_batch(1, KIND, at_most=9),
    "what did not reach its receiver": lambda store: [list(store.failures.bounced(since=LAST_DAY, exclude="c2"))],
    "whose payments ended unpaid": lambda store: store.unpaid_payees.payments(since=LAST_DAY),
    "which receivers money got to": lambda store: [store.failures.arrived({"nobody@example.com"}, since=LAST_DAY)],
    "the failures of a batch": lambda store: store.failures.of_batch(1),
    "the trail of a cycle": lambda store: store.audit.events(cycle="day-0030"),
    "where the money of payees last arrived": lambda store: store.payees.last_arrived(
        [f"emp-{number}" for number in range(15_000)], CheckedOnce()
    ),
    "what the payees of a cycle have": lambda store: list(store.payees.live_in_cycle("day-0030")),
    "where refunds are looked for": lambda store: store.history.paid_batches(since=LAST_DAY, not_read_since=UNTIL),
    "the trail of a batch": lambda store: store.audit.events(batch="day-0030-0001-1"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_index_serves_every_question_about_a_part(year: Store, question: str) -> None:
    with told(year) as statements:
        QUESTIONS[question](year)
    assert statements
    whole = {statement: read_whole(year, statement, given) for statement, given in statements}
    assert {statement: tables for statement, tables in whole.items() if tables} == {}


COUNTED: dict[str, Callable[[Store], object]] = {
    "the batches of a cycle": lambda store: store.batches.of_cycle("day-0030"),
    "a batch by name": lambda store: store.batches.find("day-0030-0001-1"),
    "batches sent of late": lambda store: store.batches.sent_since(LAST_DAY),
    "which cycles are open": lambda store: store.history.glances(),
    "which cycles are not finished": lambda store: store.history.open_cycles() is not None,
    "which cycles to ask about": lambda store: [store.history.unfinished_cycles()],
    "everything, as figures": lambda store: store.metrics.facts(),
}


@pytest.mark.parametrize("question", COUNTED)
def test_what_is_counted_already_is_answered_without_a_look_at_the_items(year: Store, question: str) -> None:
    with told(year, about=["payout_items"]) as statements:
        assert COUNTED[question](year)
    assert statements == []


def test_an_index_serves_every_step_of_a_payment(year: Store) -> None:
    lease = leased(year)
    with told(year) as statements:
        first, second, third = stored(
            year, lease, new_batch(["a", "b"]), new_batch(["c"], sequence=2), new_batch(["d"], sequence=3)
        )
        accepted(year, lease, first)
        read(year, lease, first, {"a": ItemState.SUCCESS})
        ended(year, lease, first, BatchEvent.DENY)
        year.intents.record_new_attempts(
            lease, replaces=first, batches=[new_batch(["b"], attempt=2)], now=NOW, actor="ann", reason="again"
        )
        year.moves.adopt(lease, sent(year, lease, second).id, "PAYPAL2", now=NOW, actor="ann")
        year.moves.move(lease, third, BatchEvent.ABANDON, now=NOW, actor="ann", reason="not owed")
        year.decisions.close(lease, cycle="c1", item_id="d", now=NOW, actor="ann", reason="not owed at all")
    verbs = Counter(statement.split(maxsplit=1)[0] for statement, _ in statements)
    assert min(verbs["UPDATE"], verbs["INSERT"]) >= 5
    assert verbs["SELECT"] > 3
    whole = {statement: read_whole(year, statement, given) for statement, given in statements}
    assert {statement: tables for statement, tables in whole.items() if tables} == {}


def test_an_index_serves_the_reading_of_a_full_batch(year: Store) -> None:
    lease = leased(year, "full")
    ids = [f"i{number:05}" for number in range(ITEMS_PER_BATCH_MAX)]
    (batch_id,) = stored(year, lease, new_batch(ids, cycle="full"), cycle="full")
    accepted(year, lease, batch_id, "FULL")
    with told(year) as statements:
        read(year, lease, batch_id, dict.fromkeys(ids, ItemState.SUCCESS))
    assert any(statement.startswith("UPDATE payout_items") for statement, _ in statements)
    whole = {statement: read_whole(year, statement, given) for statement, given in statements}
    assert {statement: tables for statement, tables in whole.items() if tables} == {}


def test_cycles_of_the_last_days_are_found_by_their_indexes(year: Store) -> None:
    with told(year, about=["last_sent_at BETWEEN"]) as statements:
        year.history.recent_cycles(exclude="c2", since=LAST_DAY, until=UNTIL)
    ((statement, given),) = statements
    plan = plan_of(year, statement, given)
    assert "ix_payout_batches_last_sent_at" in plan
    assert "ix_payout_batches_created_at" in plan


@pytest.mark.parametrize("what", ["count(*) FROM payout_items WHERE note = 'a'", "count(*) FROM audit_events"])
def test_a_walk_from_end_to_end_is_noticed(year: Store, what: str) -> None:
    assert read_whole(year, f"SELECT {what}", ()) != []


def test_what_is_asked_of_a_batch_leaves_the_bytes_that_it_sends_alone(year: Store) -> None:
    seen: list[str] = []
    sa.event.listen(year.database._engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    year.batches.of_cycle("day-0030")
    batch = found(year, "day-0030-0001-1")
    year.history.glances()
    assert seen
    assert [statement for statement in seen if "payout_batches.request" in statement] == []
    year.batches.request_bytes(batch.id)
    assert "payout_batches.request" in seen[-1]
