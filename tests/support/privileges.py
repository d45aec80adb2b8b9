"""What the system lets a process do: be traced, be another user, and be root without root's powers."""

import ctypes
import os
import sys

_PR_SET_PTRACER, _PR_SET_PTRACER_ANY = 0x59616D61, ctypes.c_ulong(-1)
_CAPABILITIES_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 1 << 2
_PR_SET_KEEPCAPS = 8


def allow_tracer() -> None:
    """Let a process trace this one that is not its parent, where the system has a say in that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _PR_SET_PTRACER_ANY, 0, 0, 0)


def give_up_privileges() -> None:
    """Let the permissions of files count for root too."""
    if os.geteuid() == 0:
        keep_capabilities(0)


def become_user(uid: int) -> None:
    """Be another user, who still reaches the modules that are not loaded yet, wherever they are installed."""
    ctypes.CDLL(None).prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    keep_capabilities(_CAP_DAC_READ_SEARCH)


def keep_capabilities(kept: int) -> None:
    """Give up what root may, but for these."""
    header, sets = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")
