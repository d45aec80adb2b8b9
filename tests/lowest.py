"""Prints the lowest version of every package that pyproject.toml allows, as constraints for pip.

`.ci/run` installs these and proves with them what the promise rests on: a floor is a promise, too.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_PYPROJECT: Final = Path(__file__).parents[1] / "pyproject.toml"
_REQUIREMENT: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?(?:>=|==)(?P<floor>[0-9][0-9.]*)")


def floors(pyproject: str) -> list[str]:
    """Turn the requirements of a project, extras included, into `name==floor`.

    Raises:
        ValueError: a requirement names no floor.

    """
    project = tomllib.loads(pyproject)["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    return sorted(set(_floors([*project["dependencies"], *extras], own=project["name"])))


def _floors(requirements: Iterable[str], *, own: str) -> Iterator[str]:
    for requirement in requirements:
        if requirement.startswith(f"{own}["):
            continue
        found = _REQUIREMENT.match(requirement)
        if found is None:
            raise ValueError(f"{requirement} says no lowest version")
        yield f"{found['name']}=={found['floor']}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{floor}\n" for floor in floors(_PYPROJECT.read_text(encoding="utf-8"))))
