"""Applying a unified diff to a copy of the program: strictly, and without `git` or `patch`.

Line numbers are not looked at, so that a patch outlives what changes around it: the lines of a hunk must stand in the
file exactly once.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@.*")


class PatchFailed(AssertionError):
    """A patch that cannot be read, or that no longer fits the program."""


class Hunk(NamedTuple):
    """Lines of one file, before and after."""

    file: str
    before: str
    after: str


def apply_patch(patch: Path, root: Path) -> list[str]:
    """Change the files below `root` as the patch says; name them."""
    hunks = list(read_hunks(patch))
    if not hunks:
        raise PatchFailed(f"{patch.name} changes nothing: it has no hunk.")
    for hunk in hunks:
        _apply(hunk, patch, root)
    return list(dict.fromkeys(hunk.file for hunk in hunks))


def read_hunks(patch: Path) -> Iterator[Hunk]:
    """Read a patch; what stands before its first file is a comment."""
    lines = iter(patch.read_text(encoding="utf-8").splitlines(keepends=True))
    file = None
    for line in lines:
        if line.startswith("+++ b/"):
            file = line.removeprefix("+++ b/").strip()
        elif line.startswith("@@"):
            head = _HUNK.fullmatch(line.rstrip())
            if head is None or file is None:
                raise PatchFailed(f"{patch.name} is no unified diff: {line.strip()}")
            yield _read_hunk(file, lines, *(1 if count is None else int(count) for count in head.groups()), patch=patch)
        elif file is not None and not line.startswith("--- a/"):
            raise PatchFailed(f"{patch.name} has a line outside its hunks: {line.strip()}")


def _read_hunk(file: str, lines: Iterator[str], old: int, new: int, *, patch: Path) -> Hunk:
    before, after = list[str](), list[str]()
    while len(before) < old or len(after) < new:
        line = next(lines, "")
        # An editor that strips the ends of lines leaves nothing of an empty line that is kept.
        mark, text = (" ", line) if line == "\n" else (line[:1], line[1:])
        if mark not in {" ", "-", "+"}:
            raise PatchFailed(f"{patch.name}: a hunk of {file} is shorter than its head says.")
        if mark != "+":
            before.append(text)
        if mark != "-":
            after.append(text)
    if (len(before), len(after)) != (old, new):
        raise PatchFailed(f"{patch.name}: a hunk of {file} is longer than its head says.")
    return Hunk(file, "".join(before), "".join(after))


def _apply(hunk: Hunk, patch: Path, root: Path) -> None:
    path = root / hunk.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    places = [match.start() for match in re.finditer(rf"^(?={re.escape(hunk.before)})", text, re.MULTILINE)]
    if len(places) != 1:
        raise PatchFailed(
            f"{patch.name} no longer applies: these lines stand {len(places)} times in {hunk.file}, and must once.\n"
            f"{hunk.before}"
            "What to do: make the same mistake in the code as it is now, write it down with `git diff -U1` below the "
            f"patch's first line, and take it back. Is the mistake no longer possible: remove {patch.name} and its row "
            "in test_variants.py, and say why in the commit."
        )
    if hunk.before == hunk.after:
        raise PatchFailed(f"{patch.name} changes nothing in {hunk.file}.")
    end = places[0] + len(hunk.before)
    path.write_text(text[: places[0]] + hunk.after + text[end:], encoding="utf-8")
