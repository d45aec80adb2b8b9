"""The licences of all that is installed beside the program, as each package declares its own.

`python -m licences`, from `tests/`, writes the table in docs/development.md; `tests/test_licences.py` holds it.
"""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from typing import Final

from packaging.requirements import Requirement
from support import readme

PROGRAM: Final = "paypal-payouts"
EXTRAS: Final = ("", "metrics", "notify", "postgres")
"""The program alone, and what its users may add to it."""

_HEAD: Final = ("package", "licence", "comes with")

Row = tuple[str, str, str]


def plain(name: str) -> str:
    """Write a package's name as every index takes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(name: str, extra: str) -> Iterator[Requirement]:
    """Return what a package needs on this machine, alone or for one of its extras."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def reached(name: str, extra: str, seen: set[tuple[str, str]]) -> set[str]:
    """Collect the names of all that a package leads to."""
    for requirement in needed(name, extra):
        for each in ("", *requirement.extras):
            step = (plain(requirement.name), each)
            if step not in seen:
                seen.add(step)
                reached(*step, seen)
    return {each for each, _ in seen}


def licence(package: Distribution) -> str:
    """Return under which licence a package stands: in the words of its metadata, the newest form of them first."""
    told = package.metadata.get_all
    classifiers = [word for word in told("Classifier") or () if word.startswith("License ::")]
    classified = [word.rpartition(" :: ")[2] for word in classifiers]
    words: list[str] = [*(told("License-Expression") or ()), *(told("License") or ()), *classified, "unknown"]
    return words[0]


def rows() -> dict[str, Row]:
    """Return a row for each package that a user may have installed with the program."""
    places: dict[str, str] = {}
    for extra in EXTRAS:
        for name in reached(PROGRAM, extra, set()):
            places.setdefault(name, f"`[{extra}]`" if extra else "the program")
    return {
        name: (name, licence(distribution(name)), place) for name, place in sorted(places.items()) if name != PROGRAM
    }


def listed() -> dict[str, Row]:
    """Return the rows that the document has."""
    told = readme.rows(readme.between("licences"), _HEAD[0])
    return {name: (name, words, place) for name, (words, place) in told.items()}


if __name__ == "__main__":
    readme.write_between("licences", readme.table(_HEAD, rows().values()))
