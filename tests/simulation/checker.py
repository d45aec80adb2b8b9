"""The checker: PayPal's own book says who was paid, whatever our records say; every POST is looked at as it goes."""

import json
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from support.world import ASKED

from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.report import Origin
from paypal_payouts.domain.status import StatusReport
from paypal_payouts.domain.totals import Total
from paypal_payouts.present.envelope import result_of
from paypal_payouts.simulator.ids import BATCH_ID
from paypal_payouts.simulator.words import OUT
from paypal_payouts.verbs import status as verbs
from paypal_payouts.verbs.metrics import figures_of
from paypal_payouts.verbs.status_query import Query
from simulation.hosts import Hosts

PAID_FOR_GOOD: Final = OUT | {"REFUNDED", "REVERSED"}
"""These may not be paid again: the money came back because somebody wanted it."""

SHOWN_UNPAID: Final = frozenset({"failed", "returned", "denied", "canceled", "abandoned", "closed"})
BATCH_SHOWN_UNPAID: Final = frozenset({"refused", "denied", "canceled", "abandoned"})
OPEN_STATES: Final = frozenset({"unsent", "pending", "onhold", "unrecognized"})

_PERMIT: Final = """
  SELECT b.status, b.request, (SELECT count(*) FROM retry_attempts a WHERE a.batch_id = b.id AND a.outcome IS NULL
      AND a.number = (SELECT max(number) FROM retry_attempts WHERE batch_id = b.id)),
    (SELECT count(*) FROM payout_items i WHERE i.batch_id = b.id AND i.live = 1), b.item_count
  FROM payout_batches b WHERE b.sender_batch_id = ?"""

_ITEMS: Final = """
  SELECT b.sender_batch_id, c.name, i.item_id, i.state, i.raw_state, i.receiver, i.amount_minor, i.currency,
    i.fee_minor, i.newest, b.status, b.paypal_batch_id,
    (SELECT count(*) FROM retry_attempts a WHERE a.batch_id = b.id AND coalesce(a.outcome, 'unknown') = 'unknown'),
    i.conflict, i.acknowledged, i.paypal_item_id
  FROM payout_items i JOIN payout_batches b ON b.id = i.batch_id JOIN cycles c ON c.id = i.cycle_id
  ORDER BY b.sender_batch_id, i.item_id"""

_MISCOUNTED: Final = """
  SELECT batch_id, state, sum(rows), sum(counted) FROM (
    SELECT batch_id, state, 1 + newest AS rows, 0 AS counted FROM payout_items
    UNION ALL SELECT batch_id, state, 0, number + newest FROM item_counts)
  GROUP BY batch_id, state HAVING sum(rows) <> sum(counted)"""


class Payment(NamedTuple):
    """One payment as our records have it."""

    batch: str
    """By the id that PayPal knows."""
    cycle: str
    item: str
    state: str
    raw: str | None
    receiver: str
    minor: int
    currency: str
    fee: int | None
    newest: bool
    status: str
    paypal_id: str | None
    open_sends: int
    conflict: str | None
    acknowledged: bool
    paypal_item: str | None

    @property
    def person(self) -> tuple[str, ...]:
        return person_of(self.receiver)


class Wrong(BaseException):
    """A promise is broken. No `except Exception` of the code under test may swallow it."""


class Checker:
    """Watches one world."""

    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts
        self.seen: set[str] = set()
        """Which of the interesting things happened."""
        self.bytes_of: dict[str, bytes] = {}
        self.posts: list[str] = []
        self.forgotten: set[str] = set()
        """Ids that were sent after the copy that was restored: our records cannot know what became of them."""
        self.turned: set[str] = set()
        """Payments, by PayPal's id of them, of which PayPal changed its word."""
        self._batches_before = 0
        hosts.before_post = self.before_post
        hosts.after_post = self.after_post

    # Each POST

    def before_post(self, body: bytes) -> None:
        """Look with a connection of our own, into what is committed at this moment."""
        name = json.loads(body)["sender_batch_header"]["sender_batch_id"]
        rows = self.hosts.records.ask(_PERMIT, name)
        if not rows:
            raise Wrong(f"{name} is sent, and is not stored")
        ((status, request, is_open, live, items),) = rows
        # A POST whose permit stood when another host took the lease over cannot be called back; its id protects.
        is_overtaken = self.hosts.moments.overtaken_before == "post"
        if (status != "in_flight" or not is_open) and not is_overtaken:
            raise Wrong(f"{name} is sent without a committed permit: {status}, {is_open} open attempts")
        if live != items and not is_overtaken:
            raise Wrong(f"{name} is sent with {live} of its {items} items live")
        if zlib.decompress(request) != body:
            raise Wrong(f"{name} is sent with other bytes than are stored")
        if self.bytes_of.setdefault(name, body) != body:
            raise Wrong(f"{name} carries other bytes than before")
        self._nobody_is_paid_already(name, json.loads(body)["items"])
        self.posts.append(name)
        self.forgotten.discard(name)
        self._batches_before = self._count_batches()

    def _nobody_is_paid_already(self, name: str, items: list[Mapping[str, Any]]) -> None:
        """At this moment PayPal's word on every other payment of these debts is that it is not made."""
        if not self.turned:
            return  # Then whoever is paid twice is found when the book is looked at.
        paid = {
            person_of(p["receiver"]): p["sender_batch_id"]
            for p in self.hosts.paypal.book()["payments"]
            if p["state"] in OUT and p["sender_batch_id"] != name
        }
        for item in items:
            if (other := paid.get(person_of(item["receiver"]))) is not None:
                raise Wrong(f"{item['sender_item_id']} is sent in {name}, and PayPal says that {other} paid it")

    def turn(self, payment: Mapping[str, Any], word: str) -> None:
        """Let PayPal change its word on a payment of a batch that it has finished with, and not denied."""
        batches = self.hosts.paypal.book()["batches"]
        newest = [b for b in batches if b["sender_batch_id"] == payment["sender_batch_id"]][-1]
        is_ended = newest["batch_status"] == "SUCCESS" and newest["payout_batch_id"] == payment["payout_batch_id"]
        if not is_ended or payment["state"] in {None, word}:
            return
        self.turned.add(payment["payout_item_id"])
        self.hosts.paypal.set_word(word, payout_item_id=payment["payout_item_id"])
        self.seen.add(f"{payment['state']} turns to {word}")

    def is_disguised(self, payout_batch_id: str) -> bool:
        """Return whether PayPal shows something else than what it paid."""
        query = "SELECT 1 FROM batches WHERE number = ? AND disguise IS NOT NULL"
        number = BATCH_ID.read(payout_batch_id)
        return self.hosts.paypal._database.connection.execute(query, (number,)).fetchone() is not None

    def payments_of(self, cycle: str) -> list[Mapping[str, Any]]:
        return [p for p in self.hosts.paypal.book()["payments"] if _cycle(p) == cycle]

    def after_post(self, is_answered: bool) -> None:
        if not is_answered:
            is_paid = self._count_batches() > self._batches_before
            self.seen.add("lost answer of a paid POST" if is_paid else "lost POST")

    def _count_batches(self) -> int:
        (count,) = self.hosts.paypal._database.connection.execute("SELECT count(*) FROM batches").fetchone()
        return int(count)

    def database_was_restored(self, posts_then: int) -> None:
        self.forgotten |= set(self.posts[posts_then:])
        self.bytes_of.clear()

    # Each event

    def check(self) -> None:
        """Hold the committed records against PayPal's book, and their counts against their rows."""
        miscounted = self.hosts.records.ask(_MISCOUNTED)
        if miscounted:
            raise Wrong(f"counts differ from the rows: {miscounted}")
        payments = self.hosts.paypal.book()["payments"]
        self._nobody_twice(payments)
        self._nothing_out_is_shown_unpaid(payments)

    def _nobody_twice(self, payments: list[Mapping[str, Any]]) -> None:
        # Where PayPal turned its word, two payments may stand; that they are told is checked in the end.
        kept = [p for p in payments if p["state"] in PAID_FOR_GOOD and p["payout_item_id"] not in self.turned]
        by_id = Counter((_cycle(payment), payment["sender_item_id"]) for payment in kept)
        # The receiver's address names cycle and row, so that a payment under another id is found, too.
        by_person = Counter(person_of(payment["receiver"]) for payment in kept)
        twice = {key: count for counts in (by_id, by_person) for key, count in counts.items() if count > 1}
        if twice:
            raise Wrong(f"paid twice: {twice}")

    def _nothing_out_is_shown_unpaid(self, payments: list[Mapping[str, Any]]) -> None:
        # A word that PayPal changed is ours only once it is read; that is checked in the end.
        out = {
            (p["sender_batch_id"], p["sender_item_id"])
            for p in payments
            if p["state"] in OUT and p["payout_item_id"] not in self.turned
        }
        out_batches = {name for name, _ in out}
        for name, item, state, status, open_sends in (
            (row.batch, row.item, row.state, row.status, row.open_sends) for row in self.items()
        ):
            # PayPal frees the id of a batch that it denied: a send without an answer may have been taken since.
            # What is shown then is that very doubt (domain.retry.may_pay_again), and nothing is paid again.
            if name in self.forgotten or (status == "denied" and open_sends):
                continue
            if (name, item) in out and state in SHOWN_UNPAID:
                raise Wrong(f"{item} of {name} is out, and shown as {state}")
            if name in out_batches and status in BATCH_SHOWN_UNPAID:
                raise Wrong(f"money of {name} is out, and the batch is shown as {status}")
            if status == "review":
                self.seen.add("review")

    def items(self) -> list[Payment]:
        return [Payment(*row) for row in self.hosts.records.ask(_ITEMS)]

    # The end

    def check_books(self, *, unread: set[str]) -> None:
        """Our books say what PayPal's say, to the cent, for every batch that we say it has."""
        # A contradiction is kept beside our record, which stays as it was.
        closed = {(row.paypal_id, row.item) for row in self.items() if row.state == "closed" or row.conflict}
        theirs: dict[str, Counter[Any]] = {}
        batches = self.hosts.paypal.book()["batches"]
        waiting = {batch["payout_batch_id"] for batch in batches if batch["batch_status"] == "PENDING"}
        for p in self.hosts.paypal.book()["payments"]:
            if p["state"] is not None and (p["payout_batch_id"], p["sender_item_id"]) not in closed:
                # PayPal does not say a fee before it works on a batch.
                fee = format_amount(0, p["currency"]) if p["payout_batch_id"] in waiting else p["fee"]
                payment = (p["sender_item_id"], p["receiver"], p["amount"], p["currency"], p["state"], fee)
                theirs.setdefault(p["payout_batch_id"], Counter())[payment] += 1
        denied = {batch["payout_batch_id"] for batch in batches if batch["batch_status"] == "DENIED"}
        ours: dict[str, Counter[Any]] = {}
        names: dict[str, str] = {}
        for row in self.items():
            paypal_id, currency = row.paypal_id, row.currency
            if paypal_id is None or row.batch in unread:
                continue
            if row.status == "abandoned" and paypal_id in denied:
                continue  # Given up together with lost sends of its cycle, after PayPal had denied it.
            if row.status not in {"accepted", "done", "denied", "canceled"}:
                raise Wrong(f"{row.batch} is {row.status} and PayPal's {paypal_id}")
            names[paypal_id] = row.batch
            ours.setdefault(paypal_id, Counter())
            # What a person closed keeps our own word; that it is not out was checked before.
            if row.raw is not None and (paypal_id, row.item) not in closed:
                amount, fee = (format_amount(minor, currency) for minor in (row.minor, row.fee or 0))
                ours[paypal_id][row.item, row.receiver, amount, currency, row.raw, fee] += 1
        for paypal_id, said in ours.items():
            if said != theirs.get(paypal_id, Counter()):
                raise Wrong(f"books differ on {names[paypal_id]}: ours {said}, PayPal's {theirs.get(paypal_id)}")
        self._count_kinds()

    def check_doubles(self, exit_codes: Mapping[str, int]) -> None:
        """Two payments of one debt, which only PayPal's turned word can make, are told: exit 8 until acknowledged."""
        kept = [p for p in self.hosts.paypal.book()["payments"] if p["state"] in OUT]
        by_person: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for payment in kept:
            by_person.setdefault(person_of(payment["receiver"]), []).append(payment)
        acknowledged = {(row.batch, row.item) for row in self.items() if row.acknowledged}
        for person, payments in by_person.items():
            if len(payments) < 2:
                continue
            self.seen.add("two payments of one debt")
            if any(p["sender_batch_id"] in self.forgotten for p in payments):
                continue
            told = any((p["sender_batch_id"], p["sender_item_id"]) in acknowledged for p in payments)
            for cycle in {_cycle(p) for p in payments}:
                if exit_codes.get(cycle) != 8 and not told:
                    raise Wrong(f"{person} is paid twice, and {cycle} ends with {exit_codes.get(cycle)}, not 8")

    def check_totals(self, cycle: str, *, is_whole: bool) -> None:
        """What is told as paid, open and unknown is what PayPal's book has, to the cent.

        `is_whole`: every batch was read, and none is in doubt; else no more is asked than that what arrived is not told
        as unpaid.
        """
        with self.hosts.store() as store:
            totals = {total.currency: total for total in store.items.tally(cycle).totals}
        paid: Counter[str] = Counter()
        out: Counter[str] = Counter()
        rows = self.items()
        closed = {(row.batch, row.item) for row in rows if row.state == "closed"}
        stored = {row.batch for row in rows} - self.forgotten
        for p in self.payments_of(cycle):
            if (
                p["sender_batch_id"] in stored
                and p["state"] in OUT | {"DENIED"}
                and (p["sender_batch_id"], p["sender_item_id"]) not in closed
            ):
                (paid if p["state"] == "SUCCESS" else out)[p["currency"]] += _minor(p["amount"])
        for currency in {*totals, *paid, *out}:
            total = totals.get(currency) or Total(currency)
            where = total.paid_minor + total.unpaid_minor + total.open_minor + total.unknown_minor + total.closed_minor
            if total.amount_minor + total.surplus_minor != where:
                raise Wrong(f"the totals of {cycle} do not add up: {total}")
            if paid[currency] > total.paid_minor + total.open_minor + total.unknown_minor:
                raise Wrong(f"{cycle}: {paid[currency]} {currency} arrived, and are told as unpaid: {total}")
            if is_whole and (total.paid_minor, total.open_minor) != (paid[currency], out[currency]):
                raise Wrong(f"{cycle}: PayPal has {paid[currency]} paid, {out[currency]} open; told is {total}")

    def check_screens(self) -> None:
        """Hold what `status` shows, as its JSON has it, and what `metrics` counts against the checked totals."""
        hosts = self.hosts
        with hosts.store() as store:
            everything = Query(None, None, items=False, exit_code=False)
            report = verbs.status(everything, store=store, now=hosts.now(), **ASKED).report
            figures = figures_of(store.metrics.facts(), environment="sandbox", account="main", now=hosts.now())
            assert isinstance(report, StatusReport)
            shown = list(result_of(report, Origin("sandbox", "main", hosts.now()))["cycles"])
            tallies = {each["cycle"]: store.items.tally(each["cycle"]) for each in shown}
        for each in shown:
            told = [[line[where] for where in _PLACES] for line in each["totals"]]
            known = [_in_words(total) for total in tallies[each["cycle"]].totals]
            if told != known:
                raise Wrong(f"status of {each['cycle']} says {told}, and the totals are {known}")
        counted = sum((tally.states for tally in tallies.values()), Counter())
        if Counter(figures.items) != counted:
            raise Wrong(f"metrics count {figures.items}, and status {counted}")
        conflicts = sum(tally.open_conflicts for tally in tallies.values())
        if figures.open_conflicts != conflicts:
            raise Wrong(f"metrics count {figures.open_conflicts} conflicts, and status {conflicts}")

    def _count_kinds(self) -> None:
        for outcome, status, attempt in self.hosts.records.ask(
            "SELECT a.outcome, b.status, b.attempt FROM retry_attempts a JOIN payout_batches b ON b.id = a.batch_id"
        ):
            if outcome == "duplicate" and status in {"accepted", "done"}:
                self.seen.add("adoption")
            if outcome == "refused":
                self.seen.add("refusal")
            if attempt > 1:
                self.seen.add("new attempt")
            if status == "denied":
                self.seen.add("denied batch")
        for request in self.hosts.paypal.requests():
            if request["fault"] == "late" and request["status"] is not None:
                self.seen.add("late arrival")


_PLACES: Final = ("amount", "paid", "unpaid", "open", "unknown", "closed", "surplus")


def _in_words(total: Total) -> list[str]:
    return [format_amount(getattr(total, f"{where}_minor"), total.currency) for where in _PLACES]


def _minor(amount: str) -> int:
    return int(amount.replace(".", ""))  # the currencies of schedules have two decimals


def person_of(receiver: str) -> tuple[str, ...]:
    """The address names the debt: the cycle that it was written for, and its row."""
    return tuple(receiver.split("@", maxsplit=1)[0].split(".")[1:3])


def _cycle(payment: Mapping[str, Any]) -> str:
    return str(payment["sender_batch_id"]).removeprefix("main-sandbox-").split("-", maxsplit=1)[0]
