"""Reading the input of a cycle: standard input, the file that was named, or the configured one."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from paypal_payouts.cli.cycle_files import cycles_with_a_file
from paypal_payouts.config import Settings
from paypal_payouts.domain.report import Progress
from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake import StagedInput, read_input
from paypal_payouts.protocol.lookup import did_you_mean
from paypal_payouts.storage import Store


class Inputs:
    """What of the wiring reads inputs."""

    settings: Settings
    progress: Progress
    existing_store: Callable[[], Store | None]
    _stack: ExitStack

    def read_input(self, cycle: str, source: str | None = None, *, skip_invalid: bool = False) -> StagedInput:
        """Read and check the cycle's input."""
        if source == "-":
            staged = read_input(
                sys.stdin.buffer, name="standard input", skip_invalid=skip_invalid, progress=self.progress.rows_read
            )
        else:
            path = Path(source) if source is not None else self._input_path(cycle)
            staged = read_input(path, name=str(path), skip_invalid=skip_invalid, progress=self.progress.rows_read)
        return self._stack.enter_context(staged)

    def _input_path(self, cycle: str) -> Path:
        """Say where the cycle's own file is.

        Raises:
            InputInvalid: it is not there.

        """
        path = self.settings.input_path(cycle)
        if not path.exists():
            store = self.existing_store()
            if store is not None and cycle in store.history.cycle_names():
                meant = f"What is stored of {cycle} is continued without its file by `payouts run --open`. "
            else:
                meant = did_you_mean(cycle, cycles_with_a_file(self.settings))
            raise InputInvalid(
                f"{path} is not there",
                hint=f"{meant}Write who is owed what into it, or name another file with --input. Nothing was sent.",
            )
        return path

    def read_input_if_there(self, cycle: str, source: str | None) -> StagedInput | None:
        """Read the cycle's input; None where none was named and the configured file is not there."""
        if source is None and not self.settings.input_path(cycle).exists():
            return None
        try:
            return self.read_input(cycle, source, skip_invalid=False)
        except InputInvalid as error:
            hint = "Nothing was sent. Correct the file: `retry` pays from no file that has bad rows."
            raise InputInvalid(error.message, hint=hint, details=error.details) from None
