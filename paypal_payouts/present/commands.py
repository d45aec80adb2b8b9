"""Commands that are printed to be typed, with the options of this command line that they need to mean the same.

The core writes commands in their plain form; here they get `--config`, and the input's options where they are about the
same cycle. So a command that is copied from the screen does what the screen says (docs/design.md, 5.4).
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_IN_BACKTICKS: Final = re.compile(r"`(payouts [^`]+)`")
_COMMAND: Final = re.compile(r"payouts (?P<verb>[a-z]+)\b.*", re.DOTALL)
_WITHOUT_CONFIG: Final = frozenset({"help", "version", "completion"})
_READS_THE_INPUT: Final = frozenset({"run", "preview", "approve"})
_KEYS: Final = frozenset({"next", "hint", "message", "why", "reason"})
"""The JSON keys whose texts hold commands; never those that hold what a file or PayPal says."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the operator typed that a further command needs, too."""

    config: str | None = None
    cycle: str | None = None
    """The cycle that the options below are about."""
    source: str | None = None
    """--input"""
    flags: tuple[str, ...] = ()
    """Such as --skip-invalid, for a command that reads the input again."""
    run_flags: tuple[str, ...] = ()
    """Such as --accept-new-receivers, for `run` alone."""

    def command(self, command: str) -> str:
        """Return a command with the options that it needs."""
        match = _COMMAND.fullmatch(command)
        if match is None:
            return command
        # What follows `--` is never read as an option.
        before, dashes, operands = command.partition(" -- ")
        return " ".join([before, *self._missing(match["verb"], command)]) + dashes + operands

    def text(self, text: str) -> str:
        """Return a text with the commands in its backticks completed."""
        return _IN_BACKTICKS.sub(lambda match: f"`{self.command(match[1])}`", text)

    def _missing(self, verb: str, command: str) -> Iterator[str]:
        words = command.split()
        if self.config is not None and verb not in _WITHOUT_CONFIG and "--config" not in words:
            yield f"--config {shlex.quote(self.config)}"
        if not self._is_about_the_cycle(words) or "--open" in words:
            return
        reads = verb in _READS_THE_INPUT or "--failed-items" in words
        if self.source is not None and reads and "--input" not in words:
            yield f"--input {shlex.quote(self.source)}"
        if verb in _READS_THE_INPUT:
            flags = (*self.flags, *self.run_flags) if verb == "run" else self.flags
            yield from (flag for flag in flags if flag.split()[0] not in words)

    def _is_about_the_cycle(self, words: list[str]) -> bool:
        cycle = self.cycle
        return cycle is not None and any(word == cycle or word.startswith(f"{cycle}-") for word in words[2:])


NOTHING_TYPED: Final = Typed()


def completed(value: Any, typed: Typed) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with the commands in it completed; what is lazy is left alone."""
    match value:
        case dict():
            return {key: _completed_at(key, inner, typed) for key, inner in value.items()}
        case list():
            return [completed(inner, typed) for inner in value]
        case _:
            return value


def _completed_at(key: str, value: Any, typed: Typed) -> Any:  # noqa: ANN401 - any JSON value
    if key not in _KEYS:
        return completed(value, typed)
    match value:
        case str():
            return typed.command(value) if value.startswith("payouts ") else typed.text(value)
        case list():
            return [_completed_at(key, inner, typed) for inner in value]
        case _:
            return completed(value, typed)
