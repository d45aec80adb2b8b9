"""What is asked of PayPal: one client, one token in memory, and what happened as a value.

It decides nothing about money. `create_batch` is exactly one exchange with the token that is held; only reads and the
token itself are asked for again, and only at reads is a dead token renewed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar, assert_never

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
from paypal_payouts.paypal.document import identifier
from paypal_payouts.paypal.error_table import ApiCall
from paypal_payouts.paypal.failures import may_pass, no_reply, unfit_id, with_item_ids
from paypal_payouts.paypal.hidden import Hidden
from paypal_payouts.paypal.pace import Pace
from paypal_payouts.paypal.parser import Token, parse_cancel, parse_create, parse_item, parse_page, parse_token
from paypal_payouts.paypal.repeat import repeated
from paypal_payouts.paypal.reply import Answer, NoAnswer, Reply, RequestNotSent
from paypal_payouts.paypal.wire import Transport, Wire

__all__ = ["NoAnswer", "PayPalClient", "Reply", "RequestNotSent", "Secret"]

PAGE_SIZE: Final = 1000
"""PayPal's largest page (OpenAPI description, `page_size`)."""

TOKEN_LIFE_MIN_S: Final = 60.0
"""A token with less life than this, or than four exchanges, is renewed before a send."""

_UNAUTHORIZED: Final = 401

R = TypeVar("R")


class Secret(Protocol):
    """A text that shows only when it is asked for by name, such as pydantic's SecretStr."""

    def get_secret_value(self) -> str:
        """Return the text."""


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
    ) -> None:
        """Prepare, without connecting. `timeout_s` bounds each whole exchange.

        `policy` gives the policy of reads and of the token, each time that one is asked for.

        A `pace` is shared by all clients of a process. It is kept before a token, before a read and, as a permit is
        not to grow old, before the token is made sure of for a send; nothing ever waits between permit and POST.

        A `transport` stands in for the network, as the simulator in process does, under any base URL.

        Raises:
            ValueError: `base_url` is neither PayPal's nor this machine, or `transport` would open sockets of its own.

        """
        self._client_id = client_id
        self._hidden = hidden = Hidden(client_id=client_id, client_secret=client_secret.get_secret_value())
        self._wire = Wire(
            base_url=base_url, timeout_s=timeout_s, now=now, monotonic=monotonic, transport=transport, hidden=hidden
        )
        self._now, self._pause, self._chance = now, pause, chance
        self._policy, self._pace = policy, pace
        self._token_margin = timedelta(seconds=max(TOKEN_LIFE_MIN_S, 4 * timeout_s))
        self._token: Token | None = None
        self._token_ends: datetime | None = None
        self._on_first_token: Callable[[], None] | None = None

    def close(self) -> None:
        """Close the connection and forget the token."""
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
        self._on_first_token = act

    @property
    def clock_offset_s(self) -> float | None:
        """Seconds by which PayPal's clock was ahead of ours when its last reply came; None before the first."""
        return self._wire.clock_offset_s

    @property
    def may_pay_out(self) -> bool | None:
        """Whether the token that is held carries the scope of payouts; None where that is not known."""
        return None if self._token is None else self._token.may_pay_out

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
        """Hold a token that outlives the next send, once that may go out; None where there is one.

        PayPal gives out the same token again while it lives, so a fetched one may have little life left: it is held
        as it is, and a send that it fails is refused with 401.
        """
        self._make_room()
        if self._token_ends is not None and self._token_ends - self._now() >= self._token_margin:
            return None
        answer = self._repeated(self._fetch_token, _passing_token_failure)
        if not isinstance(answer, Token):
            return answer
        if self._on_first_token is not None:
            self._on_first_token()
            self._on_first_token = None
        self._token, self._token_ends = answer, self._now() + timedelta(seconds=answer.life_s)
        self._make_room()
        return None

    def drop_token(self) -> None:
        """Forget the token."""
        self._token, self._token_ends = None, None

    def create_batch(self, request: bytes, *, sender_batch_id: str) -> SendOutcome:
        """Send one batch in exactly one exchange: no renewal of the token, no repetition.

        The caller holds a permit, and had `ensure_token` go well before it.

        Raises:
            RuntimeError: no token is held, a fault of the program; nothing was sent.

        """
        # For PayPal's logs only: it does not protect a payout (recorded replies); sender_batch_id does.
        answer = self._ask("POST", "/v1/payments/payouts", content=request, request_id=sender_batch_id)
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

    def cancel_item(self, paypal_item_id: str) -> CancelOutcome:
        """Ask PayPal, once, to cancel an unclaimed item."""
        if identifier(paypal_item_id) is None:
            return CancelRefused(unfit_id())
        lacking = self.ensure_token()
        if lacking is not None:
            return CancelRefused(lacking.failure)
        answer = self._ask("POST", f"/v1/payments/payouts-item/{paypal_item_id}/cancel", content=b"{}")
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
        params = {"page": str(page), "page_size": str(PAGE_SIZE), "total_required": "true"}
        return self.read(f"/v1/payments/payouts/{paypal_batch_id}", params, parse_page)

    def read_item(self, paypal_item_id: str) -> ItemReading | ReadFailed:
        """Read one item."""
        if identifier(paypal_item_id) is None:
            return ReadFailed(unfit_id(), passing=False)
        return self.read(f"/v1/payments/payouts-item/{paypal_item_id}", {}, parse_item)

    def read(self, path: str, params: Mapping[str, str], parse: Callable[[Reply], R | ReadFailed]) -> R | ReadFailed:
        """Read until it goes well or the policy ends it; a token that PayPal calls dead is renewed once."""

        def look() -> R | ReadFailed:
            self._make_room()
            answer = self._ask("GET", path, params=params, brings_page=parse is parse_page)
            match answer:
                case Reply():
                    return parse(answer)
                case RequestNotSent() | NoAnswer():
                    return ReadFailed(no_reply(answer), passing=True)
                case _:
                    assert_never(answer)

        lacking = self.ensure_token()
        if lacking is None:
            reading = self._repeated(look, _passing_read_failure)
            if not (isinstance(reading, ReadFailed) and reading.failure.http_status == _UNAUTHORIZED):
                return reading
            self.drop_token()
            lacking = self.ensure_token()
            if lacking is None:
                return self._repeated(look, _passing_read_failure)
        return ReadFailed(lacking.failure, passing=_passing_token_failure(lacking) is not None)

    def _repeated(self, ask: Callable[[], R], passing_failure: Callable[[R], Failure | None]) -> R:
        return repeated(ask, passing_failure, policy=self._policy(), pause=self._pause, chance=self._chance)

    def _make_room(self) -> None:
        if self._pace is not None:
            self._pace.make_room()

    def _note(self) -> None:
        if self._pace is not None:
            self._pace.note()

    def _fetch_token(self) -> Token | TokenRefused | TokenUnavailable:
        self._make_room()
        headers = {"Authorization": f"Basic {self._hidden.basic}", "Content-Type": "application/x-www-form-urlencoded"}
        content = b"grant_type=client_credentials"
        self._note()
        answer = self._wire.exchange("POST", "/v1/oauth2/token", headers=headers, content=content, brings_token=True)
        match answer:
            case Reply():
                said = parse_token(answer)
                if not isinstance(said, Token):
                    return parse_token(self._hidden.out_of(answer))
                self._hidden.add(said.text)
                return said
            case RequestNotSent() | NoAnswer():
                return TokenUnavailable(no_reply(answer))
            case _:
                assert_never(answer)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        request_id: str | None = None,
        brings_page: bool = False,
    ) -> Answer:
        if self._token is None:
            raise RuntimeError("PayPal is asked without a token")
        headers = {"Authorization": f"Bearer {self._token.text}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if request_id is not None:
            headers["PayPal-Request-Id"] = request_id
        self._note()
        return self._wire.exchange(
            method, path, headers=headers, params=params, content=content, brings_page=brings_page
        )


def _passing_read_failure(reading: object) -> Failure | None:
    return reading.failure if isinstance(reading, ReadFailed) and reading.passing else None


def _passing_token_failure(answer: object) -> Failure | None:
    passing = isinstance(answer, TokenUnavailable) and may_pass(ApiCall.TOKEN, answer.failure)
    return answer.failure if isinstance(answer, TokenUnavailable) and passing else None
