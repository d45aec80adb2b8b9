"""The licences of what is installed beside the program are listed; and what builds it is pinned."""

import tomllib
from pathlib import Path

from licences import listed, plain, rows

ROOT = Path(__file__).parents[1]


def test_every_package_that_comes_with_the_program_is_listed_with_its_licence() -> None:
    found, told = rows(), listed()
    assert {name: told.get(name) for name in found} == found, "cd tests && python -m licences"
    assert not [row for row in told.values() if "unknown" in row]
    # What another Python or system needs may be listed beside it.
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert told.keys() <= {plain(line.partition("==")[0]) for line in pinned}


def test_the_build_backend_is_pinned() -> None:
    system = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]
    assert [requirement for requirement in system["requires"] if "==" not in requirement] == []
