"""Asking the operator before money is sent or a batch is moved (docs/design.md, 5.6)."""

import sys

from paypal_payouts.config import Settings
from paypal_payouts.domain.report import Progress
from paypal_payouts.errors import NotConfirmed
from paypal_payouts.present.text import visible


class Asking:
    """What of the wiring asks questions."""

    settings: Settings
    progress: Progress

    def must_ask(self, *, yes: bool) -> bool:
        """Tell whether the operator is asked before money is sent or a batch is moved (docs/design.md, 5.6).

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

    def ask(self, question: str) -> None:
        """Ask on stderr, and go on only after a yes.

        Raises:
            NotConfirmed: any other answer.

        """
        self.progress.close()
        sys.stderr.write("\n".join(map(visible, question.split("\n"))) + " [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise NotConfirmed("Declined.", hint="Nothing was sent.")

    def header(self) -> str:
        """Say whose money a question is about."""
        paypal = self.settings.paypal
        return f"Environment {paypal.environment.upper()}, account {paypal.account}.\n"
