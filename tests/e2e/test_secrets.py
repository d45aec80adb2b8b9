"""After failures of every kind, told with --verbose, no secret is in any byte that was written or shown."""

import re
import sqlite3
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa
from support.faulty_server import Call, faulty_server, reply
from support.forks import Fork
from support.site import Site

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.service import _token_text

SECRET: Final = "s3cret-canary"  # what every Site is given
PASSWORD: Final = "pg-canary-77"
TOKEN: Final = re.compile(rb"A21AA[0-9A-Za-z]{8}")
"""The simulator's tokens, which begin as PayPal's do."""

FAULTS: Final[list[list[dict[str, Any]]]] = [
    [{"on": "token", "kind": "status", "status": 401, "name": "invalid_client"}],
    [{"on": "token", "kind": "malformed"}],
    [{"on": "create", "kind": "status", "status": 401, "name": "invalid_token"}],
    [{"on": "create", "kind": "redirect", "status": 307}],
    [{"on": "create", "kind": "html"}],
    [{"on": "create", "kind": "reset_after"}],
    [{"on": "create", "kind": "duplicate_foreign_host"}, {"on": "batch", "kind": "truncated", "times": 3}],
    [{"on": "batch", "kind": "status", "status": 401, "name": "invalid_token", "times": 2}],
]
"""What goes wrong in one run after the other, of one cycle."""

CRASH: Final = """\
import httpx

def broken(self, request, **_):
    raise RuntimeError(f"a fault of the program, of {type(request).__name__}")

httpx.Client.send = broken
"""
"""Breaks the program where it holds the secret in its hands."""


def canaries() -> list[bytes]:
    basic = b64encode(f"id:{SECRET}".encode())
    return [SECRET.encode(), basic, basic.rstrip(b"="), quote(SECRET).encode(), PASSWORD.encode()]


def found_in(data: bytes) -> list[str]:
    return [str(canary) for canary in canaries() if canary in data] + [str(text) for text in TOKEN.findall(data)]


def stored(url: str) -> bytes:
    """Return every value of every table as bytes, and unpack the requests that are kept packed."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    values: list[bytes] = []
    with engine.connect() as connection:
        for table in sa.inspect(engine).get_table_names():
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        values += [bytes(value), unpacked(bytes(value))]
                    else:
                        values.append(str(value).encode())
    return b"\n".join(values)


def unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return b""


def with_password(url: str) -> str:
    """Add a password for a server that asks for none; a file has none."""
    parsed = sa.make_url(url)
    if parsed.drivername == "sqlite":
        return url
    return parsed.set(password=PASSWORD).render_as_string(hide_password=False)


def crash(site: Site, *arguments: str, **environment: str) -> bytes:
    """Run a command in which the program fails, and give all that it says."""
    patch = site.folder / "patch"
    patch.mkdir(exist_ok=True)
    (patch / "sitecustomize.py").write_text(CRASH)
    process = site.start(*arguments, PYTHONPATH=str(patch), PYTHONDONTWRITEBYTECODE="1", **environment)
    stdout, stderr = process.communicate()
    assert process.returncode == 1, stderr
    assert "RuntimeError: a fault of the program" in stderr
    assert "Traceback" in stderr
    return (stdout + stderr).encode()


def test_no_secret_is_left_behind_by_a_run_in_which_everything_fails(site: Site) -> None:
    url = with_password(site.database_url)
    told: list[bytes] = []

    def tell(*arguments: str, **environment: str) -> None:
        ended = site.run(*arguments, "--verbose", PAYOUTS_DATABASE__URL=url, **environment)
        told.append((ended.stdout + ended.stderr).encode())

    site.configure(database_url="sqlite:///unused.db", poll_timeout_s=0.5)
    site.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"])
    for rules in FAULTS:
        for rule in rules:
            site.simulator.inject(rule)
        tell("run", "-c", "c", "--yes")
    told.append(crash(site, "sync", "-c", "c", "--verbose", PAYOUTS_DATABASE__URL=url))
    told.append(
        crash(site, "sync", "-c", "c", "--json", "--log-format", "json", "--verbose", PAYOUTS_DATABASE__URL=url)
    )
    tell("run", "-c", "c", "--yes", "--client-secret", SECRET)
    tell("run", "-c", "c", "--yes")
    tell("retry", "c-0001-1", "--failed-items", "--include-payee-errors", "--yes")
    tell("status", "--items", "--json")
    tell("audit", "--json")
    tell("locks", "--json")
    tell("status", "--items", "--csv", "items.csv")
    tell("report", "-c", "c", "--html", "page.html")
    tell("metrics", "--output", "payouts.prom")
    tell("doctor")
    tell("doctor", PAYPAL_CLIENT_SECRET=f"{SECRET} ")
    if url != site.database_url:
        told.append(unreachable(site, url))

    for name in ("items.csv", "page.html", "payouts.prom"):
        assert (site.folder / name).stat().st_size
    assert site.paid() == {"ann@example.com": ["10.00 USD"]}
    for text in told:
        assert not found_in(text), text.decode()
    for path in site.folder.rglob("*"):
        if path.is_file():
            assert not found_in(path.read_bytes()), path
    assert not found_in(stored(site.database_url))


def echo(call: Call) -> None:
    """Say back what came in the head of the request, in every field that is kept."""
    header = re.search(rb"(?im)^authorization: (?:Basic|Bearer) (\S+)", call.head)
    assert header is not None
    call.body()
    said = header[1].decode()
    basic = b64encode(f"id:{SECRET}".encode()).decode().replace("=", "\\u003d")
    detail = f'{{"field": "{said}", "issue": "{SECRET} {basic}"}}'
    body = f'{{"name": "VALIDATION_ERROR", "message": "{said} {basic}", "debug_id": "{said}", "details": [{detail}]}}'
    call.say(reply(400, body.encode(), f"PayPal-Debug-Id: {said}"))


def test_a_peer_that_says_our_secrets_back_has_them_kept_nowhere(tmp_path: Path, forks: Iterator[Fork]) -> None:
    with Simulator(None, lambda: datetime.now(UTC)) as simulator, faulty_server(simulator) as line:
        site = Site(tmp_path, f"sqlite:///{tmp_path}/payouts.db", simulator, line.url, forks=forks)
        site.write("c", ["a,ann@example.com,10.00,USD"])
        line.plan |= {"token": [echo], "create": [echo], "page 1": [echo]}
        told = [site.run(*words.split()) for words in ("run -c c --yes --verbose", "run -c c --yes --verbose")]
        told += [site.run(*words.split()) for words in ("status c-0001-1 --json", "audit --json", "run -c c --yes -v")]
        assert site.run("report", "-c", "c", "--html", "page.html").code == 0

        assert line.asked.count("token") > 1
        assert "VALIDATION_ERROR" in told[1].stdout + told[1].stderr
        assert "***" in told[1].stdout + told[1].stderr
        for ended in told:
            assert not found_in((ended.stdout + ended.stderr).encode())
        for path in tmp_path.rglob("*"):
            assert not (path.is_file() and leaks(path)), path
        assert not found_in(stored(site.database_url))


def unreachable(site: Site, url: str) -> bytes:
    """Return what is said where the driver's own message would quote how it was called."""
    gone = sa.make_url(url).set(database="gone").render_as_string(hide_password=False)
    ended = site.run("status", "--verbose", PAYOUTS_DATABASE__URL=gone)
    assert ended.code == 3
    return (ended.stdout + ended.stderr).encode()


def test_a_secret_from_a_file_is_used_and_left_where_it_is(sqlite_site: Site) -> None:
    site = sqlite_site
    secret = site.folder / "secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    site.write("c", ["a,ann@example.com,10.00,USD"])
    given = {"PAYPAL_CLIENT_SECRET": "", "PAYPAL_CLIENT_SECRET_FILE": "secret"}

    assert site.json("run", "-c", "c", "--yes", **given).code == 0

    assert not [path for path in site.folder.rglob("*") if path.is_file() and path != secret and leaks(path)]
    secret.chmod(0o640)
    refused = site.json("run", "-c", "c", "--yes", **given)
    assert (refused.code, refused.error_code) == (3, "credentials_missing")
    secret.rename(site.folder / "moved")
    secret.symlink_to(site.folder / "moved")
    (site.folder / "moved").chmod(0o600)
    assert site.json("run", "-c", "c", "--yes", **given).code == 0


def leaks(path: Path) -> bool:
    return bool(found_in(path.read_bytes()))


def test_the_search_finds_what_it_looks_for(sqlite_site: Site) -> None:
    """A search that finds nothing anywhere would prove nothing."""
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    assert site.json("run", "-c", "c", "--yes").code == 0
    token = _token_text(1).encode()
    with closing(sqlite3.connect(site.folder / "payouts.db")) as connection:
        connection.execute("UPDATE payout_batches SET last_retry_error = ?", [SECRET])
        connection.execute("UPDATE payout_batches SET request = ?", [zlib.compress(token)])
        connection.commit()

    found = found_in(stored(site.database_url))

    assert any(SECRET in text for text in found)
    assert any("A21AA" in text for text in found)
