"""Secret and token stand in the memory of a command: nothing of it is written down, and nobody else reads it."""

import subprocess
import sys
from typing import Final

import pytest

ASK: Final = """\
import ctypes, resource
def tell(_=None):
    print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))  # PR_GET_DUMPABLE
    return 0
"""
COMMAND: Final = """\
from paypal_payouts.cli import app
app.execute = tell
app.main()
"""
LIBRARY: Final = """\
import paypal_payouts
for name in paypal_payouts.__all__:
    getattr(paypal_payouts, name)
tell()
"""


def told(program: str) -> str:
    ended = subprocess.run([sys.executable, "-c", ASK + program], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_a_command_leaves_no_core_dump_and_cannot_be_looked_into() -> None:
    assert told(COMMAND) == "(0, 0) 0"


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_the_library_leaves_that_to_the_program_that_uses_it() -> None:
    assert told(LIBRARY) == told("tell()")
