"""What `config` shows: every value that is in force and where it came from. No secret is ever among them."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from paypal_payouts.domain.base import Report

Source = Literal["default", "file", "variable"]
"""Where a value came from; of a credential `file` is the file that its variable names."""


class ConfiguredValue(NamedTuple):
    """One key of the configuration and what is in force for it."""

    key: str
    value: Any
    """A JSON value; None where it is not set."""
    source: Source
    variable: str | None
    """The variable that gave it; None where none did."""


class ConfiguredCredential(NamedTuple):
    """One of PayPal's credentials: never its value, only where it would be taken from."""

    name: str
    source: Source | None
    """None where it is not set."""
    variable: str | None
    file: str | None

    @property
    def is_set(self) -> bool:
        """Whether it, or a file with it, is named."""
        return self.source is not None


class ConfigReport(Report, frozen=True):
    """The result of `config show` and, without values, of `config check`."""

    file: str | None
    """The configuration that was read; None where there is none."""
    environment: str
    account: str
    values: Sequence[ConfiguredValue] | None
    """None: it was only checked."""
    credentials: Sequence[ConfiguredCredential]
    """Empty for the simulator, which needs none."""
