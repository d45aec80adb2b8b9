"""What is asked of PayPal: one client, one token in memory, and what happened as a value.

It decides nothing about money. `create_batch` is exactly one exchange with the token that is held; only reads and the
token itself are asked for again, and only at reads is a dead token renewed.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeVar, assert_never

from paypal_payouts.domain import outcome
from paypal_payouts.domain.outcome import (
    CancelOutcome,
    CancelRefused,
    CancelUnknown,
    Failure,
    ItemReading,
    PageReading,
    ReadFailed,
    Refused,
    SendOutcome,
    TokenRefused,
    TokenUnavailable,
    Unknown,
)
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.paypal.ahead import PAGE_SIZE, Executor, PageKey, ReadAhead
from paypal_payouts.paypal.document import identifier
from paypal_payouts.paypal.exchanges import Exchanges
from paypal_payouts.paypal.failures import no_reply, unfit_id, with_item_ids
from paypal_payouts.paypal.hidden import Hidden, Secret
from paypal_payouts.paypal.pace import Pace
from paypal_payouts.paypal.parser import Token, parse_cancel, parse_create, parse_item, parse_page
from paypal_payouts.paypal.reply import Answer, NoAnswer, Reply, RequestNotSent
from paypal_payouts.paypal.tokens import passing_token_failure
from paypal_payouts.paypal.wire import Transport, Wire

_UNAUTHORIZED: Final = 401

R = TypeVar("R")


class PayPalClient:
    """Talks to one PayPal host as one app; no secret it holds shows in a repr, a message or a log."""

    def __init__(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: Secret,
        timeout_s: float,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        pause: Callable[[float], None],
        chance: Callable[[], float],
        policy: Callable[[], RetryPolicy] = RetryPolicy,
        pace: Pace | None = None,
        transport: Transport | None = None,
        executor: Executor | None = None,
        reads_in_parallel: int = 1,
    ) -> None:
        """Prepare, without connecting. `timeout_s` bounds each whole exchange.

        `policy` gives the policy of reads and of the token, each time that one is asked for.

        A `pace` is shared by all clients of a process. It is kept before a token, before a read and, as a permit is
        not to grow old, before the token is made sure of for a send; nothing ever waits between permit and POST.

        A `transport` stands in for the network, as the simulator in process does, under any base URL. An `executor`
        makes up to `reads_in_parallel` reads beside each other; without one they are made one after the other.

        Raises:
            ValueError: `base_url` is neither PayPal's nor this machine, or `transport` would open sockets of its own.

        """
        self._client_id = client_id
        hidden = Hidden(client_id=client_id, client_secret=client_secret.get_secret_value())
        self._wire = Wire(
            base_url=base_url,
            timeout_s=timeout_s,
            now=now,
            monotonic=monotonic,
            transport=transport,
            hidden=hidden,
            connections=reads_in_parallel + 1,
        )
        self._now = now
        self._exchanges = Exchanges(
            self._wire,
            hidden=hidden,
            pace=pace or Pace(sys.maxsize, monotonic=monotonic, pause=pause),
            policy=policy,
            now=now,
            pause=pause,
            chance=chance,
            timeout_s=timeout_s,
        )
        self._ahead: ReadAhead | None = None
        if executor is not None:
            safe_point = partial(pause, 0)
            self._ahead = ReadAhead(self._early_page, executor, parallel=reads_in_parallel, safe_point=safe_point)

    def close(self) -> None:
        """Close the connections and forget the token."""
        if self._ahead is not None:
            self._ahead.close()
        self.drop_token()
        self._wire.close()

    @property
    def client_id(self) -> str:
        """Return as which of PayPal's apps it asks."""
        return self._client_id

    def on_first_token(self, act: Callable[[], None]) -> None:
        """Let `act` happen once, when PayPal first gives a token: only then are the credentials known to be real.

        Whatever it raises is raised by what asked for the token, which is not held then.
        """
        self._exchanges.token.on_first = act

    @property
    def clock_offset_s(self) -> float | None:
        """Seconds by which PayPal's clock was ahead of ours when its last reply came; None before the first."""
        return self._wire.clock_offset_s

    @property
    def token(self) -> Token | None:
        """Return the token that is held, for what PayPal says with it: the app and its scopes."""
        return self._exchanges.token.held

    def later_now(self) -> datetime:
        """Return the later of our clock and the last time that PayPal told."""
        now, told = self._now(), self._wire.server_time
        return now if told is None else max(now, told)

    def ask_time(self) -> datetime | None:
        """Ask PayPal for a fresh token, and give the time that its answer carries; None where it carries none."""
        self.drop_token()
        self._wire.forget_time()
        self.ensure_token()
        return self._wire.server_time

    def ensure_token(self) -> TokenRefused | TokenUnavailable | None:
        """Hold a token that outlives the next send, once that may go out; None where there is one."""
        return self._exchanges.ensure_token()

    def drop_token(self) -> None:
        """Forget the token."""
        self._exchanges.token.drop()

    def create_batch(self, request: bytes, *, sender_batch_id: str, request_id: str) -> SendOutcome:
        """Send one batch in exactly one exchange: no renewal of the token, no repetition.

        The caller holds a permit, and had `ensure_token` go well before it.

        Raises:
            RuntimeError: no token is held, a fault of the program; nothing was sent.

        """
        # `request_id` does not protect a payout (recorded replies); sender_batch_id does.
        answer = self._exchanges.make("POST", "/v1/payments/payouts", content=request, request_id=request_id)
        match answer:
            case Reply():
                said = parse_create(answer, sender_batch_id=sender_batch_id)
                return Refused(with_item_ids(said.failure, request)) if isinstance(said, Refused) else said
            case RequestNotSent():
                return outcome.NotSent(no_reply(answer))
            case NoAnswer():
                return Unknown(no_reply(answer))
            case _:
                assert_never(answer)

    def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        request_id: str | None = None,
    ) -> Answer:
        """Make one exchange and give what came, nothing interpreted, for `doctor --probe`; `ensure_token` went well.

        Raises:
            RuntimeError: no token is held, a fault of the program; nothing was sent.

        """
        return self._exchanges.make(
            method, path, params=params, content=content, request_id=request_id, brings_page=True
        )

    def cancel_item(self, paypal_item_id: str) -> CancelOutcome:
        """Ask PayPal, once, to cancel an unclaimed item."""
        if identifier(paypal_item_id) is None:
            return CancelRefused(unfit_id())
        lacking = self.ensure_token()
        if lacking is not None:
            return CancelRefused(lacking.failure)
        answer = self._exchanges.make("POST", f"/v1/payments/payouts-item/{paypal_item_id}/cancel", content=b"{}")
        match answer:
            case Reply():
                return parse_cancel(answer)
            case RequestNotSent():
                return CancelRefused(no_reply(answer))
            case NoAnswer():
                return CancelUnknown(no_reply(answer))
            case _:
                assert_never(answer)

    def read_page(self, paypal_batch_id: str, page: int) -> PageReading | ReadFailed:
        """Read one page of a batch, counted from 1, of up to 1,000 items."""
        if identifier(paypal_batch_id) is None:
            return ReadFailed(unfit_id(), passing=False)
        ahead = self._ahead
        reading = self.read(
            *_page_address((paypal_batch_id, page)),
            parse_page,
            early=None if ahead is None else partial(ahead.take, (paypal_batch_id, page)),
        )
        if ahead is not None and isinstance(reading, PageReading):
            ahead.went_well((paypal_batch_id, page))
        return reading

    def expect_pages(self, pages: Sequence[PageKey]) -> None:
        """Say which pages will be read next, in this order: some are asked for before their turn. None: no more."""
        if self._ahead is not None:
            self._ahead.expect([page for page in pages if identifier(page[0]) is not None])

    def read_item(self, paypal_item_id: str) -> ItemReading | ReadFailed:
        """Read one item."""
        if identifier(paypal_item_id) is None:
            return ReadFailed(unfit_id(), passing=False)
        return self.read(f"/v1/payments/payouts-item/{paypal_item_id}", {}, parse_item)

    def _early_page(self, page: PageKey) -> Callable[[], Answer] | None:
        """Count and prepare the exchange for a page whose turn has not come; None where it has to wait."""
        if not self._exchanges.may_go_now():
            return None
        path, params = _page_address(page)
        return self._exchanges.prepared("GET", path, params=params, brings_page=True)

    def read(
        self,
        path: str,
        params: Mapping[str, str],
        parse: Callable[[Reply], R | ReadFailed],
        early: Callable[[], Answer | None] | None = None,
    ) -> R | ReadFailed:
        """Read until it goes well or the policy ends it; a token that PayPal calls dead is renewed once.

        What came of an `early` exchange counts as the first look.
        """

        def look() -> R | ReadFailed:
            answer = early() if early is not None else None
            if answer is None:
                self._exchanges.wait_for_room()
                answer = self._exchanges.make("GET", path, params=params, brings_page=parse is parse_page)
            else:
                self._exchanges.slow_down_after(answer)
            reading = _read_answer(answer, parse)
            if isinstance(reading, ReadFailed) and self._ahead is not None:
                self._ahead.failed()
            return reading

        lacking = self.ensure_token()
        if lacking is None:
            reading = self._exchanges.repeated(look, _passing_read_failure)
            if not (isinstance(reading, ReadFailed) and reading.failure.http_status == _UNAUTHORIZED):
                return reading
            self.drop_token()
            lacking = self.ensure_token()
            if lacking is None:
                return self._exchanges.repeated(look, _passing_read_failure)
        return ReadFailed(lacking.failure, passing=passing_token_failure(lacking) is not None)


def _page_address(page: PageKey) -> tuple[str, dict[str, str]]:
    """Return the path and the parameters of a page."""
    paypal_batch_id, number = page
    params = {"page": str(number), "page_size": str(PAGE_SIZE), "total_required": "true"}
    return f"/v1/payments/payouts/{paypal_batch_id}", params


def _read_answer(answer: Answer, parse: Callable[[Reply], R | ReadFailed]) -> R | ReadFailed:
    match answer:
        case Reply():
            return parse(answer)
        case RequestNotSent() | NoAnswer():
            return ReadFailed(no_reply(answer), passing=True)
        case _:
            assert_never(answer)


def _passing_read_failure(reading: object) -> Failure | None:
    return reading.failure if isinstance(reading, ReadFailed) and reading.passing else None
