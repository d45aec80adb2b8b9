"""Plays a schedule: the operator's hands, and what happens to them; the checker looks after every event."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from support.world import HEADER

from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import PayoutsError
from paypal_payouts.protocol.tools import Waiting
from simulation.books import difference, in_the_file
from simulation.checker import OPEN_STATES, SHOWN_UNPAID, Checker, Wrong
from simulation.hints import Hand
from simulation.hosts import Death, Hosts, Moments
from simulation.schedule import Debt, Event, Schedule

RUNS_MAX: Final = 3
"""After the faults stop, this many runs bring every item to its end, or to where a person must decide."""

_NOTED: Final = frozenset({"lease_lost", "lock_held", "clock_skew", "cooldown", "changed_item", "interrupted"})

_STOPPED: Final = frozenset({1, 3, 4, 130})
"""Exit codes after which a run may not have stored what the file holds."""

_ADDED: Final = (("pay", 1000, "USD"), ("transient", 1000, "USD"), ("unclaimed", 1000, "EUR"), ("fail", 1000, "GBP"))

_PREFIX: Final = "main-sandbox-"

_DAY_S: Final = 86_400
_STEPS_MAX: Final = 12
_MEMORY: Final = timedelta(days=24)
"""How long after its first payment PayPal's memory may be all that there is."""


@dataclass
class Outcome:
    """How one command ended."""

    exit_code: int
    code: str = ""
    message: str = ""
    finished: Finished | None = None
    details: Sequence[dict[str, Any]] = ()
    hint: str = ""


@dataclass
class Played:
    """What came of a schedule."""

    schedule: Schedule
    trace: list[str]
    seen: set[str]
    wrong: str | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()


@dataclass
class _Copy:
    """A backup of the database, and what the world had seen by then."""

    data: Any = None
    posts: int = 0
    rows_moved: int = 0


@dataclass
class Player:
    """One schedule in one hosts."""

    hosts: Hosts
    schedule: Schedule
    trace: list[str] = field(default_factory=list)

    def play(self) -> Played:
        """Play all events, then let the faults stop and the operator bring everything to its end."""
        self.hosts.begin(
            processing_s=self.schedule.processing_s,
            all_failed_is_denied=self.schedule.all_failed_is_denied,
            balances=dict(self.schedule.balances),
            conversions=dict(self.schedule.conversions),
            reading_seed=self.schedule.reading_seed,
        )
        self.files = {cycle: {debt.item: debt for debt in debts} for cycle, debts in self.schedule.files}
        self.checker = Checker(self.hosts)
        self.copied = _Copy()
        self.rows_moved = 0
        self.unseen: set[str] = set()
        self.is_one_host = {event.host for event in self.schedule.events} <= {0}
        self.relies_on_paypal = False
        self.without_ids = set(self.schedule.without_ids)
        self.lies: list[dict[str, Any]] = []
        self.hand = Hand(self)
        wrong = None
        try:
            for number, event in enumerate(self.schedule.events, 1):
                self.trace.append(f"{number:2} {event!r}")
                self.happen(event)
                self.checker.check()
            self.trace.append("-- the faults stop")
            self.finish()
        except Wrong as broken:
            wrong = str(broken)
            self.trace.append(f"WRONG: {wrong}")
        return Played(self.schedule, self.trace, self.checker.seen, wrong)

    # Events

    def happen(self, event: Event) -> None:
        """Let one event happen, with everything that goes wrong meanwhile."""
        act = _COMMANDS.get(event.act)
        if act is None:
            self.hand.forget()
            _HAPPENINGS[event.act](self, event)
            return
        self.hosts.move_to(event.host)
        self.hosts.paypal.clear_faults()
        if event.faults:
            self.hosts.paypal.inject(*map(dict, event.faults))
        self.hosts.paypal.inject(*self.lies)
        if event.host:
            self.checker.seen.add("second host")
        outcome = self.command(lambda: act(self, event), event)
        self.hosts.paypal.clear_faults()
        self.hand.remember(outcome)

    def command(self, do: Callable[[], Finished | None], event: Event) -> Outcome:
        """Run one command as a process, and note how it ended."""
        hosts = self.hosts
        hosts.moments = moments = Moments(
            dies_at=event.dies_at,
            stopped_at=event.stopped_at,
            commit_fails_at=event.commit_fails_at,
            commit_lies_at=event.commit_lies_at,
            overtaken_at=event.overtaken_at,
            overtake=lambda: self.overtake(event),
        )
        hosts.waiting = Waiting(60.0, 180.0) if event.waits else None
        posts, told = len(self.checker.posts), len(hosts.progress.told)
        try:
            outcome = self._outcome(do)
        except Death:
            outcome = Outcome(137, "died", f"before {moments.died_before}")
            self.checker.seen.add("death between permit and POST" if moments.died_before == "post" else "death")
            if moments.died_before != "post" and len(self.checker.posts) > posts:
                self.checker.seen.add("death after a POST")
            hosts.restart()
        except Exception as fault:
            raise Wrong(f"the program failed: {type(fault).__name__}: {fault}") from fault
        hosts.moments = Moments()
        if event.commit_fails_at or event.commit_lies_at:
            hosts.restart()
        self.note(outcome, moments, hosts.progress.told[told:])
        message = outcome.message.replace(str(hosts.home), "")
        self.trace.append(f"     {outcome.exit_code} {outcome.code} {message}".rstrip())
        self.trace += [f"     | {line}" for line in hosts.progress.told[told:]]
        self.trace += [f"     > {name}" for name in self.checker.posts[posts:]]
        return outcome

    def note(self, outcome: Outcome, moments: Moments, told: Sequence[str]) -> None:
        """Note what of the interesting happened."""
        is_doubted = any("in review, not sent" in line for line in told)
        if is_doubted and self.hosts.records.ask(_FORGOTTEN_ID):
            self.checker.seen.add("too old to be asked about again")
        if moments.commit_fails_at and moments.commits >= moments.commit_fails_at:
            self.checker.seen.add("commit that failed")
        if moments.commit_lies_at and moments.commits >= moments.commit_lies_at:
            self.checker.seen.add("commit that took place and was reported as failed")
        if outcome.code in _NOTED:
            self.checker.seen.add(outcome.code)
        if outcome.code == "needs_review" and outcome.message.startswith("The sent log knows"):
            self.checker.seen.add("stopped by the sent log")

    @staticmethod
    def _outcome(do: Callable[[], Finished | None]) -> Outcome:
        try:
            finished = do()
        except PayoutsError as error:
            return Outcome(error.exit_code, error.code, error.message, details=error.details, hint=error.hint or "")
        if finished is None:
            return Outcome(0)
        told = finished.error
        if told is None:
            return Outcome(finished.exit_code, finished=finished)
        return Outcome(finished.exit_code, told.code, told.message, finished, told.details, told.hint or "")

    def overtake(self, event: Event) -> None:
        """Let an operator on another host take the lease away and do the work, while this process goes on."""
        hosts = self.hosts
        kept = hosts.moments, hosts.host, hosts.directory, hosts.waiting
        hosts.moments = Moments()
        hosts.move_to(1 - event.host)
        hosts.paypal.clear_faults()
        with suppress(PayoutsError):
            hosts.kept.locks.break_lease(event.cycle, now=hosts.now(), operator="other", reason="it seemed to be dead")
            hosts.run(self.lines(event.cycle), cycle=event.cycle, append=self._may_append(event.cycle))
        self.checker.seen.add("overtaken")
        hosts.moments, hosts.host, hosts.directory, hosts.waiting = kept

    def lines(self, cycle: str) -> str:
        debts = self.files[cycle].values()
        if cycle in self.without_ids:
            return HEADER.removeprefix("item_id,") + "".join(f"{debt.line_without_id(cycle)}\n" for debt in debts)
        return HEADER + "".join(f"{debt.line(cycle)}\n" for debt in debts)

    def item_id(self, cycle: str, debt: Debt) -> str:
        return debt.item_id(cycle, is_derived=cycle in self.without_ids)

    def batches(self, cycle: str) -> list[tuple[str, str, str]]:
        """Return name, status and sender's id of every batch of a cycle, as committed."""
        query = (
            "SELECT b.batch, b.status, b.sender_batch_id FROM payout_batches b JOIN cycles c ON c.id = b.cycle_id "
            "WHERE c.name = ? ORDER BY b.sequence, b.attempt"
        )
        return self.hosts.records.ask(query, cycle)

    # Commands

    def run(self, event: Event) -> Finished:
        append = event.append and self._may_append(event.cycle)
        finished = self.hosts.run(self.lines(event.cycle), cycle=event.cycle, append=append)
        if finished.exit_code not in _STOPPED:
            self.unseen.discard(event.cycle)
        return finished

    def _may_append(self, cycle: str) -> bool:
        """Nobody adds rows, on top of what is stored, that have only got other ids, unless the program will refuse."""
        return not self.has_other_ids(cycle) or self._shares(cycle, _LIVE_ROWS, cycle) >= _HALF

    def run_open(self, _: Event | None = None) -> Finished | None:
        """Continue every cycle that has anything open, as cron does."""
        return self.hosts.run_open()

    def preview(self, event: Event) -> Finished:
        return self.hosts.preview(self.lines(event.cycle), cycle=event.cycle)

    def status(self, event: Event) -> None:
        self.hosts.statuses(event.cycle)
        self.hosts.states(event.cycle)

    def retry(self, event: Event) -> Finished | None:
        batches = self.batches(event.cycle)
        return self.hosts.retry(batches[event.pick % len(batches)][0]) if batches else None

    def retry_failed(self, event: Event) -> Finished | None:
        """Pay again what is proven unpaid: the n-th batch that has something, else the n-th batch."""
        batches = self.batches(event.cycle)
        if not batches:
            return None
        query = (
            "SELECT DISTINCT b.batch FROM payout_batches b JOIN payout_items i ON i.batch_id = b.id "
            "WHERE i.live = 0 AND i.newest = 1"
        )
        unpaid = {name for (name,) in self.hosts.records.ask(query)}
        worth = [batch for batch in batches if batch[0] in unpaid] or batches
        return self.hosts.retry(worth[event.pick % len(worth)][0], self.lines(event.cycle), failed_items=True)

    def decide(self, event: Event) -> Finished | None:
        """Decide on a batch in doubt: look into PayPal's list, or move it between `in_flight` and `review`."""
        doubtful = [batch for batch in self.batches(event.cycle) if batch[1] in {"in_flight", "review"}]
        if not doubtful:
            return None
        name, _, sender_id = doubtful[event.pick % len(doubtful)]
        if event.what == "doubt":
            return self.hosts.override(name, BatchStatus.REVIEW)
        if event.what == "resume":
            return self.hosts.override(name, BatchStatus.IN_FLIGHT)
        return self.look_and_override(name, sender_id)

    def look_and_override(self, name: str, sender_id: str) -> Finished:
        """Do what an honest person does who looks into PayPal's list of payouts first."""
        there = [batch for batch in self.hosts.paypal.book()["batches"] if batch["sender_batch_id"] == sender_id]
        kept = [batch for batch in there if batch["batch_status"] != "DENIED"] or there
        if kept:
            return self.hosts.override(name, BatchStatus.ACCEPTED, paypal_batch_id=kept[-1]["payout_batch_id"])
        return self.hosts.override(name, BatchStatus.ABANDONED)

    def abandon(self, event: Event) -> Finished | None:
        """Give up a batch that was not sent, or was refused: a person who looked and did not find it at PayPal."""
        there = {batch["sender_batch_id"] for batch in self.hosts.paypal.book()["batches"]}
        idle = [b for b in self.batches(event.cycle) if b[1] in {"planned", "refused"} and b[2] not in there]
        return self.hosts.override(idle[event.pick % len(idle)][0], BatchStatus.ABANDONED) if idle else None

    def sync(self, event: Event) -> Finished | None:
        return self.hosts.sync(event.cycle) if self.batches(event.cycle) else None

    def cancel(self, event: Event) -> Finished:
        items = sorted(self.item_id(event.cycle, debt) for debt in self.files[event.cycle].values())
        return self.hosts.cancel(items[event.pick % len(items)], cycle=event.cycle)

    def hint(self, event: Event) -> None:
        """Type a command that is printed now; whatever it says, it must be accepted."""
        self.hand.follow(event)

    # Everything else that happens

    def pass_time(self, event: Event) -> None:
        seconds = event.seconds
        if self.relies_on_paypal:
            # Nothing but PayPal's memory is left: the operator does not sleep through its end.
            first = min(self.first_payment, default=self.hosts.clock)
            seconds = max(0.0, min(seconds, (first + _MEMORY - self.hosts.clock).total_seconds()))
        self.hosts.pass_time(seconds=seconds)
        self.checker.seen.add("a day or more passes" if seconds >= _DAY_S else "time passes")

    @property
    def first_payment(self) -> list[datetime]:
        (first,) = self.hosts.paypal._database.connection.execute("SELECT min(created_ms) FROM batches").fetchone()
        return [] if first is None else [_moment(first)]

    def set_clock(self, event: Event) -> None:
        self.hosts.offsets[event.host] = timedelta(seconds=event.seconds)

    def relent(self, _: Event) -> None:
        """Let PayPal take from now on what it denied before."""
        self.hosts.paypal.configure(all_failed_is_denied=False)

    def unlock(self, event: Event) -> None:
        self.hosts.move_to(event.host)
        self.hosts.kept.locks.break_lease(event.cycle, now=self.hosts.now(), operator="other", reason="seems dead")

    def edit(self, event: Event) -> None:
        """Change the operator's file."""
        debts = self.files[event.cycle]
        if event.what == "ids":
            self.without_ids ^= {event.cycle}
            return
        if event.what in {"add", "amount"} and event.cycle in self.without_ids:
            return  # Derived ids say nothing of a row that is owed on top, or that has another amount and receiver.
        if event.what in {"add", "remove"}:
            if event.cycle in self.unseen and not self.is_one_host:
                return
            self.rows_moved += 1
        if event.what == "add":
            item = f"n{len(debts) + event.pick}"
            debts.setdefault(item, Debt(item, *_ADDED[event.pick % len(_ADDED)]))
            return
        item = sorted(debts)[event.pick % len(debts)]
        debt = debts[item]
        match event.what:
            case "receiver":
                debts[item] = replace(debt, fate="pay", version=debt.version + 1)
            case "amount":
                debts[item] = replace(debt, minor=debt.minor + 1)
            case _ if len(debts) > 1:
                del debts[item]

    def rename(self, event: Event) -> None:
        """Run a copy of a cycle's file under another name: whoever copies it by mistake pays nobody by that."""
        if not self.agrees(event.cycle, days=4.9):
            return
        name = f"{event.cycle}{len(self.files)}"
        self.files[name] = {item: replace(d, home=event.cycle) for item, d in self.files[event.cycle].items()}
        self.without_ids |= {name} if event.what == "without ids" else set()
        run = Event("run", name)
        self.hosts.move_to(0)
        outcome = self.command(lambda: self.run(run), run)
        self.checker.check()
        self.hand.remember(outcome)
        self.checker.seen.add("copied cycle")
        if self.batches(name):
            raise Wrong(f"{name} is stored, a copy of {event.cycle}: exit {outcome.exit_code} {outcome.code}")
        del self.files[name]

    def agrees(self, cycle: str, *, days: float = 1000) -> bool:
        """Return whether at least half of the file was stored as it stands, so many days ago or less."""
        since = f"{self.hosts.clock - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}"
        return self._shares(cycle, _KNOWN_ROWS, cycle, since) >= _HALF

    def _shares(self, cycle: str, query: str, *arguments: str) -> float:
        """Return which part of a file's rows is among what a query finds, by receiver, amount and currency."""
        rows = {(d.receiver(cycle), d.minor, d.currency) for d in self.files[cycle].values()}
        return len(rows & set(self.hosts.records.ask(query, *arguments))) / len(rows)

    def word(self, event: Event) -> None:
        """Let PayPal change its word on a payment, and the money go where it says."""
        payments = self.checker.payments_of(event.cycle)
        if payments:
            self.checker.turn(payments[event.pick % len(payments)], event.what)

    def lie(self, event: Event) -> None:
        """Let PayPal tell an old or a wrong word of a payment that it has told us to be made."""
        rows = [row for row in self.checker.items() if row.cycle == event.cycle and row.raw == "SUCCESS"]
        if rows:
            row = rows[event.pick % len(rows)]
            self.lies.append({"kind": "word", "payout_item_id": row.paypal_item, "word": event.what, "times": None})
            self.checker.seen.add("lie")
            self.trace.append(f"     PayPal says {event.what} of {row.item} in {row.batch}")

    def copy(self, _: Event) -> None:
        self.copied = _Copy(self.hosts.records.copy(), len(self.checker.posts), self.rows_moved)

    def restore(self, event: Event) -> None:
        """Lose the database, and perhaps the sent logs with it."""
        copy = self.copied if event.what.startswith("copy") else _Copy()
        # Ids come out the same for the same file (docs/design.md, 2). Where rows came or went since the copy, or do
        # before a run, only the lines of the host that sent tell: none of another host, and none that was lost.
        without_lines = event.what.endswith("without locks")
        if self.rows_moved != copy.rows_moved and (without_lines or not self.is_one_host):
            return
        if without_lines and not self.paypal_remembers(copy):
            return
        self.unseen |= set(self.files)
        self.lies.clear()  # A false word is found only against what was stored.
        self.hosts.restore(copy.data)
        self.checker.database_was_restored(copy.posts)
        self.checker.seen.add("old database" if copy.data else "database lost")
        if event.what.endswith("without locks"):
            self.checker.seen.add("database and sent logs lost")
            self.relies_on_paypal = True
            for host in (0, 1):
                self.hosts.lose_lines(host)
            # Nothing but PayPal's memory is left: it is asked before anything else is done.
            self.hosts.offsets = [timedelta(), timedelta()]
            self.hosts.pass_time(seconds=700)
            for cycle in self.files:
                run = Event("run", cycle)
                self.hosts.move_to(0)
                self.command(lambda run=run: self.run(run), run)  # type: ignore[misc]
                self.checker.check()

    def paypal_remembers(self, copy: _Copy) -> bool:
        """Return whether PayPal's memory alone, asked with the same file, knows what the copy has forgotten."""
        is_young = all(self.hosts.clock - first < _MEMORY for first in self.first_payment)
        are_first_attempts = all(name.endswith("-1") for name in self.checker.posts[copy.posts :])
        return is_young and are_first_attempts

    # The end

    def finish(self) -> None:
        """Let an honest operator without any trouble bring every cycle to its end, and checker what stands then."""
        hosts = self.hosts
        hosts.paypal.clear_faults()
        self.lies.clear()
        hosts.offsets = [timedelta(), timedelta()]
        hosts.pass_time(seconds=700)
        unread: set[str] = set()
        for cycle in self.files:
            outcome = self.bring_to_an_end(cycle)
            if self.schedule.follows_hints:
                outcome = self.hand.follow_to_the_end(cycle)
            unread |= self.check_end(cycle, outcome)
        self.checker.check()
        try:
            self.checker.check_books(unread=unread)
        except Wrong:
            # Where no run got as far as reading, the books are as they were; `sync` brings them up to date.
            self.sync_all()
            self.checker.check_books(unread=unread)
        if self.schedule.checks_totals:
            self.checker.check_doubles(self.sync_all())
            for cycle in self.files:
                is_whole = self.is_whole(cycle) and not unread and not self.checker.forgotten
                self.checker.check_totals(cycle, is_whole=is_whole)
            self.checker.check_screens()
        if not (unread or self.checker.forgotten or self.checker.turned) and all(map(self.is_whole, self.files)):
            self.compare_books()

    def compare_books(self) -> None:
        """Hold PayPal's books against ours, whether or not it has finished every batch."""
        batches = self.hosts.paypal.book()["batches"]
        if not self.schedule.checks_totals and any(b["batch_status"] in {"PENDING", "PROCESSING"} for b in batches):
            self.sync_all()
        chance = Random(self.schedule.name)
        said = difference(self.hosts, chance)
        if not {"edit", "restore"} & {event.act for event in self.schedule.events}:
            for cycle in self.files.keys() - self.without_ids:
                lines = [debt.line(cycle) for debt in self.files[cycle].values()]
                said = said or in_the_file(self.hosts, cycle, lines, chance)
        if said is not None:
            raise Wrong(said)

    def sync_all(self) -> dict[str, int]:
        """Read everything once more; give each cycle's exit code."""
        codes = {}
        for cycle in self.files:
            event = Event("sync", cycle)
            self.hosts.move_to(0)
            codes[cycle] = self.command(lambda event=event: self.sync(event), event).exit_code  # type: ignore[misc]
        self.checker.check()
        return codes

    def is_whole(self, cycle: str) -> bool:
        """Return whether everything of a cycle is known: no batch is in doubt, and nothing contradicts our records."""
        doubtful = {"in_flight", "review"}
        is_known = all(status not in doubtful for _, status, _ in self.batches(cycle))
        rows = [row for row in self.checker.items() if row.cycle == cycle]
        return is_known and all(row.conflict is None and row.state != "unrecognized" for row in rows)

    def bring_to_an_end(self, cycle: str) -> Outcome:
        """Run, follow what the program says, decide where it asks; at most three runs that it lets through."""
        outcome, runs = Outcome(0), 0
        for _ in range(_STEPS_MAX):
            event = Event("run", cycle, append=not (cycle in self.without_ids or self.has_other_ids(cycle)))
            self.hosts.move_to(0)
            outcome = self.command(lambda event=event: self.run(event), event)  # type: ignore[misc]
            self.checker.check()
            if outcome.exit_code == 4 and self.follow_refusal(cycle, outcome):
                continue
            runs += 1
            if runs == RUNS_MAX or not self.go_on(cycle, outcome):
                break
        return outcome

    def follow_refusal(self, cycle: str, outcome: Outcome) -> bool:
        """Do what the program says that would help; False where there is nothing to do."""
        match outcome.code:
            case "changed_item":
                for detail in outcome.details:
                    receiver, amount, currency = str(detail["stored"]).split()
                    fate, _, item, version = receiver.split("@")[0].split(".")
                    minor = int(amount.replace(".", ""))
                    self.files[cycle][item] = Debt(item, fate, minor, currency, int(version[1:]))
                return True
            case "duplicate_cycle" | "extra_item" | "missing_item" if self.has_other_ids(cycle):
                self.without_ids ^= {cycle}
                return True
            case "extra_item" if cycle in self.without_ids:
                return self.put_back(cycle)
            case "cooldown" | "lock_held":
                self.hosts.pass_time(seconds=700)
                return True
            case _:
                return False

    def put_back(self, cycle: str) -> bool:
        """Put back the rows that were changed though they are not proven unpaid; False where there are none."""
        stored = {row.person: row for row in self.checker.items() if row.cycle == cycle and row.newest}
        changed = False
        for item, debt in self.files[cycle].items():
            row = stored.get(debt.person(cycle))
            if row is None or row.receiver == debt.receiver(cycle) or row.state in SHOWN_UNPAID - {"closed"}:
                continue
            fate, _, _, version = row.receiver.split("@")[0].split(".")
            self.files[cycle][item] = replace(debt, fate=fate, version=int(version[1:]))
            changed = True
        return changed

    def has_other_ids(self, cycle: str) -> bool:
        """Return whether the file names its rows otherwise than they were stored."""
        stored = {row.item for row in self.checker.items() if row.cycle == cycle}
        return bool(stored) and any(item.endswith("#1") for item in stored) is not (cycle in self.without_ids)

    def go_on(self, cycle: str, outcome: Outcome) -> bool:
        """Decide where the program asks, wait where it waits; False when nothing more can be done."""
        doubtful = [batch for batch in self.batches(cycle) if batch[1] in {"in_flight", "review"}]
        if outcome.exit_code in {6, 8} and doubtful:
            self.hosts.pass_time(seconds=25 * 3600)
            decided = [self.decided(cycle, name, sender_id) for name, _, sender_id in doubtful]
            return any(decided)
        unasked = sorted(
            {r.batch for r in self.checker.items() if r.cycle == cycle and r.status == "denied" and r.open_sends}
        )
        if unasked:
            self.hosts.pass_time(seconds=25 * 3600)
            asked = [self.asked_again(cycle, sender_id.removeprefix(_PREFIX)) for sender_id in unasked]
            self.hosts.pass_time(seconds=7200)
            return any(asked) or outcome.exit_code == 6
        if outcome.exit_code == 6:
            self.hosts.pass_time(seconds=7200)
            return True
        return False

    def asked_again(self, cycle: str, name: str) -> bool:
        """Ask PayPal under the same id, as the program says of a denied batch of which a send has no answer."""
        event = Event("retry", cycle)
        return self.command(lambda: self.hosts.retry(name), event).exit_code != 4

    def decided(self, cycle: str, name: str, sender_id: str) -> bool:
        event = Event("decide", cycle)
        return self.command(lambda: self.look_and_override(name, sender_id), event).exit_code == 0

    def check_end(self, cycle: str, outcome: Outcome) -> set[str]:
        """Every item is final, or held with a reason in words; give the batches that PayPal shows otherwise."""
        has_reason = bool(outcome.message)
        unread: set[str] = set()
        report = outcome.finished.report if outcome.finished else None
        warnings = [notice.message for notice in report.warnings] if isinstance(report, RunReport) else []
        warnings += (
            [f"{each.batch}: {each.why}" for each in report.outlook.open] if isinstance(report, RunReport) else []
        )
        stored = set()
        for row in self.checker.items():
            if row.cycle != cycle:
                continue
            name, item, state, status = row.batch, row.item, row.state, row.status
            batch = name.removeprefix(_PREFIX)
            is_told = any(batch in warning for warning in warnings)
            if is_told or status == "review":
                unread.add(name)
            if not row.newest:
                continue
            stored.add(row.person)
            if state in OPEN_STATES - {"onhold"} and not (has_reason or is_told):
                raise Wrong(f"{item} of {name} ({status}) is {state} after {RUNS_MAX} runs, and nothing says why")
        missing = {debt.person(cycle) for debt in self.files[cycle].values()} - stored
        is_told = isinstance(report, RunReport) and any(notice.code == "not_stored" for notice in report.warnings)
        if missing and not (has_reason or is_told):
            raise Wrong(f"{sorted(missing)} of {cycle} are forgotten, and nothing says why")
        return unread


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


_COMMANDS: Final[dict[str, Callable[[Player, Event], Finished | None]]] = {
    "run": Player.run,
    "preview": Player.preview,
    "status": Player.status,
    "retry": Player.retry,
    "retry failed": Player.retry_failed,
    "decide": Player.decide,
    "abandon": Player.abandon,
    "open": Player.run_open,
    "sync": Player.sync,
    "cancel": Player.cancel,
}

_FORGOTTEN_ID: Final = "SELECT 1 FROM audit_events WHERE reason LIKE '%may have forgotten its id'"
_HALF: Final = 0.5
_ROWS: Final = """
  SELECT i.receiver, i.amount_minor, i.currency FROM payout_items i
  JOIN cycles c ON c.id = i.cycle_id JOIN payout_batches b ON b.id = i.batch_id
  WHERE c.name = ? AND i.state NOT IN ('refunded', 'reversed')"""
_LIVE_ROWS: Final = f"{_ROWS} AND i.live = 1"
_KNOWN_ROWS: Final = f"{_ROWS} AND NOT (b.status = 'abandoned' AND b.first_sent_at IS NULL) AND b.created_at > ?"

_HAPPENINGS: Final[dict[str, Callable[[Player, Event], None]]] = {
    "pass": Player.pass_time,
    "clock": Player.set_clock,
    "relent": Player.relent,
    "unlock": Player.unlock,
    "edit": Player.edit,
    "copy": Player.copy,
    "rename": Player.rename,
    "word": Player.word,
    "lie": Player.lie,
    "hint": Player.hint,
    "restore": Player.restore,
}
