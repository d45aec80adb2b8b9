"""A person at a terminal: questions, answers, Ctrl-C, and what a screen of 80 columns shows."""

import io
import re
import time
from contextlib import nullcontext
from types import SimpleNamespace
from typing import cast

import pexpect
import pyte
import pytest
from support.signing import NEEDS_SSH_KEYGEN, Signers
from support.site import Site
from support.terminals import Terminal

from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.errors import NotConfirmed
from paypal_payouts.present.progress import SilentProgress


def spawn(site: Site, *arguments: str, columns: int = 80) -> Terminal:
    """Start a command on a terminal of its own."""
    return Terminal(site, arguments, (40, columns), TERM="xterm")


@pytest.mark.parametrize(("answer", "code", "paid"), [("n", 2, 0), ("", 2, 0), ("y", 0, 1)], ids=["no", "enter", "yes"])
def test_run_asks_on_a_terminal_and_sends_only_after_a_yes(
    sqlite_site: Site, answer: str, code: int, paid: int
) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    child = spawn(sqlite_site, "run", "-c", "c")
    child.expect("10.00 USD")
    child.expect(r"\[y/N\]")
    assert sqlite_site.posts() == 0
    child.sendline(answer)
    child.expect(pexpect.EOF)
    assert child.exit_code() == code
    assert len(sqlite_site.paid()) == paid


PRINTED = ("cancel", "f", "-c", "c", "--close", "--reason", "say here what you know and how")


def test_the_text_that_stands_for_a_reason_is_asked_for_and_never_kept_by_yes(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["f,fail@example.com,10.00,USD"])
    assert site.run("run", "c", "--yes").code == 5
    refused = site.json(*PRINTED, "--yes")
    assert (refused.code, refused.error_code) == (2, "usage")
    assert "The reason is the text that stands for one" in refused.document["error"]["message"]
    for reason, code in {"short": 2, "she left the company": 0}.items():
        child = spawn(site, *PRINTED)
        child.expect(r"\[y/N\]")
        child.sendline("y")
        child.expect("Reason .*: ")
        child.sendline(reason)
        child.expect(pexpect.EOF)
        assert child.exit_code() == code
    kept = [event["reason"] for event in site.json("audit", "--cycle", "c").result["events"] if event["reason"]]
    assert kept == ["she left the company"]


def test_yes_to_other_receivers_shows_both_and_says_what_it_says(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.configure(max_retries=1)
    site.simulator.inject({"on": "create", "kind": "reset_after"})
    site.simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": "receiver"})
    assert site.run("run", "c", "--yes").code == 8
    review = site.json("review", "c-0001-1").result
    meanings = [move["meaning"] for move in review["moves"] if move["to"] == "accepted"]
    assert ["only if both are the same payee" in meaning for meaning in meanings] == [True, False]
    assert ["a receiver is somebody else" in meaning for meaning in meanings] == [False, True]
    named = ("--to", "accepted", "--paypal-batch-id", review["paypal_batch_id"])
    reason = ("--reason", "Ann has told us by phone that both are hers")
    agreed = site.run("override", "c-0001-1", *named, *reason, "--yes")
    assert agreed.code == 0
    assert "By --yes you say that each is the same payee: a: ours ann@example.com 10.00 USD, PayPal's" in agreed.stderr
    assert "by this decision it is ours all the same" in " ".join(agreed.stdout.split())


def test_what_a_question_has_said_is_not_said_again_after_the_yes(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["f,fail@example.com,10.00,USD"])
    assert sqlite_site.run("run", "c", "--yes").code == 5
    sqlite_site.write("c", ["f,fay@example.com,10.00,USD"])
    child = spawn(sqlite_site, "retry", "c-0001-1", "--failed-items")
    child.expect(r"\[y/N\]")
    asked = str(child.before)
    child.sendline("y")
    child.expect(pexpect.EOF)
    assert child.exit_code() == 0
    assert (asked.count("f: fail@example.com"), str(child.before).count("f: fail@example.com")) == (1, 0)


def looks_at_balances(site: Site) -> int:
    return sum("reporting/balances" in request["path"] for request in site.simulator.requests())


@pytest.mark.parametrize(
    "line", ["retry c-0001-1", "retry -c c --failed-items --include-payee-errors", "run --open"], ids=lambda line: line
)
def test_a_question_about_stored_money_shows_the_balance_which_is_asked_for_once(sqlite_site: Site, line: str) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,EUR", "f,fail@example.com,10.00,USD", "b,bob@example.com,1.00,USD"])
    site.simulator.inject({"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"})
    assert site.run("run", "c", "--yes").code == 7
    site.simulator.configure(balances={"USD": "10.00", "EUR": "3.00"})
    posts = site.posts()
    child = spawn(site, *line.split())
    child.expect(r"\[y/N\]")
    child.sendline("n")
    asked = " ".join(re.sub(r"\x1b\[\d*(;\d+)*[A-Za-z]", "", str(child.before)).split())
    child.expect(pexpect.EOF)
    assert (child.exit_code(), site.posts(), looks_at_balances(site)) == (2, posts, 1)
    assert "Paid by: PayPal account SAMPLEACCT234" in asked
    assert "AVAILABLE NEEDED MISSING" in asked
    assert asked.count("warning: PayPal's balance is ") == 1
    site.run(*line.split(), "--yes")
    assert (site.posts(), looks_at_balances(site)) == (posts + 1, 1)


@pytest.mark.parametrize(
    "what", [("c-0001-1", "--to", "abandoned"), ("f", "-c", "c", "--to", "success")], ids=["b", "i"]
)
def test_what_cannot_be_moved_is_refused_before_a_question(sqlite_site: Site, what: tuple[str, ...]) -> None:
    sqlite_site.write("c", ["f,fail@example.com,10.00,USD"])
    assert sqlite_site.run("run", "-c", "c", "--yes").code == 5
    child = spawn(sqlite_site, "override", *what, "--reason", "PayPal's support said so")
    child.expect(pexpect.EOF)
    assert child.exit_code() == 4
    assert "cannot be moved" in str(child.before)
    assert "[y/N]" not in str(child.before)


def test_the_question_of_a_move_says_what_it_does_to_the_money(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["r,rejected@example.com,10.00,USD"])
    assert sqlite_site.run("run", "c", "--yes").code == 7
    child = spawn(sqlite_site, "override", "c-0001-1", "--to", "abandoned", "--reason", "a row of it is wrong")
    child.expect(r"\[y/N\]")
    asked = " ".join(str(child.before).split())
    assert "It is never sent again, and its items are unpaid: `retry BATCH --failed-items` may pay them" in asked
    assert "Move c-0001-1 (1 item, 10.00 USD) from refused to abandoned?" in asked
    child.sendline("n")
    child.expect(pexpect.EOF)
    assert child.exit_code() == 2


@NEEDS_SSH_KEYGEN
@pytest.mark.parametrize(("answer", "code", "kept"), [("n", 2, 0), ("y", 0, 1)], ids=["no", "yes"])
def test_approve_shows_the_plan_and_signs_only_after_a_yes(
    sqlite_site: Site, answer: str, code: int, kept: int
) -> None:
    signers = Signers(sqlite_site.folder)
    signers.allow(("maria",))
    sqlite_site.configure(more='[approval]\nrequired = "always"\nsigners = "allowed_signers"\n')
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    child = spawn(sqlite_site, "approve", "c", "--key", str(signers.key("maria")))
    child.expect("10.00 USD")
    child.expect("c-0001-1")
    child.expect(r"Approve this plan of cycle c\? \[y/N\]")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    assert "Signing data" not in str(child.before), "it sounds as if it waited for somebody"
    assert child.exit_code() == code
    assert len(sqlite_site.json("audit").result["events"]) == kept


@pytest.mark.parametrize("answer", ["y", "yes", "C", ""])
def test_real_money_moves_only_after_the_name_of_the_cycle(sqlite_site: Site, answer: str) -> None:
    (sqlite_site.folder / "payouts.toml").write_text('[paypal]\nenvironment = "live"\n')
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    child = spawn(sqlite_site, "run", "c")
    child.expect("LIVE: real money moves")
    child.expect("Real money moves. Type c to go on: ")
    child.sendline(answer)
    child.expect("Declined")
    child.expect(pexpect.EOF)
    assert child.exit_code() == 2
    assert not (sqlite_site.folder / "payouts.db").exists()


def test_the_name_of_the_cycle_lets_real_money_go(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = io.StringIO()
    monkeypatch.setattr("sys.stderr", asked)
    monkeypatch.setattr("sys.stdin", io.StringIO("2026-11\n"))
    paypal = SimpleNamespace(environment="live", account="main")
    wiring = SimpleNamespace(settings=SimpleNamespace(paypal=paypal), progress=SilentProgress())
    Wiring.ask(cast("Wiring", wiring), "Pay cycle 2026-11?", name="2026-11")
    assert asked.getvalue() == "Pay cycle 2026-11? Real money moves. Type 2026-11 to go on: "


@pytest.mark.parametrize(("answer", "goes_on"), [("c-0001-1", True), ("y", False), ("c", False)])
def test_who_vouches_for_real_money_types_the_name_of_the_batch(
    monkeypatch: pytest.MonkeyPatch, answer: str, goes_on: bool
) -> None:
    asked = io.StringIO()
    monkeypatch.setattr("sys.stderr", asked)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))
    paypal = SimpleNamespace(environment="live", account="main")
    wiring = SimpleNamespace(settings=SimpleNamespace(paypal=paypal), progress=SilentProgress())
    with nullcontext() if goes_on else pytest.raises(NotConfirmed):
        Wiring.ask(cast("Wiring", wiring), "Give it up?", name="c-0001-1", stake="You vouch.")
    assert asked.getvalue() == "Give it up? You vouch. Type c-0001-1 to go on: "


def test_nothing_to_send_is_no_question(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    assert sqlite_site.run("run", "c", "--yes").code == 0
    child = spawn(sqlite_site, "run", "c")
    output = child.read()
    assert child.exit_code() == 0
    assert "[y/N]" not in output


def test_ctrl_c_at_the_question_is_130_and_nothing_is_stored(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    child = spawn(sqlite_site, "run", "-c", "c")
    child.expect(r"\[y/N\]")
    child.sendintr()
    child.expect(r"\^C\r\n[^\r\n]*error: [^\r\n]*Stopped before anything was sent")
    child.expect(pexpect.EOF)
    assert child.exit_code() == 130
    assert not (sqlite_site.folder / "payouts.db").exists()


def test_text_from_a_file_reaches_the_terminal_with_its_controls_made_visible(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", "b\x1b[31m,bob@example.com,1.00,USD"])
    child = spawn(sqlite_site, "preview", "-c", "c")
    output = child.read()
    assert child.exit_code() == 3
    assert "\\x1b[31m" in output
    assert "\x1b[31m," not in output


def test_without_a_terminal_no_escape_sequence_is_written(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"])
    for arguments in (["preview", "-c", "c"], ["run", "-c", "c", "--yes"], ["status", "--items"], ["--help"]):
        ended = sqlite_site.run(*arguments)
        assert "\x1b" not in ended.stdout + ended.stderr


def test_nothing_is_wider_than_eighty_columns_and_no_batch_id_is_cut(sqlite_site: Site) -> None:
    cycle = "a-cycle-with-a-name-that-is-long-but-allowed-2026-11-24"
    sqlite_site.write(cycle, ["a,ann@example.com,10.00,USD", "f,fail@example.com,1234567890.00,USD"])
    sqlite_site.run("run", "-c", cycle, "--yes", COLUMNS="80")
    ended = sqlite_site.run("status", "--items", COLUMNS="80")
    assert f"{cycle}-0001-1" in ended.stdout
    commands = [line for line in ended.stdout.splitlines() if line.lstrip(" `").startswith("payouts ")]
    assert commands, "the next command is named, whole"
    assert all(len(line) <= 80 for line in ended.stdout.splitlines() if line not in commands)


def test_ctrl_c_while_paypal_answers_says_at_once_how_long_it_may_take(sqlite_site: Site) -> None:
    sqlite_site.configure(timeout_s=3, max_retries=2)
    sqlite_site.simulator.inject({"on": "create", "kind": "timeout_after", "seconds": 4})
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    child = spawn(sqlite_site, "run", "-c", "c", "--yes")
    screen = pyte.Screen(80, 40)
    stream = pyte.Stream(screen)
    while "Sending" not in "".join(screen.display):
        stream.feed(child.read_nonblocking(4096))
    while sqlite_site.posts() == 0:
        time.sleep(0.01)
    said = [
        "Stopping at the next safe point: PayPal's answer is waited for, up to 3 s. Do",
        "not kill the program.",
    ]
    for times in (1, 2):
        child.sendintr()
        while [line.rstrip() for line in screen.display].count(said[1]) < times:
            stream.feed(child.read_nonblocking(4096))
    stream.feed(child.read())
    assert child.exit_code() == 130
    lines = [line.rstrip() for line in screen.display if line.strip()]
    assert lines[0].startswith("Sending")
    assert lines[1:3] == said
    assert any("Stopped at a safe point." in line for line in lines)


@pytest.mark.parametrize("columns", [80, 200])
def test_progress_is_a_bar_below_what_happened_and_ctrl_c_wipes_it(sqlite_site: Site, columns: int) -> None:
    sqlite_site.configure(poll_timeout_s=3600)
    sqlite_site.simulator.configure(processing_s=3600)
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", "b,bob@example.com,1.00,EUR"])
    child = spawn(sqlite_site, "run", "-c", "c", "--yes", columns=columns)
    screen = pyte.Screen(columns, 40)
    stream = pyte.Stream(screen)

    def lines() -> list[str]:
        return [line.rstrip() for line in screen.display if line.strip()]

    happened = ["batch 1 of 2, c-0001-1: accepted", "batch 2 of 2, c-0002-1: accepted"]
    while not (lines() and lines()[-1].startswith("waiting")):
        stream.feed(child.read_nonblocking(4096))
    assert lines()[:-2] == happened
    assert lines()[-2].startswith("Reading")
    assert "0 of 2 items final" in lines()[-2]
    time.sleep(0.3)
    child.sendintr()
    stream.feed(child.read())
    assert child.exit_code() == 130
    assert lines()[:2] == happened
    if not any(line.startswith("Stopping at") for line in lines()):
        # It came within a pause. Between two of them it is answered in a line, and what stood above that stays.
        assert not any("waiting" in line for line in lines())
    assert any("Stopped at a safe point. Open batches: 2 accepted." in line for line in lines())
