"""What stopped a command, as every document has it."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Self, get_args

from msgspec import Meta

from paypal_payouts.errors import BlockCode, ExitCode, PayoutsError
from paypal_payouts.results.values import JsonStruct

WITHOUT_ERROR: Final = tuple(code for code in ExitCode if code.comes_with == "result")
"""At these exit codes `error` is null."""


def _codes(kind: type[PayoutsError]) -> Iterator[str]:
    """Name the codes of a branch of the tree of errors."""
    if "code" in vars(kind):
        yield kind.code
    for branch in kind.__subclasses__():
        yield from _codes(branch)


_CODES: Final = list(dict.fromkeys([*_codes(PayoutsError), *get_args(BlockCode)]))


class ErrorJson(JsonStruct, frozen=True):
    """What stopped the command."""

    code: Annotated[str, Meta(description="Its kind.", extra_json_schema={"enum": _CODES})]
    message: Annotated[str, Meta(description="What happened, and whether money may have moved.")]
    hint: Annotated[str, Meta(description="What to do or to type.")]
    details: Annotated[list[dict[str, Any]], Meta(description="What it is about; its keys depend on the code.")]

    @classmethod
    def of(cls, error: PayoutsError | None, exit_code: int) -> Self | None:
        """Report what stopped a command, or one cycle of `run --open`; at some exit codes it is no error."""
        return None if error is None or exit_code in WITHOUT_ERROR else cls.taken(error)
