"""A file that the operator asked for: written whole or not at all, and readable by its owner alone."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from paypal_payouts.errors import ConfigInvalid, UsageError
from paypal_payouts.private import writing_private
from paypal_payouts.trust import own_way_to

_T = TypeVar("_T")


class Counted(Generic[_T]):
    """Passes values on, and knows how many there were."""

    def __init__(self, values: Iterable[_T]) -> None:
        """Take the values; none of them is looked at yet."""
        self._values = values
        self.number = 0

    def __iter__(self) -> Iterator[_T]:
        for value in self._values:
            self.number += 1
            yield value


def check_names_file(path: Path) -> None:
    """Refuse what names no file to write.

    Raises:
        UsageError: `-`, which elsewhere stands for standard output.

    """
    if str(path) == "-":
        raise UsageError("'-' names no file, and this is not written to standard output.", hint="Name a file to write.")


def write_export(path: Path, pieces: Iterable[str]) -> None:
    """Write pieces of text as they come, as UTF-8; never all of them are in memory.

    Raises:
        UsageError: it names no file.
        UntrustedFile: a link of somebody else's leads there.
        ConfigInvalid: the file cannot be written; the one that was there is as it was.

    """
    check_names_file(path)
    try:
        with writing_private(own_way_to(path)) as stream:
            for piece in pieces:
                stream.write(piece.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise ConfigInvalid(
            f"{path} cannot be written: {error.strerror or error}.", hint="The file that was there is as it was."
        ) from error
