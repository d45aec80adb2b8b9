"""Whatever error the simulator can answer stands in the table, with its status; and so does what PayPal's own
description of the API names."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from paypal_payouts.paypal.error_entry import ApiCall
from paypal_payouts.paypal.error_table import ENTRIES, find
from paypal_payouts.simulator import exchange, fates, problems, triggers

SIMULATOR: Final = Path(problems.__file__).parent
DESCRIPTION: Final = Path(__file__).parents[1] / "openapi" / "payments_payouts_batch_v1.json"

NOT_IN_THE_TABLE: Final = {
    (405, "METHOD_NOT_SUPPORTED"): "PayPal does not list it for payouts, and no client of ours asks so",
}
"""Answers of the simulator that are an unknown outcome on purpose, and why."""

NAMED_AT_RUN_TIME: Final = {
    "exchange.py": ["TokenRefusal(name, message_of(name), status=status)"],
    "triggers.py": [
        "SimulatedRefusal(status, name, details)",
        "SimulatedRefusal(*_CANCEL[value])",
        "SimulatedRefusal(404, error)",
    ],
}
"""Refusals whose name stands elsewhere: the fault's own argument, and the tables of test values below."""

CALLS: Final = tuple(call for call in ApiCall if call is not ApiCall.ITEM)


def refusals(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Refusal"):
            yield node


def constant(node: ast.expr) -> Any:
    return node.value if isinstance(node, ast.Constant) else None


def status_and_name(call: ast.Call) -> tuple[int, str] | None:
    """Read what a refusal says; None where it is not written out."""
    arguments = [constant(argument) for argument in call.args]
    if ast.unparse(call.func) == "TokenRefusal":
        keywords = {keyword.arg: constant(keyword.value) for keyword in call.keywords}
        status, name = keywords.get("status", 401), arguments[0]
    else:
        status, name = arguments[0], arguments[1] if len(arguments) > 1 else None
    return (status, name) if isinstance(status, int) and isinstance(name, str) else None


def written_out() -> set[tuple[int, str]]:
    found = {status_and_name(call) for path in SIMULATOR.glob("*.py") for call in refusals(path)}
    return {answer for answer in found if answer is not None}


ANSWERS: Final = sorted(
    {
        *written_out(),
        *exchange._NAMES.items(),
        *triggers._POST.values(),
        *triggers._CANCEL.values(),
        (404, "INVALID_RESOURCE_ID"),
    }
)

ITEM_ERRORS: Final = sorted(
    {
        *triggers._BATCH_ITEM_ERRORS.values(),
        *triggers._ITEM_ERRORS.values(),
        *(fate.error for fate in vars(fates).values() if isinstance(fate, fates.Fate) and fate.error),
        *(fate.error for fate in fates._BY_WORD.values() if fate.error),
    }
    - {"INVALID_RESOURCE_ID"}  # it stands for an item that is not there: 404
)


def test_every_refusal_is_written_out_or_listed_here() -> None:
    found = {
        path.name: [ast.unparse(call) for call in refusals(path) if status_and_name(call) is None]
        for path in SIMULATOR.glob("*.py")
    }
    assert {name: calls for name, calls in found.items() if calls} == NAMED_AT_RUN_TIME
    assert len(ANSWERS) > len(triggers._POST)


@pytest.mark.parametrize(("status", "name"), ANSWERS)
def test_every_refusal_of_the_simulator_is_in_the_table(status: int, name: str) -> None:
    known = any(find(call, status, name) for call in CALLS)
    assert known is ((status, name) not in NOT_IN_THE_TABLE)


@pytest.mark.parametrize("name", ITEM_ERRORS)
def test_every_error_of_a_simulated_item_is_in_the_table(name: str) -> None:
    assert find(ApiCall.ITEM, 0, name) is None, "an item's error has no status"
    assert name in {entry.name for entry in ENTRIES if ApiCall.ITEM in entry.calls}


def test_every_sentence_of_the_simulator_belongs_to_an_error_that_the_table_knows() -> None:
    known = {entry.name for entry in ENTRIES}
    assert problems._MESSAGES.keys() - known == {name for _, name in NOT_IN_THE_TABLE}


def described() -> Iterator[tuple[int, str]]:
    """Yield the status and name of each error of which PayPal's description has a schema."""
    schemas = json.loads(DESCRIPTION.read_text())["components"]["schemas"]
    for title, schema in schemas.items():
        status = title.removeprefix("error_")
        if status.isdigit():
            for name in schema["properties"]["name"]["enum"]:
                yield int(status), name


@pytest.mark.parametrize(("status", "name"), sorted(described()))
def test_every_error_of_paypals_description_is_in_the_table(status: int, name: str) -> None:
    entry = find(ApiCall.CREATE, status, name) or find(ApiCall.READ, status, name)
    assert entry is not None
    assert entry.name == name
    assert entry.moved_nothing is (status in {400, 401, 403, 404, 415, 422})


def test_every_status_that_paypals_description_gives_an_operation_is_in_the_table() -> None:
    paths = json.loads(DESCRIPTION.read_text())["paths"]
    operations = [operation for path in paths.values() for operation in path.values() if isinstance(operation, dict)]
    listed = {int(status) for each in operations for status in each["responses"] if status.isdigit()}
    assert {status for status in listed if status >= 400} == {400, 403, 404, 500}
    assert listed - {200, 201} <= {status for entry in ENTRIES for status in entry.statuses}
