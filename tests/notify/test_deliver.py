"""Messages to services that take them, refuse them, hang, or are none."""

import errno
import os
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.message_service import message_service

from paypal_payouts.cli.actions.notify import show_targets
from paypal_payouts.config import load_settings
from paypal_payouts.notify import Message, deliver
from paypal_payouts.notify.news import News
from paypal_payouts.notify.reasons import reason_of

PATIENT_S = 120
"""No verdict here hangs on how fast this machine is."""

NEWS = News("review", "payouts: c: a person must decide", "Cycle c: what happened. Next: payouts review c-0001-1")


def test_each_service_gets_the_title_and_the_words() -> None:
    with message_service() as one, message_service() as other:
        problems = deliver(
            [Message("one", one.url, NEWS), Message("other", other.url, NEWS)],
            environment=os.environ,
            deadline_s=PATIENT_S,
        )
    assert problems == [None, None]
    for service in (one, other):
        (message,) = service.heard
        assert (message["title"], message["message"]) == (NEWS.title, NEWS.body)


def test_one_service_that_fails_keeps_no_message_from_the_others() -> None:
    with message_service() as well, message_service() as ill:
        ill.status = 500
        urls = {"ill": ill.url, "odd": "key-canary", "well": well.url, "closed": "json://127.0.0.1:1/"}
        problems = deliver(
            [Message(name, url, NEWS) for name, url in urls.items()], environment=os.environ, deadline_s=PATIENT_S
        )
    assert problems == [
        "it answered HTTP 500",
        "its URL names no service that Apprise knows",
        None,
        "connection refused",
    ]
    assert len(well.heard) == 1


USABLE = {
    "json://127.0.0.1:1/": None,
    "mailtos://u:key-canary@smtp.example.com:587?from=a@example.com&to=b@example.com": None,
    "http://127.0.0.1/key-canary": "http:// names no service that Apprise knows: a web hook is json://HOST/PATH",
    "https://127.0.0.1/key-canary": "https:// names no service that Apprise knows: a web hook is jsons://HOST/PATH",
    "mailto://": "Apprise knows mailto://, and cannot use the rest of its URL: see https://appriseit.com/services/",
    "key-canary://x": "its URL names no service that Apprise knows",
    "key-canary": "its URL names no service that Apprise knows",
}


def test_a_url_is_looked_at_without_sending_anything() -> None:
    with message_service() as service:
        urls = [service.url, *USABLE]
        problems = deliver(
            [Message("one", url, NEWS) for url in urls], environment=os.environ, deadline_s=PATIENT_S, send=False
        )
    assert (problems, service.heard) == ([None, *USABLE.values()], [])
    assert "key-canary" not in f"{problems}"


def test_each_url_of_the_documents_can_be_used() -> None:
    text = Path(__file__).parents[2].joinpath("docs", "operations.md").read_text(encoding="utf-8")
    table = text.partition("| to | the URL, for example |")[2].partition("\n\n")[0]
    urls = [url for url in re.findall(r"`([a-z]+://[^`]+)`", table) if url not in {"http://", "json://"}]
    assert len(urls) == 4
    messages = [Message("one", url, NEWS) for url in urls]
    assert deliver(messages, environment=os.environ, deadline_s=PATIENT_S, send=False) == [None] * 4


@contextmanager
def talking(*lines: bytes) -> Iterator[int]:
    """Run a server that says one line, then the next for each that it is sent, and hangs up in the end."""

    def serve() -> None:
        with suppress(OSError):
            connection, _ = server.accept()
            with connection, connection.makefile("rwb") as stream:
                for number, line in enumerate(lines):
                    if number:
                        stream.readline()
                    stream.write(line)
                    stream.flush()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
    thread.join()


@pytest.mark.parametrize(
    ("url", "said", "why"),
    [
        (
            "jsons://127.0.0.1:{}/",
            [b"HTTP/1.0 400 no\r\n\r\n"],
            "TLS failed: that port speaks none, or another version",
        ),
        ("json://127.0.0.1:{}/", [b""], "it cut the connection"),
        ("mailto://127.0.0.1:{}/?from=a@b.example&to=c@d.example", [b"554 no\r\n"], "it answered SMTP 554"),
        (
            "mailtos://u:key-canary@127.0.0.1:{}/?from=a@b.example&to=c@d.example&mode=starttls",
            [b"220 x\r\n", b"250 x\r\n"],
            "it does not offer what its URL asks for: STARTTLS, or a login",
        ),
    ],
    ids=["no TLS", "cut", "SMTP", "no STARTTLS"],
)
def test_the_network_says_why_a_message_was_not_taken(url: str, said: list[bytes], why: str) -> None:
    with talking(*said) as port:
        message = Message("one", url.format(port), NEWS)
        assert deliver([message], environment=os.environ, deadline_s=PATIENT_S) == [why]


def test_a_reason_is_found_behind_what_a_library_made_of_it() -> None:
    cut = OSError("x-canary")
    cut.__cause__ = RuntimeError(ValueError(ConnectionRefusedError(111, "x-canary")))
    assert reason_of(cut) == "connection refused"
    cut.__cause__, cut.__context__ = None, cut
    assert reason_of(cut) is None
    assert reason_of(OSError(errno.ENETUNREACH, "x-canary")) == "network is unreachable"
    assert reason_of(ssl.SSLCertVerificationError("x-canary")) == "TLS failed: its certificate is not trusted"
    assert reason_of(smtplib.SMTPAuthenticationError(535, b"x-canary")) == "it refused the user or the password"
    assert reason_of(socket.gaierror(-2, "x-canary")) == "the name of its host is not known"
    assert reason_of(None) is None


@pytest.mark.parametrize(("event", "kind"), [("review", "failure"), ("failures", "warning"), ("test", "info")])
def test_a_service_gets_how_bad_it_is(event: Any, kind: str) -> None:
    with message_service() as service:
        message = Message("one", service.url, replace(NEWS, event=event))
        assert deliver([message], environment=os.environ, deadline_s=PATIENT_S) == [None]
    assert service.heard[0]["type"] == kind


def is_over_with(words: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time be over as soon as the process has said something, however slow this machine is."""
    communicate = subprocess.Popen.communicate

    def until_it_is_told(self: Any, input: Any = None, timeout: float | None = None) -> Any:  # noqa: A002
        while timeout is not None:
            try:
                return communicate(self, input, timeout=0.1)
            except subprocess.TimeoutExpired as expired:
                input = None  # noqa: A001 - sent
                if words in (expired.output or b""):
                    raise
        return communicate(self, input)

    monkeypatch.setattr(subprocess.Popen, "communicate", until_it_is_told)


def instead(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a program of a test's in the place of the process that tells."""
    path = tmp_path / "program"
    path.write_text(program)
    path.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(path))


def test_a_service_that_hangs_is_left_behind_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over_with(b"[1, null]", monkeypatch)
    with message_service() as well, message_service() as hanging:
        hanging.hangs = True
        problems = deliver(
            [Message("hanging", hanging.url, NEWS), Message("well", well.url, NEWS)], environment=os.environ
        )
        assert len(hanging.heard) == 1
    assert problems == ["no answer in time", None]


def test_a_process_that_left_another_behind_which_holds_its_pipe_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over_with(b"[0, null]", monkeypatch)
    instead(f"#!/bin/sh\nsleep 600 &\necho $! >{tmp_path}/left\necho '[0, null]'\n", tmp_path, monkeypatch)
    assert deliver([Message("one", "json://127.0.0.1/", NEWS)], environment=os.environ) == [None]
    left = int((tmp_path / "left").read_text())
    for _ in range(3000):
        if is_gone(left):
            return
        time.sleep(0.02)
    pytest.fail("it was not ended too")


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended, though nobody may have asked yet how."""
    try:
        return Path("/proc", str(pid), "stat").read_text().split()[2] in "XZ"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_process_that_says_nonsense_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "[" * 100_000
    (tmp_path / "said").write_bytes(b"\xff\n" + deep.encode() + b'\n[7, null]\n["a", null]\n{}\n[0, null]\n')
    instead(f"#!/bin/sh\ncat {tmp_path}/said\n", tmp_path, monkeypatch)
    assert deliver([Message("one", "json://127.0.0.1/", NEWS)], environment=os.environ) == [None]


def test_what_a_library_prints_is_taken_for_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printing = f"""#!{sys.executable}
import atexit, apprise, paypal_payouts.notify.process
apprise.Apprise.instantiate = lambda url: apprise.Apprise()
atexit.register(print, "[0, null]")
paypal_payouts.notify.process.main()
"""
    instead(printing, tmp_path, monkeypatch)
    problems = deliver([Message("one", "json://127.0.0.1/", NEWS)], environment=os.environ, deadline_s=PATIENT_S)
    assert problems == ["the service did not take it"]


def test_the_process_is_given_named_variables_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(f"#!/bin/sh\nenv >{tmp_path}/env\n", tmp_path, monkeypatch)
    given = {"PATH": os.defpath, "HOME": "/h", "LC_ALL": "C", "LANG": "de_DE", "TZ": "UTC", "https_proxy": "http://p:1"}
    secrets = ["PAYPAL_CLIENT_SECRET", "PGPASSWORD", "OPS_URL", "AWS_SECRET_ACCESS_KEY", "SSLKEYLOGFILE", "LD_PRELOAD"]
    deliver([Message("one", "json://x/", NEWS)], environment=given | dict.fromkeys(secrets, "x-canary"))
    # A shell has variables of its own.
    seen = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()} - {"PWD", "_", "SHLVL"}
    assert seen == given.keys()
    assert "canary" not in (tmp_path / "env").read_text()


def test_nothing_to_tell_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert deliver([], environment={}) == []


def test_a_process_that_cannot_be_started_is_a_problem_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert deliver([Message("one", "json://127.0.0.1/", NEWS)], environment={}) == [
        "the notifier cannot be started: No such file or directory"
    ]


def test_a_url_shows_in_no_repr_and_no_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = Message("one", "json://ops:key-canary@127.0.0.1/", NEWS)
    assert "key-canary" not in f"{message!r} {message}"
    instead(f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\nenv >>{tmp_path}/arguments\n', tmp_path, monkeypatch)
    assert deliver([message], environment={}) == ["no answer in time"]
    told = (tmp_path / "arguments").read_text()
    assert "paypal_payouts.notify.process" in told
    assert "key-canary" not in told


def test_no_secret_is_in_the_environment_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {"OPS_URL": "json://key-canary@127.0.0.1/", "PAYPAL_CLIENT_SECRET": "s3cret-canary"}
    secrets |= {"PGPASSWORD": "s3cret-canary", "PAYOUTS_DATABASE__URL": "postgresql+psycopg://a:s3cret-canary@b/c"}
    for name, value in {**secrets, "HTTPS_PROXY": "http://proxy.invalid"}.items():
        monkeypatch.setenv(name, value)
    settings = load_settings(
        path=None, environ={"PAYOUTS_NOTIFY__TARGETS": '[{name = "ops", url_env = "OPS_URL"}]'}, cwd=tmp_path
    )
    instead(f"#!/bin/sh\nenv >{tmp_path}/environment\n", tmp_path, monkeypatch)
    assert show_targets(settings, test=True).exit_code == 3
    told = (tmp_path / "environment").read_text()
    assert "http://proxy.invalid" in told
    assert "canary" not in told


def test_a_file_of_the_working_folder_is_not_taken_for_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text(f"open({str(tmp_path / 'taken')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with message_service() as service:
        assert deliver([Message("one", service.url, NEWS)], environment=os.environ, deadline_s=PATIENT_S) == [None]
    assert not (tmp_path / "taken").exists()


def test_the_library_is_loaded_by_that_process_alone() -> None:
    code = "import sys, paypal_payouts.cli.actions.notify; print('apprise' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
