"""Every JSON key of every command, pinned by name: what a program relies on is neither lost nor changed by accident.

`keys.txt` is the list that scripts rely on: a line for each object, with its keys in their order; an object within is
named behind its key. A key that is new is added there, by hand; one that goes or changes its name bumps `schema` and is
named in CHANGELOG.md. `PYTHONPATH=. python results/test_keys.py` in `tests/` writes the list as it is now.
"""

from pathlib import Path
from typing import Any

from present import reports

from paypal_payouts.cli.app import COMMANDS
from paypal_payouts.results.document import RESULTS, SCHEMA_VERSION, published_name, schema_of

PINNED = Path(__file__).with_name("keys.txt")


def declared() -> list[str]:
    """Write each object that is declared, and what each command has under `result`."""
    objects = {"DocumentResult": line(schema_of(None))}
    for command in RESULTS:
        definitions = schema_of(command)["$defs"]
        objects |= {name: line(each) for name, each in definitions.items() if "properties" in each}
    results = [
        f"{command}: {' or '.join(published_name(form.result.__name__) for form in forms)}"
        for command, forms in RESULTS.items()
    ]
    return [f"schema {SCHEMA_VERSION}", *results, *(f"{name}: {objects[name]}" for name in sorted(objects))]


def line(schema: Any) -> str:
    return " ".join(f"{name}{within(key)}" for name, key in schema["properties"].items())


def within(key: Any) -> str:
    """Name the object that a key holds, or the keys that are all of some words."""
    if "required" in key:
        return "{" + ",".join(key["required"]) + "}"
    listed = [key, *key.get("anyOf", ())]
    listed += [each["items"] for each in listed if "items" in each]
    names = [each["$ref"].rpartition("/")[2] for each in listed if "$ref" in each]
    return "".join(f"={name}" for name in names if name.endswith("Result"))


def test_every_json_key_of_every_command_is_pinned() -> None:
    now, pinned = declared(), PINNED.read_text(encoding="ascii").splitlines()
    assert now == pinned, "a new key: add it to keys.txt; one that is gone: bump `schema`, and tell it in CHANGELOG.md"


def test_every_command_has_a_result() -> None:
    assert set(RESULTS) == COMMANDS


def test_every_report_is_the_result_of_a_command() -> None:
    assert {form.report.__name__ for forms in RESULTS.values() for form in forms} == reports.kinds()


if __name__ == "__main__":
    PINNED.write_text("\n".join(declared()) + "\n", encoding="ascii")
