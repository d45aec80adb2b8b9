"""Each state that a cycle can be in, made by the program itself, and what an operator types there."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from filelock import FileLock

from paypal_payouts.cli.app import EXAMPLES
from paypal_payouts.paypal.client import PayPalClient
from snapshots.desk import PID, Desk, wait

_CONFIGURATION: Final = """\
[paypal]
environment = "simulator"
[retry]
max_retries = 1
"""
_OCTOBER: Final = (
    "maria,maria@example.com,1250.50,USD",
    "jonas,jonas@example.com,980.00,USD",
    "lena,lena@example.com,11800.00,USD",
    "aiko,aiko@example.com,98000,JPY",
)
_NOVEMBER: Final = (
    "maria,maria@example.com,1250.50,USD",
    "jonas,jonas@example.org,980.00,USD",
    "lena,lena@example.com,12500.00,USD",
    "theo,theo@example.com,310.25,USD",
    "aiko,aiko@example.com,98000,JPY",
)
_OF_EACH_FATE: Final = (
    *_NOVEMBER,
    "fred,fail@example.com,1450.00,USD",
    "uma,unclaimed@example.com,75.00,USD",
    "hugo,hold@example.com,2200.00,USD",
    "rita,return@example.com,640.00,USD",
    "rosa,refund@example.com,99.99,USD",
    "bela,block@example.com,415.00,USD",
)
_TYPED_EVERYWHERE: Final = (
    "",
    "preview 2026-11",
    "status",
    "status --cycle 2026-11 --items",
    "status 2026-11-0002-1",
    "explain lena --cycle 2026-11",
    "audit --cycle 2026-11",
    "report --cycle 2026-11 --html page.html",
    "sync --cycle 2026-11",
    "run 2026-11",
)
_REASON: Final = "--reason 'seen in the activity list'"
_RETRY: Final = "retry 2026-11-0002-1"
_ABANDON: Final = f"override 2026-11-0002-1 --to abandoned {_REASON}"
_CANCEL: Final = f"cancel lena --cycle 2026-11 {_REASON}"


@dataclass(frozen=True)
class State:
    """A state of a cycle: how it comes about, and what is typed in it."""

    make: Callable[[Desk], None]
    more: Sequence[str] = ()
    """Typed beside what is typed everywhere."""
    typed: Sequence[str] = _TYPED_EVERYWHERE
    holding: Callable[[Desk], AbstractContextManager[None]] = lambda _: nullcontext()
    """What goes on while that is typed."""
    living: Sequence[int] = ()
    """The processes that are at work."""


def _pay(desk: Desk, rows: Sequence[str] = _NOVEMBER, *, faults: Sequence[dict[str, Any]] = ()) -> None:
    desk.write("2026-11", rows)
    with desk.simulator() as simulator:
        simulator.inject(*faults)
    desk.type("run 2026-11 --yes")


def _new(desk: Desk) -> None:
    """There is an input, and nothing more."""
    desk.write("2026-11", _NOVEMBER)


def _planned(desk: Desk) -> None:
    """It is stored, and PayPal cannot be reached."""
    _pay(desk, faults=[{"on": "token", "kind": "refused", "times": 9}])


def _unknown(desk: Desk) -> None:
    """PayPal took one of two batches, and did not answer; then it can take nothing."""
    mute = {"on": "create", "kind": "timeout_after", "skip": 1}
    _pay(desk, faults=[mute, {"on": "create", "kind": "status", "status": 503, "skip": 1, "times": 9}])


def _refused(desk: Desk) -> None:
    """PayPal finds fault with a row."""
    _pay(desk, [*_NOVEMBER[:3], "rudi,rejected@example.com,310.25,USD", _NOVEMBER[4]])


def _without_funds(desk: Desk) -> None:
    """The account holds too little for one of the currencies."""
    with desk.simulator() as simulator:
        simulator.configure(balances={"USD": "5000.00", "JPY": "1000000"})
    _pay(desk)


def _review(desk: Desk) -> None:
    """PayPal has a batch under our id that is not ours."""
    mute = {"on": "create", "kind": "timeout_after", "skip": 1}
    _pay(desk, faults=[mute, {"on": "create", "kind": "duplicate_other_contents", "what": "receiver", "times": None}])


def _partly_failed(desk: Desk) -> None:
    """There is an item of each fate."""
    _pay(desk, _OF_EACH_FATE)


def _conflict(desk: Desk) -> None:
    """An item failed, was paid in a new attempt, and turns out to have been paid in the first one."""
    _partly_failed(desk)
    desk.write("2026-11", [row.replace("fail@", "fred@") for row in _OF_EACH_FATE])
    wait(minutes=10)
    desk.type("retry 2026-11-0002-1 --failed-items --yes")
    with desk.simulator() as simulator:
        payments = simulator.book()["payments"]
        first = next(payment for payment in payments if payment["receiver"] == "fail@example.com")
        simulator.set_word("SUCCESS", payout_item_id=first["payout_item_id"])
    wait(minutes=10)
    desk.type("sync --cycle 2026-11")


def _killed(desk: Desk) -> None:
    """The process is gone in the middle of a POST: what lies in the folder at that moment is all that is left."""
    aside = desk.folder.with_name("left")
    create_batch = PayPalClient.create_batch

    def keeping(*values: Any, **named: Any) -> Any:
        answer = create_batch(*values, **named)
        if ".0002-1" in str(values).replace("2026-11-", ".") + str(named).replace("2026-11-", "."):
            shutil.copytree(desk.folder, aside)
        return answer

    with patch.object(PayPalClient, "create_batch", keeping):
        _pay(desk)
    shutil.rmtree(desk.folder)
    aside.rename(desk.folder)


@contextmanager
def _at_work(desk: Desk) -> Iterator[None]:
    """Hold the lock that a living process holds."""
    with FileLock(desk.folder / ".payouts" / "2026-11.lock", timeout=0, fallback_to_soft=False):
        yield


STATES: Final = {
    "new": State(
        _new,
        typed=("", "preview 2026-11", "preview 2026-11 --items", "status", "status --cycle 2026-11", "run 2026-11"),
        more=("explain lena", "locks", _RETRY, "run 2026-10", "config show", "config check"),
    ),
    "help": State(_new, typed=("--help", *(f"{command} --help" for command in EXAMPLES))),
    "planned": State(_planned, more=("run --open", _RETRY, _ABANDON, _CANCEL, "reconcile --cycle 2026-11")),
    "unknown": State(
        _unknown,
        more=("review 2026-11-0002-1", "run --open", _RETRY, f"{_RETRY} --failed-items", _ABANDON, _CANCEL),
    ),
    "refused": State(
        _refused, more=("status --cycle 2026-11 --errors", "run --open", _RETRY, f"{_RETRY} --failed-items", _ABANDON)
    ),
    "without-funds": State(_without_funds, more=("run --open", f"{_RETRY} --failed-items", _CANCEL)),
    "review": State(
        _review,
        more=("review 2026-11-0002-1", _RETRY, _ABANDON, f"override 2026-11-0002-1 --to in_flight {_REASON}"),
    ),
    "conflict": State(
        _conflict,
        more=(
            "explain fred",
            "retry --cycle 2026-11 --failed-items",
            f"override fred --cycle 2026-11 --to acknowledged {_REASON}",
            "reconcile --cycle 2026-11",
        ),
    ),
    "partly-failed": State(
        _partly_failed,
        more=(
            "status --cycle 2026-11 --errors",
            "explain fred",
            "retry --cycle 2026-11 --failed-items",
            "retry --cycle 2026-11 --failed-items --include-payee-errors",
            f"cancel uma --cycle 2026-11 {_REASON}",
            f"cancel rita --cycle 2026-11 --close {_REASON}",
            "reconcile --cycle 2026-11",
        ),
    ),
    "done": State(_pay, more=("status --all", "run --open", _RETRY, _ABANDON, _CANCEL, "reconcile --cycle 2026-11")),
    "killed": State(_killed, more=("locks", _RETRY, f"unlock 2026-11 {_REASON}")),
    "at-work": State(_killed, more=("locks", _RETRY, f"unlock 2026-11 {_REASON}"), holding=_at_work, living=(PID,)),
}


def desk_in(name: str, folder: Path) -> Desk:
    """Make a desk at which October is paid, and November is in a state."""
    desk = Desk(folder / "payouts")
    desk.folder.mkdir()
    (desk.folder / "payouts.toml").write_text(_CONFIGURATION)
    wait(days=-28)
    desk.write("2026-10", _OCTOBER)
    desk.type("run 2026-10 --yes")
    wait(days=28)
    STATES[name].make(desk)
    wait(minutes=3)
    return desk
