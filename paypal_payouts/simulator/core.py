"""The simulated PayPal: requests in, answers or faults out, and a book by which tests judge what was really paid."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from paypal_payouts.simulator import settings
from paypal_payouts.simulator.activity import movements
from paypal_payouts.simulator.book import Book
from paypal_payouts.simulator.calls import Call, read_call
from paypal_payouts.simulator.database import BookDatabase
from paypal_payouts.simulator.exchange import Exchange
from paypal_payouts.simulator.fates import fate_of_word
from paypal_payouts.simulator.faults import FaultKind, read_fault
from paypal_payouts.simulator.ids import DEBUG_ID, ITEM_ID
from paypal_payouts.simulator.journal import Journal
from paypal_payouts.simulator.ledger import show_book, show_payment, show_totals
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest, JsonObject
from paypal_payouts.simulator.problems import SimulatedRefusal, refusal_body
from paypal_payouts.simulator.replies import BuiltReply, http_date, timestamp
from paypal_payouts.simulator.reports import activity_download
from paypal_payouts.simulator.service import Desk, perform

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ADVANCE_MAX_S: Final = 100 * 365 * 24 * 3600
_LOGGED_CHARACTERS: Final = 2000


class Simulator:
    """PayPal's payouts in one book.

    `book_path` is the file that keeps the book, `None` keeps it in memory; `now` tells the time, with its zone. Any
    number of threads and processes may use one file: each request is one transaction.
    """

    def __init__(self, book_path: Path | None, now: Callable[[], datetime]) -> None:
        self._now = now
        self._database = BookDatabase(book_path)
        self._book = Book(self._database.connection)
        self._journal = Journal(self._database.connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the book's file."""
        self._database.close()

    def handle(self, request: IncomingRequest) -> Answer | Fault:
        """Answer any request to PayPal, or give the fault that takes the place of its answer."""
        with self._open() as now_ms:
            number = self._journal.next_number("requests")
            result = self._handle(request, number, now_ms)
            self._deliver(number, now_ms)
            return result

    def book(self) -> JsonObject:
        """Report every batch and payment, and what they add up to."""
        with self._open() as now_ms:
            return show_book(self._book, now_ms)

    def totals(self) -> JsonObject:
        """Report what all payments add up to, by currency and state."""
        with self._open() as now_ms:
            return show_totals(self._book.totals(now_ms))

    def activity(self, language: str = "en") -> str:
        """Write the activity download: everything that ever moved money, as CSV, the oldest first.

        Raises:
            ValueError: naming the languages that there are.

        """
        with self._open() as now_ms:
            return activity_download(movements(self._book, settings.load(self._journal), now_ms), language)

    def clock(self) -> datetime:
        """Report the simulator's own time."""
        with self._open() as now_ms:
            return _EPOCH + timedelta(milliseconds=now_ms)

    def advance(self, seconds: float) -> datetime:
        """Move the simulator's clock, and let what was due meanwhile arrive.

        Raises:
            ValueError: naming what is accepted.

        """
        offset_ms = round(settings.seconds(seconds, "advance_s", least=-_ADVANCE_MAX_S) * 1000)
        with self._database.transaction():
            offset_ms += self._journal.fact("clock_offset_ms", 0)
            if abs(offset_ms) > _ADVANCE_MAX_S * 1000:
                raise ValueError("advance_s: at most a hundred years from the real time, in all")
            self._journal.note_fact("clock_offset_ms", offset_ms)
        return self.clock()

    def settings(self) -> JsonObject:
        """Report how this PayPal is set up, and what is left in its account."""
        with self._open() as now_ms:
            return settings.show(settings.load(self._journal), self._book, now_ms)

    def configure(self, **changes: Any) -> None:  # noqa: ANN401 - each setting has its own type
        """Change some settings, of those that `settings` tells.

        Raises:
            ValueError: naming what is accepted.

        """
        with self._open():
            settings.configure(changes, self._journal, self._book)

    def set_word(
        self, word: str, *, sender_item_id: str | None = None, payout_item_id: str | None = None
    ) -> JsonObject:
        """Change PayPal's word on one item, and move its money to where the word says; give its payment.

        Of several payments under one id of the sender's it is the newest. A word that is only told is a fault `word`.

        Raises:
            ValueError: naming what is accepted, or that there is no such item.

        """
        fate = fate_of_word(word)
        if (sender_item_id is None) is (payout_item_id is None):
            raise ValueError("sender_item_id or payout_item_id: one of them names the item")
        with self._open() as now_ms:
            by_id = self._book.newest_payment(sender_item_id) if sender_item_id is not None else None
            number = by_id if payout_item_id is None else ITEM_ID.read(payout_item_id)
            item = None if number is None else self._book.item(number, now_ms)
            if item is None:
                raise ValueError(f"no item {sender_item_id or payout_item_id}")
            self._book.set_word(item, fate, now_ms)
            (changed,) = self._book.items(item.number, item.number + 1, now_ms)
            return show_payment(changed)

    def inject(self, *rules: Mapping[str, Any]) -> None:
        """Ask for faults, in the words of the control endpoint: {"on": "create", "kind": "reset_after"}.

        Raises:
            ValueError: naming what is accepted; then none of them is taken.

        """
        read = [read_fault(rule) for rule in rules]
        with self._open():
            for rule in read:
                self._journal.add_fault(rule.to_json())

    def faults(self) -> list[JsonObject]:
        """Report the faults that are still to come."""
        with self._open():
            return list(self._journal.faults().values())

    def clear_faults(self) -> None:
        """Forget the faults that are still to come; a late request that is under way still arrives."""
        with self._open():
            self._journal.clear_faults()

    def requests(self) -> list[JsonObject]:
        """Return the latest requests, the oldest first; never a token or a secret."""
        with self._open():
            return self._journal.requests()

    @contextmanager
    def _open(self) -> Iterator[int]:
        """Hold the book at one moment, after everything that was due by then."""
        with self._database.transaction():
            real_ms = (self._now() - _EPOCH) // timedelta(milliseconds=1)
            now_ms = real_ms + int(self._journal.fact("clock_offset_ms", 0))
            self._deliver(None, now_ms)
            yield now_ms

    def _handle(self, request: IncomingRequest, number: int, now_ms: int) -> Answer | Fault:
        try:
            call = read_call(request)
        except SimulatedRefusal as refusal:
            result = self._refuse(refusal, number, now_ms)
            self._log(request, now_ms, status=result.status, applied=False, fault=None)
            return result
        exchange = Exchange(call, self._desk(now_ms), number)
        outcome = exchange.run()
        status = outcome.status if isinstance(outcome, Answer) else None
        self._log(request, now_ms, status=status, applied=exchange.was_applied, fault=exchange.fault)
        return outcome

    @staticmethod
    def _refuse(refusal: SimulatedRefusal, number: int, now_ms: int) -> Answer:
        """Answer a request that asks for nothing that PayPal has."""
        debug_id = DEBUG_ID.write(number).lower()
        headers = {"Date": http_date(now_ms), "Paypal-Debug-Id": debug_id}
        if refusal.allow:
            headers["Allow"] = refusal.allow
        return BuiltReply(refusal.status, refusal_body(refusal, debug_id), headers).seal()

    def _deliver(self, number: int | None, now_ms: int) -> None:
        """Let late requests arrive that are due after this many requests, or by now. Nobody hears their answers."""
        for late in self._journal.arrived(number, now_ms):
            call = Call.from_json(late.call)
            arrived_ms = now_ms if late.due_ms is None else min(late.due_ms, now_ms)
            reply = perform(call, self._desk(arrived_ms), "")
            request = IncomingRequest("POST", call.path, call.query)
            self._log(request, arrived_ms, status=reply.status, applied=True, fault=FaultKind.LATE)

    def _log(
        self, request: IncomingRequest, at_ms: int, *, status: int | None, applied: bool, fault: FaultKind | None
    ) -> None:
        self._journal.log(
            {
                "at": timestamp(at_ms),
                "method": request.method[:_LOGGED_CHARACTERS],
                "path": request.path[:_LOGGED_CHARACTERS],
                "query": request.query[:_LOGGED_CHARACTERS],
                "status": status,
                "applied": applied,
                "fault": fault,
            }
        )

    def _desk(self, now_ms: int) -> Desk:
        return Desk(self._book, self._journal, settings.load(self._journal), now_ms)
