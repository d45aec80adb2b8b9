"""A password of Postgres reaches the server from wherever libpq or we look for it, and no output; TLS settings do too.

The server is a double that asks for the password in the clear, remembers it, and lets nobody in.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import pytest
from support.site import Ended, Site

CANARY: Final = "s3cret-canary"
"""The site looks for it in all that a command writes."""
_TLS_REQUEST, _GSS_REQUEST = 80_877_103, 80_877_104


@dataclass
class AskingServer:
    """Asks everybody for a password."""

    port: int
    passwords: list[str] = field(default_factory=list)
    tls_wanted: int = 0
    says_to_tls: bytes = b"N"


@pytest.fixture
def server() -> Iterator[AskingServer]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asking = AskingServer(listening.getsockname()[1])
        threading.Thread(target=_receive, args=(listening, asking), daemon=True).start()
        yield asking
        # Ends the `accept` of the thread; closing alone would not.
        listening.shutdown(socket.SHUT_RDWR)


def _receive(listening: socket.socket, asking: AskingServer) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            with client, suppress(OSError, struct.error):
                _ask(client, client.makefile("rb"), asking)


def _ask(client: socket.socket, stream: BinaryIO, asking: AskingServer) -> None:
    while True:
        length, code = struct.unpack("!ii", stream.read(8))
        if code == _TLS_REQUEST:
            asking.tls_wanted += 1
            client.sendall(asking.says_to_tls)
        elif code == _GSS_REQUEST:
            client.sendall(b"N")
        else:
            break
    stream.read(length - 8)
    client.sendall(b"R" + struct.pack("!ii", 8, 3))
    _, length = struct.unpack("!ci", stream.read(5))
    password = stream.read(length - 4).rstrip(b"\0").decode()
    asking.passwords.append(password)
    told = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "ann"\0\0'
    client.sendall(b"E" + struct.pack("!i", len(told) + 4) + told)


@pytest.fixture
def postgres_site(sqlite_site: Site, server: AskingServer) -> Site:
    sqlite_site.write("c", ["a,ann@x.example,1.00,USD"])
    sqlite_site.database_url = f"postgresql+psycopg://ann@127.0.0.1:{server.port}/payouts"
    sqlite_site.configure()
    return sqlite_site


def told(site: Site, **environment: str) -> Iterator[Ended]:
    """Run what tells most; the site itself looks for the canary in it."""
    for command in (["doctor"], ["doctor", "--json"], ["run", "--cycle", "c"], ["status", "--json"]):
        yield site.run(*command, "--verbose", HOME=str(site.folder), **environment)


def pgpass(path: Path, server: AskingServer) -> str:
    path.write_text(f"127.0.0.1:{server.port}:*:ann:{CANARY}\n")
    path.chmod(0o600)
    return str(path)


@pytest.mark.parametrize("place", ["PGPASSWORD", "~/.pgpass", "PGPASSFILE", "PAYOUTS_DATABASE__URL", "payouts.toml"])
def test_the_password_reaches_the_server_from_every_place_and_nothing_that_is_shown(
    postgres_site: Site, server: AskingServer, place: str
) -> None:
    environment = {}
    with_password = postgres_site.database_url.replace("ann@", f"ann:{CANARY}@")
    if place == "PGPASSWORD":
        environment = {"PGPASSWORD": CANARY}
    elif place == "~/.pgpass":
        pgpass(postgres_site.folder / ".pgpass", server)
    elif place == "PGPASSFILE":
        environment = {"PGPASSFILE": pgpass(postgres_site.folder / "passwords", server)}
    elif place == "PAYOUTS_DATABASE__URL":
        environment = {"PAYOUTS_DATABASE__URL": with_password}
    else:
        postgres_site.database_url = with_password
        postgres_site.configure()
    for number, ended in enumerate(told(postgres_site, **environment), 1):
        assert ended.code == 3
        assert "password authentication failed" in " ".join((ended.stdout + ended.stderr).split())
        assert server.passwords == [CANARY] * number


def test_tls_settings_of_the_url_reach_the_driver(postgres_site: Site, server: AskingServer) -> None:
    plain = postgres_site.database_url
    postgres_site.database_url = f"{plain}?sslmode=require"
    postgres_site.configure()
    assert "SSL was required" in postgres_site.run("status", PGPASSWORD=CANARY).stderr
    server.says_to_tls = b"S"
    postgres_site.database_url = f"{plain}?sslmode=verify-full&sslrootcert=/nowhere/our-ca.pem"
    postgres_site.configure()
    assert "/nowhere/our-ca.pem" in postgres_site.run("status", PGPASSWORD=CANARY).stderr
    assert server.tls_wanted == 2
    assert server.passwords == []
