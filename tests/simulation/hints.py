"""The operator who types what the program prints: each command as it stands, and each must be accepted."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from support.world import ASKED

from paypal_payouts.domain.base import Report
from paypal_payouts.domain.outlook import Outlook
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.reviewed import ReviewReport
from paypal_payouts.domain.sides import BothSides
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.errors import NotConfirmed
from paypal_payouts.verbs.status import status
from paypal_payouts.verbs.status_query import Query
from simulation.checker import PAID_FOR_GOOD, Wrong, person_of
from simulation.schedule import Event
from simulation.typed import LOOKING, NotTypable, Typed, advised_by, printed_in, read

if TYPE_CHECKING:
    from simulation.play import Outcome, Player

_REFUSED_AS_TYPED: Final = frozenset({"usage", "not_eligible", "move_not_allowed", "not_found"})
"""Codes by which a command says that it cannot be typed now."""

_COMPARING: Final = "PayPal's batch is ours"
"""Where a command says that, it may be refused with what differs by then and the next command."""

_AFTER: Final = re.compile(r"(?:after|from) (\d{4}-\d\d-\d\d \d\d:\d\d) UTC")

_STEPS_MAX: Final = 40
_IDLE_DAYS_MAX: Final = 3
_DAY_S: Final = 86_400.0


@dataclass(frozen=True)
class Printed:
    """A command, and the sentences that it stood in."""

    command: str
    why: str


@dataclass
class Hand:
    """What one operator sees, and types."""

    player: "Player"
    last: list[Printed] = field(default_factory=list)
    """What the last command printed; nothing has happened since."""

    def remember(self, outcome: "Outcome") -> None:
        """Read what a command printed at its end."""
        texts = [outcome.hint, outcome.message]
        report = outcome.finished.report if outcome.finished else None
        texts += [notice.message for notice in getattr(report, "warnings", ())]
        texts += [f"{skipped}" for skipped in getattr(report, "unread", ())]
        self.last = [Printed(command, text) for text in texts for command in printed_in(text)]
        if isinstance(report, ReviewReport):
            self.last += [Printed(move.command, move.meaning) for move in report.moves if move.command is not None]

    def forget(self) -> None:
        """Something else happened: what was printed before may be no longer true."""
        self.last = []

    def printed(self, cycle: str) -> Iterator[tuple[Printed, Typed]]:
        """Yield what is printed now: by the last command, and by `status`.

        Raises:
            Wrong: a command is none.

        """
        report = self._status(Query(None, cycle, items=False, exit_code=False))
        assert isinstance(report, StatusReport)
        printed_now = [*self.last, *self._advised(report.cycles[0].outlook)]
        for name, state, _ in self.player.batches(cycle):
            if state == "review" or any(printed.command == f"payouts status {name}" for printed in printed_now):
                report = self._status(Query(name, None, items=False, exit_code=False))
                assert isinstance(report, BatchStatusReport)
                printed_now += self._advised(report.outlook)
        for printed in dict.fromkeys(printed_now):
            try:
                yield printed, read(printed.command)
            except NotTypable as error:
                raise Wrong(f"a printed command is no command: {error}; it stood in: {printed.why}") from error

    def _status(self, query: Query) -> Report | None:
        hosts = self.player.hosts
        return status(query, store=hosts.kept, now=hosts.now(), **ASKED).report

    @staticmethod
    def _advised(outlook: Outlook) -> list[Printed]:
        return [Printed(command, why) for command, why in advised_by(outlook)]

    # One hint

    def follow(self, event: Event) -> None:
        """Type one of the commands that are printed now."""
        if not self.player.batches(event.cycle):
            return
        can_be_typed = [
            (printed, do)
            for printed, typed in self.printed(event.cycle)
            if (do := self.hands(event.cycle, printed, typed)) is not None
        ]
        if can_be_typed:
            printed, do = can_be_typed[event.pick % len(can_be_typed)]
            self.type(event, printed, do)

    def type(self, event: Event, printed: Printed, do: Callable[[], Finished | None]) -> "Outcome":
        """Type one command; it must be accepted in the state that printed it."""
        player = self.player
        player.trace.append(f"     types `{printed.command}`")
        player.checker.seen.add(f"hint {printed.command.split()[1]}")
        player.hosts.move_to(event.host)
        before = self._state(event.cycle)
        outcome = player.command(do, event)
        # A command may read PayPal's word first, and find that it has changed since the hint was printed.
        is_answered = _COMPARING in printed.why and any(printed_in(outcome.hint))
        if outcome.code in _REFUSED_AS_TYPED and not is_answered and self._state(event.cycle) == before:
            raise Wrong(
                f"`{printed.command}` is printed, and refused ({outcome.exit_code} {outcome.code}: {outcome.message}); "
                f"it stood in: {printed.why}"
            )
        self.remember(outcome)
        player.checker.check()
        return outcome

    # What an honest person types, and how

    def hands(self, cycle: str, printed: Printed, typed: Typed) -> Callable[[], Finished | None] | None:
        """Return what typing a command does; None where an honest person would not type it, or it only looks."""
        if not self._is_time(printed.why):
            return None
        make = _MAKE.get(typed.verb)
        if make is None:
            if typed.verb in LOOKING or typed.verb in _NOT_TYPED:
                return None
            raise Wrong(f"`{typed.text}` is printed, and the simulation cannot type it; it stood in: {printed.why}")
        return make(self, typed["cycle"] or typed["name"] or cycle, printed, typed)

    def _is_time(self, why: str) -> bool:
        """Return whether the time has come that a sentence names: an honest person waits for it."""
        times = [datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for text in _AFTER.findall(why)]
        return all(self.player.hosts.now() > time for time in times)

    def _run(self, cycle: str, _: Printed, typed: Typed) -> Callable[[], Finished | None] | None:
        player = self.player
        if typed["open_"]:
            return player.hosts.run_open
        if typed["allow_duplicate"] or cycle not in player.files:
            return None  # Nobody is owed the same twice.
        lines = player.lines(cycle)
        options = {name: True for name in ("append", "skip_invalid") if typed[name]}
        return lambda: player.hosts.run(lines, cycle=cycle, **options)

    def _retry(self, cycle: str, printed: Printed, typed: Typed) -> Callable[[], Finished | None] | None:
        player, batch = self.player, typed["batch"]
        anyway = bool(typed["include_payee_errors"])
        if not typed["failed_items"]:
            if batch is None:
                return lambda: player.hosts.retry_cycle(cycle, None, failed_items=False, payee_errors=False)
            return lambda: player.hosts.retry(batch)

        if not self._has_row_to_pay(cycle, batch):
            return None  # Whoever took the rows out of the file knows that they are not in it.

        def pay() -> Finished:
            if "orrect" in printed.why:
                self.correct(cycle)
            lines = player.lines(cycle)
            if batch is None:
                return player.hosts.retry_cycle(cycle, lines, failed_items=True, payee_errors=anyway)
            return player.hosts.retry(batch, lines, failed_items=True, payee_errors=anyway)

        return pay

    def _has_row_to_pay(self, cycle: str, batch: str | None) -> bool:
        player = self.player
        if player.has_other_ids(cycle):
            return False
        rows = [row for row in player.checker.items() if row.cycle == cycle and row.newest and row.state in _TO_CORRECT]
        unpaid = {row.person for row in rows if batch is None or row.batch.endswith(f"-{batch}")}
        return any(debt.person(cycle) in unpaid for debt in player.files.get(cycle, {}).values())

    def correct(self, cycle: str) -> None:
        """Correct every row of which the payment failed, as an operator does who reads what PayPal said of it."""
        player = self.player
        rows = [row for row in player.checker.items() if row.cycle == cycle and row.newest]
        unpaid = {row.person: row for row in rows if row.state in _TO_CORRECT}
        for item, debt in player.files[cycle].items():
            row = unpaid.get(debt.person(cycle))
            if row is not None:
                # Without an id a row is known again by its amount, where its receiver is another.
                minor = row.minor if cycle in player.without_ids else debt.minor
                player.files[cycle][item] = replace(debt, fate="pay", version=debt.version + 1, minor=minor)

    def _review(self, _: str, __: Printed, typed: Typed) -> Callable[[], Finished | None]:
        """Look at both sides, with PayPal's own id of the batch where its activity list has one that is not denied."""
        name, known = typed["batch"], self.player.hosts.paypal.book()["batches"]
        sender_id = f"main-sandbox-{name}"
        theirs = [b for b in known if b["sender_batch_id"] == sender_id and b["batch_status"] != "DENIED"]
        theirs_id = theirs[-1]["payout_batch_id"] if theirs else None
        return lambda: self.player.hosts.review(name, paypal_batch_id=theirs_id)

    def _override(self, _: str, __: Printed, typed: Typed) -> Callable[[], Finished | None] | None:
        player, name, to = self.player, typed["what"], typed["to"]
        if typed["cycle"]:
            return self._override_item(name, to, typed["cycle"])
        sender_id = f"main-sandbox-{name}"
        if to == "abandoned" and all(name != stored for stored, _, _ in player.batches(name.rsplit("-", 2)[0])):
            return lambda: self._give_up_lost(name, sender_id)
        theirs = [b for b in player.hosts.paypal.book()["batches"] if b["sender_batch_id"] == sender_id]
        # What PayPal denied paid nobody, and does not count; unless PayPal itself has named it.
        kept = [b for b in theirs if b["batch_status"] != "DENIED" or b["payout_batch_id"] == typed["paypal_batch_id"]]
        match to:
            case "accepted":
                if not kept or player.checker.is_disguised(kept[-1]["payout_batch_id"]):
                    return None  # Where PayPal itself shows another batch than it paid, only PayPal can help.
                theirs_id = kept[-1]["payout_batch_id"]
                return lambda: player.hosts.override(
                    name,
                    BatchStatus.ACCEPTED,
                    paypal_batch_id=theirs_id,
                    take_theirs=bool(typed["take_theirs"]),
                    agree=self._agree,
                )
            case "abandoned":
                return None if kept else lambda: player.hosts.override(name, BatchStatus.ABANDONED)
            case _:
                return lambda: player.hosts.override(name, BatchStatus(to))

    def _give_up_lost(self, name: str, sender_id: str) -> Finished:
        """Give up sends that the sent log alone knows: first whom PayPal paid by them goes out of the input."""
        player, cycle = self.player, name.rsplit("-", 2)[0]
        paid = {
            person_of(p["receiver"])
            for p in player.checker.payments_of(cycle)
            if p["sender_batch_id"] == sender_id and p["state"] in PAID_FOR_GOOD
        }
        debts = player.files[cycle]
        player.files[cycle] = {item: debt for item, debt in debts.items() if debt.person(cycle) not in paid}
        return player.hosts.give_up_lost(name)

    @staticmethod
    def _agree(differences: Sequence[BothSides]) -> None:
        """Answer yes where both texts name one address: the person sees them."""
        texts = [
            {side.receiver.lower() for side in (each.ours, each.theirs) if side is not None} for each in differences
        ]
        if any(len(each) > 1 for each in texts):
            raise NotConfirmed("These are two addresses.")

    def _override_item(self, item: str, to: str, cycle: str) -> Callable[[], Finished | None] | None:
        """Acknowledge a contradiction; what an item came to, PayPal's support says as its book does."""
        player = self.player
        if to not in {"acknowledged", "success", "failed"}:
            raise Wrong(f"an item is to be moved to {to}")
        if to != "acknowledged":
            rows = [r for r in player.checker.items() if r.cycle == cycle and r.item == item and r.newest]
            payments = [p for p in player.checker.payments_of(cycle) if p["payout_item_id"] == rows[0].paypal_item]
            truth = {"SUCCESS": "success", "FAILED": "failed"}.get(payments[0]["state"] if payments else "")
            if truth != to:
                return None
        return lambda: player.hosts.override_item(item, to, cycle=cycle)

    def _sync(self, _: str, __: Printed, typed: Typed) -> Callable[[], Finished | None]:
        return lambda: self.player.hosts.sync(typed["cycle"])

    # To the end

    def follow_to_the_end(self, cycle: str) -> "Outcome":
        """Type what is printed, and wait where nothing is, until nothing changes any more."""
        player = self.player
        player.hosts.paypal.configure(balances={currency: None for currency, _ in player.schedule.balances})
        event = Event("hint", cycle)
        if player.has_other_ids(cycle):
            player.without_ids ^= {cycle}
        tried: set[tuple[str, str]] = set()
        idle, waited_in = 0, ""
        outcome = player.command(lambda: player.hosts.sync(cycle), event) if player.batches(cycle) else None
        for _ in range(_STEPS_MAX):
            if outcome is not None:
                self.remember(outcome)
                if outcome.exit_code == 4:
                    player.follow_refusal(cycle, outcome)
            state = self._state(cycle)
            for printed, typed in self.printed(cycle) if player.batches(cycle) else ():
                do = self.hands(cycle, printed, typed)
                if do is not None and (printed.command, state) not in tried:
                    tried.add((printed.command, state))
                    outcome = self.type(event, printed, do)
                    break
            else:
                idle = idle + 1 if state == waited_in else 1
                if idle > _IDLE_DAYS_MAX:
                    break
                waited_in = state
                player.hosts.pass_time(seconds=_DAY_S + 3600)
                tried = {(command, then) for command, then in tried if then != state}
                outcome = player.command(lambda: player.run(Event("run", cycle)), event)
                player.checker.check()
        self._check_paid(cycle)
        return player.command(lambda: player.run(event), event)

    def _state(self, cycle: str) -> str:
        rows = [row for row in self.player.checker.items() if row.cycle == cycle]
        standing = [(r.batch, r.item, r.state, r.newest, r.conflict, r.acknowledged) for r in rows]
        return repr((self.player.batches(cycle), standing))

    def _check_paid(self, cycle: str) -> None:
        """By hints alone everybody is paid once, or PayPal keeps the money, or a person must decide."""
        player = self.player
        paid = {person_of(p["receiver"]) for p in player.checker.payments_of(cycle) if p["state"] in PAID_FOR_GOOD}
        if any(status == "review" for _, status, _ in player.batches(cycle)):
            return
        rows = {row.person: row for row in player.checker.items() if row.cycle == cycle and row.newest}
        for item, debt in player.files[cycle].items():
            row = rows.get(debt.person(cycle))
            if debt.person(cycle) in paid or row is None or row.state in _LEFT_OVER or row.conflict:
                continue
            raise Wrong(
                f"{item} of {cycle} is not paid by following what is printed: {row.state} in {row.batch} ({row.status})"
            )


_TO_CORRECT: Final = frozenset({"failed", "returned", "denied", "canceled", "abandoned", "unsent"})
_LEFT_OVER: Final = frozenset({"refunded", "reversed", "closed", "blocked", "onhold"})

_NOT_TYPED: Final = frozenset({"", "init", "unlock", "cancel"})
"""Everybody here is owed, and what a living process holds is left to it."""

_MAKE: Final = {
    "run": Hand._run,
    "retry": Hand._retry,
    "review": Hand._review,
    "override": Hand._override,
    "sync": Hand._sync,
}
