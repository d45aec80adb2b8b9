"""The memory of this process, in which secret and token stand: nobody else reads it, and none of it is written down."""

import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
"""Of prctl (linux/prctl.h)."""


def keep_memory_private() -> None:
    """Leave no core dump behind a crash and, on Linux, let no other process of this user look into this one.

    What the system does not grant is left: it is a second line, and no payment waits for it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
