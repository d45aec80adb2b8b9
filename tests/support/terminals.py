"""A person at a terminal: the forked program on a terminal of its own, and what is typed into it."""

import fcntl
import os
import struct
import termios
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pexpect.fdpexpect import fdspawn

from support.forks import Command
from support.site import Site

if TYPE_CHECKING:
    _Spawned = fdspawn[str]
else:
    _Spawned = fdspawn

CTRL_C = "\x03"


class Terminal(_Spawned):
    """A command on a terminal of so many rows and columns, as tmux gives one."""

    def __init__(self, site: Site, arguments: Sequence[str], size: tuple[int, int], **environment: str) -> None:
        assert site.forks is not None
        ours, its = os.openpty()
        self._resize(its, *size)
        command = Command(arguments, str(site.folder), site.environment(**environment), terminal=os.ttyname(its))
        (self._started,) = next(site.forks).start(command)
        # The program has it open: its end is to be heard here.
        os.close(its)
        super().__init__(ours, timeout=60, encoding="utf-8")

    @staticmethod
    def _resize(terminal: int, rows: int, columns: int) -> None:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def setwinsize(self, rows: int, columns: int) -> None:
        """Make the window another size."""
        self._resize(self.child_fd, rows, columns)

    def sendintr(self) -> None:
        """Type Ctrl-C."""
        self.send(CTRL_C)

    def exit_code(self) -> int:
        """Wait for its end, close the terminal, and give the exit code."""
        code = self._started.wait().code
        self.close()
        return code
