"""The simulator as a server on loopback, for rehearsal and for clients in any language."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, Final

from paypal_payouts.simulator import control
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest, Silence

_HOST: Final = "127.0.0.1"
_BODY_BYTES_MAX: Final = 64 * 1024 * 1024
_IDLE_S: Final = 60.0
_LAST_ANSWERS_S: Final = 2.0
"""For so long, at the end, an answer that is under way is waited for, and one who connected and has not yet asked."""
_CLOSE_BY_RESET: Final = struct.pack("ii", 1, 0)


class SimulatorServer(ThreadingHTTPServer):
    """Serves one simulator on loopback; prints nothing."""

    request_queue_size = 128

    def __init__(self, simulator: Simulator, port: int = 0) -> None:
        super().__init__((_HOST, port), _Handler)
        self.simulator = simulator
        self.is_stopping = threading.Event()
        """Ends mute and slow connections at once."""
        self.at_each_turn: Callable[[], None] = lambda: None
        """Called between two requests, and twice a second without any: what it raises ends `serve_forever`."""
        self._under_way: set[socket.socket] = set()
        """Connections on which an answer is awaited."""
        self._fewer = threading.Condition()

    def service_actions(self) -> None:
        """Let whoever serves us end it between two requests; within one, socketserver takes that for its fault."""
        self.at_each_turn()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver declares it
        """Serve a new connection from a thread of its own: whoever connects is about to ask."""
        self.begin_answer(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Serve a connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.end_answer(request)

    def begin_answer(self, connection: socket.socket) -> None:
        """Note that an answer is awaited on a connection."""
        with self._fewer:
            self._under_way.add(connection)

    def end_answer(self, connection: socket.socket) -> None:
        """Note that it was given, or given up."""
        with self._fewer:
            self._under_way.discard(connection)
            self._fewer.notify_all()

    def stop(self) -> None:
        """End what is mute or slow, and let the other answers reach who asked: nobody waits for their threads."""
        self.is_stopping.set()
        with self._fewer:
            self._fewer.wait_for(lambda: not self._under_way, _LAST_ANSWERS_S)

    @property
    def url(self) -> str:
        """The address that clients use as PayPal's."""
        return f"http://{_HOST}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without asking a name server what loopback is called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, self.server_address[1]

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as socketserver declares it
        """Close a connection; one that is to break must not be shut down politely before."""
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_CLOSE_BY_RESET)) == _CLOSE_BY_RESET:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver declares it
        """Keep quiet about connections that broke: their clients notice."""


@contextmanager
def server(book_path: Path | None, now: Callable[[], datetime], *, port: int = 0) -> Iterator[SimulatorServer]:
    """Provide a server that already listens; its `serve_forever` answers, until `shutdown` from another thread.

    Port 0 takes any free one; `url` tells the address.

    Raises:
        OSError: the port is taken, or the book cannot be opened.

    """
    with Simulator(book_path, now) as simulator, SimulatorServer(simulator, port) as listening:
        try:
            yield listening
        finally:
            listening.stop()


@contextmanager
def running_server(book_path: Path | None, now: Callable[[], datetime], *, port: int = 0) -> Iterator[SimulatorServer]:
    """Provide a server that answers from a thread of its own until the block ends."""
    with server(book_path, now, port=port) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield listening
        finally:
            listening.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "PayPalSimulator"
    sys_version = ""
    timeout = _IDLE_S
    # Without it each answer waits 44 ms for the client's acknowledgement of its headers.
    disable_nagle_algorithm = True
    server: SimulatorServer

    def handle_one_request(self) -> None:
        """Wait for a request and answer it."""
        super().handle_one_request()
        self.server.end_answer(self.connection)

    def _answer(self) -> None:
        self.server.begin_answer(self.connection)
        try:
            body = self._read_body()
        except ValueError as error:
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            return
        path, _, query = self.path.partition("?")
        incoming = IncomingRequest(self.command, path, query, dict(self.headers), body)
        result = control.handle(self.server.simulator, incoming)
        if isinstance(result, Answer):
            self._send(result)
        else:
            self._fail(result)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - as http.server asks

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= _BODY_BYTES_MAX:
            raise ValueError(f"a body has 0 to {_BODY_BYTES_MAX} bytes")
        return self._read_exactly(length)

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while length := int(self.rfile.readline(1024).partition(b";")[0], 16):
            if not 0 < length <= _BODY_BYTES_MAX - len(body):
                raise ValueError(f"a body has 0 to {_BODY_BYTES_MAX} bytes")
            body += self._read_exactly(length)
            self.rfile.readline(1024)
        while self.rfile.readline(1024).strip():  # trailers
            pass
        return bytes(body)

    def _read_exactly(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise ValueError("the body ends too early")
        return body

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(answer.announced_bytes))
        if answer.sent_bytes is not None:
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        for piece in answer.pieces():
            if answer.pause_s and self.server.is_stopping.wait(answer.pause_s):
                self.close_connection = True
                return
            self.wfile.write(piece)

    def _fail(self, fault: Fault) -> None:
        """Leave without an answer; where a connection should never have been made, it was, so it breaks."""
        self.close_connection = True
        if fault.silence is Silence.TIMEOUT:
            self.server.is_stopping.wait(fault.seconds)
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_BY_RESET)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - as http.server declares it
        """Keep quiet: the simulator keeps its own log of requests."""
