"""Tables with a row for every member of an enum: a member that is forgotten stops the program at its import."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

K = TypeVar("K", bound=Enum)
V = TypeVar("V")


def complete(kind: type[K], table: Mapping[K, V]) -> Mapping[K, V]:
    """Return the table, read-only.

    Raises:
        TypeError: a member of `kind` has no row.

    """
    forgotten = [member.name for member in kind if member not in table]
    if forgotten:
        raise TypeError(f"a table of {kind.__name__} has no row for {', '.join(forgotten)}")
    return MappingProxyType(dict(table))
