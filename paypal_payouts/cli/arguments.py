"""What the command line says, checked where its words alone tell that it is wrong."""

from collections.abc import Mapping

from paypal_payouts.domain.identity import is_cycle_name
from paypal_payouts.errors import UsageError


def checked_cycle(text: str) -> str:
    """Pass a cycle name on.

    Raises:
        UsageError: it is none.

    """
    if not is_cycle_name(text):
        raise UsageError(
            f"{text!r} cannot name a cycle.",
            hint="Nothing was sent. 1 to 64 characters of a-z 0-9 . _ -, beginning with a letter or digit.",
        )
    return text


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


def checked_reason(text: str) -> str:
    """Pass a reason on.

    Raises:
        UsageError: it has fewer than ten characters that are not blanks (docs/design.md, 5.6).

    """
    if len("".join(text.split())) < 10:  # noqa: PLR2004 - docs/design.md, 5.6
        raise UsageError(
            "--reason needs at least ten characters that are not blanks.",
            hint="Nothing was changed. Say what you know and how: it is read when the money is explained.",
        )
    return text.strip()
