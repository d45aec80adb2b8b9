"""What goes in and out of the simulator, before anybody thinks of sockets."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

JsonObject = dict[str, Any]
"""A JSON object as `json` reads and writes it."""

PIECE_BYTES = 64 * 1024


class IncomingRequest(Struct, frozen=True):
    """One HTTP request, whole."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header's value whatever the case of its name; empty when it was not sent."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")


class Answer(Struct, frozen=True):
    """One HTTP answer, and how it travels: whole unless a fault says otherwise."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_bytes: int | None = None
    """The connection breaks after so many bytes of the body; `None`: it does not."""
    piece_bytes: int = PIECE_BYTES
    pause_s: float = 0.0
    """The wait before each piece of the body."""
    padding_bytes: int = 0
    """So many blanks follow the body; they are made as they are sent, never held."""

    @property
    def announced_bytes(self) -> int:
        """The length that the answer promises."""
        return len(self.body) + self.padding_bytes

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes that are really sent."""
        body = self.body if self.sent_bytes is None else self.body[: self.sent_bytes]
        for start in range(0, len(body), self.piece_bytes):
            yield body[start : start + self.piece_bytes]
        left = self.padding_bytes
        while left > 0:
            yield b" " * min(left, self.piece_bytes)
            left -= self.piece_bytes


class Silence(StrEnum):
    """The ways to get no answer at all."""

    REFUSED = "refused"  # the connection was never made
    RESET = "reset"  # it broke
    TIMEOUT = "timeout"  # it stayed open and mute


class Fault(Struct, frozen=True):
    """No answer; `seconds` is how long a server holds a mute connection."""

    silence: Silence
    seconds: float = 0.0
