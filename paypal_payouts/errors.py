"""Every way in which the program stops, as one tree.

    PayoutsError
    ├── InternalFault           1  internal: a fault of the program, whatever it was
    ├── StorageFailed           1  internal: the database or a file of ours cannot be read or written
    │   └── DatabaseUnavailable    database_unavailable: its server is away
    ├── UsageError              2  usage
    ├── NotConfirmed            2  not_confirmed
    ├── Rejected                3  input, configuration, database or clock refused; nothing was sent
    │   ├── ConfigInvalid          config_invalid
    │   ├── CredentialsMissing     credentials_missing
    │   ├── InputInvalid           input_invalid
    │   ├── InputChanged           input_changed_while_read
    │   ├── NotFound               not_found
    │   ├── WrongDatabase          wrong_database
    │   ├── WrongAccount           wrong_account
    │   ├── ClockSkew              clock_skew
    │   └── SealBroken             seal_broken
    ├── Blocked                 4  re-run prevention, with one of BlockCode
    │   ├── LockHeld               lock_held
    │   └── LeaseLost              lease_lost
    ├── PayPalRefused           7  paypal_refused
    ├── NeedsReview             8  needs_review
    └── Interrupted           130  interrupted

An exception means that the program stops. A payout that fails is a value, never an exception. Codes and exit codes:
docs/design.md, 6 and 7.
"""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final, Literal, Self

_ComesWith = Literal["result", "result and error", "error"]
_Event = Literal["error", "refused", "review"] | None


class ExitCode(IntEnum):
    """What a command ends with; of a cycle that is the largest that applies."""

    meaning: str
    """In one line, as `--help` has it."""
    comes_with: _ComesWith
    """What a document has, a result or an error; the library returns a result, and raises an error that has none."""
    notified: _Event
    """The event of `notify` that it is; None: the code alone is none, the outcome of the cycle may be."""

    def __new__(cls, number: int, meaning: str = "", comes_with: _ComesWith = "error", notified: _Event = None) -> Self:
        """Keep what a code says beside its number; `ExitCode(7)`, which needs no more, finds the member."""
        code = int.__new__(cls, number)
        code._value_, code.meaning, code.comes_with, code.notified = number, meaning, comes_with, notified
        return code

    DONE = 0, "done: nothing is open, nobody is unpaid; or a question was answered", "result", None
    FAULT = 1, "a fault of the program", "error", "error"
    USAGE = 2, "wrong usage, or not confirmed; nothing was sent", "error", None
    REJECTED = 3, "input, configuration, database or clock refused; nothing was sent", "error", "error"
    BLOCKED = 4, "blocked so that nobody is paid twice or wrongly", "error", "error"
    NOT_PAID = 5, "finished, but some items are not paid", "result", None
    NOT_FINISHED = 6, "not finished: run again", "result", None
    PAYPAL_REFUSED = 7, "PayPal refused a batch, or us", "result and error", "refused"
    NEEDS_REVIEW = 8, "a person must decide: a batch is in review", "result and error", "review"
    INTERRUPTED = 130, "stopped by a signal, at a safe point", "error", None


BlockCode = Literal[
    "lock_held",
    "lease_lost",
    "cooldown",
    "changed_item",
    "extra_item",
    "missing_item",
    "duplicate_cycle",
    "digest_differs",
    "limit_exceeded",
    "new_receiver",
    "move_not_allowed",
    "not_eligible",
    "not_approved",
]

SENT_NOTHING: Final = "This command sent nothing; what was sent before is not known from here."
"""How the hint begins where the database cannot be read."""
FIX_THE_CAUSE: Final = "Fix the cause (disk, rights, server)"

_MONEY: Final = re.compile(rf"(?:Nothing (?:new |more )?(?:was|is) [^.`]*\.|{re.escape(SENT_NOTHING)})(?:\s+|$)")


class PayoutsError(Exception):
    """The program stops: what happened, whether money may have moved, and what to type next."""

    code: str
    exit_code: ClassVar[ExitCode]

    def __init__(self, message: str, *, hint: str = "", details: Sequence[dict[str, Any]] = ()) -> None:
        """Keep `message` (what happened), `hint` (what to do or type next) and `details` (JSON values)."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = list(details)
        self.result: object | None = None
        """What the library would have returned, where the call got as far as that; the command line shows it beside."""

    @property
    def hint_parts(self) -> tuple[str, str]:
        """How the hint begins, where it says first whether money moved; and what to do or type."""
        begins = _MONEY.match(self.hint)
        return ("", self.hint) if begins is None else (begins[0].strip(), self.hint[begins.end() :])


class InternalFault(PayoutsError):
    """The program itself failed; what was sent is recorded, and the next run goes on from there."""

    code = "internal"
    exit_code = ExitCode.FAULT

    def __init__(self, fault: Exception) -> None:
        """Keep the kind of the fault and its first line; the rest is for --verbose."""
        first_line = next(iter(str(fault).splitlines()), "")[:300]
        super().__init__(
            f"The program failed: {type(fault).__name__}: {first_line}",
            hint="Whatever was sent is recorded: run again to go on, and `payouts status` shows how things stand. "
            "With --verbose the whole fault is told; please report it.",
        )


class StorageFailed(PayoutsError):
    """The database, or a file of ours, cannot be read or written; nothing was sent that is not recorded."""

    code = "internal"
    exit_code = ExitCode.FAULT

    def __init__(self, message: str, *, hint: str = "", fix: str = FIX_THE_CAUSE) -> None:
        """State in `message` what failed, in `fix` what ends it; a `hint` only where the usual one is wrong."""
        usual = f"Nothing was sent that is not recorded. {fix}, then run again: it goes on from there."
        super().__init__(message, hint=hint or usual)
        self.fix = fix


class DatabaseUnavailable(StorageFailed):
    """The server of the database is away, or cut the connection, for longer than it is waited for."""

    code = "database_unavailable"

    def __init__(self, message: str, *, hint: str = "") -> None:
        """State in `message` what failed; a `hint` only where the usual one is wrong."""
        super().__init__(
            message,
            hint=hint
            or "Nothing was sent that is not recorded. Let the server answer, then run again: it goes on from there. "
            "How long it is waited for: database.patience_s.",
        )


class UsageError(PayoutsError):
    """The command line is wrong; nothing was read or sent."""

    code = "usage"
    exit_code = ExitCode.USAGE


class NotConfirmed(PayoutsError):
    """A confirmation was declined, or could not be asked for; nothing was sent."""

    code = "not_confirmed"
    exit_code = ExitCode.USAGE


class Rejected(PayoutsError):
    """Input, configuration, database or clock are refused; nothing was sent."""

    exit_code = ExitCode.REJECTED


class ConfigInvalid(Rejected):
    """The configuration, or what it names, cannot be used."""

    code = "config_invalid"


class CredentialsMissing(Rejected):
    """The environment holds no PayPal credentials, or a file with them that others can read."""

    code = "credentials_missing"


class InputInvalid(Rejected):
    """The cycle's file is refused: `details` holds {line, column, value, problem} for each bad place."""

    code = "input_invalid"


class InputChanged(Rejected):
    """The cycle's file changed while it was read."""

    code = "input_changed_while_read"


class NotFound(Rejected):
    """There is no such cycle, batch or item."""

    code = "not_found"


class WrongDatabase(Rejected):
    """The database belongs to another environment or account."""

    code = "wrong_database"


class WrongAccount(Rejected):
    """The credentials are of another PayPal app than those that the database was used with."""

    code = "wrong_account"


class ClockSkew(Rejected):
    """This machine's clock and PayPal's are too far apart to send safely."""

    code = "clock_skew"


RESEAL: Final = '`payouts reseal --reason "how all of it was compared with PayPal"`'
"""The command by which a person vouches for what is stored, as it may be typed."""

PUT_BACK: Final = (
    "This stops no run. If you put a copy back, and no newer one is left: once each cycle of it was run and `payouts "
    f"sync` ends with 0, vouch for what is stored, which gives up proof of what the trail had before: {RESEAL}. If "
    "nobody did: find out who could write to the database, and put its newest good copy back."
)
"""The way out where the trail lacks rows that the sent log knew."""


class SealBroken(Rejected):
    """What the database says is not what this program wrote: somebody else changed it; `details` name the place."""

    code = "seal_broken"

    def __init__(self, message: str, *, hint: str = "", details: Sequence[dict[str, Any]] = ()) -> None:
        """Say in `message` what differs; a `hint` only where the usual one is wrong."""
        super().__init__(
            message,
            hint=hint
            or "Nothing was sent. Find out who could write to the database, and put its newest good copy back. Where a "
            f"person has checked what is stored and vouches for it: {RESEAL}.",
            details=details,
        )


class Blocked(PayoutsError):
    """Re-run prevention refuses; `code` says which rule."""

    exit_code = ExitCode.BLOCKED

    def __init__(
        self, code: BlockCode, message: str, *, hint: str = "", details: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Keep the rule's stable word beside the message."""
        super().__init__(message, hint=hint, details=details)
        self.code = code


class LockHeld(Blocked):
    """Somebody else works on the cycle; `details` names the holder."""

    def __init__(self, message: str, *, hint: str = "", details: Sequence[dict[str, Any]] = ()) -> None:
        """Name the holder in `message`."""
        super().__init__("lock_held", message, hint=hint, details=details)


class LeaseLost(Blocked):
    """The database lease is no longer ours: nothing more may be written or sent under it."""

    def __init__(self, message: str, *, hint: str = "", details: Sequence[dict[str, Any]] = ()) -> None:
        """State in `message` what had been sent by then."""
        super().__init__("lease_lost", message, hint=hint, details=details)


class PayPalRefused(PayoutsError):
    """PayPal refused a batch, or us; that batch was not paid."""

    code = "paypal_refused"
    exit_code = ExitCode.PAYPAL_REFUSED


class NeedsReview(PayoutsError):
    """A person must decide before anything more is sent."""

    code = "needs_review"
    exit_code = ExitCode.NEEDS_REVIEW


class Interrupted(PayoutsError):
    """SIGINT or SIGTERM ended the program at a safe point."""

    code = "interrupted"
    exit_code = ExitCode.INTERRUPTED
