"""What the results of all commands are made of: their base, and the plain types that keys have.

Money is a text, a time RFC 3339 in UTC, and no key is ever dropped (docs/design.md, 7). Inside the program money is
minor units; here, at its edge, it is written.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from msgspec import Meta, Struct, to_builtins

from paypal_payouts import errors
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.outcome import ErrorClass
from paypal_payouts.domain.states import ItemState


class JsonStruct(Struct, frozen=True, forbid_unknown_fields=True):
    """One object of a document: every key, in its order, none of them optional."""

    @classmethod
    def taken(cls, value: object, **others: object) -> Self:
        """Make it of a value that calls things as the keys do, and of the others that are named; times become UTC."""
        values = [others[name] if name in others else getattr(value, name) for name in cls.__struct_fields__]
        return cls(*[utc(each) if isinstance(each, datetime) else each for each in values])


Amount = Annotated[
    str, Meta(title="amount", description="In its currency, never a number.", pattern=r"^-?[0-9]+(\.[0-9]+)?$")
]
Time = Annotated[
    datetime,
    Meta(
        tz=True,
        title="time",
        description="RFC 3339, in UTC, always to the microsecond.",
        extra_json_schema={"pattern": r"\.[0-9]{6}Z$"},
    ),
]
Currency = Annotated[str, Meta(title="currency", description="The code of a currency.", pattern="^[A-Z]{3}$")]
CycleText = Annotated[
    str, Meta(title="cycle_name", description="The name of a cycle.", pattern="^[a-z0-9][a-z0-9._-]{0,63}$")
]
BatchText = Annotated[
    str,
    Meta(
        title="batch_name",
        description="Our id of a batch: `<cycle>-<sequence>-<attempt>`.",
        pattern="^[a-z0-9][a-z0-9._-]{0,63}-[0-9]{4,}-[1-9][0-9]*$",
    ),
]
ExitCode = Annotated[
    int,
    Meta(
        title="exit_code",
        description="The exit code of the command.",
        extra_json_schema={"enum": [int(code) for code in errors.ExitCode]},
    ),
]
Environment = Annotated[Literal["simulator", "sandbox", "live"], Meta(title="environment", description="Which PayPal.")]
AccountText = Annotated[str, Meta(description="The name of the paying account.")]


class OfAccountJson(JsonStruct, frozen=True):
    """The result of a command that knows of one paying account, beside what its report says."""

    environment: Environment
    account: AccountText
    generated_at: Annotated[Time, Meta(description="When this was put together.")]


Operator = Annotated[str, Meta(description="Who decided: user and host, and in brackets whom else he names.")]
Reason = Annotated[str, Meta(description="Why.")]
FailureClass = Annotated[
    ErrorClass | None, Meta(description="Who or what is behind a failure; null where nothing failed.")
]
Digest = Annotated[str, Meta(title="digest", description="A SHA-256.", pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0)]
AtLeastOne = Annotated[int, Meta(ge=1)]
StateCounts = Annotated[
    dict[ItemState, AtLeastOne],
    Meta(
        title="state_counts",
        description="How many items are in which state; states without items are left out.",
        extra_json_schema={"propertyNames": {"enum": list(ItemState)}},
    ),
]


def for_each(words: Iterable[str], description: str) -> Meta:
    """Describe an object whose keys are all of some words."""
    keys = list(words)
    return Meta(description=description, extra_json_schema={"required": keys, "propertyNames": {"enum": keys}})


def amount(minor: int | None, currency: str) -> str | None:
    """Write minor units, of which it may not be known yet how many they are."""
    return None if minor is None else format_amount(minor, currency)


def utc(at: datetime) -> datetime:
    """Return a moment in UTC."""
    return at.astimezone(UTC)


def as_json(value: Any) -> Any:  # noqa: ANN401 - a JSON value, and structs in it
    """Turn structs into JSON values; rows that are lazy stay so, and are turned one by one as they are asked for.

    Times are left as they are, for `rfc3339` to write.
    """
    match value:
        case Struct():
            return {name: as_json(getattr(value, name)) for name in value.__struct_fields__}
        case list():
            return [as_json(inner) for inner in value]
        case Iterator():
            return map(_plain, value)
        case _:
            return _plain(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a struct or a JSON value
    return to_builtins(value, builtin_types=(datetime,))
