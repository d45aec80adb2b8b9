"""Items as CSV: what a spreadsheet would calculate is a text, and amounts stay numbers."""

import csv
import io

import pytest

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.states import ItemState
from paypal_payouts.present.envelope import result_of
from paypal_payouts.present.sheet import sheet, sheet_of
from present import reports


def read(*items: ItemReport) -> list[dict[str, str]]:
    """Read the sheet of some items as a spreadsheet does."""
    return list(csv.DictReader(io.StringIO("".join(sheet(items)), newline="")))


def test_the_columns_are_the_keys_of_the_json_form_and_so_is_what_stands_in_them() -> None:
    items = reports.items()
    (cycle,) = result_of(reports.status(with_items=True), reports.ORIGIN)["cycles"]
    written = [{key: "" if value is None else str(value) for key, value in row.items()} for row in cycle["item_rows"]]
    assert read(*items) == written
    assert list(read(*items)[0]) == list(written[0])


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "  =", "\u00a0@", "\n="])
def test_a_cell_that_begins_like_a_formula_is_a_text(begin: str) -> None:
    hostile = f'{begin}HYPERLINK("http://x.invalid","y")'
    item = reports.item(hostile, ItemState.FAILED, receiver=hostile, error_message=hostile, raw_state=hostile)
    (row,) = read(item)
    for key in ("item_id", "receiver", "error_message", "raw_state"):
        assert row[key].startswith("'"), key
    assert (row["amount"], row["state"]) == ("12.50", "failed")


def test_where_a_semicolon_parts_cells_there_is_no_formula_either() -> None:
    (row,) = read(reports.item("a; =cmd|'/c calc'!A1;b;@SUM(A1)"))
    assert row["item_id"] == "a;' =cmd|'/c calc'!A1;b;'@SUM(A1)"


def test_a_phone_number_is_no_formula_either_and_a_plain_cell_is_left_alone() -> None:
    phone, mail = read(reports.item("a", receiver="+4915112345678"), reports.item("b", receiver="b=c@example.com"))
    assert phone["receiver"] == "'+4915112345678"
    assert mail["receiver"] == "b=c@example.com"


def test_refused_payees_have_a_row_each_with_their_cycles_in_one_cell() -> None:
    text = "".join(sheet_of(reports.refused_payees()))
    lena, theo = csv.DictReader(io.StringIO(text, newline=""))
    assert (lena["payee_id"], lena["times"]) == ("p-17", "1204")
    assert lena["cycles"] == "2026-11, 2026-10, 2026-09, 2026-08, 2026-07"
    assert (theo["payee_id"], theo["receiver"], theo["link"]) == ("", "'-theo@example.com", "")


def test_what_is_negative_in_amount_is_still_a_number() -> None:
    (row,) = read(reports.item(fee_minor=-25))
    assert row["fee"] == "-0.25"


def test_controls_are_visible_and_quotes_and_commas_stay_in_their_cell() -> None:
    words = 'a "b", c\x1b[2J\nd'
    text = "".join(sheet([reports.item(error_message=words)]))
    assert "\x1b" not in text
    assert text.count("\r\n") == 2
    (row,) = read(reports.item(error_message=words))
    assert row["error_message"] == 'a "b", c\\x1b[2J\\x0ad'


def test_findings_are_written_as_items_are() -> None:
    header, *rows = sheet_of(reports.every()["reconcile"])
    assert header.endswith(",sentence\r\n")
    assert rows
    assert all(row.endswith("\r\n") for row in rows)
