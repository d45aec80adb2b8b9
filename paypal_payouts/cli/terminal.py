"""What the terminal can do: width, colour, and where the log goes."""

import logging
import os
import shutil
import sys
from typing import Final, TextIO

_WIDTH_WITHOUT_TERMINAL: Final = 120


def width(stream: TextIO) -> int:
    """Say how many columns a stream shows; COLUMNS overrides, and without a terminal it is always the same."""
    if stream.isatty() or os.environ.get("COLUMNS", "").isdigit():
        return shutil.get_terminal_size((_WIDTH_WITHOUT_TERMINAL, 24)).columns
    return _WIDTH_WITHOUT_TERMINAL


def colour(stream: TextIO) -> bool:
    """Tell whether a stream is shown in colour: a terminal, and NO_COLOR is not set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def set_up_logging(*, verbose: bool) -> None:
    """Send this program's log to stderr: everything with --verbose, else warnings."""
    logger = logging.getLogger("paypal_payouts")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)
    logger.propagate = False
