"""What a cycle came to: one word, and the exit code that goes with it.

Source: docs/design.md, 6.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.states import MEANING, STATUS_MEANING, BatchStatus, ItemState
from paypal_payouts.domain.totals import Tally
from paypal_payouts.errors import ExitCode


class RunOutcome(StrEnum):
    """What `run`, `preview` and `retry` came to, in one word."""

    PLANNED = "planned"
    COMPLETED = "completed"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    PENDING = "pending"
    NOTHING_TO_DO = "nothing_to_do"
    REFUSED = "refused"
    REVIEW = "review"
    BLOCKED = "blocked"


class Verdict(Struct, frozen=True):
    """An exit code with its word."""

    exit_code: ExitCode
    outcome: RunOutcome


def exit_code_of_state(
    statuses: Iterable[BatchStatus], states: Mapping[ItemState, int], *, open_conflicts: int, left_out: int = 0
) -> ExitCode:
    """Return the exit code of a cycle as it stands: the largest that applies (docs/design.md, 6).

    `left_out` counts rows that --skip-invalid left out of the input.
    """
    return max(
        ExitCode.NEEDS_REVIEW if open_conflicts else ExitCode.DONE,
        ExitCode.NOT_PAID if left_out else ExitCode.DONE,
        *(STATUS_MEANING[status].exit_code for status in statuses),
        *(MEANING[state].exit_code for state, count in states.items() if count),
    )


def verdict(
    statuses: Iterable[BatchStatus],
    tally: Tally,
    *,
    left_out: int = 0,
    refused_us: bool = False,
    open_outcome: bool = False,
    acted: bool = True,
) -> Verdict:
    """Describe what a `run` or `retry` came to, by the state of the whole cycle.

    `refused_us`: PayPal refused the credentials; `open_outcome`: a step that could not be finished is left for the next
    run; `acted`: something was sent or read.
    """
    code = max(
        exit_code_of_state(statuses, tally.states, open_conflicts=tally.open_conflicts, left_out=left_out),
        ExitCode.NEEDS_REVIEW if tally.lost else ExitCode.DONE,
        ExitCode.PAYPAL_REFUSED if refused_us else ExitCode.DONE,
        ExitCode.NOT_FINISHED if open_outcome else ExitCode.DONE,
    )
    if code is ExitCode.DONE:
        return Verdict(code, RunOutcome.COMPLETED if acted else RunOutcome.NOTHING_TO_DO)
    return Verdict(code, _OUTCOME[code])


_OUTCOME: Final[Mapping[ExitCode, RunOutcome]] = {
    ExitCode.NOT_PAID: RunOutcome.COMPLETED_WITH_FAILURES,
    ExitCode.NOT_FINISHED: RunOutcome.PENDING,
    ExitCode.PAYPAL_REFUSED: RunOutcome.REFUSED,
    ExitCode.NEEDS_REVIEW: RunOutcome.REVIEW,
}
