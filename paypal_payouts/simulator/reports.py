"""PayPal's books as it gives them to others: Transaction Search, balances, and the activity download.

Source: PayPal's OpenAPI description of Transaction Search, captured replies, and the field list of the download.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from paypal_payouts.simulator.activity import TYPES, Movement
from paypal_payouts.simulator.calls import Call
from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import DECIMALS, format_value
from paypal_payouts.simulator.problems import SimulatedRefusal, detail
from paypal_payouts.simulator.replies import HOST, moment, timestamp

_DAYS_MAX: Final = 31
_PAGE_MAX: Final = 500
_PAGE_USUAL: Final = 100
_LETTERS: Final = {"Completed": "S", "Unclaimed": "P", "Pending": "P"}
"""The statuses of the download, as Transaction Search has them."""

LANGUAGES: Final = ("en", "de")
_COLUMNS: Final = {
    "Date": "Datum",
    "Time": "Uhrzeit",
    "TimeZone": "Zeitzone",
    "Name": "Name",
    "Type": "Typ",
    "Status": "Status",
    "Currency": "Währung",
    "Gross": "Brutto",
    "Fee": "Gebühr",
    "Net": "Netto",
    "From Email Address": "Absender E-Mail-Adresse",
    "To Email Address": "Empfänger E-Mail-Adresse",
    "Transaction ID": "Transaktionscode",
    "Reference Txn ID": "Zugehöriger Transaktionscode",
    "Custom Number": "Zollnummer",
    "Balance": "Guthaben",
    "Balance Impact": "Auswirkung auf Guthaben",
    "Transaction Event Code": "Transaktionsereigniscode",
}
"""The columns of the download, in English and German."""


def transactions_document(call: Call, rows: Sequence[Movement], now_ms: int) -> JsonObject:
    """Answer Transaction Search: one page of what happened between two moments.

    Raises:
        SimulatedRefusal: 400, naming what is wrong with the question.

    """
    start, end = _moment(call, "start_date"), _moment(call, "end_date")
    if (end - start).days > _DAYS_MAX or end < start:
        raise SimulatedRefusal(
            400, "INVALID_REQUEST", [detail("end_date", f"Date range is greater than {_DAYS_MAX} days", "query")]
        )
    size = _number(call, "page_size", _PAGE_USUAL, _PAGE_MAX)
    page = _number(call, "page", 1, 10**6)
    found = [row for row in rows if start <= moment(row.at_ms) <= end]
    shown = found[(page - 1) * size : page * size]
    fields = call.parameters.get("fields", "transaction_info")
    with_payer = "payer_info" in fields or "all" in fields
    return {
        "transaction_details": [_detail(row, with_payer=with_payer) for row in shown],
        "account_number": "SAMPLEACCT234",
        "start_date": call.parameters["start_date"],
        "end_date": call.parameters["end_date"],
        "last_refreshed_datetime": timestamp(now_ms),
        "page": page,
        "total_items": len(found),
        "total_pages": -(-len(found) // size),
        "links": [{"href": f"{HOST}{call.path}?{call.query}", "rel": "self", "method": "GET"}],
    }


def _moment(call: Call, name: str) -> datetime:
    text = call.parameters.get(name, "")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise SimulatedRefusal(400, "INVALID_REQUEST", [detail(name, "Invalid date passed", "query")])
    return at


def _number(call: Call, name: str, usual: int, most: int) -> int:
    text = call.parameters.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise SimulatedRefusal(400, "INVALID_REQUEST", [detail(name, f"Must be from 1 to {most}", "query")])
    return int(text)


def _money(minor: int, currency: str) -> JsonObject:
    return {"currency_code": currency, "value": format_value(minor, currency)}


def _detail(row: Movement, *, with_payer: bool) -> JsonObject:
    info: JsonObject = {
        "transaction_id": row.transaction_id,
        "transaction_event_code": row.code,
        "transaction_initiation_date": timestamp(row.at_ms),
        "transaction_updated_date": timestamp(row.at_ms),
        "transaction_amount": _money(row.gross_minor, row.currency),
        "transaction_status": _LETTERS[row.status],
        "ending_balance": _money(row.balance_minor, row.currency),
        "available_balance": _money(row.balance_minor, row.currency),
    }
    if row.reference:
        info |= {"paypal_reference_id": row.reference, "paypal_reference_id_type": "TXN"}
    if row.fee_minor:
        info["fee_amount"] = _money(row.fee_minor, row.currency)
    if row.item is not None and row.item.sender_item_id is not None:
        info["custom_field"] = row.item.sender_item_id
    document: JsonObject = {"transaction_info": info}
    if with_payer:
        document["payer_info"] = {"email_address": _email(row)} if _email(row) else {}
    return document


def _email(row: Movement) -> str:
    return row.item.receiver if row.item is not None and row.item.recipient_type == "EMAIL" else ""


def balances_document(rows: Iterable[Movement], available_minor: Mapping[str, int], now_ms: int) -> JsonObject:
    """Tell the balance of each currency that ever had one; what is available, where somebody set it.

    A currency without a set balance is topped up before each batch: of it no amount says what can be paid.
    """
    left = {row.currency: row.balance_minor for row in rows} | dict(available_minor)
    return {
        "balances": [
            {
                "currency": currency,
                "primary": currency == "USD",
                "total_balance": _money(minor, currency),
                "withheld_balance": _money(0, currency),
            }
            | ({"available_balance": _money(minor, currency)} if currency in available_minor else {})
            for currency, minor in sorted(left.items())
        ],
        "account_id": "SAMPLEACCT234",
        "as_of_time": timestamp(now_ms),
        "last_refresh_time": timestamp(now_ms),
    }


def activity_download(rows: Iterable[Movement], language: str = "en") -> str:
    """Write the activity download of everything that happened: CSV with a byte-order mark, each value in quotes.

    Raises:
        ValueError: naming the languages that there are.

    """
    if language not in LANGUAGES:
        raise ValueError(f"language: one of {', '.join(LANGUAGES)}")
    german = language == "de"
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS.values() if german else _COLUMNS)
    for row in rows:
        at = moment(row.at_ms)
        amounts = [
            _localized(minor, row.currency, german=german) for minor in (row.gross_minor, row.fee_minor, row.net_minor)
        ]
        writer.writerow(
            [
                at.strftime("%d.%m.%Y" if german else "%m/%d/%Y"),
                at.strftime("%H:%M:%S"),
                "UTC",
                "",
                TYPES[row.code],
                {"Completed": "Abgeschlossen"}.get(row.status, row.status) if german else row.status,
                row.currency,
                *amounts,
                "",
                _email(row),
                row.transaction_id,
                row.reference,
                (row.item.sender_item_id if row.item is not None else None) or "",
                _localized(row.balance_minor, row.currency, german=german),
                ("Haben" if german else "Credit") if row.net_minor > 0 else ("Soll" if german else "Debit"),
                row.code,
            ]
        )
    return text.getvalue()


def _localized(minor: int, currency: str, *, german: bool) -> str:
    decimals = DECIMALS[currency]
    whole, fraction = divmod(abs(minor), 10**decimals)
    text = f"{'-' if minor < 0 else ''}{whole:,}" + (f".{fraction:0{decimals}}" if decimals else "")
    return text.translate(str.maketrans(",.", ".,")) if german else text
