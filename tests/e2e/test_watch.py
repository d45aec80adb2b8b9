"""`status --watch`: living on a terminal, plain elsewhere, one document for a script; it ends by itself."""

import json
import os
import signal
from pathlib import Path

import pexpect
import pyte
import pytest
from support.site import Site
from support.terminals import Terminal

SECONDS = 3_600
"""PayPal works on a batch for so long, by the simulator's clock."""


@pytest.fixture
def open_site(sqlite_site: Site) -> Site:
    """Return a site with a cycle that PayPal is still working on."""
    sqlite_site.simulator.configure(processing_s=SECONDS)
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", "b,bob@example.com,1.00,EUR"])
    assert sqlite_site.run("run", "-c", "c", "--yes", "--no-wait").code == 6
    return sqlite_site


def spawn(site: Site, *arguments: str, columns: int = 80, **environment: str) -> Terminal:
    """Start a command on a terminal of its own, as tmux gives one."""
    environment.setdefault("TERM", "screen-256color")
    return Terminal(site, arguments, (24, columns), **environment)


def written_by(child: Terminal) -> str:
    """Return what was written up to what was expected last."""
    assert child.before is not None
    return str(child.before)


def seen(written: str, columns: int = 80) -> list[str]:
    """Show what stands on the screen after something was written."""
    screen = pyte.Screen(columns, 24)
    pyte.Stream(screen).feed(written)
    return [line.rstrip() for line in screen.display]


@pytest.mark.parametrize("columns", [80, 200])
def test_on_a_terminal_it_lives_in_place_and_ends_when_nothing_is_open(open_site: Site, columns: int) -> None:
    child = spawn(open_site, "status", "--watch", "--refresh", columns=columns)
    child.expect("Ctrl-C ends the watch")
    screen = seen(f"{written_by(child)}{child.after}", columns)
    assert screen[:4] == [
        "Cycle c",
        "Items: 2 pending",
        "Open: 2 pending; 2 batches that PayPal has not closed.",
        "Wrong: nothing.",
    ]
    bars = [line for line in screen if "░" in line]
    assert [line.split()[0] for line in bars] == ["c-0001-1", "c-0002-1"]
    assert all("0/1" in line for line in bars)
    open_site.simulator.advance(SECONDS)
    child.expect(pexpect.EOF)
    assert child.exit_code() == 0
    after = seen(written_by(child).rpartition("\x1b[?1049l")[2], columns)
    assert any(line.startswith("c ") and line.endswith("done") for line in after)


def test_ctrl_c_ends_it_with_130_and_gives_the_screen_back(open_site: Site) -> None:
    child = spawn(open_site, "status", "--watch")
    child.expect("Ctrl-C ends the watch")
    child.sendintr()
    child.expect(pexpect.EOF)
    assert child.exit_code() == 130
    left = written_by(child).rpartition("\x1b[?1049l")[2]
    assert "Items: 2 pending" in left
    assert "The watch has ended." in left
    assert "error" not in left
    assert "run again" not in left
    assert open_site.json("status").result["cycles"][0]["items"] == {"pending": 2}


def test_what_is_stored_is_shown_while_paypal_does_not_answer(open_site: Site) -> None:
    open_site.configure(timeout_s=2)
    open_site.simulator.inject({"on": "batch", "kind": "timeout_before"})
    child = spawn(open_site, "status", "--watch", "--refresh")
    child.expect("it is asked now")
    assert "Items: 2 pending" in seen(written_by(child))
    child.sendintr()
    child.expect(pexpect.EOF)
    assert child.exit_code() == 130


def test_a_script_that_is_stopped_gets_its_document(open_site: Site) -> None:
    process = open_site.start("status", "--watch", "--json")
    while not any(request["method"] == "GET" for request in open_site.simulator.requests()):
        assert process.poll() is None
    process.terminate()
    written, _ = process.communicate()
    assert process.returncode == 130
    error = json.loads(written)["error"]
    assert (error["code"], error["message"].partition(".")[0]) == ("interrupted", "The watch has ended")


def test_without_colour_the_picture_is_the_same(open_site: Site) -> None:
    child = spawn(open_site, "status", "--watch", NO_COLOR="1")
    child.expect("Ctrl-C ends the watch")
    written = written_by(child)
    child.sendintr()
    child.expect(pexpect.EOF)
    assert "\x1b[33m" not in written
    assert "Cycle c" in seen(written)


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_knows_no_escape_sequence_gets_plain_lines(open_site: Site, term: str) -> None:
    child = spawn(open_site, "status", "--watch", TERM=term)
    child.expect("PayPal's word")
    child.sendintr()
    child.expect(pexpect.EOF)
    assert "\x1b" not in written_by(child)


def test_a_log_on_the_same_terminal_is_not_written_across_a_picture(open_site: Site) -> None:
    child = spawn(open_site, "status", "--watch", "--refresh", "--verbose")
    child.expect("PayPal's word")
    assert "\x1b[?1049h" not in written_by(child)
    assert "INFO lock_taken" in written_by(child)
    child.sendintr()
    child.expect(pexpect.EOF)


def test_nor_is_one_that_the_configuration_wants_in_json(open_site: Site) -> None:
    child = spawn(open_site, "status", "--watch", "--refresh", PAYOUTS_LOG__FORMAT="json")
    child.expect("PayPal's word")
    assert "\x1b[?1049h" not in written_by(child)
    assert '"event": "lock_taken"' in written_by(child)
    child.sendintr()
    child.expect(pexpect.EOF)


def test_what_is_told_meanwhile_stands_in_the_picture(open_site: Site) -> None:
    open_site.configure(poll_timeout_s=SECONDS)
    holder = open_site.start("run", "-c", "c", "--yes", "--json")
    while not open_site.json("locks").result["locks"]:
        assert holder.poll() is None
    child = spawn(open_site, "status", "--watch", "--refresh")
    child.expect("was not read.*Ctrl-C ends the watch")
    screen = seen(f"{written_by(child)}{child.after}")
    assert screen[0] == "Cycle c"
    *_, word, footer = [line for line in screen if line]
    assert any(line.startswith("c was not read: Cycle c is held by") for line in screen)
    assert word.startswith("PayPal's word: ")
    assert footer == "Ctrl-C ends the watch"
    child.sendintr()
    child.expect(pexpect.EOF)
    holder.terminate()
    holder.communicate()


def test_the_picture_follows_the_size_of_the_window(open_site: Site) -> None:
    child = spawn(open_site, "status", "--watch", PAYOUTS_PAYPAL__POLL_INTERVAL_S=str(SECONDS))
    child.expect("it is asked again in.*Ctrl-C ends the watch, and nothing")
    child.setwinsize(24, 30)
    child.expect(r"Cycle c.*2 batches *\r\n.*Ctrl-C ends the watch, and n")
    screen = seen(f"{written_by(child)}{child.after}", 30)
    assert {"Open: 2 pending; 2 batches", "  that PayPal has not closed."} <= set(screen)
    child.sendintr()
    child.expect(pexpect.EOF)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may count the files of a process that hides its memory")
def test_to_watch_for_long_opens_nothing_more_and_asks_for_one_token(open_site: Site) -> None:
    def asked(path: str) -> int:
        return sum(path in request["path"] for request in open_site.simulator.requests())

    tokens = asked("/oauth2/token")
    process = open_site.start("status", "--watch", "--refresh", "--json")
    files = []
    for looks in (10, 30):
        while asked("/payments/payouts/") < looks:
            assert process.poll() is None
        files.append(len(list(Path("/proc", str(process.pid), "fd").iterdir())))
    process.terminate()
    process.communicate()
    assert asked("/oauth2/token") == tokens + 1
    assert files[1] <= files[0] + 2, "one look may hold a lock and a connection for its time"


def test_elsewhere_every_look_is_written_in_full_and_sigterm_ends_it(open_site: Site) -> None:
    process = open_site.start("status", "--watch")
    assert process.stdout is not None
    looks = 0
    while looks < 2:
        line = process.stdout.readline()
        assert line, "it ended although a cycle is open"
        looks += line.startswith("PayPal's word: ")
    process.send_signal(signal.SIGTERM)
    rest, errors = process.communicate()
    assert process.returncode == 130
    assert "\x1b" not in rest + errors


def test_a_script_gets_one_document_when_it_is_over(open_site: Site) -> None:
    process = open_site.start("status", "--watch", "--refresh", "--json")
    while not any(request["method"] == "GET" for request in open_site.simulator.requests()):
        assert process.poll() is None
    open_site.simulator.advance(SECONDS)
    written, _ = process.communicate()
    assert process.returncode == 0
    assert json.loads(written)["result"]["cycles"][0]["items"] == {"success": 2}


def test_a_batch_that_waits_for_a_person_is_not_waited_for(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["r,rejected@example.com,1.00,USD"])
    assert sqlite_site.run("run", "-c", "c", "--yes").code == 7
    ended = sqlite_site.json("status", "--watch")
    assert (ended.code, ended.error_code) == (7, "paypal_refused")


def test_another_cycle_that_is_open_is_waited_for_beside_one_that_is_refused(open_site: Site) -> None:
    open_site.write("r", ["r,rejected@example.com,1.00,USD"])
    assert open_site.run("run", "-c", "r", "--yes").code == 7
    process = open_site.start("status", "--watch")
    assert process.stdout is not None
    looks = 0
    while looks < 2:
        line = process.stdout.readline()
        assert line, "it ended although a cycle is open"
        looks += line.startswith("c  ")
    process.terminate()
    process.communicate()


def test_a_file_is_written_once_and_not_again_and_again(open_site: Site) -> None:
    ended = open_site.json("status", "--watch", "--csv", "x.csv")
    assert (ended.code, ended.error_code) == (2, "usage")


def test_it_asks_paypal_by_itself_and_says_how_old_its_word_is(open_site: Site) -> None:
    open_site.simulator.advance(SECONDS)
    ended = open_site.run("status", "--watch", "--cycle", "c")
    assert ended.code == 0
    assert "Items: 2 success" in ended.stdout


def test_without_credentials_it_says_so_and_shows_what_is_stored(open_site: Site) -> None:
    process = open_site.start("status", "--watch", "--cycle", "c", PAYPAL_CLIENT_SECRET="")
    assert process.stdout is not None
    while not process.stdout.readline().startswith("PayPal's word: not asked yet; it is not asked: "):
        assert process.poll() is None
    process.terminate()
    process.communicate()


def test_it_leaves_a_cycle_alone_on_which_a_run_is_at_work(open_site: Site) -> None:
    open_site.configure(poll_timeout_s=SECONDS)
    holder = open_site.start("run", "-c", "c", "--yes", "--json")
    while not open_site.json("locks").result["locks"]:
        assert holder.poll() is None
    process = open_site.start("status", "--watch", "--cycle", "c")
    assert process.stdout is not None
    while not process.stdout.readline().startswith("PayPal's word: "):
        assert process.poll() is None
    process.terminate()
    _, errors = process.communicate()
    assert "was not read" not in errors
    holder.terminate()
    holder.communicate()
