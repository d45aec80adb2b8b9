"""What the command line says, checked where its words alone tell that it is wrong."""

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


def checked_reason(text: str) -> str:
    """Pass a reason on.

    Raises:
        UsageError: it has fewer than ten characters that are not blanks (contract, section 4).

    """
    if len("".join(text.split())) < 10:  # noqa: PLR2004 - the contract's number
        raise UsageError(
            "--reason needs at least ten characters that are not blanks.",
            hint="Nothing was changed. Say what you know and how: it is read when the money is explained.",
        )
    return text.strip()
