"""What is shown or documented is plain English: none of the words that docs/development.md lists ("Words")."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from support import readme

PACKAGE: Final = readme.ROOT / "paypal_payouts"
SCREENS: Final = readme.ROOT / "tests" / "snapshots" / "golden"
LISTED: Final = re.findall(r"`([a-z -]+)`", readme.section("Words", "development").replace("\n", " "))
ONE_OF_THEM: Final = "|".join(r"\s+".join(map(re.escape, each.split())) for each in LISTED)
"""However a document breaks its lines."""
WORDS: Final = re.compile(rf"(?i)\b(?:{ONE_OF_THEM})s?\b")
RULES: Final = "proven unpaid"
"""What the rules of the design are about."""


def texts(path: Path) -> Iterator[str]:
    """Yield the texts of a module that somebody may read; names, such as JSON keys, and comments are not."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if " " in text and id(node) not in described:
                yield text


def test_the_list_is_read_whole() -> None:
    assert {"anew", "mend", "told of", RULES, "witness"} <= set(LISTED)
    assert WORDS.findall("It mends rooms, and was told of none; mending and roomy are no such words.") == [
        "mends",
        "rooms",
        "told of",
    ]


@pytest.mark.parametrize("document", readme.DOCUMENTS)
def test_a_document_has_none_of_the_words(document: str) -> None:
    """What is in backticks, or written by the program, is named as the program names it."""
    words = readme.prose(document)
    if document == "reference":
        words = words.replace(readme.between("reference"), "")
    found = WORDS.findall(re.sub(r"`[^`]*`", "", words))
    assert [word for word in found if not (word == RULES and document in {"design", "development"})] == []


def test_no_text_of_the_package_has_one_of_the_words() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {text}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for text in texts(path)
        if WORDS.search(text)
    ]
    assert found == []


@pytest.mark.parametrize("screens", sorted(SCREENS.iterdir()), ids=lambda path: path.stem)
def test_no_screen_that_is_kept_has_one_of_the_words(screens: Path) -> None:
    assert WORDS.findall(screens.read_text(encoding="utf-8")) == []
