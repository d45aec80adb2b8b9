"""The page that everything is shown on: the one place that hands text to a stream, made visible on the way.

Source: docs/design.md, 5.5. The environment is not asked: width and colour are handed in.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple, TextIO

from rich.console import Console
from rich.segment import Segment, Segments
from rich.text import Text

from paypal_payouts.present.commands import NOTHING_TYPED, Typed
from paypal_payouts.present.text import Clock, filled, moment, visible

WIDTH_WITHOUT_TERMINAL: Final = 80


class Cell(NamedTuple):
    """A text with a style; the style only repeats in colour what the words say."""

    text: str
    style: str = ""


class _Console(Console):
    """A Rich console that leaves a closed pipe to the caller; Rich would exit 1, our word for a fault."""

    def on_broken_pipe(self) -> None:
        """Let BrokenPipeError through."""
        raise  # noqa: PLE0704 - Rich calls this inside its `except BrokenPipeError`


class Page:
    """Writes lines, commands, facts and tables to one stream at one width."""

    def __init__(
        self,
        stream: TextIO,
        *,
        width: int | None,
        colour: bool,
        typed: Typed = NOTHING_TYPED,
        clock: Clock | None = None,
        verbose: bool = False,
    ) -> None:
        """Colour, and with it every escape sequence, needs both `colour` and a terminal.

        `typed`: the options that commands which are shown need, too. `clock`: by what times are written; UTC without.
        With `verbose` each row has all that is known of it.
        """
        self.verbose = verbose
        self._clock = clock
        self._typed = typed
        escapes = colour and stream.isatty()
        self.width = width or WIDTH_WITHOUT_TERMINAL
        self._console = _Console(
            file=stream,
            width=self.width,
            height=25,
            color_system="standard" if escapes else None,
            force_terminal=escapes,
            no_color=not escapes,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )

    def moment(self, at: datetime | None, *, aged: bool = False) -> str:
        """Write a time as whoever reads the page wants it; `aged`: with how long ago, where somebody looks now."""
        return moment(at, self._clock, aged=aged)

    def is_ahead(self, at: datetime | None) -> bool:
        """Return whether a time is still to come; for a page that nobody looks at now, each one may be."""
        return at is not None and (self._clock is None or at > self._clock.now)

    def line(self, text: str = "", style: str = "", *, lead: str = "", lead_style: str = "bold") -> None:
        """Write prose, broken at blanks to the page's width; `lead` is its first word or so, such as "error: "."""
        first, *others = filled(visible(lead + self._typed.text(text)), self.width, indent=2 if lead else 0)
        head = Text(first, style=style)
        head.stylize(lead_style, 0, len(lead))
        self._print(head)
        for other in others:
            self._print(Text(other, style=style))

    def typed(self, command: str) -> str:
        """Return a command with the options that it needs on this command line."""
        return self._typed.command(command)

    def command(self, text: str) -> None:
        """Write a command to be copied, on a line of its own that is never broken."""
        self._print(Text(f"  {visible(self.typed(text))}", style="bold"))

    def facts(self, facts: Iterable[tuple[str, Cell | str]]) -> None:
        """Write names with values, one below the other, without those that are a dash; no word is broken or cut."""
        pairs = [(name, cell if isinstance(cell, Cell) else Cell(cell)) for name, cell in facts]
        known = [(name, cell) for name, cell in pairs if cell.text.strip() != "-"]
        margin = max((len(name) for name, _ in known), default=0) + 4
        for name, cell in known:
            text = visible(cell.text).rstrip()
            first, *others = filled(text, self.width - margin, indent=0) if len(text) > self.width - margin else [text]
            self._print(Text.assemble((f"  {name}".ljust(margin), "dim"), (first, cell.style)))
            for other in others:
                self._print(Text(" " * margin + other, style=cell.style))

    def segments(self, segments: Iterable[Segment]) -> None:
        """Write what is laid out already; the caller has made it visible."""
        self._console.print(Segments(segments), end="", crop=False)

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)
