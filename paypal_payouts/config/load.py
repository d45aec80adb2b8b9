"""From a file and the environment to `Settings`: found, read, overlaid, checked, and every problem told at once.

Source: docs/design.md, 3.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from paypal_payouts.config.environment import CONFIG_VARIABLE, SECTIONS, Overlay, Place, overlay
from paypal_payouts.config.sections import GuardSettings, NotifyTarget, Retry, RetryRules, Sections
from paypal_payouts.config.settings import DEFAULT_FILE, Settings
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.words import did_you_mean
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.trust import read_trusted

SIZE_MAX: Final = 1024 * 1024
"""Bytes; a larger file is something else that was named by mistake."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_CREDENTIAL_KEY = re.compile(r"client[_-]?(id|secret)", re.IGNORECASE)

Document = dict[str, Any]


class _Problem(Struct, frozen=True):
    """One wrong place: in the file, or a variable of the environment."""

    file: str | None
    key: str | None
    problem: str

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}" if self.key else self.problem


class _Contradiction(Struct, frozen=True):
    """A key that does not go with others; `involved` are all of them."""

    place: Place
    involved: tuple[Place, ...]
    problem: str


def load_settings(*, path: Path | None, environ: Mapping[str, str], cwd: Path) -> Settings:
    """Return the settings of `path`, else of `$PAYOUTS_CONFIG`, else of `payouts.toml` in `cwd`, else the defaults.

    Variables `PAYOUTS_<SECTION>__<KEY>` stand above the file (docs/design.md, 3).

    Raises:
        UntrustedFile: somebody else could have written the file.
        ConfigInvalid: with all problems in `details` as {file, key, problem}; `key` is the variable where one is wrong.

    """
    file = _find(path, environ, cwd)
    base = cwd if file is None else file.parent
    document = {} if file is None else _read(file)
    credentials = [(place, _credential_words(place[-1])) for place in _credential_places(document)]
    for place, _ in credentials:
        _remove(document, place)
    laid = overlay(document, environ)
    sections, found = _validate(document, base)
    problems = [_located(place, problem, file, laid) for place, problem in credentials + found]
    problems += [_Problem(None, variable, problem) for variable, problem in laid.unknown]
    if problems:
        raise _refused(problems)
    chosen = file is not None or ("paypal", "environment") in laid.variables
    variables = {".".join(place): variable for place, variable in laid.variables.items()}
    return Settings(**dict(sections), file=file, base=base, names_environment=chosen, variables=variables)


def _refused(problems: list[_Problem]) -> ConfigInvalid:
    """Make one error of them all; its message names the file once, and then its keys."""
    problems = sorted(problems, key=lambda problem: problem.file is None)
    file = f"{problems[0].file}: " if problems[0].file else ""
    return ConfigInvalid(
        file + "; ".join(map(str, problems)),
        hint="Correct what is named and run again; nothing was sent.",
        details=[{"file": each.file, "key": each.key, "problem": each.problem} for each in problems],
    )


def _find(path: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    if path is not None:
        return cwd / path
    named = environ.get(CONFIG_VARIABLE)
    if named is not None:
        if not named:
            # Falling back to another file could mean another account.
            raise _refused([_Problem(None, CONFIG_VARIABLE, "empty: name a file, or unset it")])
        return cwd / named
    default = cwd / DEFAULT_FILE
    # A dangling link is there: it must not turn a configured installation into one with defaults.
    return default if os.path.lexists(default) else None


def _read(file: Path) -> Document:
    try:
        data = read_trusted(file, size_max=SIZE_MAX)
    except OSError as error:
        raise _refused([_Problem(str(file), None, f"cannot be read: {error.strerror}")]) from error
    if len(data) > SIZE_MAX:
        raise _refused([_Problem(str(file), None, f"larger than {SIZE_MAX} bytes: not a configuration")])
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = f"not UTF-8: byte {error.start + 1}"
    except (ValueError, RecursionError) as error:  # beside its own error, tomllib lets these two through
        problem = f"not TOML: {error}"
    raise _refused([_Problem(str(file), None, problem)])


def _credential_places(table: Mapping[str, Any], above: Place = ()) -> Iterator[Place]:
    """Find the keys, wherever they stand, that credentials were put under."""
    for key, value in table.items():
        values = value if isinstance(value, list) else [value]
        tables = [each for each in values if isinstance(each, dict)]
        for each in tables:
            yield from _credential_places(each, (*above, key))
        if not tables and _CREDENTIAL_KEY.search(key):
            yield (*above, key)


def _credential_words(key: str) -> str:
    variable = "PAYPAL_CLIENT_SECRET" if "secret" in key.lower() else "PAYPAL_CLIENT_ID"
    return (
        f"credentials never stand in this file: put it into the variable {variable}, "
        f"or into a file that only you can read, named by {variable}_FILE"
    )


def _validate(document: Document, base: Path) -> tuple[Sections, list[tuple[Place, str]]]:
    """Check all values, and the rules between those that are right; a wrong one counts as its default meanwhile."""
    filled: Document = {name: {} for name in SECTIONS} | document
    found: list[tuple[Place, str]] = []
    context = {"base": base}
    try:
        sections = Sections.model_validate(filled, context=context)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            place = tuple(str(part) for part in error["loc"] if part != "[key]")
            found.append((place, _problem(place, error)))
        for place, _ in found:
            # An array is wrong as a whole.
            _remove(filled, place[:2] if place[0] == "notify" else place)
        sections = Sections.model_validate(filled, context=context)
    wrong = [place for place, _ in found]
    found += [
        (rule.place, rule.problem)
        for rule in _contradictions(sections)
        if not any(place[: len(bad)] == bad for place in rule.involved for bad in wrong)
    ]
    return sections, found


def _contradictions(sections: Sections) -> Iterator[_Contradiction]:
    """Find the keys that are right alone and wrong together."""
    paypal, lock = sections.paypal, sections.lock
    if paypal.base_url is not None and paypal.environment != "sandbox":
        base_url = ("paypal", "base_url")
        yield _Contradiction(
            base_url,
            (base_url, ("paypal", "environment")),
            f'only with environment = "sandbox"; it is {paypal.environment}',
        )
    if not lock.lease_s > 2 * paypal.timeout_s:
        lease_s = ("lock", "lease_s")
        yield _Contradiction(
            lease_s,
            (lease_s, ("paypal", "timeout_s")),
            f"{lock.lease_s:g} is not more than {2 * paypal.timeout_s:g}, twice paypal.timeout_s",
        )
    yield from _delays_in_disorder(sections.retry)
    yield from guard_needs_signers(sections.guard, has_signers=sections.approval.signers is not None)


def guard_needs_signers(guard: GuardSettings, *, has_signers: bool) -> Iterator[_Contradiction]:
    """Let nobody wait for an approval that nobody may give."""
    if guard.new_receiver == "approve" and not has_signers:
        rule = ("guard", "new_receiver")
        signers = ("approval", "signers")
        yield _Contradiction(rule, (rule, signers), "approve: only with approval.signers, who may approve")


def _delays_in_disorder(retry: Retry) -> Iterator[_Contradiction]:
    default = retry.over(RetryPolicy())
    policies: dict[Place, RetryPolicy] = {("retry",): default}
    for pattern, rules in retry.cycles.items():
        if rules.model_fields_set & {"base_delay_s", "max_delay_s"}:
            policies["retry", "cycles", pattern] = rules.over(default)
    for place, policy in policies.items():
        if not policy.is_in_order:
            yield _Contradiction(
                (*place, "max_delay_s"),
                tuple((*table, key) for table in (("retry",), place) for key in ("base_delay_s", "max_delay_s")),
                f"{policy.max_delay_s:g} is less than base_delay_s, which is {policy.base_delay_s:g}",
            )


def _remove(document: Document, place: Place) -> None:
    """Take a wrong value out, so that the rest can be checked; a whole section leaves an empty one."""
    *above, last = place
    table: Any = document
    for part in above:
        table = table.get(part) if isinstance(table, dict) else None
    if isinstance(table, dict):
        table.pop(last, None)
    if len(place) == 1 and last in SECTIONS:
        document[last] = {}


def _problem(place: Place, error: ErrorDetails) -> str:
    """Describe in the operator's words what is wrong; a text is not repeated, it may hold a password."""
    if error["type"] == "extra_forbidden":
        accepted = _table(place[:-1]).model_fields
        return f"unknown key. {_meant(place, accepted)}Accepted: {', '.join(accepted)}"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"{_shown(error)} is not {_accepted(place)}"


def _meant(place: Place, accepted: Iterable[str]) -> str:
    """Ask for the key that a misspelt one stands for, or that stands in another table."""
    key = place[-1]
    elsewhere = [f"{section}.{key}" for section, table in SECTIONS.items() if key in table.model_fields]
    return f"Did you mean {' or '.join(elsewhere)}? " if elsewhere else did_you_mean(key, accepted)


def _shown(error: ErrorDetails) -> str:
    value = error["input"]
    if error["type"] == "literal_error" or isinstance(value, bool | int | float):
        return json.dumps(value, default=str)[:40]
    for kind, words in ((str, "a text"), (dict, "a table"), (list, "an array")):
        if isinstance(value, kind):
            return words
    return "a date or time"


def _accepted(place: Place) -> str:
    """Return the description of the field at `place`; the tables of single policies have no field of their own."""
    match place:
        case ("retry", "cycles", _) | ("notify", "targets", _):
            return "a table"
        case ("notify", "targets", _, "events", _):
            return str(NotifyTarget.model_fields["events"].description).removeprefix("an array of ")
        case _:
            return str(_table(place[:-1]).model_fields[place[-1]].description)


def _table(place: Place) -> type[BaseModel]:
    """Return the model of the table that stands at `place`."""
    if not place:
        return Sections
    if len(place) == 1:
        return SECTIONS[place[0]]
    return RetryRules if place[0] == "retry" else NotifyTarget


def _located(place: Place, problem: str, file: Path | None, laid: Overlay) -> _Problem:
    variable = laid.variables.get(place[:2])
    if variable is None:
        return _Problem(None if file is None else str(file), _dotted(place), problem)
    inside = _dotted(place[2:])
    return _Problem(None, variable, f"{inside}: {problem}" if inside else problem)


def _dotted(place: Place) -> str:
    return ".".join(part if _BARE_KEY.fullmatch(part) else json.dumps(part) for part in place)
