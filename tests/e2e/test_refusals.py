"""Every error code and exit code that is documented, produced by the real command."""

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing

import jsonschema_rs
import pytest
from support.site import Ended, Site

from paypal_payouts.present.envelope import schema_of
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest

ANN = "a,ann@example.com,10.00,USD"
BOB = "b,bob@example.com,20.00,USD"


def usage(site: Site) -> Ended:
    return site.json("run", "--cycle", "../etc/passwd", "--yes")


def not_confirmed(site: Site) -> Ended:
    site.write("c", [ANN])
    (site.folder / "payouts.toml").write_text('[paypal]\nenvironment = "live"\n')
    return site.json("run", "-c", "c")


def config_invalid(site: Site) -> Ended:
    site.configure(more="[lokc]\nlease_s = 1\n")
    return site.json("status")


def credentials_missing(site: Site) -> Ended:
    site.write("c", [ANN])
    return site.json("run", "-c", "c", PAYPAL_CLIENT_SECRET="")


def input_invalid(site: Site) -> Ended:
    site.write("c", [ANN, "b,bob,20.005,USD"])
    ended = site.json("run", "-c", "c", "--yes")
    assert {(cell["line"], cell["column"]) for cell in ended.document["error"]["details"]} == {
        (3, "receiver"),
        (3, "amount"),
    }
    return ended


def not_found(site: Site) -> Ended:
    return site.json("status", "-c", "nowhere")


def wrong_database(site: Site) -> Ended:
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    return site.json("preview", "-c", "c", PAYOUTS_PAYPAL__ACCOUNT="other")


def wrong_account(site: Site) -> Ended:
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    return site.json("run", "-c", "c", "--yes", PAYPAL_CLIENT_ID="other")


def clock_skew(site: Site) -> Ended:
    site.write("c", [ANN])
    site.simulator.advance(600)
    return site.json("run", "-c", "c", "--yes")


def cooldown(site: Site) -> Ended:
    site.configure(cooldown_s=600)
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    site.write("c", [ANN, BOB])
    assert site.json("preview", "-c", "c", "--append").error_code == "cooldown"
    return site.json("run", "-c", "c", "--yes", "--append")


def changed_item(site: Site) -> Ended:
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    site.write("c", ["a,ann@example.com,11.00,USD"])
    return site.json("run", "-c", "c", "--yes")


def extra_item(site: Site) -> Ended:
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    site.write("c", [ANN, BOB])
    return site.json("run", "-c", "c", "--yes")


def missing_item(site: Site) -> Ended:
    site.write("c", [ANN, BOB])
    site.simulator.inject({"on": "token", "kind": "status", "status": 503})
    assert site.json("run", "-c", "c", "--yes").code == 6
    site.write("c", [ANN])
    return site.json("run", "-c", "c", "--yes")


def duplicate_cycle(site: Site) -> Ended:
    site.write("c", [ANN, BOB])
    assert site.json("run", "-c", "c", "--yes").code == 0
    site.write("d", [ANN, BOB])
    return site.json("run", "-c", "d", "--yes")


def digest_differs(site: Site) -> Ended:
    site.write("c", [ANN])
    digest = site.json("preview", "-c", "c").result["plan_digest"]
    site.write("c", [ANN, BOB])
    return site.json("run", "-c", "c", "--yes", "--expect-digest", digest)


def limit_exceeded(site: Site) -> Ended:
    site.configure(more='[limits]\nmax_cycle = { USD = "29.99" }\n')
    site.write("c", [ANN, BOB])
    return site.json("run", "-c", "c", "--yes")


def new_receiver(site: Site) -> Ended:
    header = "item_id,receiver,amount,currency,payee_id\n"
    site.configure(more='[guard]\nnew_receiver = "refuse"\n')
    site.write("c", [f"{ANN},emp-1", f"{BOB},emp-2"], header=header)
    assert site.json("run", "-c", "c", "--yes").code == 0
    site.write("d", ["a,thief@example.com,10.00,USD,emp-1", f"{BOB},emp-2"], header=header)
    assert site.json("preview", "-c", "d", "--allow-duplicate").error_code == "new_receiver"
    refused = site.json("run", "-c", "d", "--yes", "--canary", "1", "--allow-duplicate")
    (again,) = re.findall(r"`payouts (run [^`]+)`", refused.document["error"]["hint"])
    assert again == "run d --allow-duplicate --accept-new-receivers --canary 1"
    assert site.json(*again.split(), "--yes").code == 0
    return refused


def too_many_unpaid(site: Site) -> Ended:
    site.configure(more="[limits]\nmax_failed_share = 0.5\n")
    site.write("c", ["a,fail@example.com,1.00,USD", BOB, "c,cid@example.com,3.00,USD"])
    ended = site.json("run", "-c", "c", "--yes", "--no-wait", "--canary", "1")
    assert site.json("preview", "-c", "c").error_code == "limit_exceeded"
    assert site.json("run", "--open", "--yes").code == 4
    (detail,) = ended.document["error"]["details"]
    assert detail == {"finished": 1, "unpaid": 1, "share": 1.0, "max_failed_share": 0.5}
    assert [batch["status"] for batch in ended.result["batches"]] == ["done", "planned"]
    return ended


def not_approved(site: Site) -> Ended:
    (site.folder / "allowed_signers").touch()
    site.configure(more='[approval]\nrequired = "always"\nsigners = "allowed_signers"\n')
    site.write("c", [ANN])
    return site.json("run", "-c", "c", "--yes")


def move_not_allowed(site: Site) -> Ended:
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    return site.json("override", "c-0001-1", "--to", "abandoned", "--reason", "I looked, nobody was paid", "--yes")


def not_eligible(site: Site) -> Ended:
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    return site.json("retry", "c-0001-1", "--failed-items", "--yes")


def paypal_refused(site: Site) -> Ended:
    site.write("c", [ANN, "r,rejected@example.com,1.00,USD"])
    ended = site.json("run", "-c", "c", "--yes")
    (problem,) = ended.document["error"]["details"][0]["problems"]
    assert (problem["item_id"], problem["line"]) == ("r", 3)
    return ended


def refused_credentials(site: Site) -> Ended:
    site.write("c", [ANN])
    site.simulator.inject({"on": "token", "kind": "status", "status": 401})
    ended = site.json("run", "-c", "c", "--yes")
    assert ended.result["batches"][0]["status"] == "planned"
    return ended


def needs_review(site: Site) -> Ended:
    site.write("c", [ANN])
    site.simulator.inject({"on": "create", "kind": "reset_after"})
    assert site.json("run", "-c", "c", "--yes").code == 6
    site.simulator.inject({"on": "create", "kind": "duplicate_without_link"})
    ended = site.json("run", "-c", "c", "--yes")
    assert ended.result["outcome"] == "review"
    assert site.json("sync").code == 8
    assert site.json("status", "--exit-code").code == 8
    return ended


def internal(site: Site) -> Ended:
    site.write("c", [ANN])
    assert site.json("run", "-c", "c", "--yes").code == 0
    with sqlite3.connect(site.folder / "payouts.db") as connection:
        connection.execute("DROP TABLE payout_items")
    connection.close()
    return site.json("run", "-c", "c", "--yes")


def by_shell(site: Site, script: str) -> Ended:
    """Run a command as only a shell can start it; `$PROGRAM` is the program."""
    ended = subprocess.run(
        ["sh", "-c", script],
        cwd=site.folder,
        env={**site.environment(), "PROGRAM": f"{sys.executable} -m paypal_payouts"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def folder_gone(site: Site) -> Ended:
    return by_shell(site, "mkdir gone && cd gone && rmdir ../gone && exec $PROGRAM run -c c --json")


def not_text(site: Site) -> Ended:
    return by_shell(site, "exec $PROGRAM status --json \"$(printf 'c-\\377')\"")


CASES: list[tuple[Callable[[Site], Ended], str, int]] = [
    (usage, "usage", 2),
    (not_text, "usage", 2),
    (not_confirmed, "not_confirmed", 2),
    (config_invalid, "config_invalid", 3),
    (folder_gone, "config_invalid", 3),
    (credentials_missing, "credentials_missing", 3),
    (input_invalid, "input_invalid", 3),
    (not_found, "not_found", 3),
    (wrong_database, "wrong_database", 3),
    (wrong_account, "wrong_account", 3),
    (clock_skew, "clock_skew", 3),
    (cooldown, "cooldown", 4),
    (changed_item, "changed_item", 4),
    (extra_item, "extra_item", 4),
    (missing_item, "missing_item", 4),
    (duplicate_cycle, "duplicate_cycle", 4),
    (digest_differs, "digest_differs", 4),
    (limit_exceeded, "limit_exceeded", 4),
    (too_many_unpaid, "limit_exceeded", 4),
    (new_receiver, "new_receiver", 4),
    (not_approved, "not_approved", 4),
    (move_not_allowed, "move_not_allowed", 4),
    (not_eligible, "not_eligible", 4),
    (paypal_refused, "paypal_refused", 7),
    (refused_credentials, "paypal_refused", 7),
    (needs_review, "needs_review", 8),
    (internal, "internal", 1),
]


@pytest.mark.parametrize(("produce", "code", "exit_code"), CASES, ids=[case[0].__name__ for case in CASES])
def test_each_error_code_comes_with_its_exit_code_and_document(
    sqlite_site: Site, produce: Callable[[Site], Ended], code: str, exit_code: int
) -> None:
    ended = produce(sqlite_site)
    document = ended.document
    assert (ended.error_code, ended.code) == (code, exit_code)
    assert document["error"]["message"]
    assert document["error"]["hint"]
    # A result is given whenever a plan or a record exists: always at 5 to 8, and at 4 after the comparison.
    if exit_code in {7, 8} or (exit_code == 4 and document["command"] in {"run", "retry", "preview"}):
        assert document["result"] is not None
    validate(document)


def validate(document: dict[str, object]) -> None:
    """Hold a document against the schema of its command that ships in the package."""
    jsonschema_rs.validator_for(schema_of(str(document["command"]))).validate(document)


def test_input_changed_while_it_is_read_is_refused(sqlite_site: Site) -> None:
    path = sqlite_site.write("c", [f"i{n},p{n}@example.com,1.00,USD" for n in range(100_000)])
    process = sqlite_site.start("preview", "-c", "c", "--json")
    while process.poll() is None:
        with path.open("a") as stream:
            stream.write("x,x@example.com,1.00,USD\n" if path.stat().st_size % 2 else "y,y@example.com,1.0,USD\n")
        time.sleep(0.01)
    stdout, _ = process.communicate()
    document = json.loads(stdout)
    assert (document["exit_code"], document["error"]["code"]) == (3, "input_changed_while_read")


def test_a_lease_that_is_broken_under_a_run_stops_it_before_its_next_write(
    sqlite_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = sqlite_site
    site.write("c", [ANN, "e,eve@example.com,5.00,EUR"])
    site.simulator.inject({"on": "create", "kind": "timeout_after", "seconds": 0.1})
    handle = site.simulator.handle

    def break_lease(request: IncomingRequest) -> Answer | Fault:
        answer = handle(request)
        if request.path.endswith("/payments/payouts"):
            with closing(sqlite3.connect(site.folder / "payouts.db")) as connection, connection:
                connection.execute("UPDATE processing_locks SET fence = fence + 1")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(site.simulator, "handle", break_lease)
        ended = site.json("run", "-c", "c", "--yes")
    assert (ended.code, ended.error_code) == (4, "lease_lost")
    assert site.posts() == 1
    assert site.json("run", "-c", "c", "--yes").code == 0
    assert site.paid() == {"ann@example.com": ["10.00 USD"], "eve@example.com": ["5.00 EUR"]}


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["--json"], None),
        (["ruin", "--json"], None),
        (["run", "--json"], "run"),
        (["run", "--cycle", "c", "--frobnicate", "--json"], "run"),
        (["override", "c-0001-1", "--to", "heaven", "--reason", "because I want it so", "--json"], "override"),
        (["override", "c-0001-1", "--to", "review", "--reason", "short", "--json"], "override"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_command_line_is_exit_2_and_json_where_wanted(
    sqlite_site: Site, arguments: list[str], command: str | None
) -> None:
    ended = sqlite_site.run(*arguments)
    assert ended.code == 2
    assert (ended.document["command"], ended.error_code) == (command, "usage")


SAYS = "Invalid request - see details"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["run", "-c", "c", "--yes"], 7),
        (["run", "-c", "c", "--yes", "--quiet"], 7),
        (["status", "-c", "c"], 0),
        (["status", "c-0001-1"], 0),
        (["status", "-c", "c", "--exit-code"], 7),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_refusal_is_told_once_on_the_screen(sqlite_site: Site, command: list[str], code: int) -> None:
    """PayPal's sentence, what it means and what to type: each once, whatever is shown on stdout and on stderr."""
    site = sqlite_site
    site.write("c", [ANN, "r1,rejected1@example.com,1.00,USD", "r2,rejected2@example.com,1.00,USD"])
    first = site.run("run", "-c", "c", "--yes")
    for ended in [first, site.run(*command)]:
        screen = " ".join(f"{ended.stdout} {ended.stderr}".split())
        assert screen.count(SAYS) == 1
        assert screen.count("paid nobody of it") == 1
        assert screen.count("correct them, then:") == 1
        assert screen.count("payouts retry c-0001-1 --failed-items") == 1
    assert (first.code, ended.code) == (7, code)
    screen = " ".join(first.stderr.split())
    assert screen.count("PayPal finds fault with the fields it names.") == 1
    assert [screen.count(item) for item in ("r1 3 items[1]", "r2 4 items[2]")] == [1, 1]
    assert screen.count("Receiver is invalid") == 2
