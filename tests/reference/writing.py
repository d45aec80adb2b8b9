"""What the documents have between two markers and the code says: the reference, and the events of `notify`."""

from collections.abc import Callable
from typing import Final, get_args

from support.readme import table

from paypal_payouts.domain.notify import WHEN, NotifyEvent
from reference.commands import commands
from reference.configuration import configuration
from reference.documents import documents

_COMMANDS: Final = """\
## Commands

A part in square brackets may be left out; `--help` shows the same, with two examples for each command.
"""
_CONFIGURATION: Final = """\
## Configuration

`lock.lease_s` is `lease_s` in the table `[lock]`, and the variable `PAYOUTS_LOCK__LEASE_S`; a variable of an array or a
table holds it as TOML does.
"""
_DOCUMENTS: Final = """\
## JSON

With `--json`, every document has the keys of the first table, and in `result` those of its command. A type in backticks
has rows of its own further down.
"""


def reference() -> str:
    """Write it from the code; nothing else decides what stands in it."""
    parts = ((_COMMANDS, commands), (_CONFIGURATION, configuration), (_DOCUMENTS, documents))
    return "\n".join(f"{words}\n{told()}" for words, told in parts)


def events() -> str:
    """Write the events of `notify`, in docs/operations.md."""
    return table(
        ("event", "when `run`, `retry` or `sync` ends"),
        [(f"`{event}`", WHEN[event]) for event in get_args(NotifyEvent)],
    )


PARTS: Final[dict[str, Callable[[], str]]] = {"reference": reference, "events": events}
"""What stands between the markers of a name."""
