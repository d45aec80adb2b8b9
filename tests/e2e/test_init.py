"""`init --live`, the conversation before a first real payment, and `init --template`."""

import csv
import sys
import tomllib
from io import StringIO
from pathlib import Path

import pexpect
from support.site import Site

from paypal_payouts.intake.rows import COLUMNS
from paypal_payouts.verbs.init import EXAMPLE_CYCLE


def test_the_conversation_writes_what_was_answered_and_ends_with_the_checks(sqlite_site: Site) -> None:
    folder = sqlite_site.folder / "live"
    folder.mkdir()
    answers = ["prod", "sandbox", "", "", "", "XYZ", "EUR USD", "5,0", "500.00", "400", "900", "20", ""]
    (folder / "ops.url").write_text("json://127.0.0.1:1/")
    (folder / "ops.url").chmod(0o644)
    (folder / "ours.url").write_text("json://127.0.0.1:1/")
    (folder / "ours.url").chmod(0o600)
    answers += ["", "OPS_URL", "ops.url", "ours.url", ""]
    talk = begin(folder)
    for answer in answers:
        talk.expect_exact(": ")
        talk.sendline(answer)
    shown = end(talk)
    # There are no credentials yet: that is a check that failed.
    assert talk.exitstatus == 3
    assert "Expected sandbox, live." in shown
    assert "That file cannot be used." in shown
    order = ["Checking the installation", "CHECK", "export PAYPAL_CLIENT_ID_FILE=FILE", "payouts doctor"]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert shown.rstrip().endswith(
        "And then, to see the plan of cycle NAME, which sends nothing:\n  payouts preview NAME"
    )
    assert all(len(line) <= 80 for line in shown.splitlines() if not line.startswith(" "))
    text = (folder / "payouts.toml").read_text()
    assert 'environment = "sandbox"' in text
    limits = tomllib.loads(text)["limits"]
    assert (limits["max_item"], limits["max_cycle"]) == ({"EUR": "500.00", "USD": "20"}, {"EUR": "900"})
    assert tomllib.loads(text)["guard"]["new_receiver"] == "refuse"
    assert tomllib.loads(text)["notify"]["targets"] == [{"name": "on call", "url_file": f"{folder}/ours.url"}]
    assert (folder / "payouts.toml").stat().st_mode & 0o777 == 0o600
    assert not (folder / "cycles").exists()


def begin(folder: Path, *arguments: str) -> "pexpect.spawn[str]":
    talk = pexpect.spawn(
        sys.executable,
        ["-m", "paypal_payouts", "init", "--live", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "80", "TERM": "dumb", "HTTPS_PROXY": "http://127.0.0.1:1"},
        encoding="utf-8",
        timeout=60,
    )
    talk.logfile_read = StringIO()
    return talk


def end(talk: "pexpect.spawn[str]") -> str:
    """Wait for the end, and return all that was shown."""
    talk.expect(pexpect.EOF)
    talk.close()
    assert isinstance(talk.logfile_read, StringIO)
    return talk.logfile_read.getvalue().replace("\r\n", "\n")


def test_credentials_that_others_can_read_and_one_file_for_both_are_refused_at_once(
    sqlite_site: Site,
) -> None:
    folder = sqlite_site.folder / "live"
    folder.mkdir()
    for name in ("id", "secret"):
        (folder / name).write_text(f"{name}-canary\n")
        (folder / name).chmod(0o644)
    talk = begin(folder, "--config", "paying.toml")
    for answer in ("", ""):
        talk.expect_exact("]: ")
        talk.sendline(answer)
    talk.expect_exact("later: ")
    talk.sendline("id")
    talk.expect_exact("(mode 0644): chmod 600 ")
    talk.expect_exact("later: ")
    (folder / "id").chmod(0o600)
    talk.sendline("id")
    talk.expect_exact("later: ")
    talk.sendline("id")
    talk.expect_exact("file of its own.")
    talk.expect_exact("later: ")
    (folder / "secret").chmod(0o600)
    talk.sendline("secret")
    for words in ("limits at all: ", "[refuse]: ", "nobody: ", "nobody: "):
        talk.expect_exact(words)
        talk.sendline("")
    shown = end(talk)
    assert f"export PAYPAL_CLIENT_ID_FILE={folder}/id\n  export PAYPAL_CLIENT_SECRET_FILE={folder}/secret\n" in shown
    assert shown.index("CHECK") < shown.index("export ")
    assert shown.rstrip().endswith("  payouts preview NAME --config paying.toml")
    assert "canary" not in shown
    written = tomllib.loads((folder / "paying.toml").read_text())
    own = written["database"]["url"], written["lock"]["directory"], written["seal"]["key_file"]
    assert own == ("sqlite:///paying.db", ".paying", ".paying.key")
    assert "paying.db, .paying, .paying.key" in " ".join(shown.split())


def test_without_a_terminal_nothing_is_asked_and_nothing_written(sqlite_site: Site) -> None:
    ended = sqlite_site.run("init", "--live", "--config", "other.toml")
    assert (ended.code, "no terminal to ask on" in ended.stderr) == (2, True)
    assert not (sqlite_site.folder / "other.toml").exists()
    assert sqlite_site.json("init", "--live", "--config", "other.toml").error_code == "usage"


def test_a_template_has_every_column_and_is_never_written_over(sqlite_site: Site) -> None:
    file = Path("cycles/2026-12.csv")
    ended = sqlite_site.json("init", "--template", str(file))
    assert ended.result == {
        "written": [str(file)],
        "kept": [],
        "next": ["payouts preview --cycle 2026-12 --input cycles/2026-12.csv"],
    }
    (header,) = csv.reader((sqlite_site.folder / file).read_text().splitlines())
    assert tuple(header) == COLUMNS
    (sqlite_site.folder / file).write_text("kept")
    assert sqlite_site.json("init", "--template", str(file)).result["kept"] == [str(file)]
    assert (sqlite_site.folder / file).read_text() == "kept"
    for no_file, code in {"-": "usage", "": "config_invalid", "cycles": "config_invalid"}.items():
        assert sqlite_site.json("init", "--template", no_file).error_code == code
    assert not (sqlite_site.folder / "-").exists()


def test_where_paypal_would_pay_it_no_sample_is_written_and_nobody_is_led_to_one(sqlite_site: Site) -> None:
    sample = sqlite_site.folder / "cycles" / "example.csv"
    shown = sqlite_site.run("init")
    assert (shown.code, sample.exists()) == (0, False)
    assert "The environment here is SANDBOX" in shown.stdout
    assert "nobody is paid" not in shown.stdout
    assert sqlite_site.json("init").result == {
        "written": [],
        "kept": ["payouts.toml"],
        "next": ["payouts preview NAME"],
    }
    live = sqlite_site.run("init", "--config", "new.toml", COLUMNS="200", PAYOUTS_PAYPAL__ENVIRONMENT="live")
    assert "a sample cycle would be paid with real money, so none was written" in live.stdout
    sample.parent.mkdir()
    sample.write_text(EXAMPLE_CYCLE)
    before = sqlite_site.run("init", COLUMNS="200").stdout
    assert "a sample cycle would go to PayPal. Remove cycles/example.csv, which is one." in before
    assert "payouts run" not in shown.stdout + live.stdout + before


def test_a_file_of_ones_own_is_not_called_the_sample(sqlite_site: Site) -> None:
    sqlite_site.write("example", ["a,ann@example.com,10.00,USD"])
    ended = sqlite_site.run("init", "--config", "new.toml")
    assert (ended.code, "nobody is paid" in ended.stdout) == (0, False)
    assert "payouts preview example --config new.toml" in ended.stdout


def test_beside_a_configuration_that_is_wrong_there_is_no_sample(sqlite_site: Site) -> None:
    (sqlite_site.folder / "payouts.toml").write_text("[paypall]\n")
    ended = sqlite_site.run("init")
    assert (ended.code, "payouts config check" in ended.stdout) == (0, True)
    assert not (sqlite_site.folder / "cycles" / "example.csv").exists()


def test_what_to_type_names_what_was_written_where_a_variable_names_another(sqlite_site: Site) -> None:
    ended = sqlite_site.json("init", PAYOUTS_CONFIG=str(sqlite_site.folder / "payouts.toml"))
    assert ended.result["next"] == ["payouts preview NAME --config payouts.toml"]
