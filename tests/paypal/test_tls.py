"""A server that cannot prove who it is gets not one byte of ours: no token, no payee, no secret."""

import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Final

import certifi
import pytest

from paypal.doubles import START, Talk, http, server, take_request
from paypal_payouts.paypal.hidden import Hidden
from paypal_payouts.paypal.reply import Answer, Reply, RequestNotSent
from paypal_payouts.paypal.wire import Wire

CERTIFICATES: Final = Path(__file__).with_name("certificates")
"""Made for these tests, by an authority of their own that nobody else knows; good until 2120."""


@pytest.fixture(autouse=True)
def _authority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client trust the authority of the tests: what is refused here is refused for its own fault."""
    monkeypatch.setattr(certifi, "where", lambda: str(CERTIFICATES / "authority.pem"))


def secured(certificate: str, received: list[bytes]) -> Talk:
    def talk(connection: socket.socket, _: threading.Event) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
        with context.wrap_socket(connection, server_side=True) as line:
            received.append(take_request(line))
            line.sendall(http("200 OK", b"{}"))

    return talk


def ask(address: str) -> Answer:
    wire = Wire(
        base_url=f"https://{address}",
        timeout_s=10,
        now=lambda: START,
        monotonic=time.monotonic,
        transport=None,
        hidden=Hidden(client_id="id", client_secret="secret"),
        connections=1,
    )
    try:
        return wire.exchange("POST", "/v1/oauth2/token", headers={"Authorization": "Basic aWQ6c2VjcmV0"}, content=b"x")
    finally:
        wire.close()


def test_the_right_certificate_is_spoken_to() -> None:
    received: list[bytes] = []

    with server(secured("right", received)) as address:
        answer = ask(address)

    assert isinstance(answer, Reply)
    assert b"Basic aWQ6c2VjcmV0" in received[0]


def test_the_keys_of_a_connection_are_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))

    with server(secured("right", [])) as address:
        assert isinstance(ask(address), Reply)

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        ("expired", "certificate has expired"),
        ("not-yet", "certificate is not yet valid"),
        ("other-host", "IP address mismatch"),
    ],
)
def test_a_wrong_certificate_is_sent_nothing(certificate: str, why: str) -> None:
    received: list[bytes] = []

    with server(secured(certificate, received)) as address:
        answer = ask(address)

    assert isinstance(answer, RequestNotSent)
    assert why in answer.message
    assert received == []


def test_a_certificate_of_another_host_is_refused_by_name_too() -> None:
    received: list[bytes] = []

    with server(secured("other-host", received)) as address:
        answer = ask(address.replace("127.0.0.1", "localhost"))

    assert isinstance(answer, RequestNotSent)
    assert "Hostname mismatch" in answer.message
    assert received == []


def test_a_server_without_tls_is_sent_nothing() -> None:
    received: list[bytes] = []

    def talk(connection: socket.socket, _: threading.Event) -> None:
        received.append(connection.recv(4096))
        connection.sendall(http("200 OK", b"{}"))

    with server(talk) as address:
        answer = ask(address)

    assert isinstance(answer, RequestNotSent)
    assert all(b"aWQ6c2VjcmV0" not in data for data in received)
