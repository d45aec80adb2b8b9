"""The rows of PayPal's books while they are compared: in a private temporary database, as there may be a million.

SQLite spills it to an unlinked file that only we can read.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from paypal_payouts.domain.paypal_books import NEVER_MATCHED, BookKind, BookRow, RowOrder
from paypal_payouts.domain.reconcile import Scope
from paypal_payouts.domain.reconciling import Named, Settled

_AT: Final = BookRow._fields.index("at")
_NAMES: Final = ", ".join(BookRow._fields)
_COLUMNS: Final = """
    key INTEGER PRIMARY KEY, place TEXT, transaction_id TEXT, reference TEXT, kind TEXT, said TEXT, pending INTEGER,
    at TEXT, currency TEXT, gross_minor INTEGER, fee_minor INTEGER, net_minor INTEGER, balance_minor INTEGER,
    receiver TEXT, custom TEXT
"""
_TABLES: Final = (
    f"CREATE TABLE fresh ({_COLUMNS})",
    # `nth`: the same row twice in one source is two rows; in two sources it is one.
    f"CREATE TABLE book ({_COLUMNS}, nth INTEGER)",
    "CREATE UNIQUE INDEX book_by_row ON book (transaction_id, said, currency, gross_minor < 0, nth)",
    "CREATE INDEX book_by_reference ON book (reference) WHERE reference <> ''",
    "CREATE INDEX book_by_custom ON book (custom) WHERE custom <> ''",
    "CREATE INDEX book_by_receiver ON book (lower(receiver)) WHERE receiver <> ''",
    "CREATE TABLE settled (key INTEGER PRIMARY KEY, cycle TEXT, item_id TEXT)",
)
_INSERT: Final = f"INSERT INTO fresh ({_NAMES}) VALUES ({', '.join('?' * len(BookRow._fields))})"  # noqa: S608 - our words
_NUMBERED: Final = f"""
    SELECT {_NAMES}, row_number() OVER (
        PARTITION BY transaction_id, said, currency, gross_minor < 0 ORDER BY key
    ) AS nth, key FROM fresh
"""  # noqa: S608 - our words
_SAME: Final = """
    book.transaction_id = again.transaction_id AND book.said = again.said AND book.currency = again.currency
    AND (book.gross_minor < 0) = (again.gross_minor < 0) AND book.nth = again.nth
"""
_AMOUNTS: Final = ("gross_minor", "fee_minor", "net_minor", "balance_minor")
_DISAGREEING: Final = f"""
    SELECT {", ".join(f"{table}.{name}" for table in ("book", "again") for name in BookRow._fields)}
    FROM ({_NUMBERED}) AS again JOIN book ON {_SAME}
    WHERE {" OR ".join(f"book.{name} IS NOT again.{name}" for name in _AMOUNTS)} ORDER BY again.key
"""  # noqa: S608 - our words
_MERGE: Final = f"""
    INSERT INTO book ({_NAMES}, nth) SELECT {_NAMES}, nth FROM ({_NUMBERED}) WHERE true ORDER BY key
    ON CONFLICT (transaction_id, said, currency, gross_minor < 0, nth)
    DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in BookRow._fields)}
"""  # noqa: S608 - our words
_ORDERS: Final[dict[RowOrder, str]] = {"told": "key", "backwards": "key DESC", "time": "at, key"}
_KINDS: Final = {kind.value: kind for kind in BookKind}
_UNMATCHED: Final = ", ".join(f"'{kind}'" for kind in sorted(NEVER_MATCHED))
_LEFT: Final = f"""
    SELECT {_NAMES} FROM book WHERE kind NOT IN ({_UNMATCHED}) AND key NOT IN (SELECT key FROM settled) ORDER BY key
"""  # noqa: S608 - our words
_OF_PAYMENT: Final = f"""
    SELECT key, {_NAMES} FROM book WHERE transaction_id = ?
    UNION ALL SELECT key, {_NAMES} FROM book
    WHERE reference = ? AND reference <> '' AND transaction_id <> reference AND kind NOT IN ({_UNMATCHED})
"""  # noqa: S608 - our words
_LIKE: Final = """
    SELECT settled.cycle, settled.item_id FROM book JOIN settled ON settled.key = book.key
    WHERE lower(book.receiver) = ? AND book.receiver <> '' AND book.currency = ? AND book.gross_minor = ?
        AND book.kind <> 'conversion' AND (? IS NULL OR settled.cycle = ?)
    ORDER BY book.key DESC LIMIT 1
"""


class _NamedBy:
    """Whether a column of the rows has a text, asked as of a set."""

    def __init__(self, find: Callable[[str, tuple[object, ...]], bool], condition: str) -> None:
        self._find = find
        self._query = f"SELECT 1 FROM book WHERE {condition} LIMIT 1"  # noqa: S608 - our words

    def __contains__(self, text: object) -> bool:
        return self._find(self._query, (text,))


class StagedBooks:
    """Rows that were read, in the order in which they were told: close it in the end."""

    def __init__(self) -> None:
        """Begin without rows."""
        self._database = sqlite3.connect("", isolation_level=None)
        for setting in ("cache_size = -32768", "journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            self._database.execute(f"PRAGMA {setting}")
        for statement in _TABLES:
            self._database.execute(statement)
        self._database.execute("BEGIN")

    def close(self) -> None:
        """Throw the rows away."""
        self._database.close()

    def add(self, rows: Iterable[BookRow]) -> list[tuple[BookRow, BookRow]]:
        """Add the rows of one source; those that another one has told already take its place.

        Returns those that it told with other amounts, before and now.
        """
        self._database.executemany(_INSERT, ((*row[:_AT], row.at.isoformat(), *row[_AT + 1 :]) for row in rows))
        width = len(BookRow._fields)
        found = self._database.execute(_DISAGREEING) if len(self) else ()
        disagreeing = [(_row(both[:width]), _row(both[width:])) for both in found]
        self._database.execute(_MERGE)
        self._database.execute("DELETE FROM fresh")
        return disagreeing

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM book").fetchone()[0])

    def __iter__(self) -> Iterator[BookRow]:
        return self._rows(f"SELECT {_NAMES} FROM book ORDER BY key")  # noqa: S608 - our words

    def currencies(self) -> list[str]:
        """List the currencies that there are rows of."""
        return [currency for (currency,) in self._database.execute("SELECT DISTINCT currency FROM book ORDER BY 1")]

    def of_currency(self, currency: str, order: RowOrder) -> Iterator[BookRow]:
        """Stream the rows of a currency."""
        query = f"SELECT {_NAMES} FROM book WHERE currency = ? ORDER BY {_ORDERS[order]}"  # noqa: S608 - our words
        return self._rows(query, currency)

    def tells_balances(self, currency: str) -> bool:
        """Return whether each row of a currency tells the balance after it."""
        return not self._has("SELECT 1 FROM book WHERE currency = ? AND balance_minor IS NULL LIMIT 1", (currency,))

    def count(self, scope: Scope, kind: BookKind | None = None) -> int:
        """Count the rows of the days of a scope, of one kind or of all."""
        query = "SELECT count(*) FROM book WHERE substr(at, 1, 10) BETWEEN ? AND ? AND (? IS NULL OR kind = ?)"
        which = (scope.first.isoformat(), scope.last.isoformat(), kind, kind)
        return int(self._database.execute(query, which).fetchone()[0])

    def named(self) -> Named:
        """Give whatever rows name a payment by."""
        items = _NamedBy(self._has, "custom = ? AND custom <> ''")
        return Named(items, _NamedBy(self._has, "lower(receiver) = ? AND receiver <> ''"))

    def of_payment(self, transaction_id: str) -> list[tuple[int, BookRow]]:
        """Return the rows that a payment's id names, or that refer to it, with their keys."""
        found = self._database.execute(_OF_PAYMENT, (transaction_id, transaction_id))
        return [(key, _row(columns)) for key, *columns in found]

    def settle(self, keys: Sequence[int], cycle: str, item_id: str) -> bool:
        """Set rows aside as those of an item; False, and none is, where one was set aside for another item."""
        marks = ", ".join("?" * len(keys))
        if self._has(f"SELECT 1 FROM settled WHERE key IN ({marks}) LIMIT 1", tuple(keys)):  # noqa: S608 - our words
            return False
        settled = [(key, cycle, item_id) for key in keys]
        self._database.executemany("INSERT INTO settled VALUES (?, ?, ?)", settled)
        return True

    def left(self) -> list[BookRow]:
        """List the rows that are not set aside, and that may be about a payment or have to be explained."""
        return list(self._rows(_LEFT))

    def like(self, row: BookRow, cycle: str | None) -> Settled | None:
        """Return an item, of one cycle or of any, whose row is set aside and has the same receiver and amount."""
        which = (row.receiver.lower(), row.currency, row.gross_minor, cycle, cycle)
        found = self._database.execute(_LIKE, which).fetchone()
        return None if found is None else Settled(*found)

    def _has(self, query: str, which: tuple[object, ...]) -> bool:
        return self._database.execute(query, which).fetchone() is not None

    def _rows(self, query: str, *which: object) -> Iterator[BookRow]:
        return map(_row, self._database.execute(query, which))


def _row(columns: Sequence[Any]) -> BookRow:
    place, transaction_id, reference, kind, said, pending, at, *others = columns
    moment = datetime.fromisoformat(at)
    return BookRow(place, transaction_id, reference, _KINDS[kind], said, bool(pending), moment, *others)
