"""Schedules that found something, by name: they are played again for ever, whatever the generator draws."""

from typing import Any, Final

from simulation.schedule import Debt, Event, Schedule

_Faults = tuple[tuple[tuple[str, Any], ...], ...]

_NO_FUNDS: Final[_Faults] = ((("on", "create"), ("kind", "status"), ("status", 422), ("name", "INSUFFICIENT_FUNDS")),)
_ANSWERS_LOST: Final[_Faults] = ((("on", "create"), ("kind", "reset_after"), ("times", 5)),)
_ODD_WORD: Final[_Faults] = ((("on", "batch"), ("kind", "unknown_word")),)
_LATE: Final[_Faults] = ((("on", "create"), ("kind", "late"), ("delay_s", 600.0)),)

_KEPT: Final[tuple[Schedule, ...]] = (
    Schedule(
        # PayPal refused the first attempt and never knew its id; the database forgot the second, which had paid. The
        # same file, run again, sent the first attempt once more and paid everybody twice. The lines in the lock
        # directory knew of the second attempt all the time.
        name="a database lost after a refused batch was paid again",
        files=(("a", (Debt("i0"), Debt("i1", minor=200))),),
        events=(
            Event("run", faults=_NO_FUNDS),
            Event("retry failed"),
            Event("restore", what="empty"),
            Event("run"),
        ),
    ),
    Schedule(
        # The same by an old copy, in which the first attempt is still in flight.
        name="an old database that does not know that a batch in flight was paid again",
        files=(("a", (Debt("i0", "transient"),)),),
        events=(
            Event("run", dies_at=8),
            Event("copy"),
            Event("run", faults=_NO_FUNDS),
            Event("pass", seconds=90_000.0),
            Event("decide", what="look"),
            Event("retry failed"),
            Event("restore", what="copy"),
            Event("run"),
        ),
    ),
    Schedule(
        # PayPal denied a batch and freed its id; the answer of another send of it was lost. That send is under way, or
        # was taken: nothing may be paid again before PayPal was asked under the same id.
        name="a denied batch and a late copy of it",
        files=(("a", (Debt("i0", "transient"), Debt("i1", "transient", 200))),),
        events=(
            Event("run", faults=_LATE),
            Event("relent"),
            Event("retry failed"),
            Event("retry failed"),
            Event("pass", seconds=700.0),
            Event("retry failed"),
        ),
        all_failed_is_denied=True,
    ),
    Schedule(
        # One item had a word that PayPal never documented when its batch was found denied; the word went, and the item
        # stayed pending in a denied batch for ever: not paid, not payable, and nothing said why.
        name="an odd word that is gone after its batch was denied",
        files=(("a", (Debt("i0"), Debt("i1", "denyall", 200))),),
        events=(Event("run", waits=False), Event("run", waits=False, faults=_ODD_WORD)),
    ),
    Schedule(
        # A host that was overtaken between permit and POST sends what it was about to send: its id protects.
        name="overtaken between permit and POST",
        files=(("a", (Debt("i0"), Debt("i1", "transient", 200))),),
        events=(Event("run", faults=_ANSWERS_LOST), Event("run", overtaken_at=6), Event("retry failed", host=1)),
    ),
)

KEPT: Final = {schedule.name: schedule for schedule in _KEPT}
