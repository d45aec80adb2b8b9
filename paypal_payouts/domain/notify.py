"""Of what people can be notified, and the report of `notify`."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from paypal_payouts.domain.base import Report

NotifyEvent = Literal["review", "refused", "failures", "unclaimed", "unfinished", "error", "success"]
"""What somebody can be notified of."""

WHEN: Final[Mapping[NotifyEvent, str]] = MappingProxyType(
    {
        "review": "exit code 8: a person must decide",
        "refused": "exit code 7: PayPal refused a batch or us; "
        "with any other exit code, too, while a batch stays refused",
        "failures": "exit code 5: finished, but not everything is paid; 6 or 7, and an item is not paid; after `sync`: "
        "it is the first to see that, or money that had arrived came back",
        "unclaimed": "unclaimed money is returned within `unclaimed_days`",
        "unfinished": "any cycle is still open `unfinished_hours` after it was stored; 0: never",
        "error": "exit code 1, 3 or 4, except a held lock and the cooldown, which pass by themselves",
        "success": "a cycle is done; not when there was nothing left to do",
    }
)
"""When it is, after `run`, `retry` or `sync`: the table of docs/operations.md."""


SEVERITY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "review": "failure",
        "refused": "failure",
        "error": "failure",
        "failures": "warning",
        "unclaimed": "warning",
        "unfinished": "warning",
        "success": "success",
    }
)
"""How bad each is, in Apprise's words, by which a service may colour or sort; a test message is `info`."""


class TargetReport(Struct, frozen=True):
    """One of those who are told how commands end."""

    name: str
    events: Sequence[str]
    problem: str | None
    """Why it was not, or cannot be, told; None where all is well."""


class NotifyReport(Report, frozen=True):
    """The result of `notify`."""

    test: bool
    """Whether each was sent a message."""
    targets: Sequence[TargetReport]
