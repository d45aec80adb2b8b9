"""Addresses and credentials: what is accepted, and that no secret is ever shown (docs/design.md, 3 and 13)."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from paypal_payouts.config import Settings, load_credentials, load_settings
from paypal_payouts.errors import ConfigInvalid, CredentialsMissing
from paypal_payouts.trust import UntrustedFile

SECRET = "hush-9f3b"


def load(tmp_path: Path, text: str, **environ: str) -> Settings:
    (tmp_path / "payouts.toml").write_text(text, encoding="utf-8")
    return load_settings(path=None, environ=environ, cwd=tmp_path)


# Addresses


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://localhost:65535/", "https://localhost:65535"),
        ("http://[::1]", "http://[::1]"),
    ],
)
def test_the_sandbox_may_be_a_server_on_this_machine(tmp_path: Path, url: str, used: str) -> None:
    settings = load(tmp_path, "", PAYOUTS_PAYPAL__ENVIRONMENT="sandbox", PAYOUTS_PAYPAL__BASE_URL=url)

    assert settings.paypal.base_url == used


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/v1",
        "http://127.0.0.1:8000?x",
        "http://127.0.0.1:8000#x",
        "http://127.0.0.1:0",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:",
        "http://127.0.0.1.example.com",
        "http://127.0.0.2",
        "http://127.1",
        "http://0.0.0.0:8000",
        "http://localhost.:8000",
        "http://LOCALHOST:8000",
        "http://localhost@example.com",
        f"http://user:{SECRET}@localhost:8000",
        "http://localhost\\@example.com",
        "http://localhost:8000\n",
        "http://::1:8000",
        "ftp://localhost",
        "localhost:8000",
        "https://api-m.sandbox.paypal.com",
        "",
    ],
)
def test_no_other_address_is_accepted(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigInvalid, match=r"127\.0\.0\.1, \[::1\] or localhost") as refused:
        load(tmp_path, 'paypal.environment = "sandbox"', PAYOUTS_PAYPAL__BASE_URL=url)

    assert SECRET not in repr((refused.value.message, refused.value.details))


@pytest.mark.parametrize("addresses", [["192.0.2.7"], ["127.0.0.1", "192.0.2.7"], ["::1", "fe80::1%eth0"]])
def test_localhost_is_accepted_only_where_it_is_this_machine_alone(
    tmp_path: Path, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(ConfigInvalid, match=f"localhost leads to {addresses[-1]}, which is not this machine"):
        load(tmp_path, 'paypal = { environment = "sandbox", base_url = "http://localhost:8000" }')


@pytest.mark.parametrize("environment", ["simulator", "live"])
def test_an_address_is_for_the_sandbox_alone(tmp_path: Path, environment: str) -> None:
    with pytest.raises(ConfigInvalid, match=r"paypal\.base_url: only with environment = \"sandbox\""):
        load(tmp_path, f'paypal = {{ environment = "{environment}", base_url = "http://127.0.0.1:8000" }}')


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://user@host/db", "postgresql+psycopg://user@host/db"),
        (f"postgresql+psycopg://u:{SECRET}@host:5432/db", "postgresql+psycopg://u:***@host:5432/db"),
        (f"postgresql+psycopg://u:{SECRET}/x@[::1]/db", "postgresql+psycopg://u:***@[::1]/db"),
        ("postgresql+psycopg://postgres@/db?host=/run/pg", "postgresql+psycopg://postgres@/db?host=/run/pg"),
        (f"postgresql+psycopg://h/db?a=1&PassWord={SECRET}&b=2", "postgresql+psycopg://h/db?a=1&PassWord=***&b=2"),
        (f"postgresql+psycopg://h/db?%70assword={SECRET}&b=2", "postgresql+psycopg://h/db?%70assword=***&b=2"),
        (f"postgresql+psycopg://h/db?ssl%50ASSword={SECRET}", "postgresql+psycopg://h/db?ssl%50ASSword=***"),
        ("postgresql+psycopg:///?service=payouts", "postgresql+psycopg:///?service=payouts"),
    ],
)
def test_a_password_is_used_and_never_shown(tmp_path: Path, url: str, shown: str) -> None:
    settings = load(tmp_path, f'database.url = "{url}"')

    assert settings.database.url == url
    assert settings.database.masked_url == shown
    assert settings.database.path is None
    assert SECRET not in f"{settings!r} {settings} {settings.database!r}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param(f"postgresql://u:{SECRET}@h/db", r"written postgresql\+psycopg://", id="no-driver"),
        pytest.param(f"postgres://u:{SECRET}@h/db", r"written postgresql\+psycopg://", id="short-name"),
        pytest.param(f"postgresql+psycopg2://u:{SECRET}@h/db", r"written postgresql\+psycopg://", id="other-driver"),
        pytest.param(f"postgresql+psycopg://u:{SECRET}@{SECRET}@h/db", "special characters", id="bare-at-sign"),
        pytest.param(f"postgresql+psycopg://u:{SECRET}@h:x/db", "special characters", id="port"),
        pytest.param(f"mysql://u:{SECRET}@h/db", "not one of sqlite:///", id="other-database"),
        pytest.param("payouts.db", "not one of sqlite:///", id="bare-path"),
        pytest.param("sqlite://", "not one of sqlite:///", id="two-slashes"),
        pytest.param("sqlite:///", "outlives the program", id="no-path"),
        pytest.param("sqlite:///:memory:", "outlives the program", id="memory"),
        pytest.param("sqlite:///file:x?uri=true", "outlives the program", id="sqlite-uri"),
        pytest.param("sqlite:///p.db?mode=ro", "without options", id="options"),
        pytest.param("sqlite:///a%00b", "control characters", id="nul"),
    ],
)
def test_another_database_is_refused_without_showing_it(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(ConfigInvalid, match=rf"database\.url: .*{words}") as refused:
        load(tmp_path, f'database.url = "{url}"')

    assert SECRET not in repr((refused.value.message, refused.value.details, refused.value.hint))
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "text",
    [
        f'database = "postgresql+psycopg://u:{SECRET}@h/db"',
        f'database.url = ["postgresql+psycopg://u:{SECRET}@h/db"]',
        f'database.urll = "postgresql+psycopg://u:{SECRET}@h/db"',
        f'paypal.timeout_s = "{SECRET}"',
        f'paypal.account = "{SECRET}"',
        f'paypal.client_secret = "{SECRET}',
    ],
    ids=["section", "array", "misspelt", "number", "account", "unclosed"],
)
def test_a_text_in_the_wrong_place_is_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load(tmp_path, text)

    assert SECRET not in repr((refused.value.message, refused.value.details))


# Credentials


@pytest.mark.parametrize(
    ("text", "key", "variable"),
    [
        ("client_secret", "client_secret", "PAYPAL_CLIENT_SECRET_FILE"),
        ("paypal.client_secret", "paypal.client_secret", "PAYPAL_CLIENT_SECRET_FILE"),
        ("paypal.client_id", "paypal.client_id", "PAYPAL_CLIENT_ID_FILE"),
        ("paypal.PAYPAL-CLIENTSECRET", "paypal.PAYPAL-CLIENTSECRET", "PAYPAL_CLIENT_SECRET_FILE"),
        ("retry.cycles.w.client_id", "retry.cycles.w.client_id", "PAYPAL_CLIENT_ID_FILE"),
        ("[[other]]\nclient_secret", "other.client_secret", "PAYPAL_CLIENT_SECRET_FILE"),
    ],
)
def test_credentials_in_the_file_are_told_their_place(tmp_path: Path, text: str, key: str, variable: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load(tmp_path, f'{text} = "{SECRET}"')

    (problem,) = [detail["problem"] for detail in refused.value.details if detail["key"] == key]
    assert variable in problem
    assert SECRET not in repr((refused.value.message, refused.value.details))


def test_the_simulator_needs_no_credentials_and_sees_none() -> None:
    credentials = load_credentials({"PAYPAL_CLIENT_ID": "real", "PAYPAL_CLIENT_SECRET": SECRET}, "simulator")

    assert (credentials.client_id.get_secret_value(), credentials.client_secret.get_secret_value()) == (
        "simulator",
        "unused",
    )


@pytest.fixture
def secret_file(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Write a file and give an environment that names it as the secret."""

    def write(data: bytes = SECRET.encode(), *, mode: int = 0o600) -> dict[str, str]:
        path = tmp_path / "secret"
        path.write_bytes(data)
        path.chmod(mode)
        return {"PAYPAL_CLIENT_ID": "id", "PAYPAL_CLIENT_SECRET_FILE": str(path)}

    return write


@pytest.mark.parametrize("data", [SECRET, f"{SECRET}\n", f"{SECRET}\r\n"], ids=["bare", "line", "windows-line"])
def test_credentials_come_from_variables_and_files(secret_file: Callable[..., dict[str, str]], data: str) -> None:
    environ = {"PAYPAL_CLIENT_SECRET": "", **secret_file(data.encode(), mode=0o400)}

    credentials = load_credentials(environ, "live")

    assert credentials.client_id.get_secret_value() == "id"
    assert credentials.client_secret.get_secret_value() == SECRET
    assert SECRET not in f"{credentials!r} {credentials}"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o601, 0o644], ids=oct)
def test_a_file_that_others_can_use_is_refused(secret_file: Callable[..., dict[str, str]], mode: int) -> None:
    with pytest.raises(CredentialsMissing, match=r"PAYPAL_CLIENT_SECRET_FILE: .*/secret: .*chmod 600"):
        load_credentials(secret_file(mode=mode), "sandbox")


def test_a_file_that_others_can_write_is_not_trusted(secret_file: Callable[..., dict[str, str]]) -> None:
    with pytest.raises(UntrustedFile, match=r"/secret is not used: .*0602.*others can write") as refused:
        load_credentials(secret_file(mode=0o602), "sandbox")

    assert refused.value.fix.startswith("`chmod 600 ")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\n", "empty", id="line-end"),
        pytest.param(SECRET.encode() + b"\n\n", "printable ASCII", id="two-lines"),
        pytest.param(SECRET.encode() + b" ", "without blanks", id="blank"),
        pytest.param(SECRET.encode() + b"\x1b", "printable ASCII", id="control"),
        pytest.param(SECRET.encode() + b"\xc3\xbc", "printable ASCII", id="non-ascii"),
        pytest.param(SECRET.encode() * 1000, "larger than 4096", id="large"),
    ],
)
def test_a_file_with_something_else_is_refused(
    secret_file: Callable[..., dict[str, str]], data: bytes, words: str
) -> None:
    with pytest.raises(CredentialsMissing, match=words) as refused:
        load_credentials(secret_file(data), "live")

    assert SECRET not in repr((refused.value.message, refused.value.details))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        pytest.param(Path.exists, CredentialsMissing, "No such file", id="missing"),
        pytest.param(os.mkfifo, UntrustedFile, "a pipe, not a regular file", id="pipe"),
        pytest.param(os.mkdir, UntrustedFile, "a folder, not a regular file", id="folder"),
    ],
)
def test_what_is_no_plain_file_is_refused(
    secret_file: Callable[..., dict[str, str]],
    tmp_path: Path,
    make: Callable[[Path], object],
    error: type[Exception],
    words: str,
) -> None:
    environ = secret_file() | {"PAYPAL_CLIENT_SECRET_FILE": str(tmp_path / "odd")}
    make(tmp_path / "odd")

    with pytest.raises(error, match=words):
        load_credentials(environ, "live")


def test_a_link_of_our_own_leads_to_the_secret(secret_file: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    environ = secret_file() | {"PAYPAL_CLIENT_SECRET_FILE": str(tmp_path / "link")}
    (tmp_path / "link").symlink_to("secret")

    assert load_credentials(environ, "live").client_secret.get_secret_value() == SECRET


READER = 65534
"""The number of an ordinary user."""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of root's")
@pytest.mark.parametrize("mode", [0o440, 0o444], ids=oct)
@pytest.mark.parametrize(
    "whose", ["root's", "a file of the reader's", "a folder of the reader's", "a link of the reader's"]
)
def test_a_secret_is_accepted_as_containers_mount_it_where_all_the_way_is_roots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, whose: str
) -> None:
    """Kubernetes shows secrets behind two links, in a sticky folder of root's."""
    mount = tmp_path / "mount"
    (mount / "..2026").mkdir(parents=True)
    mount.chmod(0o1777)
    (mount / "..2026" / "secret").write_text(SECRET)
    (mount / "..2026" / "secret").chmod(mode)
    os.chown(mount / "..2026" / "secret", 0, READER)
    (mount / "..data").symlink_to("..2026")
    (mount / "secret").symlink_to("..data/secret")
    theirs = {"a file": "..2026/secret", "a folder": "..2026", "a link": "secret"}.get(whose.partition(" of")[0])
    if theirs is not None:
        os.chown(mount / theirs, READER, READER, follow_symlinks=False)
    monkeypatch.setattr(os, "geteuid", lambda: READER)
    environ = {"PAYPAL_CLIENT_ID": "id", "PAYPAL_CLIENT_SECRET_FILE": str(mount / "secret")}

    if theirs is None:
        assert load_credentials(environ, "live").client_secret.get_secret_value() == SECRET
        return
    with pytest.raises(CredentialsMissing, match="others can use it") as refused:
        load_credentials(environ, "live")
    assert refused.value.hint == f"See that nobody used them, then `chmod 600 {mount / 'secret'}`."


@pytest.mark.parametrize(
    ("environ", "keys"),
    [
        pytest.param({}, ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"], id="none"),
        pytest.param({"PAYPAL_CLIENT_ID": "x"}, ["PAYPAL_CLIENT_SECRET"], id="one"),
        pytest.param(
            {"PAYPAL_CLIENT_ID": "x", "PAYPAL_CLIENT_SECRET": SECRET, "PAYPAL_CLIENT_SECRET_FILE": "f"},
            ["PAYPAL_CLIENT_SECRET"],
            id="both-forms",
        ),
        pytest.param(
            {"PAYPAL_CLIENT_ID": f"{SECRET}\n", "PAYPAL_CLIENT_SECRET": f"{SECRET}ü"},
            ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"],
            id="unprintable",
        ),
    ],
)
def test_what_to_set_is_said_for_each_variable(environ: dict[str, str], keys: list[str]) -> None:
    with pytest.raises(CredentialsMissing) as refused:
        load_credentials(environ, "sandbox")

    assert [detail["key"] for detail in refused.value.details] == keys
    assert all(re.search(rf"\b{key}\b", refused.value.message) for key in keys)
    assert "PAYPAL_CLIENT_SECRET_FILE" in refused.value.hint
    assert SECRET not in repr((refused.value.message, refused.value.details))
