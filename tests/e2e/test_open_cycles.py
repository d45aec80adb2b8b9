"""`payouts run --open`, and a cycle that is named without an option, in real processes."""

import pytest
from support.backups import copy_aside, put_back
from support.site import Site

DOWN = {"on": "token", "kind": "status", "status": 503, "times": None}


def left_open(site: Site, *cycles: str) -> None:
    site.simulator.inject(DOWN)
    for number, cycle in enumerate(cycles):
        path = site.write(cycle, [f"a,payee{number}@example.com,1{number}.00,USD"])
        assert site.json("run", cycle).code == 6
        path.unlink()
    site.simulator.clear_faults()


def test_run_open_continues_every_open_cycle_without_its_file(site: Site) -> None:
    left_open(site, "first", "second")
    ended = site.json("run", "--open")
    assert ended.code == 0
    assert [(cycle["cycle"], cycle["exit_code"], cycle["error"]) for cycle in ended.result["cycles"]] == [
        ("first", 0, None),
        ("second", 0, None),
    ]
    assert site.paid() == {"payee0@example.com": ["10.00 USD"], "payee1@example.com": ["11.00 USD"]}
    again = site.json("run", "--open")
    empty: dict[str, object] = {"cycles": [], "warnings": [], "open": [], "next": []}
    result = {key: value for key, value in again.result.items() if key != "generated_at"}
    assert (again.code, result) == (0, {"environment": "sandbox", "account": "main"} | empty)


def test_what_is_open_is_named_by_sync_and_by_a_run_of_another_cycle(sqlite_site: Site) -> None:
    site = sqlite_site
    left_open(site, "first")
    site.write("second", ["a,bob@example.com,5.00,USD"])
    assert [warning["code"] for warning in site.json("run", "second").result["warnings"]] == ["open_cycles"]
    named = site.json("sync")
    assert named.code == 6
    (first,) = named.result["open"]
    assert (first["cycle"], first["why"]) == ("first", "1 batch stored and never sent")
    shown = site.run("sync")
    assert shown.code == 6
    assert "first" in shown.stdout
    assert first["next"] in shown.stdout
    _, *words = first["next"].split()
    assert site.run(*words).code == 0
    assert (site.json("sync").code, site.json("sync").result["open"]) == (0, [])


def test_the_screen_shows_each_cycle_and_how_it_ended(sqlite_site: Site) -> None:
    site = sqlite_site
    left_open(site, "first", "second")
    ended = site.run("run", "--open")
    assert ended.code == 0
    assert "2 cycles continued: first (exit code 0), second (exit code 0)." in ended.stdout
    assert "No cycle is open" in site.run("run", "--open").stdout


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("run --open c", "without CYCLE"),
        ("run --open --cycle c", "without --cycle"),
        ("run --open --input c.csv --append", "without --input and --append"),
        ("run --open --skip-invalid", "without --skip-invalid"),
        ("run --open --allow-duplicate", "without --allow-duplicate"),
        ("run --open --expect-digest d", "without --expect-digest"),
        ("run --open --dry-run", "without --dry-run"),
        ("run", "No cycle is named"),
        ("run c --cycle d", "Two cycles are named"),
        ("preview", "No cycle is named"),
        ("preview c -c d", "Two cycles are named"),
    ],
)
def test_what_contradicts_itself_is_wrong_usage(sqlite_site: Site, line: str, problem: str) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    ended = site.json(*line.split())
    assert (ended.code, ended.error_code) == (2, "usage")
    assert problem in ended.document["error"]["message"]
    assert site.posts() == 0


def test_a_cycle_is_named_with_or_without_the_option(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    digests = [
        site.json(*line.split()).result["plan_digest"] for line in ("preview c", "preview -c c", "run c --dry-run")
    ]
    assert len(set(digests)) == 1
    assert site.posts() == 0
    assert site.json("run", "c", "--dry-run", "--expect-digest", "0").error_code == "digest_differs"
    assert site.json("run", "c", "--cycle", "c", "--expect-digest", digests[0]).code == 0
    assert site.posts() == 1


def test_a_dry_run_is_a_preview(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    dry, preview = site.json("run", "c", "--dry-run").document, site.json("preview", "c").document
    for document in (dry, preview):
        del document["result"]["generated_at"]
        # They are as of the second in which PayPal was asked.
        del document["result"]["plan"]["balances"]
    assert dry == preview
    assert not (site.folder / "payouts.db").exists()


def test_after_a_restore_every_look_says_so_and_cron_is_mailed(sqlite_site: Site) -> None:
    site, older = sqlite_site, "This database is older than what was sent: second-0001-1."
    site.write("first", ["a,ann@example.com,5.00,USD"])
    assert site.json("run", "first").code == 0
    copy = copy_aside(site.database_url)
    site.write("second", ["b,bob@example.com,6.00,USD"])
    assert site.json("run", "second").code == 0
    put_back(site.database_url, copy)

    shown = site.run()
    assert " ".join(shown.stdout.split()).startswith(f"warning: {older}")
    assert "was never sent" not in shown.stdout
    assert "payouts run second" in shown.stdout
    assert site.json("status").result["warnings"][0]["message"].startswith(older)
    for command in (("run", "--open", "--quiet"), ("sync", "--quiet")):
        mailed = site.run(*command)
        assert (mailed.code, mailed.stdout) == (8, "")
        assert "`payouts run second` asks PayPal under the same id" in " ".join(mailed.stderr.split())
    assert "failed" in next(line for line in site.run("doctor").stdout.splitlines() if line.startswith("sent log"))
    assert site.json("run", "second").code == 0
    assert site.json("run", "--open").code == 0
    assert site.paid()["bob@example.com"] == ["6.00 USD"]
