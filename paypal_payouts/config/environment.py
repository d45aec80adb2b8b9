"""The variables `PAYOUTS_<SECTION>__<KEY>`: laid over the file's values before anything is checked.

Source: docs/design.md, 3.
"""

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, cast, get_origin

from msgspec import Struct, field

from paypal_payouts.config.sections import Sections, Table
from paypal_payouts.domain.words import did_you_mean

Place = tuple[str, ...]
"""Where a key stands in the file: `("retry", "cycles", "weekly-*", "max_retries")`."""

PREFIX: Final = "PAYOUTS_"
CONFIG_VARIABLE: Final = "PAYOUTS_CONFIG"
_OTHERS: Final = frozenset({CONFIG_VARIABLE, "PAYOUTS_TEST_POSTGRES_URL"})

SECTIONS: Final[Mapping[str, type[Table]]] = {
    name: cast("type[Table]", section.annotation) for name, section in Sections.model_fields.items()
}
"""The tables of the file by name."""

_VARIABLES: Final[Mapping[str, tuple[str, str]]] = {
    f"{PREFIX}{section}__{key}".upper(): (section, key)
    for section, table in SECTIONS.items()
    for key in table.model_fields
}


class Overlay(Struct, frozen=True):
    """What the environment changed: the variable of each key that it set, and the variables that set nothing."""

    variables: dict[Place, str] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    """Names, each with what is wrong."""


def overlay(document: dict[str, Any], environ: Mapping[str, str]) -> Overlay:
    """Put the environment's values into `document`, converted as their keys need it; values are not checked here."""
    laid = Overlay()
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in _OTHERS:
            continue
        place = _VARIABLES.get(name)
        if place is None:
            laid.unknown.append((name, _expected(name)))
            continue
        section, key = place
        table = document.setdefault(section, {})
        if isinstance(table, dict):  # else the file's own mistake is told
            table[key] = _value(environ[name], SECTIONS[section].model_fields[key].annotation)
            laid.variables[place] = name
    return laid


def _value(text: str, annotation: object) -> object:
    """Read a number, an array or a table as TOML does; any other key takes the text as it is, without quotes."""
    if annotation not in {int, float} and get_origin(annotation) not in {dict, list}:
        return text
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text  # of the wrong type for its key, which the check of the key says better
    return document["value"] if len(document) == 1 else text


def _expected(name: str) -> str:
    section, _, key = name.removeprefix(PREFIX).partition("__")
    ours = [known for known in _VARIABLES if known.startswith(f"{PREFIX}{section}__")]
    if ours:
        return f"unknown variable. {_meant(key, ours)}Accepted: {', '.join(ours)}"
    sections = ", ".join(SECTIONS).upper()
    meant = did_you_mean(name, _VARIABLES)
    return f"unknown variable. {meant}Accepted: {CONFIG_VARIABLE} and {PREFIX}<SECTION>__<KEY> with one of {sections}"


def _meant(key: str, ours: Sequence[str]) -> str:
    """Ask for the variable of the same table whose key is most like a misspelt one."""
    alike = get_close_matches(key, [known.partition("__")[2] for known in ours], n=1)
    return "".join(f"Did you mean {known}? " for known in ours if known.partition("__")[2] in alike)
