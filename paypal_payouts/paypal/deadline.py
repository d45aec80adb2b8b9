"""One deadline for one whole exchange: name look-up, connection, TLS, every byte out and every byte in.

httpx bounds each operation alone, so a server that drips one byte at a time would hold it for ever. Here every
operation on the socket is given what is left of the time of the exchange. A timer that shuts the socket, as httpx's
public `trace` would allow, is no substitute: it reaches neither a name look-up nor the addresses that are tried before
there is a socket, and it makes a cut body without a length look like a whole one.
"""

import ssl
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread, local
from typing import TYPE_CHECKING, Any

import certifi
import httpcore
import httpx

from paypal_payouts.paypal.hosts import addresses_of

if TYPE_CHECKING:
    import socket


class Deadline(local):
    """When the exchange that is under way must be over; each thread makes one at a time, and has its own."""

    def __init__(self, timeout_s: float, monotonic: Callable[[], float]) -> None:
        self._timeout_s = timeout_s
        self._monotonic = monotonic
        self._ends_at = monotonic()

    def begin(self) -> None:
        """Start the time of a new exchange."""
        self._ends_at = self._monotonic() + self._timeout_s

    def left_s(self, too_late: type[httpcore.TimeoutException]) -> float:
        """Return the seconds that are left, always more than none; raise `too_late` where there are none."""
        left_s = self._ends_at - self._monotonic()
        if left_s <= 0:
            raise too_late("the time of the whole exchange is over")
        return left_s


def verified_tls() -> ssl.SSLContext:
    """Return the terms of every TLS connection: the host's own certificate, vouched for by Mozilla's authorities.

    Made by hand: the default of Python, and of httpx, writes the keys of all connections to where SSLKEYLOGFILE says.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN  # as by default from Python 3.13 on
    context.load_verify_locations(certifi.where())
    return context


class DeadlineTransport(httpx.HTTPTransport):
    """The only transport that reaches a network: verified TLS, no proxy, no retry, one deadline for each exchange."""

    def __init__(self, timeout_s: float, monotonic: Callable[[], float], *, connections: int) -> None:
        """Prepare, for so many exchanges at once: each further one waits for the end of another."""
        tls = verified_tls()
        super().__init__(verify=tls, trust_env=False)
        self._deadline = Deadline(timeout_s, monotonic)
        # httpx takes no backend of ours, so its pool is replaced by the same one with the backend in it.
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=connections,
            keepalive_expiry=5.0,
            network_backend=_Backend(self._deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its reply's body must be read before the same deadline."""
        self._deadline.begin()
        return super().handle_request(request)


class _Backend(httpcore.SyncBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline takes its place
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _look_up(host, port, self._deadline.left_s(httpcore.ConnectTimeout))
        failure: Exception = httpcore.ConnectError("the name has no address")
        for tried, address in enumerate(addresses):
            # An address that swallows packets must leave time for the next one.
            share_s = self._deadline.left_s(httpcore.ConnectTimeout) / (len(addresses) - tried)
            try:
                stream = super().connect_tcp(address, port, share_s, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure


def _look_up(host: str, port: int, timeout_s: float) -> list[str]:
    """Find a host's addresses in time; the system's own look-up cannot be bounded, so it waits in a thread."""
    found: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def look() -> None:
        try:
            found.put(addresses_of(host, port))
        except OSError as error:
            found.put(error)

    Thread(target=look, name="name-look-up", daemon=True).start()
    try:
        answer = found.get(timeout=timeout_s)
    except Empty:
        raise httpcore.ConnectTimeout("the name service did not answer in time") from None
    if isinstance(answer, OSError):
        raise httpcore.ConnectError(str(answer)) from answer
    return answer


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as in connect_tcp
        return self._inner.read(max_bytes, self._deadline.left_s(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as in connect_tcp
        # httpcore grants its whole timeout to each part that the system accepts; here a part gets what is left.
        sock: socket.socket = self._inner.get_extra_info("socket")
        rest = memoryview(buffer)
        while rest:
            sock.settimeout(self._deadline.left_s(httpcore.WriteTimeout))
            try:
                rest = rest[sock.send(rest) :]
            except TimeoutError as error:
                raise httpcore.WriteTimeout(str(error)) from error
            except OSError as error:
                raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as in connect_tcp
    ) -> httpcore.NetworkStream:
        left_s = self._deadline.left_s(httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left_s), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own signature
        return self._inner.get_extra_info(info)
