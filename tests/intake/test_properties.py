"""Whatever the file: what is accepted is paid to the cent, what is not is named by line, and nothing else happens."""

import csv
import io
import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from paypal_payouts.domain.money import DECIMALS, format_amount
from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake import read_input

COLUMNS = ["item_id", "receiver", "amount", "currency", "note"]
LIKELY = {
    "item_id": ["A1", "A2", "B", "", " "],
    "receiver": ["ann@example.com", " bo@example.com ", "+15555550123", "nobody", "ABCDEFGHIJ123"],
    "amount": ["1", "10.5", "0.01", "9999999999.99", "007", "1.005", "0", "1e3", "-1", "1,5", " 1", "٣"],
    "currency": ["USD", "EUR", "JPY", "HUF", "usd", "XXX"],
    "note": ["", "Thanks, all", 'a "quote"', "ünï", "\t"],
}
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
ROWS = st.lists(st.fixed_dictionaries({name: st.sampled_from(LIKELY[name]) | TEXT for name in COLUMNS}), max_size=6)


def is_payable(row: dict[str, str]) -> bool:
    """The rule of an amount (docs/design.md, 4), told another way than the code tells it."""
    amount, decimals = row["amount"], DECIMALS.get(row["currency"])
    if decimals is None or set(amount) - set("0123456789.") or amount.count(".") > (1 if decimals else 0):
        return False
    whole, point, fraction = amount.partition(".")
    fits = 1 <= len(whole) <= 10 and len(fraction) <= decimals and (bool(fraction) or not point)
    return fits and Decimal(amount) > 0


def check(content: bytes, rows: list[dict[str, str]], line_of: dict[int, int]) -> None:
    try:
        staged = read_input(io.BytesIO(content), name="input", skip_invalid=True)
    except InputInvalid as refused:
        paid, named = {}, {cell["line"] for cell in refused.details}
        unreadable = "--skip-invalid does not help" in refused.hint
    else:
        with staged:
            rows_read = staged.fetch([debt.key for debt in staged.debts()])
            paid, named = {row.line: row for row in rows_read}, {cell.line for cell in staged.invalid}
            assert staged.count == len(paid)
            assert staged.invalid_count == len(named)
        unreadable = False
    assert not paid.keys() & named
    for number, given_row in enumerate(rows):
        line = line_of[number]
        assert line in paid or line in named or unreadable
        if line in paid:
            row = paid[line]
            assert is_payable(given_row)
            assert Decimal(format_amount(row.amount_minor, row.currency)) == Decimal(given_row["amount"])
            assert row.receiver == given_row["receiver"].strip(" \t")
            assert row.currency == given_row["currency"]
            assert (row.note or "") == given_row["note"]


@given(ROWS)
def test_csv_is_paid_to_the_cent_or_named(rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    line_of = {}
    for number, row in enumerate(rows):
        line_of[number] = text.getvalue().count("\n") + 1
        writer.writerow([row[name] for name in COLUMNS])
    check(text.getvalue().encode(), rows, line_of)


@given(ROWS)
def test_json_lines_are_paid_to_the_cent_or_named(rows: list[dict[str, str]]) -> None:
    content = "".join(json.dumps(row) + "\n" for row in rows)
    check(content.encode(), rows, {number: number + 1 for number in range(len(rows))})


@given(st.binary(max_size=200) | st.text(st.sampled_from('ab@1.,;"\n\r\0 {}[]:'), max_size=80).map(str.encode))
def test_any_bytes_end_in_rows_or_a_sentence(content: bytes) -> None:
    for start in (b"", b"receiver,amount,currency\nx@y,1,USD\n", b'{"receiver":"x@y","amount":"1","currency":"USD"}\n'):
        refused = None
        try:
            with read_input(io.BytesIO(start + content), name="input") as staged:
                assert staged.count > 0
        except InputInvalid as error:
            refused = error
        if refused is not None:
            assert refused.message.startswith("input")
            assert json.dumps(refused.details, ensure_ascii=False).encode()
