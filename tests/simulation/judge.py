"""The judge: PayPal's own book says who was paid, whatever our records say; and every POST is looked at as it goes."""

import json
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from paypal_payouts.domain.money import format_amount
from simulation.house import House

OUT: Final = frozenset({"SUCCESS", "UNCLAIMED", "PENDING", "ONHOLD", "BLOCKED"})
"""PayPal's words for money that left the account and did not come back."""

PAID_FOR_GOOD: Final = OUT | {"REFUNDED", "REVERSED"}
"""These may not be paid anew: the money came back because somebody wanted it."""

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
    (SELECT count(*) FROM retry_attempts a WHERE a.batch_id = b.id AND coalesce(a.outcome, 'unknown') = 'unknown')
  FROM payout_items i JOIN payout_batches b ON b.id = i.batch_id JOIN cycles c ON c.id = i.cycle_id
  ORDER BY b.sender_batch_id, i.item_id"""

_MISCOUNTED: Final = """
  SELECT batch_id, state, sum(rows), sum(counted) FROM (
    SELECT batch_id, state, 1 + newest AS rows, 0 AS counted FROM payout_items
    UNION ALL SELECT batch_id, state, 0, number + newest FROM item_counts)
  GROUP BY batch_id, state HAVING sum(rows) <> sum(counted)"""


class Wrong(BaseException):
    """A promise is broken. No `except Exception` of the code under test may swallow it."""


class Judge:
    """Watches one world."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.seen: set[str] = set()
        """Which of the interesting things happened."""
        self.bytes_of: dict[str, bytes] = {}
        self.posts: list[str] = []
        self.forgotten: set[str] = set()
        """Ids that were sent after the copy that was restored: our records cannot know what became of them."""
        self._batches_before = 0
        house.before_post = self.before_post
        house.after_post = self.after_post

    # Each POST

    def before_post(self, body: bytes) -> None:
        """Look with a connection of our own, into what is committed at this moment."""
        name = json.loads(body)["sender_batch_header"]["sender_batch_id"]
        rows = self.house.records.ask(_PERMIT, name)
        if not rows:
            raise Wrong(f"{name} is sent, and is not stored")
        ((status, request, is_open, live, items),) = rows
        # A POST whose permit stood when another host took the lease over cannot be called back; its id protects.
        is_overtaken = self.house.moments.overtaken_before == "post"
        if (status != "in_flight" or not is_open) and not is_overtaken:
            raise Wrong(f"{name} is sent without a committed permit: {status}, {is_open} open attempts")
        if live != items and not is_overtaken:
            raise Wrong(f"{name} is sent with {live} of its {items} items live")
        if zlib.decompress(request) != body:
            raise Wrong(f"{name} is sent with other bytes than are stored")
        if self.bytes_of.setdefault(name, body) != body:
            raise Wrong(f"{name} carries other bytes than before")
        self.posts.append(name)
        self.forgotten.discard(name)
        self._batches_before = self._count_batches()

    def after_post(self, is_answered: bool) -> None:
        if not is_answered:
            is_paid = self._count_batches() > self._batches_before
            self.seen.add("lost answer of a paid POST" if is_paid else "lost POST")

    def _count_batches(self) -> int:
        (count,) = self.house.paypal._database.connection.execute("SELECT count(*) FROM batches").fetchone()
        return int(count)

    def database_was_restored(self, posts_then: int) -> None:
        self.forgotten |= set(self.posts[posts_then:])
        self.bytes_of.clear()

    # Each event

    def judge(self) -> None:
        """Hold the committed records against PayPal's book, and their counts against their rows."""
        miscounted = self.house.records.ask(_MISCOUNTED)
        if miscounted:
            raise Wrong(f"counts differ from the rows: {miscounted}")
        payments = self.house.paypal.book()["payments"]
        self._nobody_twice(payments)
        self._nothing_out_is_shown_unpaid(payments)

    @staticmethod
    def _nobody_twice(payments: list[Mapping[str, Any]]) -> None:
        kept = [payment for payment in payments if payment["state"] in PAID_FOR_GOOD]
        by_id = Counter((_cycle(payment), payment["sender_item_id"]) for payment in kept)
        # The receiver's address names cycle and row, so that a payment under another id is found, too.
        by_person = Counter(tuple(payment["receiver"].split("@")[0].split(".")[1:3]) for payment in kept)
        twice = {key: count for counts in (by_id, by_person) for key, count in counts.items() if count > 1}
        if twice:
            raise Wrong(f"paid twice: {twice}")

    def _nothing_out_is_shown_unpaid(self, payments: list[Mapping[str, Any]]) -> None:
        out = {(p["sender_batch_id"], p["sender_item_id"]) for p in payments if p["state"] in OUT}
        out_batches = {name for name, _ in out}
        for row in self.items():
            name, item, state, status, open_sends = row[0], row[2], row[3], row[10], row[12]
            # PayPal frees the id of a batch that it denied: a send without an answer may have been taken since.
            # What is shown then is that very doubt (domain.retry.may_pay_anew), and nothing is paid anew.
            if name in self.forgotten or (status == "denied" and open_sends):
                continue
            if (name, item) in out and state in SHOWN_UNPAID:
                raise Wrong(f"{item} of {name} is out, and shown as {state}")
            if name in out_batches and status in BATCH_SHOWN_UNPAID:
                raise Wrong(f"money of {name} is out, and the batch is shown as {status}")
            if status == "review":
                self.seen.add("review")

    def items(self) -> list[tuple[Any, ...]]:
        return self.house.records.ask(_ITEMS)

    # The end

    def judge_books(self, *, unread: set[str]) -> None:
        """Our books say what PayPal's say, to the cent, for every batch that we say it has."""
        closed = {(row[11], row[2]) for row in self.items() if row[3] == "closed"}
        theirs: dict[str, Counter[Any]] = {}
        for p in self.house.paypal.book()["payments"]:
            if p["state"] is not None and (p["payout_batch_id"], p["sender_item_id"]) not in closed:
                # PayPal does not say a fee before it has finished with an item.
                fee = format_amount(0, p["currency"]) if p["state"] == "PENDING" else p["fee"]
                payment = (p["sender_item_id"], p["receiver"], p["amount"], p["currency"], p["state"], fee)
                theirs.setdefault(p["payout_batch_id"], Counter())[payment] += 1
        ours: dict[str, Counter[Any]] = {}
        names: dict[str, str] = {}
        for name, _, item, state, raw, receiver, minor, currency, fee, _, status, paypal_id, _ in self.items():
            if paypal_id is None or name in unread:
                continue
            if status not in {"accepted", "done", "denied", "canceled"}:
                raise Wrong(f"{name} is {status} and PayPal's {paypal_id}")
            names[paypal_id] = name
            ours.setdefault(paypal_id, Counter())
            # What a person closed keeps our own word; that it is not out was judged before.
            if raw is not None and state != "closed":
                shown_fee = format_amount(fee or 0, currency)
                ours[paypal_id][item, receiver, format_amount(minor, currency), currency, raw, shown_fee] += 1
        for paypal_id, said in ours.items():
            if said != theirs.get(paypal_id, Counter()):
                raise Wrong(f"books differ on {names[paypal_id]}: ours {said}, PayPal's {theirs.get(paypal_id)}")
        self._count_kinds()

    def _count_kinds(self) -> None:
        for outcome, status, attempt in self.house.records.ask(
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
        for request in self.house.paypal.requests():
            if request["fault"] == "late" and request["status"] is not None:
                self.seen.add("late arrival")


def _cycle(payment: Mapping[str, Any]) -> str:
    return str(payment["sender_batch_id"]).removeprefix("main-sandbox-").split("-", maxsplit=1)[0]
