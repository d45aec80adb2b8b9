"""What `--help` shows below the options: examples, and what the exit codes mean."""

from collections.abc import Callable, Mapping

from paypal_payouts.errors import ExitCode

Examples = tuple[str, str]
"""Two command lines."""

Declared = Mapping[Callable[..., int], Examples]
"""The commands of a panel, in the order of its help: the function that declares each, with its examples."""


def examples(lines: Examples) -> str:
    """Return the examples of a command, as they stand below its options."""
    return "\n".join(["Examples:", *(f"  {line}" for line in lines)])


def exit_codes() -> str:
    """Return the exit codes, one on each line."""
    return "\n".join(["Exit codes:", *(f"  {code:>3}  {code.meaning}" for code in ExitCode)])
