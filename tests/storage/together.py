"""Programs that begin the same thing at the same moment, each a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

PROCESSES = 3


def run_together(program: str, *arguments: str | Path) -> list[str]:
    """Run a program in some processes, let them all go on when each has said `ready`, and give what their stderr has.

    A line of standard input is the sign to go on. Every process must end well.
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, errors
    return errors
