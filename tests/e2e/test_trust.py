"""What somebody else could have written: nothing of it is acted on, no host hears of it, and it is told at once."""

import os
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from support.forks import Command
from support.site import Ended, Site

STRANGER: Final = 65534
"""The number of another user, who plants what he can."""
PAYER: Final = 4711
"""The number of an ordinary user who pays, with a group of his own; neither has a name."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of other users")

PLANTED = """\
[paypal]
environment = "sandbox"
base_url = "{url}"
[retry]
max_retries = 0
"""
ROWS = ["a,ann@example.com,10.00,USD"]

COMMANDS: Final = {
    "run": ["run", "-c", "c", "--yes"],
    "run --open": ["run", "--open", "--yes"],
    "preview": ["preview", "-c", "c"],
    "status": ["status"],
    "status --refresh": ["status", "--refresh"],
    "sync": ["sync"],
    "doctor": ["doctor"],
    "alone": [],
}


@dataclass
class Listener:
    """A stranger's server: nobody may come to it."""

    socket: socket.socket

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def was_called(self) -> bool:
        try:
            self.socket.accept()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        yield Listener(listening)


@dataclass
class Payer:
    """Who types the commands: root or an ordinary user, in a folder of his own."""

    site: Site
    uid: int

    @property
    def folder(self) -> Path:
        return self.site.folder

    def owns_all(self) -> None:
        """Give him what the test has made."""
        if self.uid == os.geteuid():
            return
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run the real program as him."""
        assert self.site.forks is not None
        command = Command(
            arguments,
            str(self.folder),
            self.site.environment(**environment),
            uid=None if self.uid == os.geteuid() else self.uid,
        )
        return next(self.site.forks).start(command)[0].wait()

    def is_refused(self, command: str, *, naming: Path, **more: str) -> str:
        """Run a command that must be refused; return what it says."""
        arguments = COMMANDS[command]
        ended = self.run(*arguments, *(["--json"] if arguments else []), **more)
        assert ended.code == 3, (ended.stdout, ended.stderr)
        # A screen folds words where its lines end.
        said = " ".join((ended.stdout + ended.stderr).split())
        assert str(naming) in said
        if arguments:
            assert ended.error_code == "config_invalid"
        return said

    def completes(self, **more: str) -> str:
        """Return what TAB offers."""
        ended = self.run(_PAYOUTS_COMPLETE="complete_bash", COMP_WORDS="payouts run ", COMP_CWORD="3", **more)
        assert ended.stderr == ""
        return ended.stdout.strip()


WHO = ["this user", pytest.param("an ordinary user", marks=as_root)]


@pytest.fixture(params=WHO)
def payer(request: pytest.FixtureRequest, sqlite_site: Site) -> Payer:
    """Return this user, and where that is root an ordinary one too, in a folder that others can look into."""
    return payer_of(sqlite_site, request.param)


def payer_of(site: Site, who: str) -> Payer:
    site.folder.chmod(0o755)
    payer = Payer(site, os.geteuid() if who == "this user" else PAYER)
    payer.owns_all()
    return payer


def theirs(path: Path) -> None:
    os.chown(path, STRANGER, STRANGER, follow_symlinks=False)


def plant(path: Path, how: str) -> None:
    """Make a file of ours one that somebody else could have written."""
    if how == "written by everybody":
        path.chmod(0o666)
    elif how == "a stranger's":
        theirs(path)


def mode_of(path: Path) -> str:
    return f"{stat.S_IMODE(path.lstat().st_mode):04o}"


# The configuration


def in_an_open_folder(file: Path) -> Path:
    file.parent.chmod(0o777)
    return file.parent


def written_by_everybody(file: Path) -> Path:
    file.chmod(0o666)
    return file


def of_a_stranger_in_a_sticky_folder(file: Path) -> Path:
    file.parent.chmod(0o1777)
    theirs(file)
    return file


def behind_a_strangers_link(file: Path) -> Path:
    file.rename(file.with_name("other.toml"))
    file.symlink_to("other.toml")
    file.parent.chmod(0o1777)
    theirs(file)
    return file


def in_a_strangers_folder(file: Path) -> Path:
    theirs(file.parent)
    return file.parent


PLANTS: Final[dict[str, Callable[[Path], Path]]] = {
    "written by everybody": written_by_everybody,
    "in an open folder": in_an_open_folder,
}
PLANTS_OF_A_STRANGER: Final[dict[str, Callable[[Path], Path]]] = {
    "a stranger's in a sticky folder": of_a_stranger_in_a_sticky_folder,
    "behind a stranger's link": behind_a_strangers_link,
    "in a stranger's folder": in_a_strangers_folder,
}
PLANT = [*PLANTS, *(pytest.param(name, marks=as_root) for name in PLANTS_OF_A_STRANGER)]


@pytest.mark.parametrize("plant", PLANT)
def test_a_planted_configuration_is_followed_nowhere(payer: Payer, listener: Listener, plant: str) -> None:
    shared = payer.folder / "shared"
    shared.mkdir()
    file = shared / "payouts.toml"
    file.write_text(PLANTED.format(url=listener.url))
    (shared / "cycles").mkdir()
    (shared / "cycles" / "c.csv").write_text("item_id,receiver,amount,currency\n" + ROWS[0] + "\n")
    payer.owns_all()
    bad = (PLANTS | PLANTS_OF_A_STRANGER)[plant](file)
    before = {path: path.lstat().st_mtime_ns for path in shared.rglob("*")}
    payer.site.folder = shared

    for command in ("run", "run --open", "sync", "status --refresh", "doctor", "alone"):
        said = payer.is_refused(command, naming=bad)
        assert f"with mode {mode_of(bad)}" in said
        assert "chmod go-w" in said or "chown" in said or "rm " in said
    assert payer.completes() == ""
    named = payer.run("run", "-c", "c", "--yes", "--json", PAYOUTS_CONFIG=str(file))
    assert (named.code, named.error_code) == (3, "config_invalid")

    assert not listener.was_called()
    assert {path: path.lstat().st_mtime_ns for path in shared.rglob("*")} == before


def test_our_own_configuration_in_a_sticky_folder_is_used(payer: Payer) -> None:
    payer.folder.chmod(0o1777)
    payer.site.write("c", ROWS)
    payer.owns_all()
    assert payer.run("run", "-c", "c", "--yes", "--json").code == 0
    assert payer.completes() == "c"


@as_root
def test_a_group_of_ones_own_may_write(sqlite_site: Site) -> None:
    """As on the many systems that give each user a group and a umask of 0002."""
    payer = payer_of(sqlite_site, "an ordinary user")
    sqlite_site.write("c", ROWS)
    payer.owns_all()
    for path in (payer.folder, *payer.folder.rglob("*")):
        path.chmod(0o775 if path.is_dir() else 0o664)
    assert payer.run("run", "-c", "c", "--yes", "--json").code == 0
    assert payer.run("doctor", "--json").code == 0
    os.chown(payer.folder / "payouts.toml", PAYER, 100)
    assert "chmod go-w" in payer.is_refused("run", naming=payer.folder / "payouts.toml")


@as_root
def test_root_does_not_go_by_the_files_of_an_ordinary_user(sqlite_site: Site, listener: Listener) -> None:
    payer = payer_of(sqlite_site, "this user")
    (payer.folder / "payouts.toml").write_text(PLANTED.format(url=listener.url))
    theirs(payer.folder / "payouts.toml")
    theirs(payer.folder)
    for command in ("run", "status", "alone"):
        assert "chown 0" in payer.is_refused(command, naming=payer.folder)
    assert not listener.was_called()


# Credentials


@pytest.mark.parametrize("how", ["written by everybody", pytest.param("a stranger's", marks=as_root)])
def test_credentials_that_somebody_else_could_have_written_are_not_sent(payer: Payer, how: str) -> None:
    secret = payer.folder / "secret"
    secret.write_text("s3cret-canary\n")
    secret.chmod(0o600)
    payer.site.write("c", ROWS)
    payer.owns_all()
    given = {"PAYPAL_CLIENT_SECRET": "", "PAYPAL_CLIENT_SECRET_FILE": str(secret)}
    if how == "written by everybody":
        secret.chmod(0o602)
    else:
        theirs(secret)

    for command in ("run", "doctor"):
        assert f"with mode {mode_of(secret)}" in payer.is_refused(command, naming=secret, **given)

    assert payer.site.simulator.requests() == []


# The database


@pytest.mark.parametrize("how", ["written by everybody", pytest.param("a stranger's", marks=as_root)])
def test_a_planted_database_is_not_opened(payer: Payer, how: str) -> None:
    site = payer.site
    site.write("c", ROWS)
    payer.owns_all()
    assert payer.run("run", "-c", "c", "--yes", "--json").code == 0
    site.write("d", ROWS)
    site.folder.chmod(0o1777)
    payer.owns_all()
    for beside in ("-wal", "-shm", "-journal"):
        planted = site.folder / f"payouts.db{beside}"
        planted.touch()
        plant(planted, how)
        for command in ("run", "status"):
            assert f"with mode {mode_of(planted)}" in payer.is_refused(command, naming=planted)
        planted.unlink()
    planted = site.folder / "payouts.db"
    plant(planted, how)
    before, asked = planted.read_bytes(), len(site.simulator.requests())

    for command in ("run", "run --open", "status", "status --refresh", "sync", "doctor", "alone"):
        assert f"with mode {mode_of(planted)}" in payer.is_refused(command, naming=planted)
    assert payer.completes() == ""

    assert (planted.read_bytes(), len(site.simulator.requests())) == (before, asked)


@as_root
def test_a_database_that_a_stranger_made_in_time_is_not_used(payer: Payer) -> None:
    """The first run of all, in a shared folder."""
    shared = payer.folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    payer.site.write("c", ROWS)
    payer.owns_all()
    os.chown(shared, 0, 0)
    (shared / "p.db").touch()
    theirs(shared / "p.db")
    payer.is_refused("run", naming=shared / "p.db", PAYOUTS_DATABASE__URL=f"sqlite:///{shared}/p.db")
    assert payer.run("run", "-c", "c", "--yes", PAYOUTS_DATABASE__URL=f"sqlite:///{shared}/q.db").code == 0


# The lock directory


@pytest.mark.parametrize("what", ["a pipe", "written by everybody", pytest.param("a stranger's", marks=as_root)])
def test_what_is_planted_in_the_lock_directory_stops_the_run_at_once(payer: Payer, what: str) -> None:
    pays_and_then_believes_nothing_planted(payer, what, ["id", "c.lock", "c.sent", "told.json"])


@pytest.mark.parametrize("what", ["a pipe", pytest.param("a stranger's", marks=as_root)])
def test_what_is_planted_there_stops_it_on_postgres_too(
    sqlite_site: Site, postgres_database_url: str, what: str
) -> None:
    sqlite_site.database_url = postgres_database_url
    sqlite_site.configure()
    pays_and_then_believes_nothing_planted(payer_of(sqlite_site, "this user"), what, ["c.sent"])


def pays_and_then_believes_nothing_planted(payer: Payer, what: str, names: list[str]) -> None:
    site = payer.site
    site.write("c", ROWS)
    payer.owns_all()
    assert payer.run("run", "-c", "c", "--yes", "--json").code == 0
    asked = len(site.simulator.requests())
    for name in names:
        planted = site.folder / ".payouts" / name
        ours = planted.with_name(f"{name}.ours")
        if planted.exists():
            planted.rename(ours)
        if what == "a pipe":
            os.mkfifo(planted, 0o600)
        else:
            planted.touch(0o600)
        payer.owns_all()
        plant(planted, what)

        assert f"with mode {mode_of(planted)}" in payer.is_refused("run", naming=planted)

        planted.unlink()
        if ours.exists():
            ours.rename(planted)
    assert len(site.simulator.requests()) == asked


@pytest.mark.parametrize("how", ["open to everybody", pytest.param("a stranger's", marks=as_root)])
def test_a_planted_lock_directory_stops_every_command_that_asks_paypal(payer: Payer, how: str) -> None:
    site = payer.site
    site.write("c", ROWS)
    (site.folder / ".payouts").mkdir()
    payer.owns_all()
    if how == "open to everybody":
        (site.folder / ".payouts").chmod(0o777)
    else:
        theirs(site.folder / ".payouts")
    for command in ("run", "run --open", "sync", "doctor"):
        payer.is_refused(command, naming=site.folder / ".payouts")
    assert site.simulator.requests() == []


# What is written for others, and what is read of them


@as_root
@pytest.mark.parametrize(
    "arguments", [["status", "--items", "--csv"], ["report", "-c", "c", "--html"]], ids=["table", "page"]
)
def test_nothing_is_exported_through_a_strangers_link(payer: Payer, arguments: list[str]) -> None:
    site = payer.site
    site.write("c", ROWS)
    payer.owns_all()
    assert payer.run("run", "-c", "c", "--yes").code == 0
    shared = site.folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "export").symlink_to(site.folder / "cycles" / "c.csv")
    payer.owns_all()
    theirs(shared / "export")
    before = (site.folder / "cycles" / "c.csv").read_bytes()

    ended = payer.run(*arguments, str(shared / "export"), "--json")

    assert (ended.code, ended.error_code) == (3, "config_invalid")
    assert (site.folder / "cycles" / "c.csv").read_bytes() == before
    assert payer.run(*arguments, str(shared / "other")).code == 0


@pytest.mark.parametrize("what", ["file", "folder"])
def test_an_input_that_everybody_can_write_is_refused(payer: Payer, what: str) -> None:
    path = payer.site.write("c", ROWS)
    payer.owns_all()
    bad, mode = (path, 0o666) if what == "file" else (path.parent, 0o777)
    bad.chmod(mode)

    ended = payer.run("run", "-c", "c", "--yes", "--json")

    assert (ended.code, ended.error_code) == (3, "input_invalid")
    assert f"with mode {mode:04o}" in ended.document["error"]["message"]
    assert f"`chmod o-w {bad}`" in ended.document["error"]["hint"]
    assert payer.site.simulator.requests() == []


@as_root
def test_an_input_may_be_somebody_elses(payer: Payer) -> None:
    path = payer.site.write("c", ROWS)
    payer.owns_all()
    os.chown(path, STRANGER, 100)
    path.chmod(0o664)
    assert payer.run("run", "-c", "c", "--yes").code == 0
