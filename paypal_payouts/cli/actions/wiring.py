"""Wiring: the context of a command, with what is the command line's alone: questions, and standard input."""

import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from paypal_payouts.cli.common import Common
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.cli.terminal import width
from paypal_payouts.config import Settings, load_credentials
from paypal_payouts.context.opening import Context
from paypal_payouts.context.process import acting, now, system_user
from paypal_payouts.domain.progress import Progress
from paypal_payouts.errors import NotConfirmed
from paypal_payouts.intake import StagedInput
from paypal_payouts.present.text import filled, visible
from paypal_payouts.verbs.arguments import checked_reason, is_placeholder

_COMMAND_MAX: Final = 150
"""So many characters of a command line are shown to whoever finds a cycle locked, so that its user always is."""

_SLICE_S: Final = 0.2
"""How soon a picture follows a window that was made larger or smaller."""

_PASSWORD_IN_URL: Final = re.compile(r"(://[^/\s:@]*:)[^/\s@]*@")


class Wiring(Context):
    """Everything that an action is handed, opened when it is asked for and closed in the end."""

    def __init__(self, settings: Settings, common: Common, *, progress: Progress, stack: ExitStack) -> None:
        """Take clock, user, credentials and signals from this process."""
        super().__init__(
            settings,
            stack=stack,
            progress=progress,
            now=now,
            stop=INTERRUPTS,
            credentials=partial(load_credentials, os.environ, settings.paypal.environment),
            operator=acting(),
            command=f"{shown_command(sys.argv[1:])[:_COMMAND_MAX]}, by {system_user()}",
        )
        self.common = common
        self.while_pausing: Callable[[], None] | None = None
        """Called again and again within a pause: what stands on the screen meanwhile stays true."""

    def pause(self, seconds: float) -> None:
        """Sleep as a context does, in parts where something is done meanwhile."""
        while self.while_pausing is not None and seconds > _SLICE_S:
            super().pause(_SLICE_S)
            seconds -= _SLICE_S
            self.while_pausing()
        super().pause(seconds)

    def acting_for(self, claim: str | None) -> str:
        """Return who acts, and beside him whom `--operator` names."""
        return acting(claim)

    def read_input(self, cycle: str, source: Path | str | None = None, *, skip_invalid: bool = False) -> StagedInput:
        """Read and check the cycle's input; `-` is standard input."""
        if source == "-":
            return self.read_stream(sys.stdin.buffer, name="standard input", skip_invalid=skip_invalid)
        return super().read_input(cycle, source, skip_invalid=skip_invalid)

    def must_ask(self, *, yes: bool) -> bool:
        """Return whether the operator is asked before money is sent or a batch is moved (docs/design.md, 5.6).

        Raises:
            NotConfirmed: nobody can be asked, and the money is real.

        """
        if yes:
            return False
        if sys.stdin.isatty() and sys.stderr.isatty():
            return True
        if self.settings.paypal.environment == "live":
            raise NotConfirmed(
                "There is no terminal to ask on, and paypal.environment is live.",
                hint="Nothing was sent. Add --yes where that is meant.",
            )
        return False

    def ask(self, question: str, *, name: str | None = None, stake: str = "Real money moves.") -> None:
        """Ask on stderr, and go on only after a yes; where real money is at `stake`, after the `name` it goes by.

        Raises:
            NotConfirmed: any other answer.

        """
        self.progress.close()
        typed = name if self.settings.paypal.environment == "live" else None
        how = "[y/N]" if typed is None else f"{stake} Type {typed} to go on:"
        lines = (visible(line) for line in f"{question} {how}".split("\n"))
        # What is typed stands on the last line, too.
        columns = width(sys.stderr) - len(name or "y") - 1
        fitting = ([line] if len(line) <= columns else filled(line, columns, indent=0) for line in lines)
        sys.stderr.write("\n".join(part for parts in fitting for part in parts) + " ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip()
        if answer != typed if typed is not None else answer.lower() not in {"y", "yes"}:
            raise NotConfirmed("Declined.", hint="Nothing was changed or sent.")

    def asked_reason(self, given: str) -> str:
        """Return a reason; where it is the text that stands for one, and somebody is there, the one that he types.

        Raises:
            UsageError: what he types is none.

        """
        if not (is_placeholder(given) and sys.stdin.isatty() and sys.stderr.isatty()):
            return given
        self.progress.close()
        sys.stderr.write("Reason (what you know, and how; kept for ever): ")
        sys.stderr.flush()
        return checked_reason(sys.stdin.readline())

    def header(self) -> str:
        """Return whose money a question is about."""
        paypal = self.settings.paypal
        return f"Environment {paypal.environment.upper()}, account {paypal.account}.\n"


def shown_command(arguments: Sequence[str]) -> str:
    """Return a command line as it may be stored and shown to others: no URL in it has a password."""
    return _PASSWORD_IN_URL.sub(r"\1***@", " ".join(["payouts", *arguments]))
