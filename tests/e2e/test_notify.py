"""Somebody is told how a command ended; a service that is dead, slow or lying changes nothing else."""

import json
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator

import pexpect
import pytest
from support.message_service import Service, message_service
from support.site import Ended, Site
from support.terminals import Terminal

ALL = '["review", "refused", "failures", "unclaimed", "unfinished", "error", "success"]'
TARGET = f'[[notify.targets]]\nname = "ops"\nurl_env = "OPS_URL"\nevents = {ALL}\n'


@pytest.fixture
def service() -> Iterator[Service]:
    with message_service() as listening:
        yield listening


def run(site: Site, service: Service, *arguments: str) -> Ended:
    """Run a command that knows the service's URL; neither its key nor a receiver is shown or told."""
    ended = site.run(*arguments, OPS_URL=service.url)
    assert "key-canary" not in ended.stdout + ended.stderr
    for message in service.heard:
        assert not any(word in json.dumps(message) for word in ("@example.com", "10.00", "s3cret-canary"))
    return ended


def titles(service: Service) -> list[str]:
    return [message["title"] for message in service.heard]


def test_each_end_is_told_as_what_it_is(sqlite_site: Site, service: Service) -> None:
    site = sqlite_site
    site.configure(more=TARGET, max_retries=1)
    site.write("well", ["a,ann@example.com,10.00,USD"])
    assert run(site, service, "run", "-c", "well", "--yes").code == 0
    site.write("ill", ["a,ann@example.com,20.00,USD", "f,fail@example.com,1.00,USD"])
    assert run(site, service, "run", "-c", "ill", "--yes").code == 5
    site.write("refused", ["r,rejected@example.com,1.00,USD"])
    assert run(site, service, "run", "-c", "refused", "--yes").code == 7
    site.write("doubt", ["a,ann@example.com,30.00,USD"])
    site.simulator.inject({"on": "create", "kind": "reset_after"})
    site.simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": "receiver"})
    assert run(site, service, "run", "-c", "doubt", "--yes").code == 8
    assert run(site, service, "run", "-c", "none", "--yes").code == 3
    assert titles(service) == [
        "payouts: well: done",
        "payouts: ill: finished, but not everything is paid",
        "payouts: refused: PayPal refused",
        "payouts: doubt: a person must decide",
        "payouts: none: its file is not there, nobody was paid",
    ]
    assert service.heard[3]["message"].endswith("Next: payouts review doubt-0001-1")
    where = f"on {socket.gethostname()} in {site.folder}. "
    assert all(f"Environment sandbox, account main, {where}" in message["message"] for message in service.heard)


def test_every_cycle_whose_file_is_refused_is_told_and_the_command_leads_on(
    sqlite_site: Site, service: Service
) -> None:
    site = sqlite_site
    site.configure(more=TARGET)
    for cycle in ("berlin", "paris"):
        site.write(cycle, ["a,,10.00,USD"])
    for cycle in ("berlin", "paris", "rome", "berlin"):
        assert run(site, service, "run", cycle, "--yes", "--quiet").code == 3
    assert titles(service) == [
        "payouts: berlin: its file was refused, nobody was paid",
        "payouts: paris: its file was refused, nobody was paid",
        "payouts: rome: its file is not there, nobody was paid",
    ]
    assert "nobody of it was paid by this run (line 2, column receiver, exit code 3" in service.heard[0]["message"]
    following = service.heard[0]["message"].rpartition(" Next: payouts ")[2]
    shown = site.run(*following.split())
    assert (shown.code, "line 2, column receiver" in shown.stderr) == (3, True)


def test_a_configuration_that_is_not_found_from_the_folder_is_named_in_what_to_type(
    sqlite_site: Site, service: Service
) -> None:
    site = sqlite_site
    site.configure(more=TARGET)
    (site.folder / "payouts.toml").rename(site.folder / "sand.toml")
    ended = site.run("run", "none", OPS_URL=service.url, PAYOUTS_CONFIG=str(site.folder / "sand.toml"))
    assert ended.code == 3
    assert service.heard[0]["message"].endswith(f"Next: payouts preview none --config {site.folder}/sand.toml")


def test_only_what_a_target_wants_is_told_and_the_same_once_a_day(sqlite_site: Site, service: Service) -> None:
    site = sqlite_site
    site.configure(more=f'{TARGET}[[notify.targets]]\nname = "calm"\nurl_env = "OPS_URL"\nevents = ["review"]\n')
    site.write("ill", ["a,ann@example.com,20.00,USD", "f,fail@example.com,1.00,USD"])
    for _ in range(3):
        assert run(site, service, "run", "-c", "ill", "--yes").code == 5
    assert titles(service) == ["payouts: ill: finished, but not everything is paid"]
    told = site.folder / ".payouts" / "told.json"
    assert told.stat().st_mode & 0o777 == 0o600
    assert "key-canary" not in told.read_text()
    told.unlink()
    assert run(site, service, "run", "-c", "ill", "--yes").code == 5
    assert len(service.heard) == 2


@pytest.mark.parametrize(("days", "told"), [(30, 1), (29, 0)], ids=["within", "later"])
def test_unclaimed_money_is_told_so_many_days_before_it_comes_back(
    sqlite_site: Site, service: Service, days: int, told: int
) -> None:
    site = sqlite_site
    site.write("c", ["u,unclaimed@example.com,2.00,EUR"])
    site.configure(more=f"[notify]\nunclaimed_days = {days}\n{TARGET}")
    assert run(site, service, "run", "-c", "c", "--yes").code == 0
    assert run(site, service, "sync").code == 0
    unclaimed = [message for message in service.heard if "unclaimed money" in message["title"]]
    assert len(unclaimed) == told
    assert all("In cycle c, 1 unclaimed item comes back" in message["message"] for message in unclaimed)


@pytest.mark.parametrize(("hours", "told"), [(1, 1), (0, 0), (720, 0)], ids=["late", "never", "not yet"])
def test_a_cycle_that_is_open_for_too_long_is_told_once_a_day(
    sqlite_site: Site, service: Service, hours: int, told: int
) -> None:
    site = sqlite_site
    site.configure(more=f"[notify]\nunfinished_hours = {hours}\n{TARGET}")
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.simulator.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    assert run(site, service, "run", "c", "--yes").code == 6
    assert titles(service) == []
    with sqlite3.connect(site.folder / "payouts.db") as database:
        database.execute("UPDATE payout_batches SET created_at = datetime(created_at, '-2 hours')")
    assert run(site, service, "sync").code == 6
    assert run(site, service, "run", "--open").code == 6
    assert run(site, service, "run", "c").code == 6
    assert titles(service) == ["payouts: c: not finished"] * told


def test_a_refusal_is_told_again_the_next_day_though_a_later_send_has_no_answer(
    sqlite_site: Site, service: Service
) -> None:
    site = sqlite_site
    site.configure(more=TARGET)
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.simulator.inject({"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"})
    assert run(site, service, "run", "c", "--yes").code == 7
    site.simulator.inject({"on": "create", "kind": "reset_before", "times": 4})
    assert run(site, service, "run", "c", "--yes").code == 6
    assert titles(service) == ["payouts: c: PayPal refused"] * 2
    assert "whether it was paid is not known" in service.heard[1]["message"]


@pytest.mark.parametrize("failing", ["closed", "refusing", "unset", "open to others", "no service"])
def test_a_dead_notifier_is_a_line_for_cron_and_pays_all_the_same(
    sqlite_site: Site, service: Service, failing: str
) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.configure(more=TARGET)
    urls = {"closed": {"OPS_URL": "json://key-canary@127.0.0.1:1/"}, "no service": {"OPS_URL": "key-canary"}}
    environment = urls.get(failing, {"OPS_URL": service.url})
    service.status = 500
    if failing == "unset":
        environment = {}
    if failing == "open to others":
        site.configure(more='[[notify.targets]]\nname = "ops"\nurl_file = "ops.url"\nevents = ["success"]')
        (site.folder / "ops.url").write_text(service.url)
        (site.folder / "ops.url").chmod(0o644)
    ended = site.run("run", "-c", "c", "--yes", "--json", "--quiet", **environment)
    assert (ended.code, ended.result["outcome"]) == (0, "completed")
    assert len(ended.stderr.splitlines()) == 1
    assert site.paid() == {"ann@example.com": ["10.00 USD"]}
    assert "ERROR notify_failed: ops " in ended.stderr
    assert "key-canary" not in ended.stdout + ended.stderr
    assert site.json("locks").result["locks"] == []


def test_on_a_terminal_one_sentence_below_the_result_says_who_was_not_told(sqlite_site: Site, service: Service) -> None:
    site = sqlite_site
    site.configure(more=TARGET + '[[notify.targets]]\nname = "hook"\nurl_env = "HOOK_URL"\nevents = ["success"]\n')
    site.write("c", ["a,ann@example.com,10.00,USD"])
    service.status = 500
    urls = {"OPS_URL": service.url, "HOOK_URL": "json://key-canary@127.0.0.1:1/"}
    child = Terminal(site, ("run", "c", "--yes"), (40, 200), TERM="xterm", **urls)
    child.expect(pexpect.EOF)
    shown = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", str(child.before))
    assert child.exit_code() == 0
    why = "warning: Not told how this ended: ops: it answered HTTP 500; hook: connection refused. To try it: `payouts "
    assert shown.rstrip().splitlines()[-1].startswith(why)
    assert "notify_failed" not in shown
    assert "key-canary" not in shown


def test_locks_are_free_and_the_result_is_out_before_anybody_is_told(sqlite_site: Site, service: Service) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.configure(more=TARGET)
    out, seen = site.folder / "out.json", []

    def look() -> None:
        seen.append((out.read_text(), site.json("locks").result["locks"]))

    service.when_heard = look
    with out.open("w") as stdout:
        command = [sys.executable, "-m", "paypal_payouts", "run", "-c", "c", "--yes", "--json"]
        environment = site.environment(OPS_URL=service.url)
        subprocess.run(command, cwd=site.folder, env=environment, stdout=stdout, stderr=subprocess.DEVNULL, check=True)
    ((text, locks),) = seen
    assert json.loads(text)["result"]["outcome"] == "completed"
    assert locks == []


def test_being_stopped_while_telling_changes_no_exit_code(sqlite_site: Site, service: Service) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.configure(more=TARGET)
    service.hangs = True
    heard = threading.Event()
    service.when_heard = heard.set
    process = site.start("run", "-c", "c", "--yes", "--json", OPS_URL=service.url)
    assert heard.wait(60)
    process.terminate()
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, "how it ended was settled before"
    assert json.loads(stdout)["exit_code"] == 0
    assert "Stopped while telling" in stderr


def test_a_test_message_says_which_target_failed(sqlite_site: Site, service: Service) -> None:
    site = sqlite_site
    more = '[[notify.targets]]\nname = "dead"\nurl_file = "dead.url"\n'
    site.configure(more=TARGET + more)
    (site.folder / "dead.url").write_text("json://key-canary@127.0.0.1:1/\n")
    (site.folder / "dead.url").chmod(0o600)
    shown = site.json("notify", OPS_URL=service.url)
    assert (shown.code, service.heard) == (0, [])
    assert [target["problem"] for target in shown.result["targets"]] == [None, None]
    ended = site.json("notify", "--test", OPS_URL=service.url)
    assert (ended.code, ended.error_code) == (3, "config_invalid")
    assert ended.result["test"] is True
    assert [(target["name"], target["problem"]) for target in ended.result["targets"]] == [
        ("ops", None),
        ("dead", "connection refused"),
    ]
    assert titles(service) == ["payouts: a test"]
    assert "dead" in ended.document["error"]["message"]
    text = run(site, service, "notify", "--test")
    assert text.code == 3
    assert "told" in text.stdout
    assert (text.stdout + text.stderr).count("connection refused") == 1, "it is said once"
    odd = site.run("notify", OPS_URL="http://key-canary@127.0.0.1:1/")
    assert (odd.code, odd.stdout.count("ready"), "no service" in odd.stdout) == (3, 1, True)
    checked = site.json("doctor", OPS_URL="http://key-canary@127.0.0.1:1/").result["checks"]
    found = [check["found"] for check in checked if check["name"] == "notifier"]
    assert found == ["ops cannot be told: http:// names no service that Apprise knows: a web hook is json://HOST/PATH"]
    assert site.json("notify").result["targets"][0]["problem"] == "the variable OPS_URL is not set"


def test_without_targets_nobody_is_told_and_no_library_is_needed(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    assert site.json("notify", "--test").result["targets"] == []
    assert site.run("run", "-c", "c", "--yes").code == 0
    assert not (site.folder / ".payouts" / "told.json").exists()


WITHOUT_LIBRARY = """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "apprise" else find(name, *more)
"""


@pytest.mark.parametrize(
    ("arguments", "code"), [("run -c c --yes", 3), ("sync", 3), ("notify", 3), ("preview -c c", 0), ("status", 0)]
)
def test_a_missing_library_is_told_first_and_only_to_those_who_need_it(
    sqlite_site: Site, arguments: str, code: int
) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.configure(more=TARGET)
    ended = site.run_changed(WITHOUT_LIBRARY, *arguments.split(), "--json")
    assert ended.code == code, ended.stdout + ended.stderr
    assert ("pip install 'paypal-payouts[notify]'" in ended.stdout) is (code == 3)
    assert site.posts() == 0
