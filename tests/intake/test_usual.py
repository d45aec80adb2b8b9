"""A block of rows that is checked at once passes with the same values as row after row, or does not pass."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paypal_payouts.intake import csv_form, read_input
from paypal_payouts.intake.findings import InputFindings
from paypal_payouts.intake.rows import COLUMNS, Staged, check_row
from paypal_payouts.intake.usual import usual_rows

RIGHT = {
    "item_id": ["A1", "a 1", "B" * 63, "~!~"],
    "receiver": ["ann@example.com", "a.b+c@x", "+15555550123", "ABCDEFGHIJ123", "x" * 120 + "@y.zzzz"],
    "amount": ["10.50", "0.01", "9999999999.99", "1", "007", "10.5"],
    "currency": ["USD", "EUR", "JPY", "HUF"],
    "recipient_type": ["", "EMAIL"],
    "note": ["", "Thanks", "ünï שלום", "POSPOX1", "x" * 1000, "ERR PYO1"],
    "purpose": ["", "GOODS"],
    "recipient_wallet": ["", "PAYPAL"],
    "language": ["", "fr", "zh-Hant-TW"],
    "payee_id": ["", "P 1", "~" * 63],
}
ODD = {
    "item_id": ["", " ", " A1", "A1 ", "B" * 64, "ü", "\t", "A\x7f"],
    "receiver": [
        "",
        " ann@example.com",
        "ann@example.com ",
        "a..b@x",
        "a.@x",
        "a@b@c",
        "@",
        "ann@example.com\xa0",
        "a(b@x",
        "ü@x",
        "12",
        "+12",
        "+1-555-555-0123",
        "abcdefghij123",
        "@ann",
        "x" * 121 + "@y.zzzz",
    ],
    "amount": ["", "0", "0.00", "-1", "1.005", "1e3", "12345678901", "1.", ".5", "٣", " 1", "1 ", "10.50.1", "1_0"],
    "currency": ["", "usd", "XXX", "USD ", "currency"],
    "recipient_type": ["PHONE", "email", "USER_HANDLE", "PAYPAL_ID", "X"],
    "note": ["\t", "a\u202eb", "x" * 1001, "a\u2028b", "\x85", "POSPYO001", " ERRPYO12 "],
    "purpose": ["goods", "X", " "],
    "recipient_wallet": ["VENMO", "paypal"],
    "language": ["fr-", "FR", "french"],
    "payee_id": [" ", "ü", "~" * 64, "a "],
}
OPTIONAL = [name for name in COLUMNS if name not in {"receiver", "amount", "currency"}]


@st.composite
def files(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Some rows, most of them right, of a file with some columns in any order."""
    names = draw(st.permutations(["receiver", "amount", "currency", *draw(st.sets(st.sampled_from(OPTIONAL)))]))
    odd = draw(st.lists(st.sampled_from(names), max_size=1))
    rows = [
        [
            draw(st.sampled_from(ODD[name]) | st.text(max_size=3)) if name in odd and draw(st.booleans()) else
            draw(st.sampled_from(RIGHT[name]))
            for name in names
        ]
        for _ in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    return names, rows


def one_by_one(names: list[str], rows: list[list[str]], findings: InputFindings) -> list[Staged]:
    """Check each row alone."""
    given_cells = [dict(zip(names, row, strict=True)) for row in rows]
    cells = [[row.get(name, "") for name in COLUMNS] for row in given_cells]
    return [check_row(line, each, findings) for line, each in enumerate(cells, 7)]


@given(file=files(), is_live=st.booleans())
@example(file=(["receiver", "amount", "currency"], [["a@x", "0.00", "USD"]]), is_live=False)
def test_what_passes_at_once_passes_alone_with_the_same_values(
    file: tuple[list[str], list[list[str]]], is_live: bool
) -> None:
    names, rows = file
    if any(set(cell) & {",", '"', "\n"} for row in rows for cell in row):
        return
    text = "\n".join(map(",".join, rows))
    found = usual_rows(7, text, names, is_live=is_live)
    if found is not None:
        findings = InputFindings(is_live=is_live)
        assert list(found) == one_by_one(names, rows, findings)
        assert not findings.count


@given(st.permutations(["item_id", "receiver", "amount", "currency", "note", "payee_id"]), st.data())
def test_right_rows_pass_at_once(names: list[str], data: st.DataObject) -> None:
    rows = [[data.draw(st.sampled_from(RIGHT[name][:3])) for name in names] for _ in range(3)]
    rows = [[{"JPY": "10"}.get(row[names.index("currency")], cell) if name == "amount" else cell
             for name, cell in zip(names, row, strict=True)] for row in rows]  # fmt: skip
    assert usual_rows(1, "\n".join(map(",".join, rows)), names, is_live=True) is not None


@pytest.mark.parametrize("is_live", [False, True])
@pytest.mark.parametrize("name", COLUMNS)
def test_one_odd_value_passes_only_where_it_passes_alone(name: str, is_live: bool) -> None:
    names = list(COLUMNS)
    right = [RIGHT[column][0] for column in names]
    for value in RIGHT[name] + ODD[name]:
        rows = [right, [value if column == name else cell for column, cell in zip(names, right, strict=True)]]
        found = usual_rows(7, "\n".join(map(",".join, rows)), names, is_live=is_live)
        if found is not None:
            findings = InputFindings(is_live=is_live)
            assert list(found) == one_by_one(names, rows, findings)
            assert not findings.count


@pytest.mark.parametrize(
    "text",
    ["a@x,1.00,USD", "a@x,1.00,USD,p,", "a@x,1.00,USD\nX,b@x,2.00,USD,p", "", '"a@x",1.00,USD,', "a@x,1.00,USD,p\n"],
)
def test_lines_of_another_shape_do_not_pass(text: str) -> None:
    assert usual_rows(1, text, ["receiver", "amount", "currency", "payee_id"], is_live=False) is None


@given(files(), st.integers(20, 400))
def test_a_file_is_read_the_same_whether_blocks_pass_or_not(
    file: tuple[list[str], list[list[str]]], block_bytes: int
) -> None:
    names, rows = file
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([names, *rows])
    content = written.getvalue().encode("utf-8", "replace")
    at_once = _read(content, block_bytes)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_form, "usual_rows", lambda *_, **__: None)
        assert _read(content, block_bytes) == at_once


def _read(content: bytes, block_bytes: int) -> object:
    """Read a file in blocks, as if it were large."""
    stream = io.BytesIO(content)
    blocks = type("Blocks", (), {"read": lambda _self, _size: stream.read(block_bytes)})()
    try:
        with read_input(blocks, name="input", skip_invalid=True) as staged:
            return staged.fetch([debt.key for debt in staged.debts()]), staged.invalid, staged.invalid_count
    except Exception as refused:  # noqa: BLE001 - it is compared
        return type(refused), str(refused), getattr(refused, "details", None)
