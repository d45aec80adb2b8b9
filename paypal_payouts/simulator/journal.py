"""What the simulator remembers besides money: its clock and settings, tokens, faults to come, requests that were."""

import json
import sqlite3
from typing import Any, Final, NamedTuple

from paypal_payouts.simulator.messages import JsonObject

_REQUESTS_KEPT: Final = 10_000


class Late(NamedTuple):
    """A request that is still on its way."""

    due_ms: int | None
    call: JsonObject


class Journal:
    """To be used inside a transaction of its connection. It never holds a token, a client id or a secret."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def fact(self, name: str, otherwise: Any) -> Any:  # noqa: ANN401 - JSON
        """Recall one fact."""
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return otherwise if row is None else json.loads(row[0])

    def note_fact(self, name: str, value: object) -> None:
        """Keep one fact."""
        self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    def next_number(self, name: str) -> int:
        """Count one further; numbers begin at 1."""
        number = int(self.fact(name, 0)) + 1
        self.note_fact(name, number)
        return number

    def live_token(self, client: str, now_ms: int) -> tuple[int, int] | None:
        """Find the number and the end of the token that a client already has."""
        row: tuple[int, int] | None = self._connection.execute(
            "SELECT number, expires_ms FROM tokens WHERE client = ? AND expires_ms > ? ORDER BY number DESC LIMIT 1",
            (client, now_ms),
        ).fetchone()
        return row

    def add_token(self, number: int, client: str, digest: str, expires_ms: int) -> None:
        """Remember a token by its digest."""
        self._connection.execute("INSERT INTO tokens VALUES (?, ?, ?, ?)", (number, client, digest, expires_ms))

    def knows_token(self, digest: str, now_ms: int) -> bool:
        """Return whether a token was handed out and still lives."""
        query = "SELECT 1 FROM tokens WHERE digest = ? AND expires_ms > ?"
        return self._connection.execute(query, (digest, now_ms)).fetchone() is not None

    def faults(self) -> dict[int, JsonObject]:
        """Recall the faults to come, in the order in which they were asked for."""
        rows = self._connection.execute("SELECT number, rule FROM faults ORDER BY number")
        return {number: json.loads(rule) for number, rule in rows}

    def add_fault(self, rule: JsonObject) -> None:
        """Ask for one more fault."""
        self._connection.execute("INSERT INTO faults VALUES (NULL, ?)", (json.dumps(rule),))

    def change_fault(self, number: int, rule: JsonObject | None) -> None:
        """Count a fault down; `None` when it is used up."""
        if rule is None:
            self._connection.execute("DELETE FROM faults WHERE number = ?", (number,))
        else:
            self._connection.execute("UPDATE faults SET rule = ? WHERE number = ?", (json.dumps(rule), number))

    def clear_faults(self) -> None:
        """Forget all faults to come; what is under way still arrives."""
        self._connection.execute("DELETE FROM faults")

    def delay(self, call: JsonObject, due_request: int | None, due_ms: int | None) -> None:
        """Keep a request on its way until so many requests have been answered, or until a moment."""
        self._connection.execute("INSERT INTO late VALUES (NULL, ?, ?, ?)", (json.dumps(call), due_request, due_ms))

    def arrived(self, request: int | None, now_ms: int) -> list[Late]:
        """Hand over, once, the late requests that are due."""
        rows = self._connection.execute(
            "DELETE FROM late WHERE due_request <= ? OR due_ms <= ? RETURNING number, due_ms, call",
            (request, now_ms),
        ).fetchall()
        return [
            Late(due_ms, json.loads(call))
            for _, due_ms, call in sorted(rows, key=lambda row: (row[1] or now_ms, row[0]))
        ]

    def log(self, entry: JsonObject) -> None:
        """Note one request; the oldest ones are forgotten."""
        cursor = self._connection.execute("INSERT INTO requests VALUES (NULL, ?)", (json.dumps(entry),))
        oldest = (cursor.lastrowid or 0) - _REQUESTS_KEPT
        self._connection.execute("DELETE FROM requests WHERE number <= ?", (oldest,))

    def requests(self) -> list[JsonObject]:
        """Recall the requests, the oldest first."""
        return [
            json.loads(entry) for (entry,) in self._connection.execute("SELECT entry FROM requests ORDER BY number")
        ]
