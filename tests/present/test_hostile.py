"""Whatever a file, an argument or PayPal says, nothing that acts on a terminal comes out of any of our doors."""

import io
import logging
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from paypal_payouts.cli.app import execute
from paypal_payouts.cli.terminal import set_up_logging
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import Blocked
from paypal_payouts.present.progress import SilentProgress, make_progress
from paypal_payouts.present.tables import show_error, show_open_plan
from present import reports
from present.screens import Terminal, document, every, poisoned, shown

ACTING: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
TURNING: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
OURS: Final = re.compile("\x1b\\[[0-9;]*m|\r?\x1b\\[(?:[02]?K|1A)")
"""Colours, and the wiping of the lines that show how far things are."""

PIECES: Final = [
    *("\x1b[2J", "\x1b]0;title\x07", "\x1bP$q", "\x9b31m", "\x90", "\x07", "\x08", "\r", "\n", "\t", "\x00", "\x7f"),
    *("\u202d", "\u202e", "\u2066", "\u2069", "\u2028", "\u2029", "\ud800", "[bold red]", "`", "{}", "%s"),
]
"""Each acts on a terminal, on the line, or on those who put texts together."""

TEXTS: Final = st.tuples(
    st.text(max_size=6), st.sampled_from(PIECES), st.text(st.characters(exclude_categories=[]), max_size=6)
).map("".join)
EXAMPLES: Final = settings(max_examples=60)


def harmless(text: str) -> bool:
    """Judge by Unicode's own tables, which the program does not ask."""
    return not any(
        unicodedata.category(character) in ACTING or unicodedata.bidirectional(character) in TURNING
        for character in text.replace("\n", "")
    )


def drained(report: Any) -> Any:
    """Make lists of rows that come one by one."""
    if isinstance(report, StatusReport):
        return replace(report, cycles=[replace(each, item_rows=list(each.item_rows or ())) for each in report.cycles])
    if isinstance(report, BatchStatusReport):
        return replace(report, item_rows=list(report.item_rows or ()))
    return report


@pytest.mark.parametrize("name", every())
def test_reports(name: str) -> None:
    report = drained(every()[name])

    @settings(max_examples=15)
    @given(TEXTS, st.sampled_from([20, 80, 200]), st.booleans())
    def check(text: str, width: int, colour: bool) -> None:
        page = shown(poisoned(report, text), width=width, colour=colour, verbose=True)
        assert harmless(OURS.sub("", page) if colour else page)

    check()


@pytest.mark.parametrize("name", every())
def test_what_looks_like_markup_is_shown_as_it_is(name: str) -> None:
    page = shown(poisoned(drained(every()[name]), "\x1b[31m[bold red]"), width=80, colour=True, verbose=True)
    assert "\\x1b[31m[bold red]" in re.sub(r"\s*\n\s*", " ", OURS.sub("", page))


def test_an_error_shows_what_would_have_acted() -> None:
    stream = Terminal()
    show_error(Blocked("lock_held", "Held \x1b[31m\u202e[bold red]"), stream=stream, colour=True)
    assert OURS.sub("", stream.getvalue()) == "error: Held \\x1b[31m\\u202e[bold red]\n"


@EXAMPLES
@given(TEXTS)
def test_errors_and_questions(text: str) -> None:
    stream = io.StringIO()
    details: list[dict[str, Any]] = [
        {text: text},
        {"nested": [{"a": text, text: [text]}]},
        {"batch": text, "item_id": text},
    ]
    show_error(Blocked("cooldown", text, hint=text, details=details), stream=stream, colour=False)
    show_open_plan([replace(reports.preview(), cycle=text, account=text)], stream=stream, width=80, colour=False)

    assert harmless(stream.getvalue())


@EXAMPLES
@given(TEXTS, st.sampled_from([Terminal, io.StringIO]))
def test_progress(text: str, kind: type[io.StringIO]) -> None:
    stream = kind()
    told: list[Callable[[SilentProgress], None]] = [
        lambda progress: progress.note(text),
        lambda progress: progress.sent(text, 1, 2, text),
        lambda progress: progress.waiting(5, text),
    ]
    with make_progress(stream, quiet=False) as progress:
        for tell in told:
            tell(progress)
    assert harmless(OURS.sub("", stream.getvalue()) if kind is Terminal else stream.getvalue())


@EXAMPLES
@given(TEXTS)
def test_documents(text: str) -> None:
    error = Blocked("cooldown", text, hint=text, details=[{text: text}])
    told = document(exit_code=4, error=error, report=poisoned(drained(reports.run()), text))
    assert told["error"]["code"] == "cooldown"  # `document` itself holds it to ASCII


@contextmanager
def at_the_terminal(folder: Path) -> Iterator[Terminal]:
    """Work in a folder, with both streams on one terminal, and the log as it was afterwards."""
    screen, before = Terminal(), Path.cwd()
    loggers = [logging.getLogger(), logging.getLogger("paypal_payouts")]
    kept = [(each, list(each.handlers), each.level, each.propagate) for each in loggers]
    os.chdir(folder)
    try:
        with redirect_stdout(screen), redirect_stderr(screen):
            yield screen
    finally:
        os.chdir(before)
        for logger, handlers, level, propagate in kept:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)


@pytest.mark.parametrize(
    "arguments",
    [
        ["{}"],
        ["--{}"],
        ["run", "{}"],
        ["run", "-c", "{}"],
        ["run", "-c", "c", "--input", "{}"],
        ["retry", "{}"],
        ["retry", "c-0001-1", "--max-retries", "{}"],
        ["status", "{}"],
        ["status", "-c", "{}"],
        ["status", "--config", "{}"],
        ["override", "{}", "--to", "{}", "--reason", "{}"],
        ["cancel", "{}", "-c", "c", "--reason", "long enough a reason {}"],
        ["unlock", "{}", "--reason", "long enough a reason {}"],
        ["audit", "{}"],
        ["simulator", "{}"],
    ],
    ids=" ".join,
)
def test_arguments(arguments: list[str], tmp_path: Path) -> None:
    @settings(max_examples=10)
    @given(TEXTS)
    def check(text: str) -> None:
        with at_the_terminal(tmp_path) as screen:
            code = execute([argument.replace("{}", text) for argument in arguments])
        assert harmless(OURS.sub("", screen.getvalue()))
        assert code in {0, 2, 3, 4}

    check()


@EXAMPLES
@given(TEXTS)
def test_the_log(text: str) -> None:
    with at_the_terminal(Path()) as screen:
        set_up_logging(verbose=True)
        logging.getLogger("paypal_payouts.test").warning("A line about %s.", text)
        logging.getLogger("paypal_payouts.test").error("It failed.", exc_info=ValueError(text))
    assert "A line about" in screen.getvalue()
    assert harmless(screen.getvalue())
