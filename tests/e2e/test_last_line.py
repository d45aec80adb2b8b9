"""What cron mails: one line on stderr for each cycle that ended with another exit code than 0, also with --json."""

import pytest
from support.site import Site

ANN = "a,ann@example.com,10.00,USD"


def mailed(site: Site, *arguments: str, code: int) -> str:
    ended = site.run(*arguments)
    assert ended.code == code, ended.stderr
    (line,) = ended.stderr.splitlines()
    assert f": exit {code}, " in line
    if "--json" in arguments:
        assert ended.document["exit_code"] == code
    else:
        assert ended.stdout == ""
    return line


@pytest.mark.parametrize("options", [["--json", "--quiet"], ["--quiet"]], ids=" ".join)
def test_money_that_did_not_go_through_is_told_in_a_line(sqlite_site: Site, options: list[str]) -> None:
    site = sqlite_site
    site.write("fails", [ANN, "b,fail@example.com,1.00,USD"])
    line = mailed(site, "run", "fails", "--yes", *options, code=5)
    assert line.endswith("fails: exit 5, not paid: 1 failed: `payouts status --cycle fails`")
    site.write("held", ["h,hold@example.com,2.00,USD"])
    assert "held: exit 6, 1 onhold: `" in mailed(site, "run", "held", "--yes", *options, code=6)
    assert "held: exit 6, 1 onhold: `payouts run --open`" in mailed(site, "sync", *options, code=6)
    assert "held: exit 6, 1 onhold: `" in mailed(site, "run", "--open", "--yes", *options, code=6)
    assert "held: exit 6, " in mailed(site, "status", "-c", "held", "--exit-code", *options, code=6)
    looked = site.run("status", "-c", "held", *options)
    assert (looked.code, looked.stderr) == (0, ""), "whoever only looks is told on the screen, or in the document"


def test_whatever_stops_a_run_is_told_in_a_line(sqlite_site: Site) -> None:
    site, options = sqlite_site, ["--json", "--quiet"]
    assert "friday.csv" in mailed(site, "run", "friday", "--yes", *options, code=3)
    site.write("friday", ["r,rejected@example.com,1.00,USD"])
    assert "friday: exit 7, PayPal refused friday-0001-1" in mailed(site, "run", "friday", "--yes", *options, code=7)
    site.write("friday", [ANN])
    assert "friday: exit 4, " in mailed(site, "run", "friday", "--yes", *options, code=4)
    assert mailed(site, "run", "--nonsense", *options, code=2).startswith("payouts run: exit 2, No such option")


def test_nothing_is_mailed_where_all_is_well(sqlite_site: Site) -> None:
    sqlite_site.write("c", [ANN])
    for command in (["run", "c", "--yes"], ["run", "--open", "--yes"], ["sync"], ["status", "-c", "c", "--exit-code"]):
        assert sqlite_site.run(*command, "--json", "--quiet").stderr == ""


@pytest.mark.parametrize("options", [["--json", "--quiet"], ["--quiet"], [], ["--log-format", "json", "--quiet"]])
def test_a_file_that_may_be_cut_is_told_when_its_rows_are_new(sqlite_site: Site, options: list[str]) -> None:
    file = sqlite_site.write("c", [ANN, "b,ben@example.com,9.00,USD"])
    file.write_text(file.read_text().removesuffix("\n"))
    ended = sqlite_site.run("run", "c", "--yes", *options)
    (line,) = [line for line in ended.stderr.splitlines() if "no line end" in line]
    assert ended.code == 0
    assert "c.csv has no line end: was the file cut? Last row: b b" in line
    assert "no line end" not in sqlite_site.run("run", "c", "--yes", *options).stderr, "nothing of it is new"


def test_each_cycle_of_run_open_has_its_line_with_the_options_of_this_command_line(sqlite_site: Site) -> None:
    site = sqlite_site
    site.simulator.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    for name in ("one", "two"):
        site.write(name, [f"{name},{name}@example.com,1.00,USD"])
        assert site.run("run", name, "--yes").code == 6
    ended = site.run("run", "--open", "--yes", "--json", "--quiet", "--config", "payouts.toml")
    lines = ended.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["one", "two"]
    assert all("--config payouts.toml`" in line for line in lines)
