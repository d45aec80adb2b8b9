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
    assert "held: exit 6, 1 onhold: `payouts sync --cycle held`" in mailed(site, "sync", *options, code=6)
    assert "held: exit 6, 1 onhold: `" in mailed(site, "run", "--open", "--yes", *options, code=6)
    assert "held: exit 6, " in mailed(site, "status", "-c", "held", "--exit-code", *options, code=6)
    looked = site.run("status", "-c", "held", *options)
    assert (looked.code, looked.stderr) == (0, ""), "whoever only looks is told on the screen, or in the document"


@pytest.mark.parametrize("options", [["--json", "--quiet"], ["--quiet"]], ids=" ".join)
def test_what_sync_is_the_first_to_find_unpaid_is_told_in_a_line_with_exit_0(
    sqlite_site: Site, options: list[str]
) -> None:
    site = sqlite_site
    site.write("held", ["h,hold@example.com,2.00,USD"])
    assert site.run("run", "held", "--yes", "--quiet").code == 6
    site.simulator.set_word("FAILED", sender_item_id="h")
    ended = site.run("sync", *options)
    assert (ended.code, ended.stderr) == (0, "held: exit 5, not paid: 1 failed: `payouts status --cycle held`\n")
    assert site.run("sync", "--cycle", "held", *options).stderr == "", "it was told"


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


PAYEES = [f"p{number}" for number in range(7)]


@pytest.mark.parametrize(
    "options", [["--json", "--quiet"], ["--json"], ["--quiet"], ["--json", "--log-format", "json"]]
)
def test_whose_money_went_to_a_new_receiver_is_mailed_whatever_the_exit_code(
    sqlite_site: Site, options: list[str]
) -> None:
    site = sqlite_site
    header = "item_id,receiver,amount,currency,payee_id\n"
    site.write("c", [f"{name},{name}@example.com,1.00,USD,{name}" for name in PAYEES], header=header)
    assert site.run("run", "c", "--yes", "--quiet").code == 0
    moved = [f"{name},{name}@examp1e.com,2.00,USD,{name}" for name in PAYEES]
    site.write("d", moved, header=header)
    looked = site.run("preview", "d", *options)
    assert (looked.code, [line for line in looked.stderr.splitlines() if "warning: p" in line]) == (0, [])
    ended = site.run("run", "d", "--yes", *options)
    warned = [line for line in ended.stderr.splitlines() if line.startswith("d: warning: ")]
    assert ended.code == 0
    if "--log-format" in options:
        assert warned == []
        return
    if "--quiet" in options:
        assert ended.stderr.splitlines() == warned
    assert warned[0] == (
        "d: warning: p0 (p0) is to be paid at p0@examp1e.com; the money last arrived at p0@example.com: confirm the "
        "change with the payee by a number known before."
    )
    assert (len(warned), warned[-1]) == (6, "d: warning: and 2 more receivers that are new for their payees.")
    again = site.run("run", "d", "--yes", *options)
    assert "warning" not in again.stderr, "nothing is paid, and nobody is warned again"


def test_a_corrected_receiver_that_is_new_is_mailed_too(sqlite_site: Site) -> None:
    site, header = sqlite_site, "item_id,receiver,amount,currency,payee_id\n"
    site.write("c", ["a,ann@example.com,1.00,USD,p1"], header=header)
    assert site.run("run", "c", "--yes", "--quiet").code == 0
    site.write("d", ["a,fail@example.com,2.00,USD,p1"], header=header)
    site.run("run", "d", "--yes", "--quiet")
    site.write("d", ["a,ann@examp1e.com,2.00,USD,p1"], header=header)
    ended = site.run("retry", "d-0001-1", "--failed-items", "--yes", "--quiet")
    assert (ended.code, len(ended.stderr.splitlines())) == (0, 1)
    assert ended.stderr.startswith("d: warning: p1 (a) is to be paid at ann@examp1e.com; ")
