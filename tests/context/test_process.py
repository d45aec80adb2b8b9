"""Who acts is who the system says it is; what a person can choose stands beside that, as a claim."""

import os
import pwd
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from paypal_payouts.context import process
from paypal_payouts.context.process import acting, acting_users, system_user

Login = Callable[[object], None]


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Login:
    """Return what says who logged in, as the kernel keeps it; nobody did at first."""
    monkeypatch.setattr(process, "_LOGIN_UID", tmp_path / "loginuid")
    monkeypatch.setattr(socket, "gethostname", lambda: "pay1")

    def say(uid: object) -> None:
        (tmp_path / "loginuid").write_text(str(uid), encoding="ascii")

    return say


NAME = pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.usefixtures("login")
def test_variables_of_the_environment_do_not_choose_the_actor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ceo")
    assert acting(environ={}) == f"{NAME}@pay1"


@pytest.mark.parametrize("uid", [os.getuid(), 2**32 - 1, "", "x"])
def test_a_login_that_says_nothing_more_is_left_out(login: Login, uid: object) -> None:
    login(uid)
    assert acting(environ={}) == f"{NAME}@pay1"


def test_who_logged_in_stands_beside_whom_he_became(login: Login) -> None:
    login(54321)
    assert acting(environ={}) == f"{NAME}@pay1 (login: uid 54321)"


def test_what_a_person_says_is_a_claim(login: Login) -> None:
    assert acting("maria", {}) == f"{NAME}@pay1 (claims: maria)"
    assert acting("Maria Lopez", {"SUDO_USER": "alice"}) == f"{NAME}@pay1 (claims: 'Maria Lopez', SUDO_USER=alice)"
    login(54321)
    assert acting("x; login: ceo)", {}) == f"{NAME}@pay1 (login: uid 54321; claims: 'x; login: ceo)')"
    assert acting("", {"SUDO_USER": ""}) == f"{NAME}@pay1 (login: uid 54321)"


def test_who_acts_may_be_each_of_them(login: Login) -> None:
    assert acting_users({}) == {NAME}
    login(54321)
    assert acting_users({"SUDO_USER": "alice", "USER": "ceo"}) == {NAME, "uid 54321", "alice"}


def test_a_user_without_a_name_is_told_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert system_user() == "uid 54321"
