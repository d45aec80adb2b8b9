"""The result of `config show` and `config check`."""

from typing import Annotated, Any, Self

from msgspec import Meta

from paypal_payouts.domain.configured import ConfigReport, Source
from paypal_payouts.results.values import AccountText, Environment, JsonStruct


class ValueJson(JsonStruct, frozen=True):
    """One key of the configuration and what is in force for it."""

    key: Annotated[str, Meta(description="The key, such as `paypal.timeout_s`.")]
    value: Annotated[
        str | float | bool | list[dict[str, Any]] | dict[str, Any] | None,
        Meta(description="Its value; money is a text, a password stars; null where it is not set."),
    ]
    source: Annotated[Source, Meta(description="Where it came from.")]
    variable: Annotated[str | None, Meta(description="The variable that gave it; null where none did.")]


class CredentialJson(JsonStruct, frozen=True):
    """One of PayPal's credentials; its value is never shown."""

    name: Annotated[str, Meta(description="Its variable.")]
    is_set: Annotated[bool, Meta(description="Whether it, or a file with it, is named.")]
    source: Annotated[
        Source | None, Meta(description="`variable`, or `file` where the variable names one; null where it is not set.")
    ]
    variable: Annotated[str | None, Meta(description="The variable that is set; null where none is.")]
    file: Annotated[str | None, Meta(description="The file that it names; null where it names none.")]


class ConfigJson(JsonStruct, frozen=True):
    """The result of `config show` and `config check`."""

    file: Annotated[str | None, Meta(description="The configuration that was read; null where there is none.")]
    environment: Environment
    account: AccountText
    values: Annotated[
        list[ValueJson] | None, Meta(description="Every key, in the order of the example; null for `config check`.")
    ]
    credentials: Annotated[
        list[CredentialJson], Meta(description="Where each would be taken from; empty for the simulator.")
    ]

    @classmethod
    def of(cls, report: ConfigReport) -> Self:
        """Show the values and their sources."""
        return cls.taken(
            report,
            values=None if report.values is None else [ValueJson.taken(value) for value in report.values],
            credentials=[CredentialJson.taken(each) for each in report.credentials],
        )
