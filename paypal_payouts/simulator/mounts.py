"""The simulator inside a process: what an httpx client takes for the network."""

from collections.abc import Callable, Iterator

import httpx

from paypal_payouts.simulator import control
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest, Silence


class SimulatorTransport(httpx.BaseTransport):
    """Carries requests to a simulator, and surfaces its faults as the exceptions that a real network raises.

    `pause` waits for so many seconds, or moves a test's clock; without it, slow answers and mute connections take no
    time.
    """

    def __init__(self, simulator: Simulator, *, pause: Callable[[float], None] | None = None) -> None:
        self._simulator = simulator
        self._pause = pause or _no_pause

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request.

        Raises:
            httpx.TransportError: as a real network would, when a fault takes the place of the answer.

        """
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in request.headers.raw}
        incoming = IncomingRequest(request.method, path, query, headers, request.read())
        result = control.handle(self._simulator, incoming)
        read_timeout_s = _read_timeout(request)
        if isinstance(result, Fault):
            raise self._exception(result, read_timeout_s)
        stream = _AnswerStream(result, self._pause, read_timeout_s)
        length = {} if "content-length" in result.headers else {"Content-Length": str(result.announced_bytes)}
        return httpx.Response(result.status, headers={**result.headers, **length}, stream=stream)

    def _exception(self, fault: Fault, read_timeout_s: float) -> httpx.TransportError:
        match fault.silence:
            case Silence.REFUSED:
                return httpx.ConnectError("[Errno 111] Connection refused")
            case Silence.RESET:
                return httpx.ReadError("[Errno 104] Connection reset by peer")
            case Silence.TIMEOUT if fault.seconds < read_timeout_s:
                self._pause(fault.seconds)
                return httpx.RemoteProtocolError("Server disconnected without sending a response.")
            case Silence.TIMEOUT:
                self._pause(read_timeout_s)
                return httpx.ReadTimeout("The read operation timed out")


class _AnswerStream(httpx.SyncByteStream):
    """The body of an answer, arriving piece by piece."""

    def __init__(self, answer: Answer, pause: Callable[[float], None], read_timeout_s: float) -> None:
        self._answer = answer
        self._pause = pause
        self._read_timeout_s = read_timeout_s

    def __iter__(self) -> Iterator[bytes]:
        sent_bytes = 0
        for piece in self._answer.pieces():
            self._pause(min(self._answer.pause_s, self._read_timeout_s))
            if self._answer.pause_s > self._read_timeout_s:
                raise httpx.ReadTimeout("The read operation timed out")
            sent_bytes += len(piece)
            yield piece
        expected_bytes = self._answer.announced_bytes
        if sent_bytes < expected_bytes:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {sent_bytes} bytes, expected {expected_bytes})"
            )


def _read_timeout(request: httpx.Request) -> float:
    timeout = request.extensions.get("timeout", {}).get("read")
    return float("inf") if timeout is None else float(timeout)


def _no_pause(seconds: float) -> None:
    """Let no time pass."""
