"""README and its companions in docs/: their text and blocks for the tests, and the places that programs write."""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {path.stem: path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
"""Every document by its name: README, container, design, development, night, operations, reference."""


class Block(NamedTuple):
    """A fenced block: its language, its text, its document, and the section and the paragraph that it stands under."""

    kind: str
    text: str
    document: str
    section: str
    before: str


def text(document: str | None = None) -> str:
    """Return the text of one document, or of all of them."""
    if document is not None:
        return DOCUMENTS[document].read_text(encoding="utf-8")
    return "\n".join(map(text, DOCUMENTS))


def section(title: str, document: str | None = None) -> str:
    """Return the one section of a title, of one document or of whichever has it."""
    (found,) = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text(document), re.MULTILINE | re.DOTALL)
    return str(found)


def blocks(document: str | None = None) -> list[Block]:
    """Return the fenced blocks of one document, or of all, in order."""
    if document is None:
        return [block for each in DOCUMENTS for block in blocks(each)]
    found: list[Block] = []
    whole = text(document)
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", whole, re.MULTILINE | re.DOTALL):
        above = whole[: match.start()]
        titles = re.findall(r"^## (.*)$", above, re.MULTILINE)
        before = above.rstrip().rpartition("\n\n")[2]
        found.append(Block(match[1], match[2], document, titles[-1] if titles else "", before))
    return found


def prose(document: str | None = None) -> str:
    """Return the text without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text(document), flags=re.MULTILINE | re.DOTALL)


def rows(text: str, first: str) -> dict[str, list[str]]:
    """Return the rows of the table whose header begins with a word, by their first cell without its backticks."""
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
    """Return what stands between the two markers of a name."""
    return _around(name)[1]


def write_between(name: str, words: str) -> None:
    """Put a text between the two markers of a name."""
    before, _, after = _around(name)
    path = DOCUMENTS[_document_with(name)]
    path.write_text(before + words + after, encoding="utf-8")


def _around(name: str) -> tuple[str, str, str]:
    """Return what stands before, between and after the two markers of a name, the markers with the outer parts."""
    begin, end = (f"<!-- {name}: {which} -->\n" for which in ("begin", "end"))
    before, _, rest = text(_document_with(name)).partition(begin)
    inside, _, after = rest.partition(end)
    return before + begin, inside, end + after


def _document_with(name: str) -> str:
    for document in DOCUMENTS:
        if all(f"<!-- {name}: {which} -->\n" in text(document) for which in ("begin", "end")):
            return document
    sys.exit(f"no document has a place for {name}")
