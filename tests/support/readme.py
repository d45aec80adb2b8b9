"""README: its text and its blocks for the tests, and the places in it that programs write."""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

README = Path(__file__).resolve().parents[2] / "README.md"


class Block(NamedTuple):
    """A fenced block: what it is written in, its text, and the section and the paragraph that it stands under."""

    kind: str
    text: str
    section: str
    before: str


def text() -> str:
    return README.read_text(encoding="utf-8")


def section(title: str) -> str:
    """Give one section."""
    _, _, rest = text().partition(f"\n## {title}\n")
    assert rest, title
    return rest.partition("\n## ")[0]


def blocks() -> list[Block]:
    """Give the fenced blocks, in order."""
    found = []
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text(), re.MULTILINE | re.DOTALL):
        above = text()[: match.start()]
        titles = re.findall(r"^## (.*)$", above, re.MULTILINE)
        found.append(Block(match[1], match[2], titles[-1] if titles else "", above.rstrip().rpartition("\n\n")[2]))
    return found


def rows(text: str, first: str) -> dict[str, list[str]]:
    """Give the rows of the table whose header begins with a word, by their first cell without its backticks."""
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found: dict[str, list[str]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        assert name not in found, f"{name} twice"
        assert all(cells), line
        found[name.strip("`")] = cells
    return found


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    written = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in written)


def between(name: str) -> str:
    """Give what stands between the two markers of a name."""
    _, _, rest = text().partition(_marker(name, "begin"))
    return rest.partition(_marker(name, "end"))[0]


def write_between(name: str, words: str) -> None:
    """Put a text between the two markers of a name."""
    before, begin, rest = text().partition(_marker(name, "begin"))
    _, end, after = rest.partition(_marker(name, "end"))
    if not (begin and end):
        sys.exit(f"README.md has no place for {name}")
    README.write_text(before + begin + words + end + after, encoding="utf-8")


def _marker(name: str, which: str) -> str:
    return f"<!-- {name}: {which} -->\n"
