import io
import re
from dataclasses import replace
from typing import Any

import pytest

from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import Blocked, InputInvalid, PayoutsError, PayPalRefused
from paypal_payouts.present.tables import confirm_text, show_error
from paypal_payouts.present.text import visible
from present import reports
from present.screens import Terminal, every, poisoned, shown

HOSTILE = "\x1b[31m\u202e\n\u2028[bold red]"
COLOURS = re.compile("\x1b\\[[0-9;]*m")


def error_text(error: PayoutsError, *, colour: bool = False) -> str:
    stream = Terminal() if colour else io.StringIO()
    show_error(error, stream=stream, colour=colour)
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("name", every())
def test_a_hostile_text_in_any_field_does_nothing(name: str, width: int) -> None:
    report = every()[name]
    if isinstance(report, StatusReport):
        report = reports.overview([replace(cycle, item_rows=list(cycle.item_rows or ())) for cycle in report.cycles])
    elif isinstance(report, BatchStatusReport):
        report = replace(report, item_rows=list(report.item_rows or ()))
    text = COLOURS.sub("", shown(poisoned(report, HOSTILE), width=width, colour=True, verbose=True))
    assert all(visible(line) == line for line in text.split("\n"))
    assert "[bold" in text


def test_a_hostile_error_does_nothing() -> None:
    error = Blocked(
        "lock_held", f"Held {HOSTILE}", hint=HOSTILE, details=[{HOSTILE: HOSTILE}, {"nested": [{"a": HOSTILE}]}]
    )
    text = COLOURS.sub("", error_text(error, colour=True))
    assert all(visible(line) == line for line in text.split("\n"))
    assert text.startswith("error: Held \\x1b[31m\\u202e")


def test_an_error_lists_bad_rows_in_columns_then_says_what_to_type() -> None:
    error = InputInvalid(
        "The input has 2 errors: nothing was sent.",
        hint="Correct them, or leave the rows out with `payouts run --cycle 2026-11 --skip-invalid`.",
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
        "  `payouts run --cycle 2026-11 --skip-invalid`.",
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
        "  CODE",
        batch,
        "  VALIDATION_ERROR",
        "-",
        "  -",
        "ITEM_ID  LINE  ISSUE",
        "inv-1    -     not a receiver",
    ]


@pytest.mark.parametrize(
    ("details", "lines"),
    [
        pytest.param([{}], [], id="nothing"),
        pytest.param([{"problems": [{"issue": "bad"}]}], ["ISSUE", "bad"], id="nested-alone"),
        pytest.param([{"batch": "b" * 90}], ["BATCH", "b" * 90], id="one-column-too-wide"),
        pytest.param([{"seconds_left": 5, "dry": True}], ["SECONDS_LEFT   DRY", "           5  true"], id="numbers"),
    ],
)
def test_details_of_any_shape_are_shown(details: list[dict[str, Any]], lines: list[str]) -> None:
    assert error_text(Blocked("cooldown", "Wait.", details=details)).splitlines()[1:] == lines


def test_a_command_in_a_hint_is_never_broken_over_two_lines() -> None:
    command = f"`payouts override {reports.LONG_CYCLE}-0001-1 --to abandoned --reason TEXT`"
    assert command in error_text(Blocked("not_eligible", "No.", hint=f"Look first, and then type {command} or wait."))


def test_a_question_cannot_be_rewritten_by_what_it_shows() -> None:
    text = confirm_text(replace(reports.run(), cycle=HOSTILE, account=HOSTILE), action=HOSTILE)
    assert all(visible(line) == line for line in text.split("\n"))


def test_a_closed_pipe_is_left_to_the_caller() -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        show_error(Blocked("cooldown", "Wait."), stream=Closed(), colour=False)
