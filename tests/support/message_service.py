"""A service on this machine that takes messages as Apprise sends them to `json://`, or fails as services do."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Service:
    """What it heard, and how it answers."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 200
        self.hangs = False
        self.when_heard: Callable[[], object] = lambda: None
        self.released = threading.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"json://ops:key-canary@127.0.0.1:{self.port}/"


@contextmanager
def message_service() -> Iterator[Service]:
    """Run a service for the time of a `with` block."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.heard.append(json.loads(body))
            service.when_heard()
            if service.hangs:
                # An answer that never ends: each of its bytes comes in time.
                self.send_response(200)
                self.end_headers()
                with suppress(OSError):
                    while not service.released.wait(0.1):
                        self.wfile.write(b".")
                return
            self.send_response(service.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        service.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield service
        finally:
            service.released.set()
            server.shutdown()
            thread.join()
