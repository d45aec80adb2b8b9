"""Values by a schema of PayPal's: for `hypothesis`, which makes the same ones each time."""

import re
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

Values = st.SearchStrategy[Any]

_WORDS: Final = "abcXYZ019 .-_@+üß語"
_SAMPLES: Final = {
    "date-time": ("2026-11-01T00:00:00Z", "2026-11-24T10:20:30+01:00"),
    "uri": ("https://x.example/logo.png", "http://x.example"),
}


def values_of(schema: Mapping[str, Any], document: Mapping[str, Any], usual: Mapping[str, Values]) -> Values:
    """Return values that a schema describes.

    Args:
        schema: what is described.
        document: where its references lead.
        usual: by the name of a property, what real requests have there: most values are of these.

    """
    while "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            return _object(schema, document, usual)
        case "array":
            most = min(schema.get("maxItems", 4), 4)
            return st.lists(
                values_of(schema["items"], document, usual), min_size=schema.get("minItems", 0), max_size=max(most, 1)
            )
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "boolean":
            return st.booleans()
        case _:
            return _text(schema)


def broken(document: Mapping[str, Any]) -> Values:
    """Return a document with one thing wrong in it, somewhere."""
    return st.sampled_from(list(_places(document))).flatmap(
        lambda place: st.sampled_from([None, 1, "", "\n", "x" * 5000, [], {}, True]).map(
            lambda wrong: _replaced(document, place, wrong)
        )
    )


def _object(schema: Mapping[str, Any], document: Mapping[str, Any], usual: Mapping[str, Values]) -> Values:
    def of(name: str) -> Values:
        by_schema = values_of(schema["properties"][name], document, usual)
        if name not in usual:
            return by_schema
        return st.integers(0, 9).flatmap(lambda draw: usual[name] if draw else by_schema)

    properties = schema.get("properties", {})
    required = [name for name in schema.get("required", ()) if name in properties]
    optional = [name for name in properties if name not in required]
    return st.fixed_dictionaries({name: of(name) for name in required}, optional={name: of(name) for name in optional})


def _text(schema: Mapping[str, Any]) -> Values:
    if schema.get("format") in _SAMPLES:
        return st.sampled_from(_SAMPLES[schema["format"]])
    least, most = schema.get("minLength", 0), schema.get("maxLength", 40)
    pattern = schema.get("pattern")
    if pattern not in {None, "^.*$"}:
        shape = re.compile(pattern, re.ASCII)
        return st.from_regex(shape, fullmatch=True).filter(lambda text: least <= len(text) <= most)
    return st.text(_WORDS, min_size=least, max_size=min(most, max(least, 12))) | st.just("x" * most)


def _places(value: object, before: tuple[str | int, ...] = ()) -> Any:
    parts: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*before, name)
        yield from _places(part, (*before, name))


def _replaced(value: Any, place: tuple[str | int, ...], wrong: object) -> Any:
    first, *rest = place
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    changed[first] = _replaced(value[first], tuple(rest), wrong) if rest else wrong
    return changed
