"""What is kept of each state: one text with every screen, to be read by a person and compared by a test."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from paypal_payouts.errors import ExitCode
from snapshots.desk import fixed_world
from snapshots.states import STATES, desk_in
from snapshots.terminal import Terminals, emulated

GOLDEN: Final = Path(__file__).parent / "golden"


def golden_file(name: str) -> Path:
    """Return where the screens of a state are kept."""
    return GOLDEN / f"{name}.txt"


def screens(name: str) -> str:
    """Type everything in a state, and write down what the terminals show."""
    state = STATES[name]
    written: list[str] = []
    with fixed_world(living=state.living) as folder:
        desk = desk_in(name, folder)
        for line in (*state.typed, *state.more):
            with desk.copied() as here, state.holding(here):
                code, terminals = here.type(line)
            assert code != ExitCode.FAULT, line
            written.append(f"==== payouts {line}".rstrip() + f"\n{_shown(terminals)}==== exit {code}\n")
    return "\n".join(written)


def _shown(terminals: Terminals) -> str:
    """Write what is shown at 80 columns, the lines that are others where it is wider, and what is coloured."""
    parts: list[str] = []
    last: list[str] = []
    colours: dict[str, list[str]] = {}
    for width, terminal in terminals.each.items():
        lines, in_colour = emulated(terminal.getvalue(), width)
        if not parts:
            parts, colours = list(lines), in_colour
        elif lines != last:
            parts += [f"---- at {width} columns", *_changed(last, lines)]
        last = lines
    if colours:
        parts += ["---- in colour", *(f"{colour}: {' | '.join(words)}" for colour, words in sorted(colours.items()))]
    return "".join(f"{line}\n" for line in parts)


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Yield the lines that are new, and dots for those that stayed."""
    for tag, _, _, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield from ["..."] if tag == "equal" else after[begin:end]
