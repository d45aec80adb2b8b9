"""The accepted rows of an input, as the plan and the batches read them."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Final, NamedTuple, Self

from paypal_payouts.domain.guard import PayeeRow
from paypal_payouts.domain.payout import Debt, DebtRow, InputRow
from paypal_payouts.domain.report import CellReport
from paypal_payouts.intake.outlining import Outlining

LINES_SHOWN_MAX: Final = 20
_IDS_PER_QUERY = 10_000

# The columns are those of domain.payout.Debt, in its order.
_DEBTS = "SELECT key, line, item_id, receiver, amount_minor, currency FROM payout ORDER BY key"

_LAST = "SELECT key, line, item_id, receiver, amount_minor, currency FROM payout ORDER BY line DESC LIMIT 1"

_ROWS = f"SELECT {', '.join(f'payout.{name}' for name in InputRow._fields)} FROM json_each(?) AS wanted JOIN payout"  # noqa: S608 - our words
_BY_KEY = f"{_ROWS} ON payout.key = wanted.value"
_BY_ITEM_ID = f"{_ROWS} ON payout.item_id = wanted.value"
_PAYEES = """
    SELECT payee_id, item_id, line, receiver, recipient_type, amount_minor, currency
    FROM json_each(?) AS wanted JOIN payout ON payout.key = wanted.value
    WHERE payee_id IS NOT NULL
"""
_GROUPS = """
    FROM payout
    GROUP BY CASE recipient_type WHEN 'EMAIL' THEN lower(receiver) ELSE receiver END, recipient_type, currency,
        amount_minor
    HAVING count(*) > 1
"""
_REPEATED_COUNT = f"SELECT count(*) FROM (SELECT 1 {_GROUPS})"  # noqa: S608 - no value of anybody's is in it
_REPEATED = f"""
    SELECT min(receiver), recipient_type, currency, amount_minor, count(*), min(key), min(line) AS first_line
    {_GROUPS}
    ORDER BY first_line LIMIT ?
"""
_LINES = """
    SELECT line FROM payout
    WHERE key >= ? AND amount_minor = ? AND currency = ? AND recipient_type = ?
        AND CASE recipient_type WHEN 'EMAIL' THEN lower(receiver) = lower(?) ELSE receiver = ? END
    ORDER BY line LIMIT ?
"""
# To look each up among the few that there are takes less time than to sort all rows by them.
_DOMAINS = "SELECT DISTINCT substr(receiver, instr(receiver, '@') + 1) FROM payout WHERE recipient_type = 'EMAIL'"
_AT_DOMAINS = """
    SELECT lower(substr(receiver, instr(receiver, '@') + 1)) AS domain, count(*), min(line) AS first_line
    FROM payout
    WHERE recipient_type = 'EMAIL' AND domain IN (SELECT value FROM json_each(?))
    GROUP BY domain ORDER BY first_line
"""


class Repeated(NamedTuple):
    """The same receiver, amount and currency more than once in one input: perhaps meant, perhaps a slip."""

    receiver: str
    recipient_type: str
    currency: str
    amount_minor: int
    times: int
    lines: list[int]
    """The first lines, at most `LINES_SHOWN_MAX`."""


class StagedInput:
    """The rows that were accepted, in a private temporary database: close it, or use it in a `with`."""

    def __init__(
        self,
        database: sqlite3.Connection,
        *,
        name: str,
        derived_ids: bool,
        is_cut: bool,
        invalid: Sequence[CellReport],
        invalid_count: int,
    ) -> None:
        self._database = database
        self.count: int
        """Accepted rows."""
        self.count, payees = database.execute("SELECT count(*), count(payee_id) FROM payout").fetchone()
        self.has_payees = payees > 0
        """A row says who the person is."""
        self.name = name
        """What messages call the input."""
        self.derived_ids = derived_ids
        """The file had no item ids; they were made out of receiver, currency and amount."""
        self.cut_row = Debt._make(database.execute(_LAST).fetchone()) if is_cut and self.count else None
        """The last row, where the file ends within its line: was it written to its end? None: it has a line end."""
        self.invalid = invalid
        """What was wrong with the rows that were left out: the first thousand findings, by line."""
        self.invalid_count = invalid_count
        """How many rows were left out; one row may have several findings."""

    def debts(self) -> Iterator[Debt]:
        """Return what every row owes, by item_id in the order of code points, without holding them."""
        return map(Debt._make, self._database.execute(_DEBTS))

    def debt_rows(self) -> Iterator[DebtRow]:
        """Return the same as plain tuples."""
        return self._database.execute(_DEBTS)

    def fetch(self, keys: Sequence[int]) -> list[InputRow]:
        """Return the rows of these keys by item_id; a batch of them at a time."""
        found = self._database.execute(_BY_KEY, (json.dumps(list(keys)),))
        return sorted(map(InputRow._make, found))

    def payees(self, keys: Sequence[int]) -> list[PayeeRow]:
        """Return whom the rows of these keys pay, where they say so; a batch of them at a time."""
        return list(map(PayeeRow._make, self._database.execute(_PAYEES, (json.dumps(list(keys)),))))

    def outlining(self) -> Outlining:
        """Begin to add up what a plan comes to."""
        return Outlining(self._database)

    def find(self, item_ids: Iterable[str]) -> Iterator[InputRow]:
        """Yield the rows of these item ids, in the order of the ids; ids that no row has are passed over."""
        ids = iter(item_ids)
        while chunk := list(islice(ids, _IDS_PER_QUERY)):
            yield from map(InputRow._make, self._database.execute(_BY_ITEM_ID, (json.dumps(chunk),)))

    def same_receiver(self, at_most: int) -> tuple[int, list[Repeated]]:
        """Count the payments that stand here more than once, and give the first of these by line.

        The same payment has the same receiver (for e-mail whatever its capitals), amount and currency.
        """
        # Most inputs repeat nothing, and to count groups needs less of each row than to describe them.
        count: int = self._database.execute(_REPEATED_COUNT).fetchone()[0]
        first: list[Repeated] = []
        for found in self._database.execute(_REPEATED, (at_most,)) if count else ():
            receiver, recipient_type, currency, minor, times, first_key, _ = found
            like = (first_key, minor, currency, recipient_type, receiver, receiver, min(times, LINES_SHOWN_MAX))
            lines = [line for (line,) in self._database.execute(_LINES, like)]
            first.append(Repeated(receiver, recipient_type, currency, minor, times, lines))
        return count, first

    def domains(self, among: Callable[[str], object]) -> list[tuple[str, int, int]]:
        """List some domains of e-mail addresses in small letters, with how many rows have each, and the first line."""
        found = {domain.lower() for (domain,) in self._database.execute(_DOMAINS) if among(domain.lower())}
        return self._database.execute(_AT_DOMAINS, (json.dumps(sorted(found)),)).fetchall() if found else []

    def close(self) -> None:
        """Throw the staged rows away."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
