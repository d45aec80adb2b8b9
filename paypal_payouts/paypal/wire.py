"""The only socket: one request goes out, and what came of it is a value."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from http.cookiejar import CookieJar
from typing import Final

import httpx

from paypal_payouts.log import event
from paypal_payouts.paypal.deadline import DeadlineTransport
from paypal_payouts.paypal.document import text, word
from paypal_payouts.paypal.hidden import Hidden
from paypal_payouts.paypal.hosts import checked_base_url
from paypal_payouts.paypal.reply import Answer, NoAnswer, Reply, RequestNotSent, http_date

Transport = httpx.BaseTransport
"""What carries a request; named here so that the client needs no name of httpx."""

_LOG: Final = logging.getLogger(__name__)

PAGE_MAX: Final = 32 * 1024 * 1024
"""Bytes of a page of a batch; one of 1,000 items has about one million."""
BODY_MAX: Final = 1024 * 1024
"""Bytes of any other reply, which is about one token, one batch or one item, or is an error."""

_NEVER_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""The only errors that come before the first byte of a request (tried); any other may follow its arrival."""


class Wire:
    """One HTTP client on one host: no redirect, no proxy, no cookie, no compression, no retry, no unverified TLS."""

    def __init__(
        self,
        *,
        base_url: str,
        timeout_s: float,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        transport: Transport | None,
        hidden: Hidden,
        connections: int,
    ) -> None:
        """Prepare, without connecting; `timeout_s` bounds each whole exchange. What is `hidden` is in no reply.

        Up to as many threads as there are `connections` may make an exchange at once.

        Raises:
            ValueError: `base_url` is neither PayPal's nor this machine, or `transport` would open sockets of its own.

        """
        opens_sockets = isinstance(transport, httpx.HTTPTransport)
        if opens_sockets:
            raise ValueError("only the client's own transport may open sockets: another could leave TLS unverified")
        self._http = httpx.Client(
            base_url=checked_base_url(base_url) if transport is None else base_url,
            transport=transport or DeadlineTransport(timeout_s, monotonic, connections=connections),
            timeout=timeout_s,
            trust_env=False,
            follow_redirects=False,
            cookies=_NoCookies(),
            # Nothing compressed: a small body that unpacks into a huge one would pass the cap.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "paypal-payouts"},
        )
        self._now = now
        self._monotonic = monotonic
        self._hidden = hidden
        self.server_time: datetime | None = None
        """What the last reply with a `Date` said of the server's clock."""
        self.clock_offset_s: float | None = None
        """By how many seconds that was ahead of ours when the reply came."""

    def forget_time(self) -> None:
        """Forget what the last reply said of the server's clock."""
        self.server_time, self.clock_offset_s = None, None

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def exchange(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        brings_token: bool = False,
        brings_page: bool = False,
    ) -> Answer:
        """Make one exchange, and log one line about it in which no secret and no payee can stand.

        A reply that `brings_token` is given as it came, as PayPal gives out the same token again: whoever finds none in
        it hides what is hidden before reading on. One that `brings_page` may be long.
        """
        request = self._http.build_request(method, path, params=params, content=content, headers=headers)
        began_s = self._monotonic()
        answer = self._talk(request, PAGE_MAX if brings_page else BODY_MAX)
        took_s = self._monotonic() - began_s
        shown = self._hidden.out_of(answer) if isinstance(answer, Reply) else answer
        if isinstance(shown, Reply):
            debug_id = word(shown.headers.get("paypal-debug-id"))
            words = f"{shown.status}, debug id {debug_id}"
        else:
            debug_id, words = None, shown.code
        event(_LOG, "exchange", f"{method} {path}: {words}, {took_s:.3f} s", debug_id=debug_id)
        return answer if brings_token else shown

    def _talk(self, request: httpx.Request, body_max: int) -> Answer:
        try:
            response = self._http.send(request, auth=None, stream=True)
            try:
                date = self._note_time(response)
                body = _capped_body(response, body_max)
            finally:
                response.close()
                # httpx ties a response and its stream into a circle, in which the body that was sent, megabytes of it,
                # would stay until the collector comes by.
                response.stream = httpx.ByteStream(b"")
        except _NEVER_CONNECTED as error:
            return RequestNotSent("NO_CONNECTION", text(f"no connection to {request.url.host}: {error}") or "")
        except httpx.TimeoutException:
            return NoAnswer("TIMEOUT", "no whole answer in time")
        except (httpx.HTTPError, httpx.InvalidURL):
            # Their own words may quote what was sent or received, so they are not passed on.
            return NoAnswer("CONNECTION_LOST", "the connection broke, or what came over it was not HTTP")
        if body is None:
            return NoAnswer("BODY_TOO_LARGE", f"the answer is larger than {body_max} bytes")
        return Reply(response.status_code, dict(response.headers), body, date)

    def _note_time(self, response: httpx.Response) -> datetime | None:
        date = http_date(response.headers.get("date", ""))
        if date is not None:
            self.server_time, self.clock_offset_s = date, (date - self._now()).total_seconds()
        return date


def _capped_body(response: httpx.Response, body_max: int) -> bytes | None:
    """Read the body as it comes, undecoded; None as soon as it is too large."""
    pieces: list[bytes] = []
    left = body_max
    for piece in response.iter_raw():
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            return None
    return b"".join(pieces)


class _NoCookies(CookieJar):
    """Keeps nothing that a reply wants kept."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Take none."""
