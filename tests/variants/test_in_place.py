"""Other code in the functions of a module that is imported already: all of it that differs, or none."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from variants.in_place import can_change_in_place, change_in_place

BEFORE = """
from contextlib import contextmanager
NUMBER = 1
SQUARES = [each * each for each in range(3)]

def number(least=0):
    return max(NUMBER, least)

@contextmanager
def opened():
    yield "old"

class Poem:
    lines = 4

    @property
    def colour(self):
        return (lambda: "red")()
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    before, after = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text(BEFORE)
    return before, after


def imported(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("NUMBER = 1", "NUMBER = 2"),
        ("each * each", "each + each"),
        ("least=0", "least=1"),
        ("lines = 4", "lines = 5"),
        ("@property", "@staticmethod"),
        ("def number", "def amount"),
    ],
)
def test_what_is_done_at_import_cannot_be_changed_afterwards(files: tuple[Path, Path], old: str, new: str) -> None:
    before, after = files
    assert old in BEFORE
    after.write_text(BEFORE.replace(old, new))
    assert not can_change_in_place([(before, after)])


def test_functions_do_what_they_do_in_the_changed_file_whatever_they_are_wrapped_in(files: tuple[Path, Path]) -> None:
    before, after = files
    module = imported(before)
    changed = BEFORE.replace("return max", "# Another line.\n    return min")
    after.write_text(changed.replace('"old"', '"new"').replace('"red"', '"green"'))
    assert can_change_in_place([(before, after)])
    change_in_place([(before, after)])
    with module.opened() as opened:
        assert (module.number(5), opened, module.Poem().colour) == (1, "new", "green")
