"""Names: one meaning for each class of the package, tests that can be read at a glance, and tests that are there."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from support.readme import ROOT
from variants.test_variants import CAUGHT_BY

TEST_NAME_MAX: Final = 80


def definitions(folder: str, kind: type[ast.ClassDef | ast.FunctionDef]) -> Iterator[tuple[str, Path]]:
    """Yield the name of each class or function below a folder, with its file."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield node.name, path.relative_to(ROOT)


def test_no_two_classes_of_the_package_have_one_name() -> None:
    counts = Counter(name for name, _ in definitions("paypal_payouts", ast.ClassDef))
    twice = [(name, str(path)) for name, path in definitions("paypal_payouts", ast.ClassDef) if counts[name] > 1]
    assert sorted(twice) == []


def test_the_name_of_a_test_fits_on_a_line() -> None:
    tests = {name for name, _ in definitions("tests", ast.FunctionDef) if name.startswith("test_")}
    assert [name for name in sorted(tests) if len(name) > TEST_NAME_MAX] == []


def test_every_test_that_a_known_bad_variant_names_is_there() -> None:
    there = {f"{path}::{name}" for name, path in definitions("tests", ast.FunctionDef)}
    named = {test.partition("[")[0] for tests in CAUGHT_BY.values() for test in tests}
    assert sorted(named - there) == []
