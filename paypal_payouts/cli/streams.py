"""The standard streams: what is told may get lost, and never a payment with it."""

import io
import os
import sys
from contextlib import suppress
from typing import Final

_STANDARD: Final = (0, 1, 2)
_STDOUT: Final = 1


class _Lossy(io.TextIOWrapper):
    """A stderr whose disk may be full, or whose reader may be gone: what cannot be written is left unsaid."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def set_up_streams() -> None:
    """Make every standard stream one that can be used, for the rest of the process."""
    for descriptor in _STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            # It is closed. The next file that is opened takes its number, and a database would be written to as stderr.
            # To stdout nothing can be written then: a result that nobody gets is told as such.
            os.open(os.devnull, os.O_RDONLY if descriptor == _STDOUT else os.O_RDWR)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a number, open to the end
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a letter shows its number; a report never ends in a fault of encoding.
        sys.stdout.reconfigure(errors="backslashreplace")
    stderr = open(2, "wb", closefd=False) if sys.stderr is None else sys.stderr.buffer  # noqa: SIM115 - the same
    encoding = "utf-8" if sys.stderr is None else sys.stderr.encoding
    sys.stderr = _Lossy(stderr, encoding=encoding, errors="backslashreplace", line_buffering=True)


def discard_output() -> None:
    """Let what is still to be written to stdout go nowhere, so that the end of the process finds nothing amiss."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
