"""Reading the input of a cycle: the file that was named, the configured one, or a stream that is open already."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from paypal_payouts.config import Settings
from paypal_payouts.context.cycle_files import cycles_with_a_file
from paypal_payouts.domain.progress import Progress
from paypal_payouts.domain.words import did_you_mean, most_alike
from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake import StagedInput, Stream, read_input
from paypal_payouts.storage import Store


class Inputs:
    """What of a context reads inputs."""

    settings: Settings
    progress: Progress
    existing_store: Callable[[], Store | None]
    _stack: ExitStack

    def read_input(self, cycle: str, source: Path | str | None = None, *, skip_invalid: bool = False) -> StagedInput:
        """Read and check the cycle's input: a file, or the configured one.

        Raises:
            InputInvalid: it cannot be read, has no rows, or has bad ones.
            InputChanged: the file changed while it was read.

        """
        path = self._input_path(cycle) if source is None else Path(source)
        return self._staged(path, name=str(path), skip_invalid=skip_invalid)

    def read_stream(self, stream: Stream, *, name: str, skip_invalid: bool = False) -> StagedInput:
        """Read and check an input that is open already; `name` is what messages call it.

        Raises:
            InputInvalid: it cannot be read, has no rows, or has bad ones.

        """
        return self._staged(stream, name=name, skip_invalid=skip_invalid)

    def _staged(self, source: Path | Stream, *, name: str, skip_invalid: bool) -> StagedInput:
        is_live = self.settings.paypal.environment == "live"
        staged = read_input(
            source, name=name, skip_invalid=skip_invalid, is_live=is_live, progress=self.progress.rows_read
        )
        return self._stack.enter_context(staged)

    def _input_path(self, cycle: str) -> Path:
        """Return where the cycle's own file is.

        Raises:
            InputInvalid: it is not there.

        """
        path = self.settings.input_path(cycle)
        if not path.exists():
            raise InputInvalid(
                f"{path} is not there",
                hint="Nothing was sent. Write who is owed what into it, or name another file with --input. "
                f"{self._meant(cycle)}".rstrip(),
            )
        return path

    def _meant(self, cycle: str) -> str:
        """Guess which cycle was meant; nobody is led to take one that is stored for that of a new period."""
        store = self.existing_store()
        stored = [] if store is None else store.history.cycle_names()
        if cycle in stored:
            return f"What is stored of {cycle} is continued without its file by `payouts run --open`."
        with_a_file = cycles_with_a_file(self.settings)
        meant = did_you_mean(cycle, [name for name in with_a_file if name not in stored])
        if meant:
            return meant
        alike = most_alike(cycle, stored, at_most=1)
        return "".join(f"{name} is stored already: `payouts status {name}`." for name in alike)

    def read_input_if_there(self, cycle: str, source: Path | str | None) -> StagedInput | None:
        """Read the cycle's input for `retry`; None where none was named and the configured file is not there.

        Raises:
            InputInvalid: as `read_input`; `retry` leaves no bad row out.

        """
        if source is None and not self.settings.input_path(cycle).exists():
            return None
        try:
            return self.read_input(cycle, source, skip_invalid=False)
        except InputInvalid as error:
            hint = "Nothing was sent. Correct the file: `retry` pays from no file that has bad rows."
            raise InputInvalid(error.message, hint=hint, details=error.details) from None
