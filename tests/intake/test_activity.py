"""PayPal's activity download, in the forms and languages that it has been seen in."""

import csv
import io
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from paypal_payouts.domain.paypal_books import BookKind, BookRow
from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake.activity import read_activity
from paypal_payouts.intake.activity_values import amount_of
from paypal_payouts.intake.staged_books import StagedBooks

ENGLISH: Final = (
    "Date", "Time", "TimeZone", "Name", "Type", "Status", "Currency", "Gross ", "Fee", "Net", "To Email Address",
    "Transaction ID", "Reference Txn ID", "Custom Number", "Balance", "Balance Impact", "Transaction Event Code",
)  # fmt: skip
GERMAN: Final = (
    "Datum", "Uhrzeit", "Zeitzone", "Name", "Typ", "Status", "Währung", "Brutto", "Gebühr", "Netto",
    "Empfänger E-Mail-Adresse", "Transaktionscode", "Zugehöriger Transaktionscode", "Zollnummer", "Guthaben",
    "Auswirkung auf Guthaben", "Transaktionsereigniscode",
)  # fmt: skip
FRENCH: Final = (
    "Date", "Heure", "Fuseau horaire", "Nom", "Type", "État", "Devise", "Avant commission", "Commission", "Net",
    "À l\u2019adresse email", "Numéro de transaction", "Numéro de la transaction de référence", "Numéro de client",
    "Solde", "Balance Impact", "Code de transaction",
)  # fmt: skip
SPANISH: Final = (
    "Fecha", "Hora", "Zona horaria", "Nombre", "Tipo", "Estado", "Divisa", "Bruto", "Comisión", "Neto",
    "Correo electrónico del destinatario", "Id. de transacción", "Id. de referencia de la transacción",
    "Número personalizado", "Saldo", "Repercusiones en el saldo", "Transaction Event Code",
)  # fmt: skip


def cells(day: str = "11/24/2026", gross: str = "-1,000.50", fee: str = "-14.00", **changes: str) -> list[str]:
    made = {
        "date": day, "time": "09:30:00", "zone": "PST", "name": "", "type": "Mass Pay Payment", "status": "Completed",
        "currency": "USD", "gross": gross, "fee": fee, "net": "-1,014.50", "receiver": "ann@example.com",
        "id": "8RU12345AB678901C", "reference": "", "custom": "ann", "balance": "985.50", "impact": "Debit",
        "code": "T0001",
    }  # fmt: skip
    return list((made | changes).values())


def write(path: Path, header: Sequence[str], *rows: Sequence[str], delimiter: str = ",", quoting: int = 1) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([header, *rows])  # type: ignore[arg-type]
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


class Read(NamedTuple):
    """What was read of downloads, with the rows."""

    rows: list[BookRow]
    disagreeing: list[tuple[BookRow, BookRow]]
    foreign: frozenset[str]
    has_codes: bool


def activity(*files: Path, **more: Any) -> Read:
    with closing(StagedBooks()) as staged:
        books = read_activity(files, staged, **more)
        return Read(list(staged), books.disagreeing, books.foreign, books.has_codes)


def read(path: Path, header: Sequence[str], *rows: Sequence[str], **more: Any) -> Read:
    return activity(write(path / "Download.CSV", header, *rows), **more)


def test_a_row(tmp_path: Path) -> None:
    books = read(tmp_path, ENGLISH, cells())
    (row,) = books.rows
    assert (row.kind, row.gross_minor, row.fee_minor, row.net_minor) == (BookKind.PAYMENT, -100_050, -1400, -101_450)
    assert (row.balance_minor, row.at, row.pending) == (98_550, datetime(2026, 11, 24, 9, 30), False)  # noqa: DTZ001
    assert (row.transaction_id, row.receiver, row.custom) == ("8RU12345AB678901C", "ann@example.com", "ann")
    assert (row.place, books.has_codes) == ("Download.CSV, line 2", True)


@pytest.mark.parametrize(
    ("header", "day", "status"),
    [(GERMAN, "24.11.2026", "Abgeschlossen"), (FRENCH, "24/11/2026", "Terminé"), (SPANISH, "24/11/2026", "Completado")],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_same_row_in_other_languages(
    tmp_path: Path, header: Sequence[str], day: str, status: str, delimiter: str
) -> None:
    localized = cells(day, "-1.000,50", "-14,00", net="-1.014,50", balance="985,50", status=status)
    path = write(tmp_path / "D.CSV", header, localized, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
    (row,) = activity(path).rows
    (english,) = read(tmp_path, ENGLISH, cells()).rows
    assert row._replace(place="", pending=False) == english._replace(place="")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,580.68", "USD", 158_068), ("1.580,68", "EUR", 158_068), ("84", "EUR", 8400), ("-4.25", "EUR", -425),
        ("1\u202f580,6", "EUR", 158_060), ("1'580.68", "CHF", 158_068), ("\u22121,00", "EUR", -100),
        ("1,234", "JPY", 1234), ("1.234.567", "JPY", 1_234_567), ("1,234,567", "USD", 123_456_700),
        ("1.5", "JPY", None), ("1,005", "USD", 100_500), ("0,00", "EUR", 0), ("...", "USD", None), ("", "USD", None),
        ("1.2345", "USD", None), ("12-", "USD", None), ("1000.00", "JPY", 1000),
    ],
)  # fmt: skip
def test_amounts_as_accounts_write_them(text: str, currency: str, minor: int | None) -> None:
    assert amount_of(text, currency) == minor


@pytest.mark.parametrize(
    ("days", "read_as"),
    [
        (["11/24/2026", "3/4/2026"], date(2026, 3, 4)),
        (["24/11/2026", "3/4/2026"], date(2026, 4, 3)),
        (["24.11.2026", "3.4.2026"], date(2026, 4, 3)),
        (["2026-11-24", "2026-04-03"], date(2026, 4, 3)),
        (["3/4/2026"], None),
        (["5/5/2026"], date(2026, 5, 5)),
        (["11/24/2026", "24/11/2026"], None),
    ],
)
def test_the_order_of_a_date_is_found_from_all_of_them(
    tmp_path: Path, days: Sequence[str], read_as: date | None
) -> None:
    rows = [cells(day, id=f"{place:017}") for place, day in enumerate(days)]
    if read_as is None:
        with pytest.raises(InputInvalid, match="date"):
            read(tmp_path, ENGLISH, *rows)
    else:
        assert read(tmp_path, ENGLISH, *rows).rows[-1].day == read_as


def test_the_days_that_are_asked_for_settle_it_or_the_operator_does(tmp_path: Path) -> None:
    window = (date(2026, 4, 1), date(2026, 4, 30))
    assert read(tmp_path, ENGLISH, cells("3/4/2026"), window=window).rows[0].day == date(2026, 4, 3)
    assert read(tmp_path, ENGLISH, cells("3/4/2026"), order="mdy").rows[0].day == date(2026, 3, 4)
    with pytest.raises(InputInvalid) as caught:
        read(tmp_path, ENGLISH, cells("3/4/2026"))
    assert "--dates dmy" in (caught.value.hint or "")


def test_files_may_overlap_and_the_last_one_counts(tmp_path: Path) -> None:
    ann, bob = cells(), cells(id="B", status="Unclaimed")
    first = write(tmp_path / "1.CSV", ENGLISH, ann, bob)
    second = write(tmp_path / "2.CSV", ENGLISH, cells(id="B"), cells(id="C"))
    books = activity(first, second)
    assert [row.transaction_id for row in books.rows] == ["8RU12345AB678901C", "B", "C"]
    assert (books.rows[1].pending, books.disagreeing) == (False, [])
    write(second, ENGLISH, cells(id="B", balance="985.51"))
    ((before, after),) = activity(first, second).disagreeing
    assert (before.balance_minor, after.balance_minor) == (98_550, 98_551)


def test_one_id_may_stand_in_two_rows(tmp_path: Path) -> None:
    other_way = cells(gross="1,000.50", fee="0", net="1,000.50", code="T1114")
    assert len(read(tmp_path, ENGLISH, cells(), other_way).rows) == 2
    assert len(read(tmp_path, ENGLISH, cells(), cells(impact="Memo"), cells(status="Denied", id="D")).rows) == 1


def test_values_that_hold_line_ends_and_delimiters(tmp_path: Path) -> None:
    books = read(tmp_path, ENGLISH, cells(name='Ann, "the\nfirst"'), cells(id="B"))
    assert [row.place for row in books.rows] == ["Download.CSV, line 3", "Download.CSV, line 4"]


def test_other_currencies_are_left_out_and_named(tmp_path: Path) -> None:
    books = read(tmp_path, ENGLISH, cells(), cells(currency="INR", id="B"))
    assert (len(books.rows), books.foreign) == (1, frozenset({"INR"}))


def test_without_codes_the_text_tells_what_a_row_is(tmp_path: Path) -> None:
    books = read(tmp_path, ENGLISH[:-1], cells()[:-1])
    assert (books.rows[0].kind, books.has_codes) == (BookKind.PAYMENT, False)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"Date,Time,Time Zone,Description,Currency,Gross,Fee,Net,Balance,Transaction ID\n", "monthly statement"),
        (b"item_id,receiver,amount,currency\n", "no activity download"),
        (b"", "no activity download"),
        (b"PK\x03\x04rest", "archive"),
        ("Währung".encode("latin-1"), "UTF-8"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, contents: bytes, said: str) -> None:
    path = tmp_path / "Other.CSV"
    path.write_bytes(contents)
    with pytest.raises(InputInvalid, match=said):
        activity(path)


@pytest.mark.parametrize(("column", "value"), [("gross", "12x"), ("date", "yesterday"), ("net", "")])
def test_a_cell_that_cannot_be_read_is_named(tmp_path: Path, column: str, value: str) -> None:
    row = cells(value) if column == "date" else cells(**{column: value})
    with pytest.raises(InputInvalid) as caught:
        read(tmp_path, ENGLISH, row)
    (detail,) = caught.value.details
    assert (detail["line"], detail["column"], detail["value"]) == (2, column.title(), value)


def test_a_row_that_is_cut_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="line 2"):
        read(tmp_path, ENGLISH, cells()[:9])
