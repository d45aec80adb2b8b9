"""The documented crontabs and systemd units, run as written, in the empty environment that cron and systemd give.

The folders of the example are the tests' own, and `.venv/bin/payouts` is the program under test.
"""

import os
import re
import shlex
import shutil
import stat
import struct
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import readme
from support.forks import Fork
from support.site import Site

from paypal_payouts.simulator.server import running_server

FOLDER = "/srv/payouts"

CRONTABS = {block.section: block.text for block in readme.blocks() if block.kind == "crontab"}
SERVICE, WEEKLY_TIMER, OPEN_TIMER = (block.text for block in readme.blocks() if block.kind == "ini")


@pytest.fixture
def installed(sqlite_site: Site) -> Site:
    """Put the program where the example has it, and this week's cycle where it is looked for."""
    program = sqlite_site.folder / ".venv" / "bin" / "payouts"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m paypal_payouts "$@"\n')
    program.chmod(0o700)
    for name in ("weekly", cycle()):
        sqlite_site.write(name, ["a,ann@example.com,10.00,USD"])
    return sqlite_site


def cycle() -> str:
    return f"weekly-{datetime.now(UTC):%G-w%V}"


def write_credentials(folder: Path, *, mode: int) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("id", "secret"):
        (folder / name).write_text(f"{name}-canary\n")
        (folder / name).chmod(mode)


def crontab_lines(crontab: str) -> tuple[dict[str, str], list[str]]:
    """Read a crontab as cron does: variables, and the commands after their five fields, `\\%` being `%`."""
    variables, commands = {}, []
    for line in crontab.splitlines():
        if re.match(r"[A-Z_]+=", line):
            name, _, value = line.partition("=")
            variables[name] = value
        else:
            *when, command = line.split(maxsplit=5)
            assert all(re.fullmatch(r"[\d*/,-]+", each) for each in when), line
            assert "%" not in command.replace("\\%", ""), "cron takes a bare % for the end of the line"
            commands.append(command.replace("\\%", "%"))
    return variables, commands


def as_cron(site: Site, crontab: str) -> None:
    """Run each command of a crontab, the first one twice, as cron does: all is well, and nobody is mailed."""
    folder = site.folder
    variables, commands = crontab_lines(crontab)
    environment = {name: value.replace(FOLDER, str(folder)) for name, value in variables.items()}
    environment |= {"HOME": "/", "LOGNAME": "payouts", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
    for command in (commands[0], *commands):
        here = command.replace(FOLDER, shlex.quote(str(folder))).replace("/var/lib/", shlex.quote(f"{folder}/"))
        ended = subprocess.run(
            ["/bin/sh", "-c", here], env=environment, cwd="/", umask=0o022, capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", ""), command


@pytest.mark.parametrize("section", ["Five minutes", "Cron and systemd"])
def test_a_crontab_pays_in_the_environment_that_cron_gives(installed: Site, section: str) -> None:
    write_credentials(installed.folder, mode=0o600)
    as_cron(installed, CRONTABS[section])
    assert installed.paid() == {"ann@example.com": ["10.00 USD"]}
    assert installed.posts() == 1
    kept = list(installed.folder.glob("*.jsonl"))
    for path in kept:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "canary" not in path.read_text()
    assert installed.folder / "run.jsonl" in kept
    assert len((installed.folder / "run.jsonl").read_text().splitlines()) == 2
    assert len((installed.folder / "open.jsonl").read_text().splitlines()) == 1


MOVED = """\
#!{python}
import sys
from datetime import timedelta

import paypal_payouts.context.process as process

now, ahead = process.now, timedelta(seconds=float(open({ahead!r}).read()))
process.now = lambda: now() + ahead
sys.argv[0] = "payouts"

from paypal_payouts.cli.app import main

main()
"""
"""The program, whose clock is so many seconds ahead as a file says."""

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


class Machine:
    """A machine with cron, whose clock, `date` and PayPal are moved together."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ahead = folder, timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def set(self, moment: datetime) -> None:
        self.ahead = moment - datetime.now(UTC)
        (self.folder / "ahead").write_text(str(self.ahead.total_seconds()))

    def set_up(self, crontab: str) -> None:
        """Install the program and a `date` that goes by the moved clock."""
        self.variables, _ = crontab_lines(crontab)
        self.lines = [line.split(maxsplit=5) for line in crontab.splitlines() if not re.match(r"[A-Z_]+=", line)]
        path = self.folder / "ahead"
        programs = {
            ".venv/bin/payouts": MOVED.format(python=sys.executable, ahead=str(path)),
            "bin/date": f'#!/bin/sh\nexec /usr/bin/date -u -d "$(cat {shlex.quote(str(path))}) seconds" "$@"\n',
        }
        for name, text in programs.items():
            (self.folder / name).parent.mkdir(parents=True)
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o700)

    def let_cron_run(self, moment: datetime) -> None:
        """Start what is due in a minute."""
        self.set(moment)
        at = (moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday())
        for *when, command in self.lines:
            if not all(map(is_due, when, at)):
                continue
            here = command.replace("\\%", "%").replace(FOLDER, shlex.quote(str(self.folder)))
            environment = {name: value.replace(FOLDER, str(self.folder)) for name, value in self.variables.items()}
            environment |= {"PATH": f"{self.folder}/bin:/usr/bin:/bin", "TZ": "UTC"}
            ended = subprocess.run(["/bin/sh", "-c", here], env=environment, cwd="/", capture_output=True, check=False)
            assert ended.returncode in {0, 6}, ended.stderr


def is_due(field: str, value: int) -> bool:
    """Return whether a field of a crontab takes a value: `*`, `5`, `18-23`, and each with `/20`."""
    values, _, step = field.partition("/")
    first, _, last = ("0-59" if values == "*" else values).partition("-")
    return int(first) <= value <= int(last or first) and (value - int(first)) % int(step or 1) == 0


@pytest.mark.parametrize("section", ["Five minutes", "Cron and systemd"])
def test_an_evening_without_paypal_forgets_nobody_and_the_next_week_is_its_own(
    tmp_path: Path, forks: Iterator[Fork], section: str
) -> None:
    machine = Machine(tmp_path)
    with running_server(None, machine.now) as server:
        site = Site(tmp_path, f"sqlite:///{tmp_path}/payouts.db", server.simulator, server.url, forks=forks)
        machine.set_up(CRONTABS[section])
        write_credentials(tmp_path, mode=0o600)
        fridays = [FRIDAY, FRIDAY + timedelta(weeks=1)]
        for number, friday in enumerate(fridays):
            site.write(f"weekly-{friday:%G-w%V}", [f"a,payee{number}@example.com,{number + 1}.00,USD"])
        server.simulator.inject({"on": "token", "kind": "status", "status": 503, "times": None})
        for minutes in (0, 15, 30):
            machine.let_cron_run(FRIDAY + timedelta(minutes=minutes))
        assert site.paid() == {}
        server.simulator.clear_faults()
        for minutes in (15, 30):
            machine.let_cron_run(FRIDAY + timedelta(days=3, minutes=minutes))
        assert site.paid() == {"payee0@example.com": ["1.00 USD"]}
        machine.let_cron_run(fridays[1])
        assert site.paid() == {"payee0@example.com": ["1.00 USD"], "payee1@example.com": ["2.00 USD"]}
        assert site.posts() == 2


def test_a_crontab_writes_figures_for_the_node_exporter(installed: Site) -> None:
    (section,) = CRONTABS.keys() - {"Five minutes", "Cron and systemd"}
    (installed.folder / "node_exporter" / "textfile").mkdir(parents=True)
    as_cron(installed, CRONTABS[section])
    assert "payouts_attempts_open" in (installed.folder / "node_exporter" / "textfile" / "payouts.prom").read_text()


def service() -> dict[str, list[str]]:
    """Read `[Service]`: each key with all its values."""
    settings: dict[str, list[str]] = {}
    for line in SERVICE.partition("[Service]\n")[2].splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition("=")
            settings.setdefault(key, []).append(value)
    return settings


@pytest.mark.parametrize("guard", ["mode", "access list"])
def test_the_service_pays_with_the_credentials_that_systemd_loads(installed: Site, tmp_path: Path, guard: str) -> None:
    """Both forms of LoadCredential: the user's own files, and root's with a list that lets the user read."""
    settings, loaded = service(), tmp_path / "credentials"
    write_credentials(loaded, mode=0o400)
    assert [each.partition(":")[0] for each in settings["LoadCredential"]] == ["id", "secret"]
    if guard == "access list":
        entries = [(1, 4, -1), (2, 4, os.geteuid()), (4, 0, -1), (0x10, 4, -1), (0x20, 0, -1)]
        access_list = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
        try:
            for name in ("id", "secret"):
                os.setxattr(loaded / name, "system.posix_acl_access", access_list)
        except OSError as error:
            pytest.skip(f"no access lists on this file system: {error.strerror}")
        assert stat.S_IMODE((loaded / "id").stat().st_mode) == 0o440
    loaded.chmod(0o500)
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    for each in settings["Environment"]:
        name, _, value = each.replace("%d", str(loaded)).partition("=")
        environment[name] = value
    assert settings["WorkingDirectory"] == [FOLDER]

    def started(instance: str) -> "subprocess.CompletedProcess[str]":
        (start,) = settings["ExecStart"]
        words = [word.replace("%i", instance).replace("%%", "%").replace("$$", "$") for word in shlex.split(start)]
        ended = subprocess.run(
            words,
            env=environment,
            cwd=installed.folder,
            umask=int(settings["UMask"][0], 8),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "canary" not in ended.stdout + ended.stderr
        return ended

    installed.simulator.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    assert started("weekly").returncode == 6
    installed.simulator.clear_faults()
    ended = started("open")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert installed.paid() == {"ann@example.com": ["10.00 USD"]}


def test_systemd_stops_a_run_later_than_the_longest_exchange_ends() -> None:
    example = (Path(__file__).resolve().parents[2] / "config.example.toml").read_text()
    timeout_s = re.search(r"^timeout_s = (\d+)", example, re.MULTILINE)
    assert timeout_s is not None
    assert int(service()["TimeoutStopSec"][0]) > 2 * int(timeout_s[1])
    assert service()["SuccessExitStatus"] == ["6"]


def test_the_units_hold_each_key_once_but_for_lists() -> None:
    repeated = {key for key, values in service().items() if len(values) > 1}
    assert repeated == {"LoadCredential", "Environment"}
    for timer in (WEEKLY_TIMER, OPEN_TIMER):
        parser = RawConfigParser()
        parser.read_string(timer)
        assert parser["Install"]["WantedBy"] == "timers.target"
        # What was missed is continued later; but a cycle that begins late would begin under the next week's name.
        assert parser["Timer"].get("Persistent") == ("true" if timer is OPEN_TIMER else None)


def test_systemd_itself_accepts_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd here")
    units = {"weekly": WEEKLY_TIMER, "open": OPEN_TIMER}
    (tmp_path / "payouts@.service").write_text(SERVICE)
    for name, text in units.items():
        (tmp_path / f"payouts@{name}.timer").write_text(text)
    names = [f"payouts@{name}.{kind}" for name in units for kind in ("service", "timer")]
    for name in names:
        if not (tmp_path / name).exists():
            (tmp_path / name).write_text(SERVICE)
    ended = subprocess.run(
        [analyze, "verify", "--man=no", *(tmp_path / name for name in names)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    ours = [line for line in ended.stderr.splitlines() if "payouts@" in line]
    assert ours == []
    assert ended.returncode == 0, ended.stderr
