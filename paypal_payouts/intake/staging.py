"""The staging database: private and temporary, it holds the rows while they are compared and sorted.

Source: docs/design.md, 4 (unique and derived item ids). SQLite spills it to an unlinked file that only we can read.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator

from paypal_payouts.domain.payout import InputRow
from paypal_payouts.domain.report import CellReport
from paypal_payouts.intake.findings import InputFindings, invalid
from paypal_payouts.intake.rows import Staged

_KEY, *_COLUMNS = InputRow._fields
_NUMBERS = frozenset({"line", "amount_minor"})
_TYPED = ", ".join(f"{name} {'INTEGER' if name in _NUMBERS else 'TEXT'}" for name in _COLUMNS)
_TABLE = f"CREATE TABLE payout ({_KEY} INTEGER PRIMARY KEY, {_TYPED})"

_AFTER_ITEM_ID = ", ".join(_COLUMNS[2:])
_INTO = f"INSERT INTO payout (line, item_id, {_AFTER_ITEM_ID})"
_REQUIRED = 6
"""So many columns are filled in every good row; the others are empty where nothing is said, which is stored as NULL."""
# To bind None takes the driver several times as long as to bind an empty text.
_VALUES = ", ".join("?" if at < _REQUIRED else "nullif(?, '')" for at in range(len(_COLUMNS)))
_INSERT = f"{_INTO} VALUES ({_VALUES})"

# Sorted once: the plan and the batches read these rows in the order of item ids, and find each beside the last.
_SORT = f"{_INTO} SELECT line, item_id, {_AFTER_ITEM_ID} FROM unsorted ORDER BY item_id, line"  # noqa: S608 - our words

# A receiver of more than 50 characters is hashed, so that `#n` still fits into the 63 of an item id.
_DERIVE = f"""
    {_INTO}
    SELECT
        line, payee || '#' || row_number() OVER (PARTITION BY payee ORDER BY currency, amount_minor, line) AS item_id,
        {_AFTER_ITEM_ID}
    FROM (
        SELECT *, CASE WHEN length(receiver) > 50 THEN hashed(receiver) ELSE lower(receiver) END AS payee
        FROM unsorted WHERE receiver IS NOT NULL
    )
    ORDER BY item_id
"""  # noqa: S608 - our words
_HASH_DIGITS = 40

_REPEATED = """
    CREATE TEMP VIEW repeated AS
    SELECT payout.key, payout.line, payout.item_id, twice.first_line
    FROM (
        SELECT item_id, min(line) AS first_line FROM payout WHERE item_id <> '' GROUP BY item_id HAVING count(*) > 1
    ) AS twice
    JOIN payout ON payout.item_id = twice.item_id AND payout.line > twice.first_line
"""
# The same in every column, and good: a row that was refused has no values here.
_IS_WHOLLY_REPEATED = f"""
    SELECT EXISTS (
        SELECT 1 FROM payout AS later JOIN payout AS first ON first.item_id = later.item_id
        WHERE later.item_id = ? AND later.line = ? AND first.line = ? AND first.receiver IS NOT NULL
            AND {" AND ".join(f"first.{name} IS later.{name}" for name in _COLUMNS[2:])}
    )
"""  # noqa: S608 - our words
_ONE_OF_THEM = "one of them: delete the row that stands twice; if it is owed twice, give it an item_id of its own"


def open_staging() -> sqlite3.Connection:
    """Open an empty staging database: no journal, as nothing of it outlives the process, and a cache of 12 MB.

    To sort takes as much again beside it; more makes a million rows no faster.
    """
    database = sqlite3.connect("", isolation_level=None)
    for setting in ("cache_size = -12288", "journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
        database.execute(f"PRAGMA {setting}")
    database.create_function("hashed", 1, _hashed, deterministic=True)
    database.execute(_TABLE)
    database.execute("BEGIN")  # one transaction: without it every statement would write its pages out
    return database


def stage(database: sqlite3.Connection, rows: Iterable[Staged]) -> int:
    """Add rows, refused ones too: another row of the same id is still to be found. Say how many these were."""
    return database.executemany(_INSERT, rows).rowcount


def settle_ids(database: sqlite3.Connection, findings: InputFindings) -> bool:
    """Derive the item ids where the file has none, else note missing and repeated ones; True: they are derived.

    From here on rows have their keys in the order of item ids, by code point; derived ones leave refused rows out.
    """
    has_ids = "SELECT EXISTS (SELECT 1 FROM payout WHERE item_id <> '' OR item_id IS NULL)"
    derived = not database.execute(has_ids).fetchone()[0]
    database.execute("ALTER TABLE payout RENAME TO unsorted")
    database.execute(_TABLE)
    database.execute(_DERIVE if derived else _SORT)
    database.execute("DROP TABLE unsorted")
    database.execute("CREATE INDEX payout_by_item_id ON payout (item_id, line)")
    database.execute(_REPEATED)
    findings.merge(_missing_ids(database))
    findings.merge(_repeated_ids(database))
    return derived


def drop_refused(database: sqlite3.Connection) -> int:
    """Take every bad row out, and say how many were bad by nothing but what `settle_ids` found.

    Of several rows with one id the first stays, if it is good; the later ones were noted.
    """
    late = database.execute(
        "UPDATE payout SET receiver = NULL "
        "WHERE receiver IS NOT NULL AND (item_id = '' OR key IN (SELECT key FROM repeated))"
    ).rowcount
    database.execute("DELETE FROM payout WHERE receiver IS NULL")
    return late


def _hashed(receiver: str) -> str:
    return hashlib.sha256(receiver.lower().encode()).hexdigest()[:_HASH_DIGITS]


def _missing_ids(database: sqlite3.Connection) -> Iterator[CellReport]:
    for (line,) in database.execute("SELECT line FROM payout WHERE item_id = '' ORDER BY line"):
        yield invalid(line, "item_id", "", "no item_id", "one, as other rows of this file have")


def _repeated_ids(database: sqlite3.Connection) -> Iterator[CellReport]:
    for line, item_id, first_line in database.execute("SELECT line, item_id, first_line FROM repeated ORDER BY line"):
        is_whole = database.execute(_IS_WHOLLY_REPEATED, (item_id, line, first_line)).fetchone()[0]
        expected = _ONE_OF_THEM if is_whole else "an item_id of its own"
        yield invalid(line, "item_id", item_id, f"duplicate item_id, also on line {first_line}", expected)
