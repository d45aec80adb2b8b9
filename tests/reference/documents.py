"""The JSON documents: every key with its type and its meaning, as the schemas in the package have them."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from support.readme import table

from paypal_payouts.cli.help_texts import EXAMPLES
from paypal_payouts.present.envelope import schema_of

Schema = dict[str, Any]

_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_HEAD = ["key", "type", "meaning"]


def documents() -> str:
    """Write the keys that every document has, those of each command's result, and the types that both name."""
    every = schema_of(None)
    definitions = {name: each for name, each in every["$defs"].items() if _is_named(each)}
    objects = {
        f"`{name}`": keys(each, every)
        for name, each in definitions.items()
        if "properties" in each and name != "run_result"
    }
    plain = [
        [f"`{name}`", _type(each, every), _meaning(each, every)]
        for name, each in definitions.items()
        if "properties" not in each
    ]
    return "\n".join(
        [
            table(["key", "meaning"], ([name, meaning] for name, _, meaning in keys(every, every))),
            table(["`result` of", *_HEAD], _marked(results())),
            table(["object", *_HEAD], _marked(objects)),
            table(["type", "as JSON", "meaning"], plain),
        ]
    )


def results() -> dict[str, Iterator[list[str]]]:
    """Give the keys of each command's result; commands with the same one stand together."""
    told: dict[str, tuple[list[str], Schema]] = {}
    for command in EXAMPLES:
        schema = schema_of(command)
        for result in schema["properties"]["result"]["anyOf"]:
            if result != {"type": "null"}:
                name = result.get("title", "simulator serve" if command == "simulator" else command)
                told.setdefault(json.dumps(result), ([], result))[0].append(f"`{name}`")
    root = schema_of(None)
    return {", ".join(names): keys(_resolved(result, root), root) for names, result in told.values()}


def keys(schema: Schema, root: Schema, path: str = "") -> Iterator[list[str]]:
    """Give each key of an object, its type and its meaning; what is an object of its own name is not gone into."""
    for name, key in schema["properties"].items():
        yield [f"`{path}{name}`", _type(key, root), _meaning(key, root)]
        listed = key.get("items", key)
        for inner in (listed, *listed.get("anyOf", ())):
            if "properties" in inner and not _are_alike(inner):
                yield from keys(inner, root, f"{path}{name}{'[]' if listed is not key else ''}.")


def _marked(groups: dict[str, Iterator[list[str]]]) -> Iterable[list[str]]:
    for name, lines in groups.items():
        yield from ([name, *line] for line in lines)


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Follow a reference to the definition that it names."""
    found: Schema = root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _meaning(key: Schema, root: Schema) -> str:
    return str(key.get("description") or _resolved(key, root).get("description", ""))


def _type(key: Schema, root: Schema) -> str:
    """Say in words what a value is; a definition by its name, where it has a row of its own."""
    match key:
        case {"$ref": str(reference)}:
            target = _resolved(key, root)
            name = reference.rpartition("/")[2]
            if name == "run_result":
                return "result of `run`"
            words = f"`{name}`" if _is_named(target) else _type(target, root)
        case {"anyOf": choices}:
            words = " or ".join(_type(choice, root) for choice in choices)
        case {"enum": values}:
            words = _listed("null" if value is None else f"`{value}`" for value in values)
        case {"const": value}:
            words = f"`{value}`"
        case {"items": items}:
            words = f"list of {_type(items, root)}"
        case {"properties": dict(properties)} if _are_alike(key):
            each = _type(next(iter(properties.values())), root)
            words = f"{each}, for each of {', '.join(f'`{name}`' for name in properties)}"
        case _:
            kinds: list[str] = key["type"] if isinstance(key["type"], list) else [key["type"]]
            words = " or ".join(_WORDS.get(kind, kind) for kind in kinds)
    return words


def _is_named(definition: Schema) -> bool:
    """Tell whether a definition is a type of its own; others only add null to one, or hold a key that all have."""
    return not {"pattern", "enum", "properties", "propertyNames"}.isdisjoint(definition)


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _are_alike(schema: Schema) -> bool:
    """Tell whether an object holds a number for each of some words, all of which mean the same."""
    first, *others = schema["properties"].values()
    return "minimum" in first and bool(others) and all(each == first for each in others)
