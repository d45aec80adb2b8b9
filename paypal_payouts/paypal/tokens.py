"""The one token of a client: in memory alone, fetched when it is wanted, and hidden from every reply and log."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from paypal_payouts.domain.outcome import Failure, TokenRefused, TokenUnavailable
from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.failures import may_pass, no_reply
from paypal_payouts.paypal.hidden import Hidden
from paypal_payouts.paypal.parser import Token, parse_token
from paypal_payouts.paypal.reply import Answer, Reply

TOKEN_LIFE_MIN_S: Final = 60.0
"""A token with less life than this, or than four exchanges, is renewed before a send."""

Fetched = Token | TokenRefused | TokenUnavailable
"""What came of asking for a token."""


class _Repeat(Protocol):
    def __call__(self, ask: Callable[[], Fetched], passing: Callable[[Fetched], Failure | None], /) -> Fetched: ...


class HeldToken:
    """Holds a token, and fetches one where none lives long enough."""

    def __init__(
        self,
        fetch: Callable[[], Answer],
        repeat: _Repeat,
        *,
        hidden: Hidden,
        now: Callable[[], datetime],
        timeout_s: float,
    ) -> None:
        """Begin with none. `fetch` makes one exchange for a token; `repeat` asks again as the policy says."""
        self._fetch, self._repeat = fetch, repeat
        self._hidden, self._now = hidden, now
        self._margin = timedelta(seconds=max(TOKEN_LIFE_MIN_S, 4 * timeout_s))
        self._ends: datetime | None = None
        self.held: Token | None = None
        self.on_first: Callable[[], None] | None = None
        """What happens once, when PayPal first gives a token; what it raises keeps the token from being held."""

    def ensure(self) -> TokenRefused | TokenUnavailable | None:
        """Hold a token that outlives the next send; None where there is one.

        PayPal gives out the same token again while it lives, so a fetched one may have little life left: it is held
        as it is, and a send that it fails is refused with 401.
        """
        if self._ends is not None and self._ends - self._now() >= self._margin:
            return None
        answer = self._repeat(self._ask, passing_token_failure)
        if not isinstance(answer, Token):
            return answer
        if self.on_first is not None:
            self.on_first()
            self.on_first = None
        self.held, self._ends = answer, self._now() + timedelta(seconds=answer.life_s)
        return None

    def drop(self) -> None:
        """Forget the token."""
        self.held, self._ends = None, None

    def _ask(self) -> Fetched:
        answer = self._fetch()
        if not isinstance(answer, Reply):
            return TokenUnavailable(no_reply(answer))
        said = parse_token(answer)
        if not isinstance(said, Token):
            return parse_token(self._hidden.out_of(answer))
        self._hidden.add(said.text)
        return said


def passing_token_failure(answer: object) -> Failure | None:
    """Return why there is no token where that may pass; None where it will not, or there is one."""
    passing = isinstance(answer, TokenUnavailable) and may_pass(ApiCall.TOKEN, answer.failure)
    return answer.failure if isinstance(answer, TokenUnavailable) and passing else None
