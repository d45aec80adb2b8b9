"""What stands between a client and Postgres: a socket of its own for each client, and messages one by one."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

READY_FOR_QUERY: Final = b"Z"


@contextmanager
def serving_clients(folder: Path, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    """Let clients in by the socket of a folder, whose path must be short, each into a thread of its own."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / ".s.PGSQL.5432"))
        listening.listen(16)
        threading.Thread(target=_receive, args=(listening, serve), daemon=True).start()
        try:
            yield
        finally:
            # Ends the `accept` of the thread; closing alone would not.
            listening.shutdown(socket.SHUT_RDWR)


def _receive(listening: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=serve, args=(client,), daemon=True).start()


def read_message(stream: BinaryIO) -> bytes:
    """Read one message; empty at the end."""
    head = stream.read(5)
    return head if len(head) < 5 else head + stream.read(struct.unpack("!i", head[1:])[0] - 4)


def read_startup(stream: BinaryIO) -> bytes:
    """Read the first message of a client, which has no kind."""
    length = stream.read(4)
    return length + stream.read(struct.unpack("!i", length)[0] - 4)
