"""The keys of the configuration: what each accepts and its default from the settings, its meaning from the example.

The example, which `payouts init` writes, is the one place where the meaning of a key stands.
"""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from support.readme import table

from paypal_payouts.config.environment import SECTIONS

_LINE = re.compile(r"(?:# )?(?:\[+(?P<table>[\w.]+)[^\]]*\]+|(?P<key>\w+) = .*?)(?:\s+# (?P<words>.*))?")
_MORE = re.compile(r"#\s+# (?P<words>.*)")
_RANGE = re.compile(r"[\d.]+ to \d+(?: characters)?|up to \d+(?: characters)?")


def configuration() -> str:
    """Write every key, by the dotted name that messages of the program call it."""
    told = meanings()
    lines = []
    for name, key in _keys():
        words = [words for place, words in told.items() if place == name]
        # A table whose keys are the operator's own, such as PayPal's codes, is explained by the examples in it.
        words += [f"`{place[len(name) + 1 :]}`: {words}" for place, words in told.items() if _is_free(name, place)]
        lines.append(
            [f"`{name.replace('targets.', 'targets[].')}`", str(key.description), _default(key), "; ".join(words)]
        )
    return table(["key", "accepted", "default", "meaning"], lines)


def meanings() -> dict[str, str]:
    """Read the comments of the example by key; what is only the range of a number is told beside it."""
    found: dict[str, str] = {}
    section = last = ""
    for line in files("paypal_payouts").joinpath("payouts.toml").read_text("utf-8").splitlines():
        if more := _MORE.fullmatch(line):
            found[last] += f" {more['words']}"
        elif told := _LINE.fullmatch(line):
            section = (told["table"] or section).rstrip(".")
            last = section if told["table"] else f"{section}.{told['key']}"
            found.setdefault(last, told["words"] or "")
    return {
        name: "; ".join(part for part in words.split("; ") if not _RANGE.fullmatch(part))
        for name, words in found.items()
    }


def _keys() -> Iterator[tuple[str, Any]]:
    for section, model in SECTIONS.items():
        for key, field in model.model_fields.items():
            yield f"{section}.{key}", field
            for inner, below in _rows_of(field.annotation):
                yield f"{section}.{key}.{inner}", below


def _rows_of(annotation: Any) -> Iterator[tuple[str, Any]]:
    """Yield the keys of the tables that an array of them holds."""
    arguments = get_args(annotation)
    if len(arguments) == 1 and isinstance(arguments[0], type) and issubclass(arguments[0], BaseModel):
        yield from arguments[0].model_fields.items()


def _is_free(name: str, place: str) -> bool:
    """Return whether an example is one of the operator's own keys in the table of a name."""
    return place.startswith(f"{name}.") and place not in dict(_keys())


def _default(key: Any) -> str:
    """Write a default as the file would hold it."""
    value = key.get_default(call_default_factory=True)
    match value:
        case None | "":
            return "unset"
        case [] | {}:
            return "none"
        case float():
            return f"`{value:g}`"
        case Path():
            return f"`{json.dumps(str(value))}`"
        case _:
            return f"`{json.dumps(value)}`"
