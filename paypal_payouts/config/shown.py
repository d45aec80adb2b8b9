"""Every value that is in force, with where it came from; a secret is only said to be set.

Source: docs/design.md, 3.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from pydantic import BaseModel

from paypal_payouts.config.credentials import CLIENT_ID, CLIENT_SECRET
from paypal_payouts.config.environment import SECTIONS
from paypal_payouts.config.sections import RetryRules
from paypal_payouts.config.settings import Settings
from paypal_payouts.domain.configured import ConfiguredCredential, ConfiguredValue, Source
from paypal_payouts.domain.money import format_amount

_AMOUNTS: Final = frozenset({"limits.max_item", "limits.max_cycle", "limits.min_item", "approval.above"})
"""Kept as minor units by currency."""


def configured_values(settings: Settings) -> list[ConfiguredValue]:
    """List every key in the order of the example, also those that nobody set."""
    return [each for section in SECTIONS for each in _of_section(section, settings)]


def _of_section(section: str, settings: Settings) -> Iterator[ConfiguredValue]:
    table = cast("BaseModel", getattr(settings, section))
    for name in type(table).model_fields:
        key = f"{section}.{name}"
        variable = settings.variables.get(key)
        source: Source = "variable" if variable else "file" if name in table.model_fields_set else "default"
        if key == "database.url":
            value: Any = settings.database.masked_url
        else:
            value = getattr(table, name)
        if key in _AMOUNTS:
            value = {currency: format_amount(minor, currency) for currency, minor in value.items()}
        yield ConfiguredValue(key, _plain(value), source, variable)


def _plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    match value:
        case RetryRules() | BaseModel():
            return {
                name: _plain(getattr(value, name))
                for name in type(value).model_fields
                if name in value.model_fields_set
            }
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case Path():
            return str(value)
        case _:
            return value


def configured_credentials(settings: Settings, environ: Mapping[str, str]) -> list[ConfiguredCredential]:
    """Say of each credential where it would be taken from, and never what it is."""
    if settings.paypal.environment == "simulator":
        return []
    return [_credential(name, environ) for name in (CLIENT_ID, CLIENT_SECRET)]


def _credential(name: str, environ: Mapping[str, str]) -> ConfiguredCredential:
    if environ.get(name):
        return ConfiguredCredential(name, "variable", name, None)
    named = f"{name}_FILE"
    if file := environ.get(named):
        return ConfiguredCredential(name, "file", named, file)
    return ConfiguredCredential(name, None, None, None)
