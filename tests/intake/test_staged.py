"""What the plan reads: order, derived ids, rows by key and id, payments that stand there twice."""

import io
from array import array

import pytest

from paypal_payouts.intake import StagedInput, read_input


def staged(*lines: str) -> StagedInput:
    return read_input(io.BytesIO("\n".join(lines).encode()), name="pay.csv")


def ids(staged_input: StagedInput) -> dict[int, str]:
    with staged_input:
        assert staged_input.derived_ids
        return {row.line: row.item_id for row in staged_input.debts()}


HEADER = "receiver,amount,currency"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("b@x,1,USD\na@x,2,USD", "a@x"),
        ("a@x,2,USD\nb@x,1,USD\n", None),
        ("a@x,2,USD\r\nb@x,1,USD\r\n", None),
        ("a@x,2,USD\nb@x,1,USD\nbad", "b@x"),
    ],
    ids=["no line end", "LF", "CRLF", "a last row that is left out"],
)
def test_the_last_row_of_a_file_that_ends_within_its_line_may_be_cut(text: str, last: str | None) -> None:
    with read_input(io.BytesIO(f"{HEADER}\n{text}".encode()), name="pay.csv", skip_invalid=True) as staged_input:
        assert (staged_input.cut_row and staged_input.cut_row.receiver) == last


def test_a_line_of_json_that_was_cut_is_none() -> None:
    row = b'{"receiver": "a@x", "amount": "1", "currency": "USD"}'
    with read_input(io.BytesIO(row), name="pay.jsonl") as staged_input:
        assert staged_input.cut_row is None


def test_ids_are_derived_from_the_receiver_by_currency_and_amount() -> None:
    lines = (HEADER, "Ann@x.org,2,USD", "ann@X.org,10,USD", "bo@x.org,1,USD", "ANN@x.org,9,EUR", "ann@x.org,2,USD")
    assert ids(staged(*lines)) == {
        2: "ann@x.org#2", 3: "ann@x.org#4", 4: "bo@x.org#1", 5: "ann@x.org#1", 6: "ann@x.org#3",
    }  # fmt: skip


@pytest.mark.parametrize(
    "header", ["receiver,amount,currency,item_id", "receiver,amount,currency,item_id,note"], ids=["last", "middle"]
)
def test_a_column_of_blank_ids_counts_as_none(header: str) -> None:
    blanks = "," * (header.count(",") - 2)
    assert ids(staged(header, f"a@x,1,USD{blanks}", f"b@x,1,USD {blanks}".replace("USD ", "USD"))) == {
        2: "a@x#1",
        3: "b@x#1",
    }


def test_derived_ids_do_not_depend_on_the_order_of_the_file() -> None:
    lines = ["a@x,3,USD", "a@x,1,USD", "b@x,1,USD", "a@x,2,EUR"]
    with staged(HEADER, *lines) as one, staged(HEADER, *reversed(lines)) as other:
        assert [(row.item_id, row.amount_minor) for row in one.debts()] == [
            (row.item_id, row.amount_minor) for row in other.debts()
        ]


def test_a_long_receiver_is_hashed_and_the_id_stays_printable() -> None:
    at_most, longer = f"{'A' * 46}@x.o", f"{'A' * 47}@x.o"
    assert (len(at_most), len(longer)) == (50, 51)
    derived = ids(staged(HEADER, f"{at_most},1,USD", f"{longer},1,USD", f"{longer.lower()},2,USD"))
    assert derived[2] == f"{at_most.lower()}#1"
    stem, number = derived[3].split("#")
    assert (len(stem), number) == (40, "1")
    assert derived[4] == f"{stem}#2"


def test_bad_rows_take_no_number_of_a_derived_id() -> None:
    content = f"{HEADER}\na@x,0,USD\na@x,5,USD\n".encode()
    with read_input(io.BytesIO(content), name="pay.csv", skip_invalid=True) as left:
        assert [(row.item_id, row.line) for row in left.debts()] == [("a@x#1", 3)]
        assert (left.derived_ids, left.invalid_count) == (True, 1)


def test_given_ids_are_not_called_derived() -> None:
    with staged("item_id," + HEADER, "A,a@x,1,USD") as given:
        assert not given.derived_ids


@pytest.fixture
def many() -> StagedInput:
    return staged("item_id," + HEADER, *(f"I{n * 7919 % 20_011:05d},p{n}@x,1.{n % 100:02d},USD" for n in range(20_011)))


def test_rows_come_by_item_id_as_often_as_asked(many: StagedInput) -> None:
    with many:
        assert [row.item_id for row in many.debts()] == [f"I{n:05d}" for n in range(20_011)]
        assert sum(1 for _ in many.debts()) == many.count == 20_011


def test_rows_are_fetched_by_key_while_others_are_read(many: StagedInput) -> None:
    with many:
        rows = many.debts()
        keys = array("q", (next(rows).key for _ in range(15_000)))
        fetched = many.fetch(keys)
        assert [row.item_id for row in fetched] == [f"I{n:05d}" for n in range(15_000)]
        assert next(rows).item_id == "I15000"
        assert many.fetch(keys[:2]) == fetched[:2]
        assert many.fetch([]) == []


def test_rows_are_found_by_item_id(many: StagedInput) -> None:
    with many:
        wanted = ["I00002", "nobody", "I20010", *(f"I{n:05d}" for n in range(10_000, 20_000))]
        assert [row.item_id for row in many.find(iter(wanted))] == [name for name in wanted if name != "nobody"]


def test_the_same_payment_twice_is_counted_and_named_by_line() -> None:
    lines = (
        "item_id,receiver,amount,currency,recipient_type",
        "a,one,1,USD,USER_HANDLE",
        "b,Ann@x,2,USD,",
        "c,One,1,USD,USER_HANDLE",
        "d,ann@x,2.00,USD,",
        "e,ann@x,2,EUR,",
        "f,ann@x,3,USD,",
        "g,bo@x,1,USD,",
        "h,ANN@X,2,USD,",
        "i,bo@x,1,USD,",
    )
    with staged(*lines) as twice:
        count, first = twice.same_receiver(1)
        assert count == 2
        assert first == [("Ann@x".upper(), "EMAIL", "USD", 200, 3, [3, 5, 9])]
        assert [group.lines for group in twice.same_receiver(9)[1]] == [[3, 5, 9], [8, 10]]


def test_of_many_equal_payments_only_the_first_lines_are_named() -> None:
    with staged(HEADER, *["a@x,1,USD"] * 500) as equal:
        ((*_, times, lines),) = equal.same_receiver(5)[1]
        assert (times, lines) == (500, list(range(2, 22)))


def test_a_closed_input_gives_nothing(many: StagedInput) -> None:
    many.close()
    with pytest.raises(Exception, match="closed database"):
        many.debts()
