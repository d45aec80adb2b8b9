"""JSON Lines: what is refused, and how the form is chosen."""

import io
from pathlib import Path

import pytest

from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake import read_input


def refused(content: bytes) -> InputInvalid:
    with pytest.raises(InputInvalid) as caught:
        read_input(io.BytesIO(content), name="-")
    return caught.value


@pytest.mark.parametrize(
    ("line", "place", "right"),
    [
        pytest.param('{"receiver":', (1, None), "character", id="cut off"),
        pytest.param("{" * 100_000, (1, None), "character", id="braces"),
        pytest.param('{"note":' + "[" * 100_000, (1, None), "nested too deeply", id="nesting bomb"),
        pytest.param('{"receiver":"x@y","amount":"1","currency":"USD"} {}', (1, None), "Extra data", id="two objects"),
        pytest.param(
            '{"receiver":"x@y","amount":"1","amount":"2","currency":"USD"}', (1, "amount"), "once", id="key twice"
        ),
        pytest.param(
            '{"receiver":"x@y","amount":"1","currency":"USD","fee":"1"}', (1, "fee"), "among", id="unknown key"
        ),
        pytest.param('{"receiver":"x@y","amount":[1],"currency":"USD"}', (1, "amount"), "a JSON string", id="list"),
        pytest.param('{"receiver":"x@y","amount":{},"currency":"USD"}', (1, "amount"), "a JSON string", id="object"),
        pytest.param('{"receiver":"x@y","amount":true,"currency":"USD"}', (1, "amount"), "a JSON string", id="true"),
        pytest.param(
            '{"item_id":7,"receiver":"x@y","amount":"1","currency":"USD"}', (1, "item_id"), "string", id="number"
        ),
        pytest.param('{"receiver":"x@y","amount":1e2,"currency":"USD"}', (1, "amount"), "digits", id="exponent"),
        pytest.param('{"receiver":"x@y","amount":1.999,"currency":"USD"}', (1, "amount"), "digits", id="3 decimals"),
        pytest.param(
            '{"receiver":"x@y","amount":' + "9" * 9000 + ',"currency":"USD"}', (1, "amount"), "digits", id="huge"
        ),
        pytest.param('{"receiver":"x@y","amount":NaN,"currency":"USD"}', (1, "amount"), "digits", id="NaN"),
        pytest.param('{"receiver":"x@y","amount":"1"}', (1, "currency"), "one of AUD", id="key missing"),
        pytest.param(
            '{"receiver":"x@y","amount":"1","currency":"USD","note":"\\ud800"}', (1, "note"), "text", id="surrogate"
        ),
    ],
)
def test_a_bad_json_line_is_named(line: str, place: tuple[int, str | None], right: str) -> None:
    error = refused(line.encode())
    assert [(cell["line"], cell["column"]) for cell in error.details] == [place]
    assert right in f"{error.details[0]['problem']}; expected {error.details[0]['expected']}"
    assert len(error.details[0]["value"].encode()) < 400


def test_a_json_line_that_is_no_object_is_named() -> None:
    good = b'{"receiver":"x@y","amount":"1","currency":"USD"}\n'
    details = refused(good + b"[1]\n7\nnull\n").details
    assert [(cell["line"], cell["column"]) for cell in details] == [(2, None), (3, None), (4, None)]


def test_a_path_chooses_its_form_by_its_suffix(tmp_path: Path) -> None:
    line = b'{"receiver":"x@y","amount":"1","currency":"USD"}\n'
    (tmp_path / "pay.jsonl").write_bytes(line)
    (tmp_path / "pay.csv").write_bytes(line)
    with read_input(tmp_path / "pay.jsonl", name="pay.jsonl") as staged:
        assert staged.count == 1
    with pytest.raises(InputInvalid, match=r"JSON Lines ends with \.jsonl"):
        read_input(tmp_path / "pay.csv", name="pay.csv")


def test_a_binary_file_is_one_error_and_no_list_of_garbage(tmp_path: Path) -> None:
    (tmp_path / "pay.jsonl").write_bytes(b"\x89PNG\r\n\x1a\n\xff\n\xfe\n")
    with pytest.raises(InputInvalid, match="0x89") as caught:
        read_input(tmp_path / "pay.jsonl", name="pay.jsonl")
    assert len(caught.value.details) == 1
