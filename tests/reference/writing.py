"""What the documents have between two markers and the code says: the reference, the events of `notify`, the grants."""

import textwrap
from collections import defaultdict
from collections.abc import Callable
from typing import Final, get_args

from support.readme import table

from paypal_payouts.domain.notify import WHEN, NotifyEvent
from paypal_payouts.storage.grants import NEEDED
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
_GRANTS: Final = """\
```sql
BEGIN;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM payouts_daily;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM payouts_daily;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM payouts_daily;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO payouts_daily;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO payouts_daily;
{granted}
COMMIT;
```
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


def grants() -> str:
    """Write the statements that give the role of daily work its rights, in docs/operations.md."""
    tables = defaultdict(list)
    for name, rights in sorted(NEEDED.items()):
        if rights:
            tables[", ".join(sorted(rights))].append(name)
    statements = (f"GRANT {rights} ON {', '.join(names)} TO payouts_daily;" for rights, names in sorted(tables.items()))
    return _GRANTS.format(granted="\n".join(map(_wrapped, statements)))


def _wrapped(statement: str) -> str:
    return textwrap.fill(statement, 120, subsequent_indent="  ", break_long_words=False)


PARTS: Final[dict[str, Callable[[], str]]] = {"reference": reference, "events": events, "grants": grants}
"""What stands between the markers of a name."""
