"""What a cycle came to: one word, and the exit code that goes with it.

Source: docs/design.md, 6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from paypal_payouts.domain.states import NOT_FINAL, SETTLED_WELL, BatchStatus, ItemState
from paypal_payouts.domain.totals import Tally


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """An exit code with its word."""

    exit_code: int
    outcome: RunOutcome


def exit_code_of_state(
    statuses: Iterable[BatchStatus], states: Mapping[ItemState, int], *, open_conflicts: int, left_out: int = 0
) -> int:
    """Say the exit code of a cycle as it stands: the largest of 8, 7, 6, 5, 0 that applies (docs/design.md, 6).

    `left_out` counts rows that --skip-invalid left out of the input.
    """
    statuses = set(statuses)
    if BatchStatus.REVIEW in statuses or open_conflicts:
        return 8
    if BatchStatus.REFUSED in statuses:
        return 7
    present = {state for state, count in states.items() if count}
    if present & NOT_FINAL or BatchStatus.IN_FLIGHT in statuses:
        return 6
    return 5 if present - SETTLED_WELL or left_out else 0


def verdict(
    statuses: Iterable[BatchStatus],
    tally: Tally,
    *,
    left_out: int = 0,
    refused_us: bool = False,
    open_outcome: bool = False,
    acted: bool = True,
) -> Verdict:
    """Say what a `run` or `retry` came to, by the state of the whole cycle.

    `refused_us`: PayPal refused the credentials; `open_outcome`: a step that could not be finished is left for the next
    run; `acted`: something was sent or read.
    """
    code = exit_code_of_state(statuses, tally.states, open_conflicts=tally.open_conflicts, left_out=left_out)
    if code == 8:  # noqa: PLR2004 - the exit codes are documented
        return Verdict(8, RunOutcome.REVIEW)
    if code == 7 or refused_us:  # noqa: PLR2004 - as above
        return Verdict(7, RunOutcome.REFUSED)
    if code == 6 or open_outcome:  # noqa: PLR2004 - as above
        return Verdict(6, RunOutcome.PENDING)
    if code:
        return Verdict(code, RunOutcome.COMPLETED_WITH_FAILURES)
    return Verdict(0, RunOutcome.COMPLETED if acted else RunOutcome.NOTHING_TO_DO)
