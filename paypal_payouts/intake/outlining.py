"""The staged rows, beside what is stored, added up for the plan: in SQL, so that a million of them need no memory."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from typing import Final

from paypal_payouts.domain.bounced import Bounced, BouncedBefore
from paypal_payouts.domain.fees import CAPS_ABROAD_MINOR, CAPS_MINOR, PERCENT
from paypal_payouts.domain.outline import CurrencyChange, CycleDifference, GoneReceiver, LargeItem, NewReceiver, ToPay
from paypal_payouts.domain.payout import OwedItem
from paypal_payouts.domain.paypal_limits import ITEM_LIMITS
from paypal_payouts.domain.states import ItemState
from paypal_payouts.intake.staging import open_staging

LARGEST_MAX: Final = 5
RECEIVERS_MAX: Final = 20
"""How many new, changed and gone receivers are named; the rest is counted."""

_TABLES = """
    DROP VIEW IF EXISTS going;
    DROP TABLE IF EXISTS added;
    DROP TABLE IF EXISTS earlier;
    DROP TABLE IF EXISTS unknown;
    DROP TABLE IF EXISTS bounced;
    DROP INDEX IF EXISTS payout_by_receiver;
    CREATE TABLE added (item_id TEXT, payee_id TEXT, receiver TEXT, amount_minor INTEGER, currency TEXT);
    CREATE TABLE bounced (receiver TEXT, cycle TEXT, batch_id INTEGER, state TEXT, error_code TEXT);
    CREATE TABLE earlier (item_id TEXT, payee_id TEXT, receiver TEXT, amount_minor INTEGER, currency TEXT);
    CREATE TEMP VIEW going AS SELECT * FROM added
"""
_GOING_WITH_ALL_ROWS = """
    DROP VIEW going;
    CREATE TEMP VIEW going AS
        SELECT item_id, payee_id, receiver, amount_minor, currency FROM payout UNION ALL SELECT * FROM added
"""
_NEW_ROWS = """
    INSERT INTO added SELECT item_id, payee_id, receiver, amount_minor, currency
    FROM json_each(?) AS wanted JOIN payout ON payout.key = wanted.value
"""
_PAYEE = "coalesce(payee_id, lower(receiver))"
_CURRENCIES = "SELECT DISTINCT currency FROM going"
# domain.fees: half a unit is rounded up, and where no cap is documented there is none.
_FEE = f"(amount_minor * {PERCENT} + 50) / 100"
_TO_PAY = f"""
    SELECT count(*), count(DISTINCT {_PAYEE}), sum(amount_minor), sum(coalesce(min({_FEE}, :cap), {_FEE})),
        sum(coalesce(min({_FEE}, :cap_abroad), {_FEE})), count(*) FILTER (WHERE amount_minor > :registered),
        count(*) FILTER (WHERE amount_minor > :unregistered)
    FROM going WHERE currency = :currency
"""  # noqa: S608 - our words
_LARGEST = """
    SELECT item_id, receiver, amount_minor, currency FROM going WHERE currency = ?
    ORDER BY amount_minor DESC, item_id LIMIT ?
"""
_BOTH = f"""
    SELECT currency, sum(payees), sum(payees_before), sum(minor), sum(minor_before) FROM (
        SELECT currency, count(DISTINCT {_PAYEE}) AS payees, 0 AS payees_before, sum(amount_minor) AS minor,
            0 AS minor_before
        FROM payout GROUP BY currency
        UNION ALL SELECT currency, 0, count(DISTINCT {_PAYEE}), 0, sum(amount_minor) FROM earlier GROUP BY currency
    ) GROUP BY currency ORDER BY currency
"""  # noqa: S608 - our words
# The same payee by payee_id; else by item_id, where the receiver before is paid nothing now: an item id that is only a
# number of the row says nothing of the person.
_UNKNOWN = """
    CREATE INDEX earlier_by_receiver ON earlier (lower(receiver));
    CREATE INDEX earlier_by_payee ON earlier (payee_id);
    CREATE INDEX earlier_by_item ON earlier (item_id);
    CREATE INDEX payout_by_receiver ON payout (lower(receiver));
    CREATE TABLE unknown AS
        SELECT min(item_id) AS item_id, receiver, CASE WHEN payee_id IS NOT NULL THEN (
            SELECT earlier.receiver FROM earlier WHERE earlier.payee_id = payout.payee_id LIMIT 1
        ) ELSE (
            SELECT earlier.receiver FROM earlier WHERE earlier.item_id = payout.item_id AND earlier.payee_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM payout AS now WHERE lower(now.receiver) = lower(earlier.receiver))
        ) END AS before
        FROM payout
        WHERE NOT EXISTS (SELECT 1 FROM earlier WHERE lower(earlier.receiver) = lower(payout.receiver))
        GROUP BY lower(receiver);
"""
# Who has a payee_id is shown as changed, or is one person fewer.
_GONE = """
    FROM earlier
    WHERE payee_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM payout WHERE lower(payout.receiver) = lower(earlier.receiver))
        AND lower(receiver) NOT IN (SELECT lower(before) FROM unknown WHERE before IS NOT NULL)
"""
_GONE_COUNT = f"SELECT count(DISTINCT lower(receiver)) {_GONE}"
_GONE_NAMED = f"SELECT min(item_id) AS first, receiver {_GONE} GROUP BY lower(receiver) ORDER BY first LIMIT ?"
# Each + keeps SQLite from joining by receiver: who is owed a thousand items would make a million pairs.
_SAME = """
    SELECT (SELECT count(*) FROM payout), count(*) FROM payout JOIN earlier ON earlier.item_id = payout.item_id
    WHERE +lower(earlier.receiver) = +lower(payout.receiver) AND earlier.amount_minor = payout.amount_minor
        AND earlier.currency = payout.currency
"""
_COUNTS = "SELECT count(*) - count(before), count(before) FROM unknown"
_NAMED = "SELECT item_id, receiver, before FROM unknown ORDER BY before IS NULL, item_id LIMIT ?"


_BOUNCED = """
    SELECT min(going.item_id), bounced.receiver, cycle, max(batch_id), state, error_code
    FROM bounced JOIN going ON lower(going.receiver) = bounced.receiver
    GROUP BY bounced.receiver, cycle ORDER BY bounced.receiver, max(batch_id)
"""


class Outlining:
    """Adds up what would be sent, and compares the input with an earlier cycle."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Begin with nothing that would be sent."""
        self._database = database
        self._execute_all(_TABLES)

    def add_new(self, keys: Sequence[Sequence[int]]) -> None:
        """Add the staged rows that would be stored and sent, by the keys of each batch."""
        (rows,) = self._database.execute("SELECT count(*) FROM payout").fetchone()
        if sum(map(len, keys)) == rows:
            # Nearly every first run: all that is staged is added up where it is.
            self._execute_all(_GOING_WITH_ALL_ROWS)
            return
        for some in keys:
            self._database.execute(_NEW_ROWS, (json.dumps(list(some)),))

    def add_stored(self, items: Iterable[OwedItem]) -> None:
        """Add stored items that would be sent."""
        self._database.executemany("INSERT INTO added VALUES (?, ?, ?, ?, ?)", items)

    def to_pay(self) -> list[ToPay]:
        """Add up what would be sent, by currency."""
        return [self._to_pay(currency) for currency in sorted(c for (c,) in self._database.execute(_CURRENCIES))]

    def _to_pay(self, currency: str) -> ToPay:
        limit = ITEM_LIMITS.get(currency)
        figures = {
            "currency": currency,
            "cap": CAPS_MINOR.get(currency),
            "cap_abroad": CAPS_ABROAD_MINOR.get(currency),
            "registered": None if limit is None else limit.registered,
            "unregistered": None if limit is None else limit.unregistered,
        }
        *sums, above, some = self._database.execute(_TO_PAY, figures).fetchone()
        return ToPay._make((currency, *sums, above, some - above))

    def largest(self, currencies: Iterable[str]) -> list[LargeItem]:
        """List the largest items of each currency that would be sent."""
        return [
            LargeItem(*row)
            for currency in currencies
            for row in self._database.execute(_LARGEST, (currency, LARGEST_MAX))
        ]

    def bounced(self, earlier: Iterable[Bounced]) -> list[BouncedBefore]:
        """List the receivers of what would be sent whom money of earlier cycles did not reach, with each such cycle."""
        self._database.executemany("INSERT INTO bounced VALUES (?, ?, ?, ?, ?)", earlier)
        self._database.execute("CREATE INDEX bounced_by_receiver ON bounced (receiver)")
        found = self._database.execute(_BOUNCED)
        return [
            BouncedBefore(item_id, Bounced(receiver, cycle, batch_id, ItemState(state), code))
            for item_id, receiver, cycle, batch_id, state, code in found
        ]

    def difference(self, cycle: str, earlier: Iterable[OwedItem], *, stored_at: datetime) -> CycleDifference:
        """Compare the input with what an earlier cycle owed, which was `stored_at`."""
        self._database.executemany("INSERT INTO earlier VALUES (?, ?, ?, ?, ?)", earlier)
        changes = [CurrencyChange(*row) for row in self._database.execute(_BOTH)]
        self._execute_all(_UNKNOWN)
        new, changed = self._database.execute(_COUNTS).fetchone()
        receivers = [NewReceiver(*row) for row in self._database.execute(_NAMED, (RECEIVERS_MAX,))]
        (gone,) = self._database.execute(_GONE_COUNT).fetchone()
        rows, same = self._database.execute(_SAME).fetchone()
        return CycleDifference(
            cycle,
            changes,
            new,
            changed,
            receivers,
            gone=gone,
            gone_receivers=[GoneReceiver(*row) for row in self._database.execute(_GONE_NAMED, (RECEIVERS_MAX,))],
            rows=rows,
            same=same,
            stored_at=stored_at,
        )

    def _execute_all(self, statements: str) -> None:
        for statement in statements.split(";"):
            self._database.execute(statement)


def added_up(going: Iterable[OwedItem]) -> list[ToPay]:
    """Add up what would be sent, by currency, where no input is read."""
    with closing(open_staging()) as database:
        outlining = Outlining(database)
        outlining.add_stored(going)
        return outlining.to_pay()
