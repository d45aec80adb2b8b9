"""Exchanges with PayPal under the one token, each counted by the pace; nothing that is said is interpreted."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from paypal_payouts.domain.outcome import Failure, TokenRefused, TokenUnavailable
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.paypal.hidden import Hidden
from paypal_payouts.paypal.pace import Pace
from paypal_payouts.paypal.repeat import repeated
from paypal_payouts.paypal.reply import Answer, Reply
from paypal_payouts.paypal.tokens import HeldToken
from paypal_payouts.paypal.wire import Wire

_TOO_MANY_REQUESTS: Final = 429

R = TypeVar("R")


class Exchanges:
    """Makes exchanges, and holds the token that they need."""

    def __init__(
        self,
        wire: Wire,
        *,
        hidden: Hidden,
        pace: Pace,
        policy: Callable[[], RetryPolicy],
        now: Callable[[], datetime],
        pause: Callable[[float], None],
        chance: Callable[[], float],
        timeout_s: float,
    ) -> None:
        """Begin without a token."""
        self._wire, self._hidden, self._pace = wire, hidden, pace
        self._policy, self._pause, self._chance = policy, pause, chance
        self.token = HeldToken(self._fetch_token, self.repeated, hidden=hidden, now=now, timeout_s=timeout_s)

    def ensure_token(self) -> TokenRefused | TokenUnavailable | None:
        """Hold a token that outlives the next send, once that may go out; None where there is one."""
        self._pace.make_room()
        before = self.token.held
        lacking = self.token.ensure()
        if lacking is None and self.token.held is not before:
            self._pace.make_room()
        return lacking

    def wait_for_room(self) -> None:
        """Wait until one more exchange keeps the pace."""
        self._pace.make_room()

    def may_go_now(self) -> bool:
        """Return whether one more exchange keeps the pace without waiting, and there is a token for it."""
        return self.token.held is not None and self._pace.has_room()

    def repeated(self, ask: Callable[[], R], passing_failure: Callable[[R], Failure | None]) -> R:
        """Ask until it is no passing failure or the policy ends it; return what came last."""
        return repeated(ask, passing_failure, policy=self._policy(), pause=self._pause, chance=self._chance)

    def _fetch_token(self) -> Answer:
        self._pace.make_room()
        headers = {"Authorization": f"Basic {self._hidden.basic}", "Content-Type": "application/x-www-form-urlencoded"}
        content = b"grant_type=client_credentials"
        self._pace.note()
        answer = self._wire.exchange("POST", "/v1/oauth2/token", headers=headers, content=content, brings_token=True)
        self.slow_down_after(answer)
        return answer

    def make(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        request_id: str | None = None,
        brings_page: bool = False,
    ) -> Answer:
        """Make one exchange, now.

        Raises:
            RuntimeError: no token is held, a fault of the program; nothing was sent.

        """
        answer = self.prepared(
            method, path, params=params, content=content, request_id=request_id, brings_page=brings_page
        )()
        self.slow_down_after(answer)
        return answer

    def prepared(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        request_id: str | None = None,
        brings_page: bool = False,
    ) -> Callable[[], Answer]:
        """Count an exchange as made now, and give it to be made, in this thread or another."""
        if self.token.held is None:
            raise RuntimeError("PayPal is asked without a token")
        headers = {"Authorization": f"Bearer {self.token.held.text}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if request_id is not None:
            headers["PayPal-Request-Id"] = request_id
        self._pace.note()
        exchange = self._wire.exchange
        return partial(exchange, method, path, headers=headers, params=params, content=content, brings_page=brings_page)

    def slow_down_after(self, answer: Answer) -> None:
        """Ask more slowly from now on, where PayPal says that it was too fast."""
        if isinstance(answer, Reply) and answer.status == _TOO_MANY_REQUESTS:
            self._pace.slow_down()
