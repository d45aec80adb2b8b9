"""What the site's commands are: forked from a program that has imported itself, and like those that Python starts."""

import re
from dataclasses import replace

import pytest
from support import forks
from support.site import Ended, Site

QUESTIONS: list[tuple[list[str], dict[str, str]]] = [
    (["status", "--items", "--json"], {}),
    (["status", "-c", "nowhere", "--json"], {"NO_COLOR": "1"}),
    (["run", "--help"], {"COLUMNS": "70"}),
    (["run", "--help"], {"PYTHONIOENCODING": "ascii"}),
    ([], {"_PAYOUTS_COMPLETE": "complete_bash", "COMP_WORDS": "payouts re", "COMP_CWORD": "1"}),
]


def test_a_command_says_what_it_says_in_a_python_of_its_own(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", [f"i{number},person{number}@example.com,1.00,USD" for number in range(400)])
    assert site.run("run", "-c", "c", "--yes").code == 0
    said = [site.run(*arguments, **environment) for arguments, environment in QUESTIONS]
    assert len(said[0].stdout) > 64 * 1024, "more than a pipe holds"
    afresh = [site.afresh.run(*arguments, **environment) for arguments, environment in QUESTIONS]
    assert list(map(without_the_time, said)) == list(map(without_the_time, afresh))


def without_the_time(ended: Ended) -> Ended:
    """Leave out when a document was made."""
    return replace(ended, stdout=re.sub(r'"generated_at": "[^"]+"', "", ended.stdout))


def test_a_command_that_hangs_is_ended(sqlite_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_site.simulator.configure(processing_s=1000)
    sqlite_site.configure(poll_timeout_s=1000)
    sqlite_site.write("c", ["a,ann@example.com,10.00,USD"])
    monkeypatch.setattr(forks, "_PATIENCE_S", 1)
    with pytest.raises(AssertionError, match="it did not end in 1 s"):
        sqlite_site.run("run", "-c", "c", "--yes")
    monkeypatch.undo()
    assert sqlite_site.run("run", "-c", "c", "--yes", "--no-wait").code == 6, "the lock is free again"
