"""Messages to services that take them, refuse them, hang, or are none."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.hearing import hearing

from paypal_payouts.notify import Message, deliver
from paypal_payouts.notify.news import News

PATIENT_S = 120
"""No verdict here hangs on how fast this machine is."""

NEWS = News("review", "payouts: c: a person must decide", "Cycle c: what happened. Next: payouts audit c-0001-1")


def test_each_service_gets_the_title_and_the_words() -> None:
    with hearing() as one, hearing() as other:
        problems = deliver([Message("one", one.url, NEWS), Message("other", other.url, NEWS)], deadline_s=PATIENT_S)
    assert problems == [None, None]
    for service in (one, other):
        (message,) = service.heard
        assert (message["title"], message["message"]) == (NEWS.title, NEWS.body)


def test_one_service_that_fails_keeps_no_message_from_the_others() -> None:
    with hearing() as well, hearing() as ill:
        ill.status = 500
        urls = {"ill": ill.url, "odd": "key-canary", "well": well.url, "closed": "json://127.0.0.1:1/"}
        problems = deliver([Message(name, url, NEWS) for name, url in urls.items()], deadline_s=PATIENT_S)
    assert problems == [
        "the service did not take it",
        "its URL names no service that Apprise knows",
        None,
        "the service did not take it",
    ]
    assert len(well.heard) == 1


def test_a_service_that_hangs_is_left_behind_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    communicate = subprocess.Popen.communicate

    def until_the_other_is_told(self: Any, input: Any = None, timeout: float | None = None) -> Any:  # noqa: A002
        # The time is over as soon as the other service has answered, however slow this machine is.
        while timeout is not None:
            try:
                return communicate(self, input, timeout=0.1)
            except subprocess.TimeoutExpired as expired:
                input = None  # noqa: A001 - sent
                if b"[1, null]" in (expired.output or b""):
                    raise
        return communicate(self, input)

    monkeypatch.setattr(subprocess.Popen, "communicate", until_the_other_is_told)
    with hearing() as well, hearing() as hanging:
        hanging.hangs = True
        problems = deliver([Message("hanging", hanging.url, NEWS), Message("well", well.url, NEWS)])
        assert len(hanging.heard) == 1
    assert problems == ["no answer in time", None]


def test_nothing_to_tell_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert deliver([]) == []


def test_a_process_that_cannot_be_started_is_a_problem_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert deliver([Message("one", "json://127.0.0.1/", NEWS)]) == [
        "the notifier cannot be started: No such file or directory"
    ]


def test_a_url_shows_in_no_repr_and_no_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = Message("one", "json://ops:key-canary@127.0.0.1/", NEWS)
    assert "key-canary" not in f"{message!r} {message}"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\nenv >>{tmp_path}/arguments\n')
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    assert deliver([message]) == ["no answer in time"]
    told = (tmp_path / "arguments").read_text()
    assert "paypal_payouts.notify.process" in told
    assert "key-canary" not in told


def test_a_file_of_the_working_folder_is_not_taken_for_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text(f"open({str(tmp_path / 'taken')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with hearing() as service:
        assert deliver([Message("one", service.url, NEWS)], deadline_s=PATIENT_S) == [None]
    assert not (tmp_path / "taken").exists()


def test_the_library_is_loaded_by_that_process_alone() -> None:
    code = "import sys, paypal_payouts.cli.notifying; print('apprise' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
