"""What the command line says, checked where its words alone tell that it is wrong."""

from collections.abc import Mapping

from paypal_payouts.errors import UsageError
from paypal_payouts.verbs.arguments import checked_cycle


def named_cycle(argument: str | None, option: str | None) -> str:
    """Give the cycle that a command is about, by its argument or by --cycle.

    Raises:
        UsageError: neither names one, both name different ones, or what is given cannot name a cycle.

    """
    if argument is not None and option is not None and argument != option:
        raise UsageError(
            f"Two cycles are named, {argument} and --cycle {option}.", hint="Nothing was sent. Name one of them."
        )
    name = option if argument is None else argument
    if name is None:
        raise UsageError(
            "No cycle is named.",
            hint="Nothing was sent. Give its name; `payouts status` lists those that are stored.",
        )
    return checked_cycle(name)


def not_with_open(given: Mapping[str, object]) -> None:
    """Refuse what is given beside `run --open`: it is about every cycle, and reads no input.

    Raises:
        UsageError: naming it.

    """
    wrong = [name for name, value in given.items() if value not in (None, False)]
    if wrong:
        raise UsageError(
            f"--open continues every cycle from what is stored, without {' and '.join(wrong)}.",
            hint="Nothing was sent. Leave it out, or name one cycle without --open.",
        )
