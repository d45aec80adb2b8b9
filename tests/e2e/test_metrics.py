"""`payouts metrics` as cron runs it: the file that a node exporter reads, and every way in which it is not written."""

import subprocess
import sys
from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.site import Site

WORDS = ("ann", "fail", "unclaimed", "hold", "block", "refund", "reverse")
ROWS = [f"{word},{word}@example.com,1.00,USD" for word in WORDS]


def counted(text: str, name: str, label: str) -> dict[str, int]:
    """Read one family of the figures: what is above 0, by one label."""
    return {
        sample.labels[label]: int(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and sample.value
    }


def test_the_file_tells_what_paypals_book_says(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ROWS)
    site.json("run", "-c", "c", "--yes")
    ended = site.run("metrics", "--output", "payouts.prom")
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout.endswith(" written to payouts.prom.\n")
    text = (site.folder / "payouts.prom").read_text()
    book = Counter(payment["state"].lower() for payment in site.simulator.book()["payments"])
    assert counted(text, "payouts_items", "state") == book
    assert counted(text, "payouts_batches", "status") == {"done": 1}
    assert counted(text, "payouts_attempts_total", "outcome") == {"accepted": 1}
    assert counted(text, "payouts_unclaimed_items", "environment") == {"sandbox": 1}
    told = site.json("metrics", "--output", "payouts.prom").result
    assert (told["output"], told["items"]) == ("payouts.prom", book)
    to_stdout = site.json("metrics", "--output", "-").result
    assert (to_stdout["output"], to_stdout["items"]) == (None, book)


def test_the_file_is_its_owners_alone_unless_it_was_opened_to_others(sqlite_site: Site) -> None:
    path = sqlite_site.folder / "payouts.prom"
    assert sqlite_site.run("metrics", "--output", "payouts.prom").code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    assert sqlite_site.run("metrics", "-o", "payouts.prom", "--quiet").stdout == ""
    assert path.stat().st_mode & 0o777 == 0o644


def test_before_there_is_a_database_every_figure_is_0_and_none_is_made(sqlite_site: Site) -> None:
    ended = sqlite_site.run("metrics", "--output", "-")
    assert ended.code == 0
    assert counted(ended.stdout, "payouts_batches", "status") == {}
    assert 'payouts_batches{account="main",environment="sandbox",status="planned"} 0.0\n' in ended.stdout
    assert [path.name for path in sqlite_site.folder.iterdir()] == ["payouts.toml"]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--output", "missing/payouts.prom"], 3, "config_invalid"),
        (["--output", "."], 3, "config_invalid"),
        (["--output", ""], 2, "usage"),
        ([], 2, "usage"),
    ],
)
def test_what_cannot_be_written_is_told(sqlite_site: Site, arguments: list[str], code: int, word: str) -> None:
    ended = sqlite_site.json("metrics", *arguments)
    assert (ended.code, ended.error_code) == (code, word)


def test_without_the_library_the_words_to_install_it_are_told(sqlite_site: Site) -> None:
    hidden = sqlite_site.folder / "hidden" / "prometheus_client"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ModuleNotFoundError('it is not there', name='prometheus_client')\n")
    ended = sqlite_site.json("metrics", "--output", "payouts.prom", PYTHONPATH=str(hidden.parent))
    assert (ended.code, ended.error_code) == (3, "config_invalid")
    assert ended.document["error"]["hint"] == "pip install 'paypal-payouts[metrics]'"
    assert not (sqlite_site.folder / "payouts.prom").exists()


def test_a_full_disk_leaves_the_old_figures_whole(sqlite_site: Site) -> None:
    path = sqlite_site.folder / "payouts.prom"
    path.write_text("old figures\n")
    there = set(sqlite_site.folder.iterdir())
    limited = f"ulimit -f 1; trap '' XFSZ; exec {sys.executable} -m paypal_payouts metrics --output payouts.prom"
    ended = subprocess.run(
        ["bash", "-c", limited],
        cwd=sqlite_site.folder,
        env=sqlite_site.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3, ended.stderr
    assert "payouts.prom cannot be written: File too large." in ended.stderr
    assert path.read_text() == "old figures\n"
    assert set(sqlite_site.folder.iterdir()) == there


def test_errors_are_shown_with_who_has_to_act(sqlite_site: Site) -> None:
    sqlite_site.write("c", [*ROWS, "fail2,fail2@example.com,1.00,USD"])
    sqlite_site.json("run", "-c", "c", "--yes")
    shown = sqlite_site.run("status", "--errors", "-c", "c", COLUMNS="80").stdout
    assert max(map(len, shown.splitlines())) <= 80
    start = shown.index("ERROR\n")
    code, *told = shown[start:].splitlines()[2:5]
    assert code == "RECEIVER_ACCOUNT_LOCKED"
    assert " ".join(" ".join(told).split()) == (
        "2 items failed payee payee The payee's account is inactive or restricted."
    )


def test_a_reader_that_goes_away_is_no_fault(sqlite_site: Site) -> None:
    command = f"{sys.executable} -m paypal_payouts metrics --output - | true"
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=sqlite_site.folder,
        env=sqlite_site.environment(),
        capture_output=True,
        check=True,
    )
    assert ended.stderr == b""
