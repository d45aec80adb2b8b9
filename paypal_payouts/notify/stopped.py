"""What people are notified of where an error ended a command before it could do its work.

No receiver, no amount, no word of PayPal's and no secret: a message passes through other people's hands.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from paypal_payouts.domain.payout import InputRow
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.domain.words import NOT_THERE
from paypal_payouts.errors import ExitCode, PayoutsError

_OF_THE_FILE: Final = frozenset({"input_invalid", "input_changed_while_read"})
_FILE_COLUMNS: Final = frozenset(name.removesuffix("_minor") for name in InputRow._fields)
"""What a column may be called here: any other name is a word of the file's, and may be somebody's address."""

_WHY: Final[Mapping[str, str]] = {
    "changed_item": "a row that is stored or sent stands otherwise in the file",
    "extra_item": "the file has rows that are not of the stored cycle",
    "missing_item": "stored rows are missing in the file",
    "duplicate_cycle": "rows of it were paid before, or may have been",
    "digest_differs": "the file is not the one that was previewed",
    "limit_exceeded": "an amount or a count is outside [limits]",
    "new_receiver": "a payee is to be paid at a receiver that is new for him",
    "not_approved": "a second person has not approved it",
    "lease_lost": "another run took the cycle over",
}
"""What stopped a command, by the code: the message itself may name a receiver or an item."""


class NewsWords(NamedTuple):
    """What a notification says about how a command ended."""

    title: str
    happened: str
    following: str
    """What to type."""


def error_words(finished: Finished, command: str, cycle: str | None) -> NewsWords:
    """Describe what ended a command before it could do its work, whether money moved, and what to type."""
    error, of_code = finished.error, f"exit code {finished.exit_code}"
    if error is None or cycle is None:
        happened = f"ended with {of_code}{'' if error is None else f', {error.code}'}."
        return NewsWords("stopped by an error", happened, "payouts status; payouts doctor")
    nothing_sent = error.hint_parts[0].startswith(("Nothing was sent", "Nothing was stored or sent"))
    if error.code in _OF_THE_FILE:
        if error.message.rstrip(".").endswith(NOT_THERE):
            happened = f"its file {NOT_THERE}, and nobody of it was paid by this run ({of_code}, {error.code})."
            return NewsWords(f"its file {NOT_THERE}, nobody was paid", happened, f"payouts preview {cycle}")
        place = _place_in_file(error)
        happened = f"its file was refused, and nobody of it was paid by this run ({place}{of_code}, {error.code})."
        return NewsWords("its file was refused, nobody was paid", happened, f"payouts preview {cycle}")
    sent = "; nothing was sent" if nothing_sent else ""
    why = f": {_WHY[error.code]}" if error.code in _WHY else ""
    happened = f"`payouts {command}` was stopped{sent} ({of_code}, {error.code}{why})."
    return NewsWords("stopped by an error", happened, _after_an_error(finished, error, cycle))


def _after_an_error(finished: Finished, error: PayoutsError, cycle: str) -> str:
    """Name the command that shows why a cycle was refused, or where the fault lies."""
    if error.code == "not_approved":
        return f"payouts approve {cycle}"
    if finished.exit_code is ExitCode.BLOCKED:
        # Of a cycle that was never stored, `status` knows nothing.
        return f"payouts preview {cycle}"
    return (
        f"payouts doctor; payouts status --cycle {cycle}"
        if isinstance(finished.report, RunReport)
        else "payouts doctor"
    )


def _place_in_file(error: PayoutsError) -> str:
    """Name the first bad place, and no word of it; a column only by a name that the program knows."""
    first = next(iter(error.details), {})
    line, column = first.get("line"), first.get("column")
    if not isinstance(line, int) or line < 1:
        return ""
    return f"line {line}, {f'column {column}, ' if column in _FILE_COLUMNS else ''}"
