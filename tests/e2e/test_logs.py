"""What stderr holds when a machine reads it, whom it names, and how a run ends that is told to stop."""

import json
import re
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from support.site import Site

KEYS = ["time", "level", "event", "message", "cycle", "batch", "attempt", "debug_id"]


def events(stderr: str) -> list[dict[str, Any]]:
    """Read stderr, all of it, as lines of JSON; each has the same keys first."""
    told = [json.loads(line) for line in stderr.splitlines()]
    assert all(list(line)[:8] == KEYS for line in told)
    return told


def named(told: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in told if line["event"] == event]


def wait_for(happened: Callable[[], bool]) -> None:
    for _ in range(3000):
        if happened():
            return
        time.sleep(0.02)
    pytest.fail("it never happened")


def test_a_run_is_told_event_by_event_with_cycle_batch_attempt_and_debug_id(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD", "f,fail@example.com,1.00,USD"])
    ended = sqlite_site.run("run", "-c", "c", "--yes", "--log-format", "json")
    assert ended.code == 5
    told = events(ended.stderr)
    order = [line["event"] for line in told if line["event"] not in {"exchange", "waiting"}]
    assert order == ["lock_taken", "stored", "permit", "answer", "page_read", "lock_released", "finished"]
    permit, answer = named(told, "permit")[0], named(told, "answer")[0]
    assert {(line["cycle"], line["batch"], line["attempt"]) for line in (permit, answer)} == {("c", "c-0001-1", 1)}
    assert (answer["outcome"], answer["http_status"]) == ("accepted", 201)
    attempt = sqlite_site.json("status", "c-0001-1").result["attempts"][0]
    assert answer["debug_id"] == attempt["debug_id"]
    assert answer["debug_id"] in {line["debug_id"] for line in named(told, "exchange")}
    assert named(told, "page_read")[0]["batch"] == "c-0001-1"
    finished = told[-1]
    assert (finished["cycle"], finished["exit_code"], finished["outcome"]) == ("c", 5, "completed_with_failures")
    assert finished["items"] == {"success": 1, "failed": 1}


def test_a_lost_answer_is_told_as_unknown_then_the_batch_as_adopted(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    sqlite_site.configure(max_retries=1)
    sqlite_site.simulator.inject({"on": "create", "kind": "reset_after"})
    told = events(sqlite_site.run("run", "-c", "c", "--yes", "--log-format", "json").stderr)
    assert [(line["attempt"], line["outcome"], line["level"]) for line in named(told, "answer")] == [
        (1, "unknown", "warning"),
        (2, "duplicate", "warning"),
    ]
    assert [line["cycle"] for line in named(told, "waiting")] == ["c"]
    assert [line["batch"] for line in named(told, "adopted")] == ["c-0001-1"]


def test_a_batch_that_goes_to_review_is_logged_with_its_reason_and_what_to_type(
    sqlite_site: Site,
) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    sqlite_site.configure(max_retries=1)
    sqlite_site.simulator.inject({"on": "create", "kind": "reset_after"})
    sqlite_site.simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": "receiver"})
    ended = sqlite_site.run("run", "-c", "c", "--yes", "--log-format", "json", "--json")
    told = events(ended.stderr)
    (review,) = named(told, "review")
    assert (review["batch"], review["level"]) == ("c-0001-1", "warning")
    assert "item a: its receiver is o***@example.com at PayPal and a***@example.com in our books" in review["message"]
    (error,) = named(told, "error")
    assert (error["error"], error["exit_code"], error["level"]) == ("needs_review", 8, "error")
    masked = re.sub(r"(\w)[\w-]*@", r"\1***@", ended.document["error"]["message"])
    assert error["message"] == masked
    assert error["hint"].startswith("`payouts review c-0001-1` shows")


def test_a_page_that_cannot_be_read_is_told(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    sqlite_site.simulator.inject({"on": "batch", "kind": "status", "status": 503, "times": 100})
    sqlite_site.configure(poll_timeout_s=0)
    told = events(sqlite_site.run("run", "-c", "c", "--yes", "--log-format", "json").stderr)
    (failed,) = named(told, "read_failed")
    assert (failed["batch"], failed["http_status"]) == ("c-0001-1", 503)


def test_every_command_and_every_failure_leaves_json_lines_alone_on_stderr(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.write("bad", ["a,nobody,x,USD"])
    json_log = ("--log-format", "json")
    for arguments, code in [
        (["preview", "-c", "c"], 0),
        (["preview", "-c", "bad"], 3),
        (["run", "-c", "c", "--yes"], 0),
        (["run", "-c", "none", "--yes"], 3),
        (["status", "--items"], 0),
        (["status", "x-0001-1"], 3),
        (["sync"], 0),
        (["retry", "c-0001-1"], 4),
        (["locks"], 0),
        (["audit"], 0),
        (["doctor"], 0),
        (["notify"], 0),
        (["init"], 0),
        (["run", "--nonsense"], 2),
        (["run", "-c", "A B"], 2),
    ]:
        ended = site.run(*arguments, *json_log)
        assert ended.code == code, (arguments, ended)
        told = events(ended.stderr)
        assert len(named(told, "error")) == (code != 0), (arguments, ended.stderr)
    site.configure(more="[log]\nformat = 'xml'")
    ended = site.run("run", "-c", "c", *json_log)
    assert (ended.code, named(events(ended.stderr), "error")[0]["error"]) == (3, "config_invalid")


def test_the_configuration_chooses_the_form_and_the_option_stands_above_it(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    sqlite_site.configure(more="[log]\nformat = 'json'")
    assert events(sqlite_site.run("run", "-c", "c", "--yes").stderr)
    assert sqlite_site.run("run", "-c", "c", "--yes", "--log-format", "text").stderr == "1 of 1 items final\n"


def test_text_stays_the_progress_for_people_and_verbose_adds_the_events(sqlite_site: Site) -> None:
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    ended = sqlite_site.run("run", "-c", "c", "--yes")
    assert ended.stderr == "1 of 1 items stored\nbatch 1 of 1, c-0001-1: accepted\n1 of 1 items final\n"
    sqlite_site.write("d", ["a,ann@example.com,20.00,USD"])
    ended = sqlite_site.run("run", "-c", "d", "--yes", "--verbose")
    assert "batch 1 of 1, d-0001-1: accepted\n" in ended.stderr
    assert "INFO permit cycle=d batch=d-0001-1 attempt=1: " in ended.stderr


def test_no_receiver_and_no_secret_is_logged_at_any_level(sqlite_site: Site) -> None:
    site = sqlite_site
    rows = ["a,ann.canary@example.com,10.00,USD", "p,+4915112345678,2.00,USD", "i,CANARYPAYEE42,3.00,USD"]
    site.write("c", rows)
    seen = site.run("run", "-c", "c", "--yes", "--verbose", "--log-format", "json").stderr
    site.write("c", [row.replace(".00", ".50") for row in rows])
    changed = site.run("run", "-c", "c", "--yes", "--verbose", "--log-format", "json")
    assert changed.code == 4
    site.simulator.inject({"on": "create", "kind": "status", "status": 500})
    site.write("d", ["x,ann.canary@example.com,11.00,USD", "rejected,rejected@example.com,1.00,EUR"])
    seen += changed.stderr + site.run("run", "-c", "d", "--yes", "--verbose", "--log-format", "json").stderr
    assert len(seen.splitlines()) > 20
    for canary in ("ann.canary", "15112345678", "CANARYPAYEE42", "s3cret-canary", "Bearer", "Basic "):
        assert canary not in seen
    # Where a file has no ids of its own, they are made of receivers, and the words of an error name them.
    site.write("e", ["ann.canary@example.com,77.00,USD"], header="receiver,amount,currency\n")
    assert site.run("run", "-c", "e", "--yes").code == 0
    site.write("e", ["ann.canary@example.com,77.50,USD"], header="receiver,amount,currency\n")
    ended = site.run("run", "-c", "e", "--yes", "--log-format", "json")
    assert "ann.canary" not in ended.stderr
    assert "a***@example.com" in named(events(ended.stderr), "error")[0]["message"]


def test_sigterm_within_an_exchange_waits_for_its_end_and_leaves_no_attempt_open(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD", "b,bob@example.com,10.00,EUR"])
    site.configure(timeout_s=2, max_retries=20)
    site.simulator.inject({"on": "create", "kind": "timeout_after", "seconds": 60, "times": 100})
    process = site.start("run", "-c", "c", "--yes", "--log-format", "json")
    wait_for(lambda: site.posts() == 1)
    process.send_signal(signal.SIGTERM)
    # Against a hang only: it would go on for twenty sends.
    _, stderr = process.communicate(timeout=60)
    told = events(stderr)
    assert (process.returncode, told[-1]["exit_code"]) == (130, 130)
    assert [line["event"] for line in told][-3:] == ["lock_released", "error", "finished"]
    assert site.posts() == 1
    assert [line["outcome"] for line in site.json("status", "c-0001-1").result["attempts"]] == ["unknown"]


def test_sigterm_while_waiting_ends_the_wait(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.configure(max_retries=3)
    site.simulator.inject({"on": "create", "kind": "status", "status": 429, "retry_after": "250"})
    process = site.start("run", "-c", "c", "--yes", "--log-format", "json")
    assert process.stderr is not None
    line = ""
    while '"waiting"' not in line:
        line = process.stderr.readline()
        assert line, "it ended before it waited"
    assert json.loads(line)["seconds"] == 250
    process.send_signal(signal.SIGTERM)
    # Against a hang only: PayPal asked for more than four minutes.
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert site.json("run", "-c", "c", "--yes").code == 0
    assert site.paid() == {"ann@example.com": ["10.00 USD"]}
