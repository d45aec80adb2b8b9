"""What happens in one simulated world: everything follows from one integer, and reads as the lines that replay it."""

import random
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, Final, TypeVar

ITEMS_MAX: Final = 8

_T = TypeVar("_T")
_Drawn = dict[str, Callable[[], _T]]

_HOUR, _DAY = 3600, 86400


class Shown:
    """Shows itself as the call that makes it, without what is left at its default."""

    def __repr__(self) -> str:
        given = []
        for name in fields(self):  # type: ignore[arg-type]
            value = getattr(self, name.name)
            if name.default is MISSING or value != name.default:
                given.append(f"{name.name}={value!r}")
        return f"{type(self).__name__}({', '.join(given)})"


@dataclass(frozen=True, repr=False)
class Debt(Shown):
    """One row of an operator's file; the fate is the word by which PayPal decides what becomes of it."""

    item: str
    fate: str = "pay"
    minor: int = 100
    currency: str = "USD"
    version: int = 0
    """How often the receiver was corrected."""
    home: str = ""
    """The cycle that the row was written for, where this one is a copy of it."""

    def receiver(self, cycle: str) -> str:
        return f"{self.fate}.{self.home or cycle}.{self.item}.v{self.version}@x.example"

    def line(self, cycle: str) -> str:
        return f"{self.item},{self.line_without_id(cycle)}"

    def line_without_id(self, cycle: str) -> str:
        return f"{self.receiver(cycle)},{self.minor // 100}.{self.minor % 100:02},{self.currency}"

    def person(self, cycle: str) -> tuple[str, ...]:
        return self.home or cycle, self.item

    def item_id(self, cycle: str, *, is_derived: bool) -> str:
        return f"{self.receiver(cycle)}#1" if is_derived else self.item


@dataclass(frozen=True, repr=False)
class Event(Shown):
    """One thing that happens. What a command meets while it runs stands beside it.

    `pick` chooses among what is there by then: the n-th batch, the n-th row, round and round. The `…_at` count moments
    of the command: effects (before a commit, before a request, after an answer), commits, or safe points; 0 is never.
    """

    act: str
    cycle: str = "a"
    host: int = 0
    pick: int = 0
    seconds: float = 0
    what: str = ""
    append: bool = False
    waits: bool = True
    faults: tuple[tuple[tuple[str, Any], ...], ...] = ()
    dies_at: int = 0
    stopped_at: int = 0
    overtaken_at: int = 0
    commit_fails_at: int = 0
    commit_lies_at: int = 0


@dataclass(frozen=True, repr=False)
class Schedule(Shown):
    """A small world and what happens in it."""

    name: str
    files: tuple[tuple[str, tuple[Debt, ...]], ...]
    events: tuple[Event, ...]
    processing_s: float = 0
    all_failed_is_denied: bool = False
    balances: tuple[tuple[str, str], ...] = ()
    conversions: tuple[tuple[str, tuple[str, str]], ...] = ()
    reading_seed: int | None = None
    """Decides in which order reads that are made beside each other end; None where they are made one by one."""
    without_ids: tuple[str, ...] = ()
    """Cycles whose file has no column item_id."""
    checks_totals: bool = False
    follows_hints: bool = False
    """Whether the end is brought about by typing what the program prints, and nothing else."""

    def lines(self) -> list[str]:
        """Report the world and its events, one a line."""
        world = [f"    {cycle}: {', '.join(debt.line(cycle) for debt in debts)}" for cycle, debts in self.files]
        said = f"processing {self.processing_s:g} s, all failed is denied: {self.all_failed_is_denied}"
        return [
            f"{self.name}: {said}, balances {dict(self.balances)}, conversions {dict(self.conversions)}",
            *world,
            *[f"  {number:2} {event!r}" for number, event in enumerate(self.events, 1)],
        ]


_FATES: Final = (
    *["pay"] * 12, *["transient"] * 5, "fail", "fail", "unclaimed", "unclaimed", "unclaimed", "hold", "block",
    "return", "refund", "reverse", "denyall", "denyall", "rejected",
)  # fmt: skip

_ACTS: Final = (
    *["run"] * 27, *["retry"] * 8, *["retry failed"] * 12, *["decide"] * 6, *["abandon"] * 4, *["sync"] * 5,
    *["cancel"] * 4, "preview", "preview", "status", *["pass"] * 15, *["clock"] * 3, *["unlock"] * 2,
    *["restore"] * 6, *["edit"] * 5,
)  # fmt: skip

_TROUBLES: Final = (
    *["faults"] * 34, *["faults and death"] * 10, *["death"] * 14, *["signal"] * 4, *["overtaken"] * 6,
    *["commit fails"] * 5, *["commit lies"] * 5, *[""] * 22,
)  # fmt: skip

_DECISIONS: Final = ("look", "look", "doubt", "resume")

_OFFSETS: Final = (-400, -200, 0, 200, 400)
"""How far a clock is from the true time, in seconds; five minutes are let pass."""

_SPANS: Final = (
    5, 61, 61, 700, _HOUR, 10 * _HOUR, 25 * _HOUR, 25 * _HOUR, 2 * _DAY, 6 * _DAY, 24 * _DAY, 26 * _DAY, 31 * _DAY,
)  # fmt: skip

_ON_CREATE: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "reset_after"},
    {"kind": "reset_after", "times": 5},
    {"kind": "timeout_after"},
    {"kind": "timeout_after", "times": 5},
    {"kind": "reset_before"},
    {"kind": "timeout_before", "times": 5},
    {"kind": "refused"},
    {"kind": "refused", "times": 5},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503, "applied": True},
    {"kind": "status", "status": 503, "applied": True, "times": 5},
    {"kind": "status", "status": 500, "times": 5},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"},
    {"kind": "status", "status": 400, "name": "VALIDATION_ERROR"},
    {"kind": "status", "status": 409},
    {"kind": "status", "status": 429, "retry_after": 30},
    {"kind": "status", "status": 429, "retry_after": 86400},
    {"kind": "status", "status": 404},
    {"kind": "truncated"},
    {"kind": "malformed"},
    {"kind": "malformed", "applied": False},
    {"kind": "html", "applied": True},
    {"kind": "html", "status": 502},
    {"kind": "empty"},
    {"kind": "redirect"},
    {"kind": "no_id"},
    {"kind": "slow"},
    {"kind": "late", "delay_requests": 2},
    {"kind": "late", "delay_requests": 9},
    {"kind": "late", "delay_s": 600.0},
    {"kind": "late", "delay_s": 7 * 3600.0},
    {"kind": "late", "delay_s": 12 * 3600.0},
    {"kind": "double", "answer": "first"},
    {"kind": "double", "answer": "second"},
    {"kind": "no_date"},
    {"kind": "wrong_date"},
)

_ON_DUPLICATE: Final[tuple[dict[str, Any], ...]] = (
    {"on": "create", "kind": "duplicate_without_link"},
    {"on": "create", "kind": "duplicate_foreign_host"},
    {"on": "create", "kind": "duplicate_other_contents", "what": "receiver"},
    {"on": "create", "kind": "duplicate_other_contents", "what": "count"},
    {"on": "create", "kind": "duplicate_other_contents", "what": "total"},
    {"on": "batch", "kind": "status", "status": 404, "times": 5},
    {"on": "batch", "kind": "reset_before", "times": 9},
    {"on": "batch", "kind": "missing_item"},
    {"on": "batch", "kind": "changed_amount"},
)

_ON_OTHERS: Final[tuple[dict[str, Any], ...]] = (
    {"on": "token", "kind": "status", "status": 500},
    {"on": "token", "kind": "status", "status": 401},
    {"on": "token", "kind": "timeout_before", "times": 5},
    {"on": "token", "kind": "malformed"},
    {"on": "batch", "kind": "status", "status": 500},
    {"on": "batch", "kind": "status", "status": 401},
    {"on": "batch", "kind": "status", "status": 404},
    {"on": "batch", "kind": "reset_before", "times": 9},
    {"on": "batch", "kind": "truncated"},
    {"on": "batch", "kind": "html"},
    {"on": "batch", "kind": "missing_item"},
    {"on": "batch", "kind": "missing_page"},
    {"on": "batch", "kind": "changed_amount"},
    {"on": "batch", "kind": "unknown_word"},
    {"on": "batch", "kind": "unknown_word", "where": "batch"},
    {"on": "cancel", "kind": "reset_after"},
    {"on": "cancel", "kind": "late", "delay_s": 60.0},
    {"on": "any", "kind": "wrong_date", "offset_s": 400.0, "times": 3},
    {"on": "any", "kind": "no_date", "times": 9},
)

_LOSING: Final = ("reset_after", "timeout_after", "truncated", "malformed", "late")


def generate(seed: int) -> Schedule:
    """Return the world and the events of a seed."""
    return _Generator(seed).schedule()


class _Generator:
    """Draws one schedule."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.cycles = ["a", "b"] if self.one_in(10) else ["a"]
        self.has_second_host = self.one_in(6)
        self.restores = self.one_in(5)

    def one_in(self, number: int) -> bool:
        return self.chance.randrange(number) == 0

    def schedule(self) -> Schedule:
        if self.one_in(14):
            return self.denied_and_late()
        if self.one_in(14):
            return self.forgotten_by_paypal()
        files = tuple((cycle, self.debts()) for cycle in self.cycles)
        length = 3 + min(self.chance.randrange(8) for _ in range(3))
        events = [self.run()]
        if self.restores:
            events.insert(self.chance.randrange(2), Event("copy"))
        while len(events) < length:
            events += self.next_events()
        if self.restores and not any(event.act == "restore" for event in events):
            events += self.restore()
        return Schedule(
            name=f"seed {self.seed}",
            files=files,
            events=tuple(events),
            processing_s=self.chance.choice((0, 0, 0, 0, 20, 3600)),
            all_failed_is_denied=self.one_in(2),
            balances=(("USD", "3.00"),) if self.one_in(12) else (),
            reading_seed=self.seed if self.seed % 2 else None,
        )

    def denied_and_late(self) -> Schedule:
        """Let a lost POST arrive when its id is free again, at a PayPal that does not deny such a batch any more."""
        late = {"on": "create", "kind": "late", "delay_s": float(self.chance.choice((600, 5 * _HOUR, 7 * _HOUR)))}
        events = [Event("run", faults=(tuple(late.items()),)), Event("relent")]
        for _ in range(3 + self.chance.randrange(4)):
            act = self.chance.choice(("retry failed", "retry failed", "retry failed", "retry", "run", "pass", "pass"))
            span = float(self.chance.choice((61, 700, 8 * _HOUR, 25 * _HOUR))) if act == "pass" else 0
            events.append(Event(act, seconds=span))
        debts = tuple(Debt(f"i{number}", "transient") for number in range(1 + self.chance.randrange(3)))
        return Schedule(f"seed {self.seed}", (("a", debts),), tuple(events), all_failed_is_denied=True)

    def forgotten_by_paypal(self) -> Schedule:
        """Let a month pass over a POST that nobody heard the answer of: PayPal has paid, and forgets the id."""
        lost = {"on": "create", "kind": "reset_after", "times": 5}
        sent = Event("run", dies_at=9) if self.one_in(2) else Event("run", faults=(tuple(lost.items()),))
        events = [sent, Event("pass", seconds=float(self.chance.choice((24, 25, 29, 31, 31, 40)) * _DAY))]
        if self.one_in(2):
            events = [Event("copy"), *events, Event("restore", what=self.chance.choice(("copy", "empty")))]
        for _ in range(1 + self.chance.randrange(4)):
            act = self.chance.choice(("run", "run", "retry", "decide", "retry failed"))
            events.append(Event(act, what="look" if act == "decide" else ""))
        return Schedule(f"seed {self.seed}", (("a", self.debts()),), tuple(events))

    def debts(self) -> tuple[Debt, ...]:
        count = 1 + min(self.chance.randrange(ITEMS_MAX), self.chance.randrange(ITEMS_MAX), self.chance.randrange(6))
        currencies = ("USD", "USD", "EUR") if self.one_in(3) else ("USD",)
        fates = ("transient",) if self.one_in(6) else _FATES
        return tuple(
            Debt(f"i{number}", self.chance.choice(fates), 100 * (number + 1), self.chance.choice(currencies))
            for number in range(count)
        )

    def cycle(self) -> str:
        return self.chance.choice(self.cycles)

    def host(self) -> int:
        return int(self.has_second_host and self.one_in(2))

    def next_events(self) -> list[Event]:
        pick, cycle, host = self.chance.randrange(4), self.cycle(), self.host()
        drawn: _Drawn[list[Event]] = {
            "run": lambda: [self.run()],
            "decide": lambda: [Event("decide", cycle, host, pick, what=self.chance.choice(_DECISIONS))],
            "pass": lambda: [Event("pass", seconds=float(self.chance.choice(_SPANS)))],
            "clock": lambda: [Event("clock", host=host, seconds=float(self.chance.choice(_OFFSETS)))],
            "edit": lambda: self.edit(cycle, pick),
            "restore": lambda: self.restore() if self.restores else self.edit(cycle, pick),
        }
        act = self.chance.choice(_ACTS)
        return drawn[act]() if act in drawn else [Event(act, cycle, host, pick, **self.trouble())]

    def edit(self, cycle: str, pick: int) -> list[Event]:
        what = self.chance.choice(("receiver", "receiver", "amount", "add", "add", "remove"))
        if what == "add":
            later = Event("pass", seconds=61.0)
            return [Event("edit", cycle, pick=pick, what=what), later, replace(self.run(), cycle=cycle, append=True)]
        return [Event("edit", cycle, pick=pick, what=what)]

    def restore(self) -> list[Event]:
        what = self.chance.choice(("copy", "copy", "empty"))
        if self.has_second_host or self.one_in(4):
            return [Event("restore", what=f"{what} without locks")]
        return [Event("restore", what=what)]

    def run(self) -> Event:
        return Event("run", self.cycle(), self.host(), waits=not self.one_in(4), **self.trouble(likely=True))

    def trouble(self, *, likely: bool = False) -> dict[str, Any]:
        """Draw what a command meets: often nothing, mostly one thing, now and then two."""
        drawn: _Drawn[dict[str, Any]] = {
            "faults": lambda: {"faults": self.faults()},
            "faults and death": lambda: {"faults": self.faults(), "dies_at": self.moment()},
            "death": lambda: {"dies_at": self.moment()},
            "signal": lambda: {"stopped_at": 1 + self.chance.randrange(6)},
            "overtaken": lambda: {"overtaken_at": self.moment()},
            "commit fails": lambda: {"commit_fails_at": 1 + self.chance.randrange(9)},
            "commit lies": lambda: {"commit_lies_at": 1 + self.chance.randrange(9)},
            "": dict,
        }
        return drawn[self.chance.choice(_TROUBLES if likely or self.one_in(2) else ("",))]()

    def moment(self) -> int:
        return 1 + self.chance.randrange(16)

    def faults(self) -> tuple[tuple[tuple[str, Any], ...], ...]:
        draw = self.chance.randrange(10)
        if draw < 6:
            rules = [{"on": "create"} | self.chance.choice(_ON_CREATE)]
        elif draw < 8:
            # A lost answer first: only then is PayPal asked again, and says that it knows the id.
            lost = {"on": "create", "kind": self.chance.choice(_LOSING)}
            rules = [lost, dict(self.chance.choice(_ON_DUPLICATE))]
        else:
            rules = [dict(self.chance.choice(_ON_OTHERS))]
        if self.one_in(5):
            rules[0]["skip"] = 1
        if self.one_in(6):
            rules.append({"on": "create"} | self.chance.choice(_ON_CREATE))
        return tuple(tuple(rule.items()) for rule in rules)
