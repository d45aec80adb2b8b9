"""One line an event, as text and as JSON; nobody's address in full, and no secret at any level."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from paypal_payouts import log
from paypal_payouts.cli.terminal import LogFormat, asked_log_format, set_up_logging

LOG = logging.getLogger("paypal_payouts.somewhere")


Heard = Callable[[], str]
"""Gives what was logged since it was last asked."""


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Heard]:
    """Catch what is logged, and leave logging and the list of secrets as they were."""
    monkeypatch.setattr(log, "_secrets", set())
    ours, others = logging.getLogger("paypal_payouts"), logging.getLogger()
    before = [(each, each.handlers, each.level, each.propagate) for each in (ours, others)]
    yield lambda: capsys.readouterr().err
    for each, handlers, level, propagate in before:
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay ann.lee+x@mail.example.com 10", "pay a***@mail.example.com 10"),
        ("<ann@example.com>,bob@example.com", "<a***@example.com>,b***@example.com"),
        ("ann@example.com#1", "a***@example.com#1"),
        ('"receiver": "ünal@bücher.example"', '"receiver": "ü***@bücher.example"'),
        ("a@b", "a***@b"),
        ("call +4915112345678 now", "call +4*** now"),
        ("2026-11-25T12:00:00+00:00", "2026-11-25T12:00:00+00:00"),
        ("jonas: ABCDEFGHJ2345 980.00 USD becomes @handle", "jonas: A*** 980.00 USD becomes @handle"),
        ("jonas: my-handle 150000 JPY", "jonas: m*** 150000 JPY"),
        ("GET /v1/payments/payouts/HKJAYV7LUQ1HR: 200", "GET /v1/payments/payouts/HKJAYV7LUQ1HR: 200"),
        ("batch 2026-11-0001-1 of 2 items", "batch 2026-11-0001-1 of 2 items"),
    ],
)
def test_receivers_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert log.masked(text) == shown


def test_an_event_is_one_line_of_json_with_the_same_keys_first(heard: Heard) -> None:
    set_up_logging(verbose=False, log_format="json")
    log.event(LOG, "answer", "c-0001-1:\nrefused \x1b[31m", batch="c-0001-1", attempt=2, http_status=400)
    log.event(LOG, "lock_taken", "ours", cycle="c", debug_id="d1")
    LOG.warning("a %s", "word")
    text = heard()
    told = lines(text)
    assert [list(line)[:8] for line in told] == [
        ["time", "level", "event", "message", "cycle", "batch", "attempt", "debug_id"]
    ] * 3
    assert told[0] | {"time": ""} == {
        "time": "",
        "level": "info",
        "event": "answer",
        "message": "c-0001-1:\nrefused \x1b[31m",
        "cycle": None,
        "batch": "c-0001-1",
        "attempt": 2,
        "debug_id": None,
        "http_status": 400,
    }
    assert (told[1]["cycle"], told[1]["debug_id"]) == ("c", "d1")
    assert (told[2]["event"], told[2]["message"]) == ("log", "a word")
    assert text.isascii()


def test_text_for_people_has_the_fields_that_are_known_and_no_raw_control(heard: Heard) -> None:
    set_up_logging(verbose=True)
    log.event(LOG, "answer", "refused \x1b[31m", batch="c-0001-1", attempt=2)
    (line,) = heard().splitlines()
    assert line.endswith("Z INFO answer batch=c-0001-1 attempt=2: refused \\x1b[31m")


@pytest.mark.parametrize(
    ("log_format", "verbose", "quiet", "told"),
    [
        ("text", False, False, ["warning", "for people"]),
        ("text", False, True, []),
        ("text", True, False, ["debug", "event", "warning", "for people"]),
        ("json", False, False, ["event", "warning", "for people"]),
        ("json", False, True, []),
        ("json", True, False, ["debug", "event", "warning", "for people"]),
    ],
)
def test_people_hear_warnings_and_machines_hear_events(
    heard: Heard, *, log_format: LogFormat, verbose: bool, quiet: bool, told: list[str]
) -> None:
    set_up_logging(verbose=verbose, quiet=quiet, log_format=log_format)
    LOG.debug("<debug>")
    log.event(LOG, "waiting", "<event>")
    LOG.warning("<warning>")
    log.event(LOG, "notify_failed", "<for people>", level=logging.WARNING, for_people=True)
    words = ["debug", "event", "warning", "for people"]
    text = heard()
    assert [word for word in words if f"<{word}>" in text] == told


def test_a_library_that_warns_is_heard_in_our_form_once(heard: Heard) -> None:
    set_up_logging(verbose=False, log_format="json")
    set_up_logging(verbose=False, log_format="json")
    logging.getLogger("some.package").warning("to ann@example.com")
    (line,) = lines(heard())
    assert (line["level"], line["message"]) == ("warning", "to a***@example.com")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_is_masked_too(heard: Heard, log_format: LogFormat) -> None:
    log.hide("s3cret-canary")
    set_up_logging(verbose=True, log_format=log_format)
    LOG.error("The program failed.", exc_info=ValueError("ann@example.com has s3cret-canary"))
    text = heard()
    assert "ValueError: a***@example.com has ***" in text
    assert "ann@" not in text
    assert "s3cret-canary" not in text
    assert (len(text.splitlines()) == 1) is (log_format == "json")


def test_secrets_are_hidden_in_every_field_and_short_words_are_no_secrets(heard: Heard) -> None:
    log.hide("s3cret-canary")
    log.hide("run")
    set_up_logging(verbose=False, log_format="json")
    log.event(LOG, "error", "run", hint="s3cret-canary", items={"a": ["ann@example.com", "s3cret-canary"]})
    (line,) = lines(heard())
    assert line["message"] == "run"
    assert line["hint"] == "***"
    assert line["items"] == {"a": ["a***@example.com", "***"]}


def test_a_program_of_ones_own_hears_events_with_receivers_masked(caplog: pytest.LogCaptureFixture) -> None:
    log.event(LOG, "read_failed", "no answer about ann@example.com", level=logging.WARNING, batch="c-0001-1")
    assert caplog.messages == ["no answer about a***@example.com"]


def test_a_program_of_ones_own_that_does_not_listen_is_not_written_to() -> None:
    code = (
        "import logging; from paypal_payouts.log import event; "
        "event(logging.getLogger('paypal_payouts.x'), 'review', 'words', level=logging.ERROR)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr == ""


@pytest.mark.usefixtures("heard")
def test_a_reader_that_has_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_logging(verbose=True)
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    LOG.warning("nobody hears this")
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    LOG.warning("somebody hears this")
    assert "somebody hears this" in stream.getvalue()


@pytest.mark.parametrize(
    ("arguments", "log_format"),
    [
        ("run --log-format json", "json"),
        ("run --log-format=json -c", "json"),
        ("run --log-format text", "text"),
        ("run --json", "text"),
        ("run --log-format", "text"),
    ],
)
def test_a_command_line_that_is_wrong_still_says_how_its_log_is_wanted(arguments: str, log_format: str) -> None:
    assert asked_log_format(arguments.split()) == log_format
