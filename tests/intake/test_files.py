"""Good and bad files: what is accepted, and where and how the rest is named."""

import io
import json
from typing import Any

import pytest

from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake import read_input

HEADER = b"item_id,receiver,amount,currency\n"
GOOD = b"A1,ann@example.com,10.50,USD\n"


def accepted(content: bytes, **options: Any) -> list[tuple[str, str, str, int, str]]:
    with read_input(io.BytesIO(content), name="pay.csv", **options) as staged:
        rows = staged.fetch([debt.key for debt in staged.debts()])
        return [(row.item_id, row.receiver, row.recipient_type, row.amount_minor, row.currency) for row in rows]


def refused(content: bytes, **options: Any) -> InputInvalid:
    with pytest.raises(InputInvalid) as caught:
        read_input(io.BytesIO(content), name="pay.csv", **options)
    return caught.value


def places(content: bytes) -> list[tuple[int, str | None]]:
    return [(cell["line"], cell["column"]) for cell in refused(content).details]


ANN = [("A1", "ann@example.com", "EMAIL", 1050, "USD")]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(HEADER + GOOD, ANN, id="header"),
        pytest.param(b"currency,amount,receiver,item_id\nUSD,10.50,ann@example.com,A1\n", ANN, id="any column order"),
        pytest.param(b"\xef\xbb\xbf" + HEADER + GOOD, ANN, id="byte-order mark"),
        pytest.param((HEADER + GOOD).replace(b"\n", b"\r\n"), ANN, id="CRLF"),
        pytest.param((HEADER + GOOD).rstrip(), ANN, id="no line end at the end"),
        pytest.param(b"\n \n" + HEADER + b"\n\r\n" + GOOD + b"\t\n", ANN, id="blank lines"),
        pytest.param(b"Item_ID, Receiver ,amount,currency\n" + GOOD, ANN, id="header in capitals and with blanks"),
        pytest.param(b'"item_id","receiver","amount","currency"\n"A1","ann@example.com","10.50","USD"\n', ANN,
                     id="quotes"),
        pytest.param(HEADER + b"A1, ann@example.com\t,10.50,USD\n", ANN, id="blanks around the receiver"),
        pytest.param(b"ann@example.com,10.50,USD,A1\n", ANN, id="PayPal's form"),
        pytest.param(b"ann@example.com,10.50,USD,A1,\nbo@example.com,1,JPY,B,Hi,PAYPAL\n",
                     [*ANN, ("B", "bo@example.com", "EMAIL", 1, "JPY")], id="PayPal's form of 5 and 6 columns"),
        pytest.param(b'{"item_id":"A1","receiver":"ann@example.com","amount":"10.50","currency":"USD"}\n', ANN,
                     id="JSON"),
        pytest.param(b'\n{"item_id":"A1","receiver":"ann@example.com","amount":10.50,"currency":"USD","note":null}',
                     ANN, id="JSON number by its text"),
        pytest.param(HEADER + b"b,+15555550123,1,USD\na,ABCDEFGHIJ123,2,TWD\nB,x@y,3,GBP\n",
                     [("B", "x@y", "EMAIL", 300, "GBP"), ("a", "ABCDEFGHIJ123", "PAYPAL_ID", 2, "TWD"),
                      ("b", "+15555550123", "PHONE", 100, "USD")], id="types guessed, order by code point"),
        pytest.param(b"item_id,receiver,amount,currency,recipient_type\na,91-734-234-1234,1,USD,PHONE\n"
                     b"b,@ann-b,1,USD,USER_HANDLE\n",
                     [("a", "91-734-234-1234", "PHONE", 100, "USD"), ("b", "@ann-b", "USER_HANDLE", 100, "USD")],
                     id="types given"),
    ],
)  # fmt: skip
def test_a_good_file_is_read(content: bytes, rows: list[tuple[str, str, str, int, str]]) -> None:
    assert accepted(content) == rows


def test_optional_columns_come_as_they_stand_and_none_where_empty() -> None:
    header = b"item_id,receiver,amount,currency,note,purpose,recipient_wallet,language,payee_id\n"
    full_row = 'a,ann@example.com,1,USD,"Grüße, ""you""",AWARDS,VENMO,zh-Hant-TW,emp 17\n'
    content = header + full_row.encode() + b"b,x@y,1,USD,,,,,\n"
    with read_input(io.BytesIO(content), name="pay.csv") as staged:
        full, empty = staged.fetch([debt.key for debt in staged.debts()])
    assert full[7:] == ('Grüße, "you"', "AWARDS", "VENMO", "zh-Hant-TW", "emp 17")
    assert empty[7:] == (None, None, None, None, None)
    assert (full.line, empty.line) == (2, 3)


@pytest.mark.parametrize(
    ("cells", "column", "right"),
    [
        pytest.param("A1,ann@example.com,,USD", "amount", "1 to 10 digits", id="no amount"),
        pytest.param("A1,ann@example.com, 1,USD", "amount", "without blanks", id="blank before the amount"),
        pytest.param('A1,ann@example.com,"1,250.00",USD', "amount", "without commas", id="thousands"),
        pytest.param('A1,ann@example.com,"12,50",USD', "amount", "between thousands: 12.50", id="decimal comma"),
        pytest.param('A1,ann@example.com,"1.250,5",USD', "amount", "between thousands: 1250.5", id="points and comma"),
        pytest.param('A1,ann@example.com,"1,250.50",USD', "amount", "thousands: 1250.50", id="grouped with a point"),
        pytest.param('A1,ann@example.com,"1,250,000",USD', "amount", "thousands: 1250000", id="grouped twice"),
        pytest.param('A1,ann@example.com,"1,250",USD', "amount", "without commas", id="a comma of either kind"),
        pytest.param("A1,ann@example.com,1,IDR", "currency", "page of 2021 lists IDR", id="a currency of one page"),
        pytest.param('A1,ann@example.com,"12,50",JPY', "amount", "without commas", id="decimal comma of yen"),
        pytest.param("A1,ann@example.com,1.,USD", "amount", "1 to 2 digits", id="point without decimals"),
        pytest.param("A1,ann@example.com,1.005,USD", "amount", "1 to 2 digits", id="three decimals"),
        pytest.param("A1,ann@example.com,1.0,JPY", "amount", "without decimals", id="decimals of yen"),
        pytest.param("A1,ann@example.com,0.00,USD", "amount", "above zero", id="zero"),
        pytest.param("A1,ann@example.com,-1,USD", "amount", "1 to 10 digits", id="negative"),
        pytest.param("A1,ann@example.com,1E3,USD", "amount", "1 to 10 digits", id="exponent"),
        pytest.param("A1,ann@example.com,NaN,USD", "amount", "1 to 10 digits", id="NaN"),
        pytest.param("A1,ann@example.com,١٢,USD", "amount", "1 to 10 digits", id="digits that are not ASCII"),
        pytest.param("A1,ann@example.com,12345678901,USD", "amount", "1 to 10 digits", id="eleven digits"),
        pytest.param("A1,ann@example.com,1,usd", "currency", "in capitals", id="currency in lower case"),
        pytest.param("A1,ann@example.com,1.50,XYZ", "currency", "one of AUD BRL", id="unknown currency"),
        pytest.param("A1,,1,USD", "receiver", "1 to 127", id="no receiver"),
        pytest.param(f"A1,{'x' * 116}@example.com,1,USD", "receiver", "1 to 127", id="receiver of 128"),
        pytest.param("A1,ännchen@example.com,1,USD", "receiver", "printable ASCII", id="receiver not ASCII"),
        pytest.param("A1,ann@@example.com,1,USD", "receiver", "one @", id="two @"),
        pytest.param("A1,@example.com,1,USD", "receiver", "one @", id="nothing before @"),
        pytest.param("A1,a b@example.com,1,USD", "receiver", "no blanks", id="blank in an e-mail address"),
        pytest.param("A1,a..b@example.com,1,USD", "receiver", "an e-mail address", id="two points"),
        pytest.param("A1,ann,1,USD", "receiver", "USER_HANDLE", id="a handle is never guessed"),
        pytest.param("A1,+123456,1,USD", "receiver", "7 to 15 digits", id="phone number of 6 digits"),
        pytest.param("A1,+1234567890123456,1,USD", "receiver", "7 to 15 digits", id="phone number of 16 digits"),
        pytest.param(f"{'x' * 64},x@y,1,USD", "item_id", "1 to 63", id="item_id of 64"),
        pytest.param("Ä,x@y,1,USD", "item_id", "printable ASCII", id="item_id not ASCII"),
        pytest.param("A1 ,x@y,1,USD", "item_id", "without blanks", id="blank after the item_id"),
        pytest.param("A1,x@y,1,USD,EMAIL", None, "4 values", id="a value too many"),
        pytest.param("A1,x@y,1", None, "4 values", id="a value too few"),
        pytest.param('A1,x@y,"1"0,USD', None, "closing quote", id="text after a quote"),
        pytest.param('A1,"x@y,1,USD', None, "closing quote", id="open quote"),
        pytest.param("A1,x@y,1,U\0SD", None, "NUL", id="NUL"),
        pytest.param("A1,x@y,1,U\rSD", None, "CR alone", id="CR alone"),
        pytest.param(HEADER.decode().strip(), None, "header stands here a second time", id="header twice"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column(cells: str, column: str | None, right: str) -> None:
    error = refused(HEADER + b"A0,bo@example.com,1,USD\n" + cells.encode() + b"\nA2,bo@example.com,1,USD\n")
    assert [(cell["line"], cell["column"]) for cell in error.details] == [(3, column)]
    assert right in f"{error.details[0]['problem']}; expected {error.details[0]['expected']}"
    assert "pay.csv, line 3" in error.message
    assert right in error.message


@pytest.mark.parametrize(
    ("extras", "column"),
    [
        pytest.param({"recipient_type": "email"}, "recipient_type", id="type in lower case"),
        pytest.param({"recipient_type": "PHONE"}, "receiver", id="type does not fit"),
        pytest.param({"recipient_type": "PAYPAL_ID"}, "receiver", id="no PayPal id"),
        pytest.param({"note": "x" * 1001}, "note", id="long note"),
        pytest.param({"note": "a\tb"}, "note", id="control character"),
        pytest.param({"note": "a\u2028b"}, "note", id="line separator"),
        *[
            pytest.param({"note": f"a{chr(code)}b"}, "note", id=f"U+{code:04X}")
            for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
        ],
        pytest.param({"purpose": "FUN"}, "purpose", id="purpose"),
        pytest.param({"recipient_wallet": "Venmo"}, "recipient_wallet", id="wallet"),
        pytest.param({"recipient_wallet": "VENMO"}, "note", id="VENMO without a note"),
        pytest.param({"recipient_wallet": "VENMO", "note": "  "}, "note", id="VENMO with a blank note"),
        pytest.param({"recipient_wallet": "RECIPIENT_SELECTED"}, "recipient_wallet", id="a wallet that is gone"),
        pytest.param({"language": "french"}, "language", id="language"),
        pytest.param({"payee_id": "x" * 64}, "payee_id", id="payee_id of 64"),
        pytest.param({"payee_id": "Ä7"}, "payee_id", id="payee_id not ASCII"),
        pytest.param({"payee_id": "emp-7 "}, "payee_id", id="blank after the payee_id"),
        pytest.param({"payee_id": " "}, "payee_id", id="blank payee_id"),
    ],
)
def test_a_bad_optional_value_is_named(extras: dict[str, str], column: str) -> None:
    header, values = ",".join(extras), ",".join(extras.values())
    assert places(f"receiver,amount,currency,{header}\nx@y,1,USD,{values}\n".encode()) == [(2, column)]


VENMO = b"receiver,amount,currency,recipient_type,recipient_wallet,note\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("ann@example.com,1,EUR,,VENMO,thanks", "currency"),
        ("+4915112345678,1,USD,PHONE,VENMO,thanks", "receiver"),
        ("1155551234,1,USD,PHONE,VENMO,thanks", "receiver"),
    ],
)
def test_venmo_is_of_the_us_alone(row: str, column: str) -> None:
    assert places(VENMO + row.encode()) == [(2, column)]


@pytest.mark.parametrize("receiver", ["+14155550123", "4155550123", "1-415-555-0123", "+1-415-555-0123"])
def test_phones_of_the_us_are_paid_to_venmo(receiver: str) -> None:
    content = VENMO + f"{receiver},1,USD,PHONE,VENMO,thanks".encode()
    with read_input(io.BytesIO(content), name="-") as staged:
        assert staged.count == 1


@pytest.mark.parametrize("note", ["ERRPYO005", "POSPYO001", "ERRPYOB012", "ERRPOI001", " ERRPYO005"])
def test_in_live_a_test_value_of_the_sandbox_is_no_note(note: str) -> None:
    content = f"receiver,amount,currency,note\nx@y,1,USD,{note}\n".encode()
    assert "sandbox" in refused(content, is_live=True).message
    with read_input(io.BytesIO(content), name="-") as staged:
        assert staged.count == 1


@pytest.mark.parametrize("feed", ["FRIENDS_ONLY", "Public"])
def test_the_seventh_value_of_paypals_venmo_rows_is_answered_with_the_fix(feed: str) -> None:
    error = refused(f"4155550123,1.00,USD,a,thanks,VENMO,{feed}\n".encode())
    assert f"leave out the last one, {feed}" in error.message


def test_domains_are_counted_with_their_first_line() -> None:
    content = b"receiver,amount,currency\na@Gmial.com,1,USD\nb@x.example,1,USD\nc@gmial.com,2,USD\n"
    with read_input(io.BytesIO(content), name="-") as staged:
        assert staged.domains(str) == [("gmial.com", 2, 2), ("x.example", 1, 3)]
        assert staged.domains("x.example".__eq__) == [("x.example", 1, 3)]
        assert staged.domains("y.example".__eq__) == []


def test_a_note_may_be_written_from_right_to_left() -> None:
    note = "\u200f\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627\u061c 7"
    with read_input(io.BytesIO(f"receiver,amount,currency,note\nx@y,1,USD,{note}\n".encode()), name="-") as staged:
        (row,) = staged.fetch([debt.key for debt in staged.debts()])
    assert row.note == note


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("ids", ["given", "derived"])
def test_the_payee_id_comes_with_its_row(form: str, ids: str) -> None:
    rows = [
        {"item_id": "b", "receiver": "x@y", "amount": "1", "currency": "USD", "payee_id": "e" * 63},
        {"item_id": "a", "receiver": "z@y", "amount": "2", "currency": "USD", "payee_id": ""},
    ]
    if ids == "derived":
        rows = [{name: text for name, text in row.items() if name != "item_id"} for row in rows]
    lines = [json.dumps(row) for row in rows]
    if form == "csv":
        lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    with read_input(io.BytesIO("\n".join(lines).encode()), name="-") as staged:
        found = {row.receiver: row.payee_id for row in staged.fetch([debt.key for debt in staged.debts()])}
        again = {row.receiver: row.payee_id for row in staged.find([debt.item_id for debt in staged.debts()])}
    assert found == again == {"x@y": "e" * 63, "z@y": None}


def test_all_errors_of_a_file_are_listed_at_once_by_line() -> None:
    content = HEADER + b"A1,nobody,0,usd\n" + GOOD + b"ragged\n,x@y,1,USD\nA2,\xff,1,USD\nA3,x@y,x,USD\n"
    assert places(content) == [
        (2, "currency"), (2, "amount"), (2, "receiver"), (3, "item_id"), (4, None), (5, "item_id"), (6, None),
        (7, "amount"),
    ]  # fmt: skip
    assert refused(content).message == "pay.csv has 8 errors"


@pytest.mark.parametrize(
    ("content", "right"),
    [
        pytest.param(b"", "has no rows", id="empty"),
        pytest.param(b"\xef\xbb\xbf\n\n", "has no rows", id="blank"),
        pytest.param(HEADER, "has no rows", id="header alone"),
        pytest.param("receiver,amount\n".encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param("receiver,amount\n".encode("utf-16-be"), "NUL", id="UTF-16 without a mark"),
        pytest.param("receiver,amount\n".encode("utf-32"), "UTF-32", id="UTF-32"),
        pytest.param(b"PK\x03\x04rest", "a workbook", id="workbook"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "0x89", id="binary"),
        pytest.param(b"receiver;amount;currency\nx@y;1;USD\n", "semicolons", id="semicolons"),
        pytest.param(b"x@y\t1\tUSD\n", "tabs", id="tabs"),
        pytest.param(HEADER.replace(b"\n", b"\r") + GOOD.replace(b"\n", b"\r"), "CR alone", id="lines end with CR"),
        pytest.param(b"receiver,amount,currency,fee\n", "unknown columns: fee", id="unknown column"),
        pytest.param(b"receiver,amount,currency,\n", "column 4 has no name", id="column without a name"),
        pytest.param(b"receiver,amount,currency,Amount\n", "amount stands twice", id="column twice"),
        pytest.param(b"receiver,amount\n", "no column currency", id="column missing"),
        pytest.param(b"item_id,reciever,amount,currency\n", "no column receiver", id="receiver misspelt"),
        pytest.param(b'"item_id,receiver,amount,currency\n' + GOOD, "closing quote", id="open quote in the header"),
        pytest.param(HEADER + b"A1," + b"x" * 2_000_000 + b",1,USD\n", "at most 1 MiB", id="long line"),
        pytest.param(HEADER + b"A1," + b"x" * 70_000 + b",1,USD\n", "64 KiB", id="long value"),
        pytest.param(HEADER + b'A1,"' + b"x" * 70_000 + b"\n", "64 KiB", id="long value with an open quote"),
        pytest.param(HEADER + b"x" * 70_000 + b"\n", "64 KiB", id="long value in a ragged line"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_a_sentence(content: bytes, right: str) -> None:
    assert right in refused(content).message
    assert right in refused(content, skip_invalid=True).message


def test_an_open_quote_swallows_no_other_row() -> None:
    content = HEADER + b'A1,"x@y,1,USD\nA2,x@y,zero,USD\nA3,x@y,1,USD\nA4,x@y,"1,USD\n'
    assert places(content) == [(2, None), (3, "amount"), (5, None)]
    assert "--skip-invalid does not help" in refused(content, skip_invalid=True).hint


def test_a_line_break_in_quotes_makes_one_bad_row() -> None:
    content = b'receiver,amount,currency,note\nx@y,1,USD,"two\nlines"\nz@y,1,USD,\n'
    assert places(content) == [(2, None)]
    assert "goes on to line 3" in refused(content).message
    with read_input(io.BytesIO(content), name="pay.csv", skip_invalid=True) as staged:
        assert [row.receiver for row in staged.debts()] == ["z@y"]
        assert staged.invalid_count == 1


def test_past_a_thousand_errors_the_first_thousand_and_the_count_are_told() -> None:
    ragged_and_bad = b"".join(b"ragged\n" if n % 2 else b"A%d,x@y,0,USD\n" % n for n in range(30_000))
    error = refused(HEADER + ragged_and_bad)
    assert "30,000 errors, of which the first 1,000 are listed" in error.message
    assert [cell["line"] for cell in error.details] == list(range(2, 1002))


def test_where_reading_ends_is_told_past_a_thousand_errors() -> None:
    error = refused(HEADER + b"ragged\n" * 2_000 + b"x" * 2_000_000)
    assert [cell["line"] for cell in error.details[-2:]] == [1000, 2002]
    assert "2,001 errors" in error.message


def test_repeated_ids_past_a_thousand_are_counted() -> None:
    error = refused(HEADER + b"A1,x@y,1,USD\n" * 1_500)
    assert "1,499 errors" in error.message
    assert len(error.details) == 1000


@pytest.mark.parametrize(
    ("header", "problem", "meant"),
    [
        pytest.param(
            "id,email,amount,ccy",
            "header: unknown columns: id, email, ccy; no column receiver; no column currency",
            "item_id for id; receiver for email; currency for ccy; the columns are item_id, receiver,",
            id="other names",
        ),
        pytest.param(
            "item_id,reciever,amount,currency",
            "header: unknown columns: reciever; no column receiver",
            "receiver for reciever; ",
            id="misspelt",
        ),
        pytest.param("receiver,amount,currency,amount", "header: amount stands twice", "each once", id="twice"),
        pytest.param("who,how much", "header: unknown columns: who, how much;", "the columns are", id="nothing known"),
    ],
)
def test_a_header_is_refused_with_everything_that_is_wrong_and_what_was_meant(
    header: str, problem: str, meant: str
) -> None:
    error = refused(f"{header}\na,ann@example.com,1.00,USD\n".encode())
    (cell,) = error.details
    assert cell["line"] == 1
    assert cell["problem"].startswith(problem)
    assert meant in cell["expected"]


def test_a_repeated_id_names_the_other_line_even_when_that_row_is_bad() -> None:
    error = refused(HEADER + b"A1,x@y,0,USD\nB,x@y,1,USD\nA1,x@y,1,USD\n")
    assert [(cell["line"], cell["column"]) for cell in error.details] == [(2, "amount"), (4, "item_id")]
    assert error.details[1]["problem"] == "duplicate item_id, also on line 2"
    assert error.details[1]["expected"] == "an item_id of its own"


def test_a_row_that_stands_twice_is_to_be_deleted_and_not_given_another_id() -> None:
    error = refused(HEADER + b"A1,x@y,1,USD\nA1, x@y ,1.00,USD\nA1,x@y,2,USD\nA1,z@y,1,USD\n")
    delete = "one of them: delete the row that stands twice; if it is owed twice, give it an item_id of its own"
    assert [(cell["line"], cell["expected"]) for cell in error.details] == [
        (3, delete),
        (4, "an item_id of its own"),
        (5, "an item_id of its own"),
    ]


def test_a_blank_id_beside_others_is_an_error_even_where_the_others_are_bad() -> None:
    assert places(HEADER + b" ,x@y,1,USD\nA1,x@y,0,USD\n") == [(2, "item_id"), (3, "amount")]
    assert places(HEADER + b",x@y,1,USD\n\xc3\x84,x@y,1,USD\n") == [(2, "item_id"), (3, "item_id")]


def test_with_skip_invalid_bad_rows_are_left_out_and_counted_once() -> None:
    content = HEADER + GOOD + b"A2,nobody,0,USD\nA1,x@y,1,USD\n,x@y,1,USD\nragged\nA2,x@y,1,USD\nA3,x@y,2,USD\n"
    with read_input(io.BytesIO(content), name="pay.csv", skip_invalid=True) as staged:
        assert [(row.item_id, row.line) for row in staged.debts()] == [("A1", 2), ("A3", 8)]
        assert staged.count == 2
        assert staged.invalid_count == 5
        assert [(cell.line, cell.column) for cell in staged.invalid] == [
            (3, "amount"), (3, "receiver"), (4, "item_id"), (5, "item_id"), (6, None), (7, "item_id"),
        ]  # fmt: skip


def test_with_skip_invalid_an_input_of_bad_rows_alone_is_refused() -> None:
    error = refused(HEADER + b"A1,x@y,0,USD\n", skip_invalid=True)
    assert "no row that can be paid" in error.message
    assert len(error.details) == 1


def test_shown_values_are_cut() -> None:
    value = refused(HEADER + b"A1," + b"x" * 500 + b",1,USD\n").details[0]["value"]
    assert len(value) == 80
    assert value.endswith("x…")


def test_a_file_of_a_european_spreadsheet_is_refused_with_all_that_has_to_be_changed() -> None:
    (cell,) = refused(b"Item;Email;Amount;Currency\na;ann@example.com;1250,00;EUR\n").details
    header = "header: unknown columns: item, email; no column receiver"
    assert cell["problem"] == f"columns separated by semicolons; {header}"
    assert cell["expected"].startswith(
        "columns separated by commas, and amounts such as 1250.00: in a text editor replace every , by . and then "
        "every ; by a comma; item_id for item; receiver for email; the columns are "
    )
    (cell,) = refused(b"ann@example.com;1250,00;EUR\n").details
    assert cell["problem"] == "columns separated by semicolons"


def test_a_decimal_comma_that_parts_a_row_is_named() -> None:
    assert refused(HEADER + b"A1,x@y,1250,00,EUR\n").details == [
        {
            "line": 2,
            "column": "amount",
            "value": "1250,00",
            "problem": "a decimal comma: the row has 5 values",
            "expected": "a decimal point: 1250.00, not 1250,00",
        }
    ]


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (HEADER + b"A1,x@y,1,USD\nA2,x@y,100", True),
        (HEADER + b"A1,x@y,zero,USD\r\nA2,x@y,1.5,US", True),
        (HEADER + b"A1,x@y,1,USD\nA2,x@y,100\n", False),
        (HEADER + b"A1,x@y,zero,USD\nA2,x@y,1,USD", False),
    ],
    ids=["cut", "beside another bad row", "a line end", "another bad row"],
)
def test_of_a_bad_last_line_without_end_it_is_asked_whether_the_file_was_cut(content: bytes, asked: bool) -> None:
    hint = refused(content).hint
    assert ("was the file cut?" in hint, "leave the bad rows out with --skip-invalid" in hint) == (asked, not asked)
