"""Names and sizes: what can be read at a glance, one meaning for each class, and tests that are there."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from support.readme import ROOT
from variants.test_variants import CAUGHT_BY

TEST_NAME_MAX: Final = 80
FILE_LINES_MAX: Final = 300
FUNCTION_LINES_MAX: Final = 60


_Definition = TypeVar("_Definition", ast.ClassDef, ast.FunctionDef)


def definitions(folder: str, kind: type[_Definition]) -> Iterator[tuple[_Definition, Path]]:
    """Yield each class or function below a folder, with its file."""
    return ((node, path) for node, path in _defined(folder) if isinstance(node, kind))


@cache
def _defined(folder: str) -> list[tuple[ast.AST, Path]]:
    return [
        (node, path.relative_to(ROOT))
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in _statements(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    ]


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a body, and in the bodies in it: nothing is defined in an expression, of which most is."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child
            yield from _statements(child)


def test_no_two_classes_of_the_package_have_one_name() -> None:
    counts = Counter(node.name for node, _ in definitions("paypal_payouts", ast.ClassDef))
    twice = [
        (node.name, str(path)) for node, path in definitions("paypal_payouts", ast.ClassDef) if counts[node.name] > 1
    ]
    assert sorted(twice) == []


def test_every_file_of_the_package_is_soon_read() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "paypal_payouts").rglob("*.py")
    }
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_every_function_of_the_package_fits_on_a_screen() -> None:
    lengths = {
        (node.name, str(path)): (node.end_lineno or 0) - node.lineno + 1
        for node, path in definitions("paypal_payouts", ast.FunctionDef)
    }
    assert {function: lines for function, lines in lengths.items() if lines > FUNCTION_LINES_MAX} == {}


def test_the_name_of_a_test_fits_on_a_line() -> None:
    tests = {node.name for node, _ in definitions("tests", ast.FunctionDef) if node.name.startswith("test_")}
    assert [name for name in sorted(tests) if len(name) > TEST_NAME_MAX] == []


def test_every_test_that_a_known_bad_variant_names_is_there() -> None:
    there = {f"{path}::{node.name}" for node, path in definitions("tests", ast.FunctionDef)}
    named = {test.partition("[")[0] for tests in CAUGHT_BY.values() for test in tests}
    assert sorted(named - there) == []
