"""The bare floor: what the work costs with the standard library alone, none of the safety, and no program around it.

    python floor.py intake FILE          read, check and sort the rows: the bare half of `preview`
    python floor.py store FILE DB        THE floor: read and check, store items and request bodies
    python floor.py pay FILE DB URL      the same, then send every body and store what every page of results says

It checks what the program checks, writes as durably (WAL, FULL) and stores what is needed to go on after a crash. It
has no plan, no locks, no permits, no trail; it refuses the first bad row and derives no ids.
"""

import csv
import hashlib
import http.client
import json
import re
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Row = tuple[str, str, str, int, str, str | None]
"""item_id, receiver, recipient_type, amount in minor units, currency, note."""

ITEMS_PER_BATCH = 15_000
_DECIMALS = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0}
_COLUMNS = ["item_id", "receiver", "amount", "currency", "note"]
_ATOM = r"[-!#-'*+/-9=?A-Z^-~]+"
_email = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})*").fullmatch
_item_id = re.compile(r"[!-~](?:[ -~]{0,61}[!-~])?").fullmatch
_phone = re.compile(r"\+[0-9](?:-?[0-9]){6,14}").fullmatch
_paypal_id = re.compile(r"[A-Z0-9]{13}").fullmatch

_STAGING = "CREATE TABLE payout (item_id TEXT, receiver TEXT, type TEXT, minor INTEGER, currency TEXT, note TEXT)"
_BATCHES = """
    CREATE TABLE batch (
        id INTEGER PRIMARY KEY, currency TEXT, items INTEGER, minor INTEGER, request BLOB, checksum TEXT, paypal_id TEXT
    )
"""
_ITEMS = """
    CREATE TABLE item (
        batch INTEGER, item_id TEXT, receiver TEXT, type TEXT, minor INTEGER, currency TEXT, note TEXT, state TEXT,
        fee INTEGER, paypal_id TEXT, transaction_id TEXT
    )
"""
_INSERT = "INSERT INTO item (batch, item_id, receiver, type, minor, currency, note) VALUES (?, ?, ?, ?, ?, ?, ?)"
_RESULT = "UPDATE item SET state = ?, fee = ?, paypal_id = ?, transaction_id = ? WHERE item_id = ?"


def checked_rows(path: Path) -> Iterator[Row]:
    """Read and check every row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        if next(lines) != _COLUMNS:
            sys.exit("another header")
        for item_id, receiver, amount, currency, note in lines:
            decimals = _DECIMALS[currency]
            whole, point, fraction = amount.partition(".")
            digits = whole + fraction
            minor = int(digits.ljust(len(whole) + decimals, "0")) if digits.isascii() and digits.isdigit() else 0
            if not (minor and 0 < len(whole) <= 10 and len(fraction) <= decimals and bool(point) == bool(fraction)):
                sys.exit(f"a bad amount: {item_id}")
            if not (_item_id(item_id) and note.isprintable() and len(note) <= 1000):
                sys.exit(f"a bad row: {item_id}")
            if len(receiver) <= 127 and _email(receiver):
                kind = "EMAIL"
            elif _phone(receiver):
                kind = "PHONE"
            elif _paypal_id(receiver):
                kind = "PAYPAL_ID"
            else:
                sys.exit(f"a bad receiver: {item_id}")
            yield item_id, receiver, kind, minor, currency, note or None


def intake(path: Path) -> None:
    """Sort all rows, find repeated ids and payments, and take the digest of what would be paid."""
    database = sqlite3.connect("", isolation_level=None)
    for setting in ("cache_size = -32768", "journal_mode = OFF", "synchronous = OFF"):
        database.execute(f"PRAGMA {setting}")
    database.execute(_STAGING)
    database.execute("BEGIN")
    database.executemany("INSERT INTO payout VALUES (?, ?, ?, ?, ?, ?)", checked_rows(path))
    database.execute("CREATE UNIQUE INDEX by_id ON payout (item_id)")
    repeated = "SELECT count(*) FROM payout GROUP BY receiver, currency, minor HAVING count(*) > 1"
    database.execute(repeated).fetchall()
    digest, totals = hashlib.sha256(), dict.fromkeys(_DECIMALS, 0)
    for item_id, receiver, minor, currency in database.execute(
        "SELECT item_id, receiver, minor, currency FROM payout ORDER BY item_id"
    ):
        digest.update(f"{item_id}\x1f{receiver}\x1f{minor}\x1f{currency}\n".encode())
        totals[currency] += minor
    sys.stdout.write(f"{digest.hexdigest()} {totals}\n")


def store(path: Path, database: sqlite3.Connection) -> None:
    """Store every row, and the exact bytes of every request: a transaction for each batch of a currency."""
    # The cache is for the index over ids that come in no order: without it the floor would flatter the program.
    for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32768"):
        database.execute(f"PRAGMA {setting}")
    for statement in (_BATCHES, _ITEMS, "CREATE UNIQUE INDEX by_id ON item (item_id)"):
        database.execute(statement)
    waiting: dict[str, list[Row]] = {}
    for row in checked_rows(path):
        rows = waiting.setdefault(row[4], [])
        rows.append(row)
        if len(rows) == ITEMS_PER_BATCH:
            _store_batch(database, waiting.pop(row[4]))
    for rows in waiting.values():
        _store_batch(database, rows)


def _store_batch(database: sqlite3.Connection, rows: list[Row]) -> None:
    with database:
        database.execute("BEGIN IMMEDIATE")
        number = database.execute("SELECT count(*) FROM batch").fetchone()[0] + 1
        request = _request(f"floor-{number}", rows)
        batch = (number, rows[0][4], len(rows), sum(row[3] for row in rows))
        kept = (zlib.compress(request, 1), hashlib.sha256(request).hexdigest())
        database.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, NULL)", (*batch, *kept))
        database.executemany(_INSERT, [(number, *row) for row in rows])


def _request(name: str, rows: list[Row]) -> bytes:
    decimals = _DECIMALS[rows[0][4]]
    items: list[dict[str, Any]] = []
    for item_id, receiver, kind, minor, currency, note in rows:
        digits = str(minor).rjust(decimals + 1, "0")
        value = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
        item: dict[str, Any] = {
            "recipient_type": kind,
            "receiver": receiver,
            "amount": {"currency": currency, "value": value},
            "sender_item_id": item_id,
        }
        if note is not None:
            item["note"] = note
        items.append(item)
    document = {"sender_batch_header": {"sender_batch_id": name}, "items": items}
    return json.dumps(document, separators=(",", ":")).encode()


def pay(database: sqlite3.Connection, url: str) -> None:
    """Send every batch, then store what every page says of its items: a transaction for each page."""
    host = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)
    form = {"Authorization": "Basic aWQ6cw==", "Content-Type": "application/x-www-form-urlencoded"}
    token = _ask(host, "POST", "/v1/oauth2/token", form, b"grant_type=client_credentials")["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    batches = database.execute("SELECT id, items FROM batch").fetchall()
    for batch, _ in batches:
        packed, checksum = database.execute("SELECT request, checksum FROM batch WHERE id = ?", (batch,)).fetchone()
        request = zlib.decompress(packed)
        if hashlib.sha256(request).hexdigest() != checksum:
            sys.exit("other bytes than were stored")
        answer = _ask(host, "POST", "/v1/payments/payouts", headers, request)
        paypal_id = answer["batch_header"]["payout_batch_id"]
        database.execute("UPDATE batch SET paypal_id = ? WHERE id = ?", (paypal_id, batch))
    for batch, items in batches:
        (paypal_id,) = database.execute("SELECT paypal_id FROM batch WHERE id = ?", (batch,)).fetchone()
        path = f"/v1/payments/payouts/{paypal_id}?page_size=1000&total_required=true&page="
        for page in range(1, -(-items // 1000) + 1):
            results = [_result(item) for item in _ask(host, "GET", f"{path}{page}", headers)["items"]]
            with database:
                database.execute("BEGIN IMMEDIATE")
                database.executemany(_RESULT, results)


def _result(item: dict[str, Any]) -> tuple[str, int, str, str, str]:
    fee = item["payout_item_fee"]["value"].replace(".", "")
    sent = item["payout_item"]["sender_item_id"]
    return item["transaction_status"], int(fee), item["payout_item_id"], item["transaction_id"], sent


def _ask(
    host: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> Any:
    host.request(method, path, body, headers)
    answer = host.getresponse()
    text = answer.read()
    if answer.status not in {200, 201}:
        sys.exit(f"{answer.status}: {text[:1000]!r}")
    return json.loads(text)


def main() -> None:
    work, path, *more = sys.argv[1:]
    if work == "intake":
        intake(Path(path))
        return
    database = sqlite3.connect(more[0], isolation_level=None)
    store(Path(path), database)
    if work == "pay":
        pay(database, more[1])
    stored, paid = database.execute("SELECT count(*), count(*) FILTER (WHERE state = 'SUCCESS') FROM item").fetchone()
    sys.stdout.write(f"{stored} stored, {paid} paid\n")
    database.close()


if __name__ == "__main__":
    main()
