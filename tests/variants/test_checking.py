"""The judge of variants: only a test that fails by an assertion, in time, in the right program, has caught one."""

import shutil
from pathlib import Path

import pytest

from variants.checking import PACKAGE, ROOT, End, Trial, try_out, why_not_caught, why_not_passed, why_not_the_copy

QUICK = "tests/domain/test_states.py::test_run_and_retry_send_what_the_contract_says"
PASSED = End("t", "call", None, by_assertion=False)
FAILED = End("t", "call", "AssertionError", by_assertion=True)
FAILED_ELSE = End("t", "call", "ImportError", by_assertion=False)
FAILED_EARLY = End("t", "setup", "AssertionError", by_assertion=True)

NOT_CAUGHT = {
    "it hangs": (Trial(None, ""), "did not end in time"),
    "nothing could be collected": (Trial(2, ""), "pytest ended with 2"),
    "no such test": (Trial(4, ""), "pytest ended with 4"),
    "nothing was run": (Trial(1, ""), "t was not run"),
    "only another was run": (Trial(1, "", ends=[End("tt", "call", "AssertionError", by_assertion=True)]), "not run"),
    "it passes": (Trial(0, "", ends=[PASSED]), "the mistake survives t"),
    "an import fails": (Trial(1, "", ends=[FAILED_ELSE]), "no assertion of t failed, only ImportError"),
    "its setup fails": (Trial(1, "", ends=[FAILED_EARLY]), "no assertion of t failed"),
}


@pytest.mark.parametrize(("trial", "words"), list(NOT_CAUGHT.values()), ids=list(NOT_CAUGHT))
def test_a_mistake_is_not_caught_where(trial: Trial, words: str) -> None:
    assert words in (why_not_caught(trial, ["t"]) or "")


@pytest.mark.parametrize("name", ["t", "t[sqlite]"])
def test_a_mistake_is_caught_by_a_failed_assertion_of_every_test_that_is_named(name: str) -> None:
    failed = End(name, "call", "AssertionError", by_assertion=True)
    assert why_not_caught(Trial(1, "", ends=[failed]), ["t"]) is None
    assert "u was not run" in (why_not_caught(Trial(1, "", ends=[failed]), ["t", "u"]) or "")


def test_a_program_passes_only_where_every_test_was_run_and_none_failed() -> None:
    assert why_not_passed(Trial(0, "", ends=[PASSED]), ["t"]) is None
    assert why_not_passed(Trial(0, "", ends=[End("t", "setup", "Skipped", by_assertion=False)]), ["t"])
    assert why_not_passed(Trial(0, "", ends=[PASSED]), ["t", "u"]) == "u was not run"
    assert why_not_passed(Trial(1, "", ends=[FAILED]), ["t"]) == "pytest ended with 1"


def test_what_was_imported_must_be_the_copy() -> None:
    assert why_not_the_copy(Trial(0, "", ["/copy/paypal_payouts/a.py"]), Path("/copy")) is None
    assert why_not_the_copy(Trial(0, ""), Path("/copy"))
    assert "/elsewhere/b.py" in (why_not_the_copy(Trial(0, "", ["/copy/a.py", "/elsewhere/b.py"]), Path("/copy")) or "")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    shutil.copytree(ROOT / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_a_program_that_does_not_import_is_not_caught(copy: Path, tmp_path: Path) -> None:
    (copy / PACKAGE / "domain" / "states.py").write_text("this is not Python\n")
    trial = try_out(copy, [QUICK], aside=tmp_path)
    assert "does not import" in (why_not_caught(trial, [QUICK]) or ""), trial.output


def test_a_change_that_is_no_mistake_survives(copy: Path, tmp_path: Path) -> None:
    with (copy / PACKAGE / "domain" / "states.py").open("a") as module:
        module.write("# No mistake.\n")
    trial = try_out(copy, [QUICK], aside=tmp_path)
    assert "the mistake survives" in (why_not_caught(trial, [QUICK]) or ""), trial.output
    assert why_not_the_copy(trial, copy) is None
    assert why_not_the_copy(trial, ROOT)


def test_a_program_that_hangs_is_not_caught(copy: Path, tmp_path: Path) -> None:
    with (copy / PACKAGE / "domain" / "states.py").open("a") as module:
        module.write("import time\ntime.sleep(3600)\n")
    trial = try_out(copy, [QUICK], aside=tmp_path, timeout_s=2)
    assert "did not end in time" in (why_not_caught(trial, [QUICK]) or ""), trial.output
