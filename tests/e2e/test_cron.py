"""README's crontabs and systemd units, run as they are written, in the empty environment that cron and systemd give.

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
from configparser import RawConfigParser
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import readme
from support.house import House

FOLDER = "/srv/payouts"

CRONTABS = {block.section: block.text for block in readme.blocks() if block.kind == "crontab"}
SERVICE, TIMER = (block.text for block in readme.blocks() if block.kind == "ini")


@pytest.fixture
def installed(sqlite_house: House) -> House:
    """Put the program where the example has it, and this week's cycle where it is looked for."""
    program = sqlite_house.folder / ".venv" / "bin" / "payouts"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m paypal_payouts "$@"\n')
    program.chmod(0o700)
    for name in ("weekly", cycle()):
        sqlite_house.write(name, ["a,ann@example.com,10.00,USD"])
    return sqlite_house


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


def as_cron(house: House, crontab: str) -> None:
    """Run each command of a crontab, the first one twice, as cron does: all is well, and nobody is mailed."""
    folder = house.folder
    variables, commands = crontab_lines(crontab)
    environment = {name: value.replace(FOLDER, str(folder)) for name, value in variables.items()}
    environment |= {"HOME": "/", "LOGNAME": "payouts", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
    for command in (commands[0], *commands):
        here = command.replace(FOLDER, shlex.quote(str(folder))).replace("/var/lib/", shlex.quote(f"{folder}/"))
        ended = subprocess.run(
            ["/bin/sh", "-c", here], env=environment, cwd="/", umask=0o022, capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", ""), command


@pytest.mark.parametrize("section", ["Five minutes", "From cron and systemd"])
def test_a_crontab_pays_in_the_environment_that_cron_gives(installed: House, section: str) -> None:
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


def test_a_crontab_writes_figures_for_the_node_exporter(installed: House) -> None:
    (section,) = CRONTABS.keys() - {"Five minutes", "From cron and systemd"}
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
def test_the_service_pays_with_the_credentials_that_systemd_loads(installed: House, tmp_path: Path, guard: str) -> None:
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
    (start,) = settings["ExecStart"]
    assert settings["WorkingDirectory"] == [FOLDER]
    arguments = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(start)]
    ended = subprocess.run(
        arguments,
        env=environment,
        cwd=installed.folder,
        umask=int(settings["UMask"][0], 8),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert installed.paid() == {"ann@example.com": ["10.00 USD"]}
    assert "canary" not in ended.stdout + ended.stderr


def test_systemd_stops_a_run_later_than_the_longest_exchange_ends() -> None:
    example = (Path(__file__).resolve().parents[2] / "config.example.toml").read_text()
    timeout_s = re.search(r"^timeout_s = (\d+)", example, re.MULTILINE)
    assert timeout_s is not None
    assert int(service()["TimeoutStopSec"][0]) > 2 * int(timeout_s[1])
    assert service()["SuccessExitStatus"] == ["6"]


def test_the_units_hold_each_key_once_but_for_lists() -> None:
    repeated = {key for key, values in service().items() if len(values) > 1}
    assert repeated == {"LoadCredential", "Environment"}
    parser = RawConfigParser()
    parser.read_string(TIMER)
    assert parser["Install"]["WantedBy"] == "timers.target"


def test_systemd_itself_accepts_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd here")
    for name, text in (("payouts.service", SERVICE), ("payouts.timer", TIMER)):
        (tmp_path / name).write_text(text)
    ended = subprocess.run(
        [analyze, "verify", "--man=no", tmp_path / "payouts.service", tmp_path / "payouts.timer"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    ours = [line for line in ended.stderr.splitlines() if "payouts." in line]
    assert ours == []
    assert ended.returncode == 0, ended.stderr
