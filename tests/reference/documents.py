"""The JSON documents: every key with its type and its meaning, as `results` declares them."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, get_origin

import msgspec
from support.readme import table

from paypal_payouts.cli.app import EXAMPLES
from paypal_payouts.results import values
from paypal_payouts.results.document import RESULTS, published_name, schema_of

Schema = dict[str, Any]

_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_HEAD = ["key", "type", "meaning"]


def documents() -> str:
    """Write the keys that every document has, those of each command's result, and the types that both name."""
    every = schema_of(None)
    kinds = {published_name(form.result.__name__): None for command in EXAMPLES for form in RESULTS[command]}
    found = definitions()
    results = {_first_line(found[name]).removeprefix("The result of ").rstrip("."): found[name] for name in kinds}
    objects = {f"`{name}`": each for name, each in found.items() if "properties" in each and name not in kinds}
    plain = {name: each for name, each in found.items() if "properties" not in each} | named_values()
    return "\n".join(
        [
            table(["key", "meaning"], ([name, meaning] for name, _, meaning in keys(every, found))),
            table(["`result` of", *_HEAD], _marked(results, found)),
            table(["object", *_HEAD], _marked(objects, found)),
            table(
                ["type", "as JSON", "meaning"],
                ([f"`{name}`", _plain(it), _first_line(it)] for name, it in plain.items()),
            ),
        ]
    )


def definitions() -> dict[str, Schema]:
    """Return every object and every set of words that the documents of all commands are made of."""
    found: dict[str, Schema] = {}
    for command in EXAMPLES:
        found |= schema_of(command)["$defs"]
    return found


def named_values() -> dict[str, Schema]:
    """Return the types of single values that have a name."""
    schemas = [msgspec.json.schema(each) for each in vars(values).values() if get_origin(each) is Annotated]
    return {each["title"]: each for each in schemas if "title" in each}


def keys(schema: Schema, found: dict[str, Schema]) -> Iterator[list[str]]:
    """Yield each key of an object, its type and its meaning."""
    for name, key in schema["properties"].items():
        meaning = key.get("description") or _first_line(found[_referred(key)])
        yield [f"`{name}`", _type(key), meaning]


def _marked(groups: dict[str, Schema], found: dict[str, Schema]) -> Iterable[list[str]]:
    for name, schema in groups.items():
        yield from ([name, *line] for line in keys(schema, found))


def _first_line(schema: Schema) -> str:
    return str(schema["description"]).splitlines()[0]


def _referred(key: Schema) -> str:
    return str(key["$ref"]).rpartition("/")[2]


def _type(key: Schema) -> str:
    """Describe in words what a value is; one that has a name by that."""
    return f"`{key['title']}`" if "title" in key else _plain(key)


def _plain(key: Schema) -> str:
    match key:
        case {"$ref": _}:
            words = f"`{_referred(key)}`"
        case {"enum": choices}:
            words = _listed("null" if choice is None else f"`{choice}`" for choice in choices)
        case {"anyOf": choices}:
            # Null comes last, in whichever order msgspec names it.
            words = " or ".join(sorted(map(_type, choices), key="null".__eq__))
        case {"items": items}:
            words = f"list of {_type(items)}"
        case {"additionalProperties": dict(each), "required": names}:
            words = f"{_type(each)}, for each of {', '.join(f'`{name}`' for name in names)}"
        case {"additionalProperties": dict(each)}:
            words = f"object of {_type(each)}"
        case _:
            words = _WORDS.get(key["type"]) or str(key["type"])
    return words


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
