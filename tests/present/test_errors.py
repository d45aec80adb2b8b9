import io
from typing import Any

import pytest

from paypal_payouts.errors import Blocked, InputInvalid, PayoutsError, PayPalRefused
from paypal_payouts.present.tables import show_error
from present import reports


def error_text(error: PayoutsError) -> str:
    stream = io.StringIO()
    show_error(error, stream=stream, colour=False)
    return stream.getvalue()


def test_an_error_lists_bad_rows_in_columns_then_says_what_to_type() -> None:
    error = InputInvalid(
        "The input has 2 errors: nothing was sent.",
        hint="Correct them, or leave the rows out with `payouts run 2026-11 --skip-invalid`.",
        details=[
            {"line": 7, "column": "amount", "value": "12,50", "problem": "1 to 10 digits, then, if wanted, a point"},
            {"line": 1234, "column": None, "value": "", "problem": "an empty line"},
        ],
    )
    assert error_text(error).splitlines() == [
        "error: The input has 2 errors: nothing was sent.",
        "LINE  COLUMN  VALUE  PROBLEM",
        "   7  amount  12,50  1 to 10 digits, then, if wanted, a point",
        "1234  -              an empty line",
        "hint: Correct them, or leave the rows out with",
        "  `payouts run 2026-11 --skip-invalid`.",
    ]


def test_bad_rows_with_the_same_mistake_are_one_row() -> None:
    details = [
        {
            "line": line,
            "column": "amount",
            "value": f"{line},00",
            "problem": "a decimal comma",
            "expected": "a decimal point",
        }
        for line in (2, 3, 4, 5, 7, 8, 9)
    ]
    assert error_text(InputInvalid("pay.csv has 7 errors", details=details)).splitlines() == [
        "error: pay.csv has 7 errors",
        "LINE    COLUMN  VALUE  PROBLEM          EXPECTED",
        "2 to 5  amount  2,00   a decimal comma  a decimal point",
        "7       amount  7,00   a decimal comma  a decimal point",
        "8       amount  8,00   a decimal comma  a decimal point",
        "9       amount  9,00   a decimal comma  a decimal point",
    ]


def test_an_error_shows_what_is_nested_in_its_details() -> None:
    batch = f"{reports.LONG_CYCLE}-0001-1"
    problems = [{"item_id": "inv-1", "line": None, "issue": "not a receiver"}]
    error = PayPalRefused(
        "Refused.", details=[{"batch": batch, "code": "VALIDATION_ERROR", "problems": problems}, {"problems": []}]
    )
    assert error_text(error).splitlines() == [
        "error: Refused.",
        "BATCH",
        "  PAYPAL'S CODE",
        batch,
        "  VALIDATION_ERROR",
        "-",
        "  -",
        "ITEM   ISSUE",
        "inv-1  not a receiver",
    ]


@pytest.mark.parametrize(
    ("details", "lines"),
    [
        pytest.param([{}], [], id="nothing"),
        pytest.param([{"problems": [{"issue": "bad"}]}], ["ISSUE", "bad"], id="nested-alone"),
        pytest.param([{"batch": "b" * 90}], ["BATCH", "b" * 90], id="one-column-too-wide"),
        pytest.param([{"seconds_left": 5, "dry": True}], ["SECONDS LEFT   DRY", "           5  true"], id="numbers"),
    ],
)
def test_details_of_any_shape_are_shown(details: list[dict[str, Any]], lines: list[str]) -> None:
    assert error_text(Blocked("cooldown", "Wait.", details=details)).splitlines()[1:] == lines


def test_a_command_in_a_hint_is_never_broken_over_two_lines() -> None:
    command = f"`payouts override {reports.LONG_CYCLE}-0001-1 --to abandoned --reason TEXT`"
    assert command in error_text(Blocked("not_eligible", "No.", hint=f"Look first, and then type {command} or wait."))


def test_a_closed_pipe_is_left_to_the_caller() -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        show_error(Blocked("cooldown", "Wait."), stream=Closed(), colour=False)


def test_an_error_says_what_happened_whether_money_moved_and_what_to_type() -> None:
    details = [{"key": "c", "holder": "vm:7", "acquired_at": "2026-11-27T15:56:39.461908+00:00"}]
    error = Blocked("lock_held", "Cycle c is held.", hint="Nothing was sent. Type `payouts locks`.", details=details)
    assert error_text(error).splitlines() == [
        "error: Cycle c is held.",
        "Nothing was sent.",
        "hint: Type `payouts locks`.",
    ]
    said = Blocked("lock_held", "Held; nothing was sent.", hint="Nothing was sent. Wait.")
    assert error_text(said).splitlines() == ["error: Held; nothing was sent.", "hint: Wait."]


def test_what_the_message_says_and_what_is_for_programs_alone_has_no_column() -> None:
    facts = {"code": "INSUFFICIENT_FUNDS", "error_class": "funds", "http_status": 422, "debug_id": "pi9hx"}
    error = PayPalRefused("PayPal refused c-0001-1 (INSUFFICIENT_FUNDS: no funds).", details=[facts])
    assert error_text(error).splitlines()[1:] == ["HTTP  DEBUG ID", " 422  pi9hx"]
