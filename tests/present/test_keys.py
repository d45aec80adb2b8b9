"""Every JSON key of every command, pinned by name: what a program relies on is neither lost nor changed by accident.

`keys.txt` is the list that scripts rely on. A key that is new is added there, by hand; one that goes or changes its
name bumps `schema` and is told in CHANGELOG.md. `python -m present.test_keys` in `tests/` writes the list as it is now.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paypal_payouts.cli.app import COMMANDS
from paypal_payouts.present.envelope import SCHEMA_VERSION, schema_of

PINNED = Path(__file__).with_name("keys.txt")


def keys(schema: Any, root: Any, path: str = "") -> Iterator[str]:
    """Name every key that a schema lets a document have, as `result.batches[].status`."""
    if "$ref" in schema:
        yield from keys(root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from keys(inner, root, path)
    for name, inner in schema.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        yield below
        yield from keys(inner, root, below)
    if isinstance(schema.get("items"), dict):
        yield from keys(schema["items"], root, f"{path}[]")


def every_key() -> list[str]:
    told = {f"{command}: {key}" for command in COMMANDS for key in keys(schema_of(command), schema_of(command))}
    return [f"schema {SCHEMA_VERSION}", *sorted(told)]


def test_every_json_key_of_every_command_is_pinned() -> None:
    now, pinned = every_key(), PINNED.read_text(encoding="ascii").splitlines()
    assert sorted(set(pinned) - set(now)) == [], "gone: bump `schema`, and tell it in CHANGELOG.md"
    assert sorted(set(now) - set(pinned)) == [], "new: add them to keys.txt"


def test_the_list_reaches_into_what_is_nested() -> None:
    told = set(every_key())
    assert {
        "run: error.details",
        "run: result.batches[].eligible_for_retry.reason",
        "status: result.cycles[].item_rows[].receiver",
        "audit: result.events[].evidence",
        "notify: result.targets[].problem",
    } <= told
    assert {line.partition(":")[0] for line in told} - {f"schema {SCHEMA_VERSION}"} == COMMANDS


if __name__ == "__main__":
    PINNED.write_text("\n".join(every_key()) + "\n", encoding="ascii")
