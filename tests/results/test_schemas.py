import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from present import reports
from present.screens import COMMANDS, document

from paypal_payouts.domain.states import ItemState
from paypal_payouts.present.envelope import schema_of


def without_one_key(value: Any) -> Iterator[Any]:
    """Yield the value with one key dropped somewhere, for every key of every object in it but free ones."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            for smaller in without_one_key(inner):
                yield value | {key: smaller}
    elif isinstance(value, list) and value:
        for smaller in without_one_key(value[0]):
            yield [smaller, *value[1:]]


REPORTS = {
    **{command: (command, report) for command, report in reports.every().items()},
    "explain, several": ("explain", reports.explain_many()),
    "run --open": ("run", reports.open_run()),
    "doctor --probe": ("doctor", reports.probe()),
    "status --errors": ("status", reports.with_errors(reports.status())),
    "status --csv": ("status", reports.with_csv(reports.status())),
    "status BATCH --csv": ("status", reports.with_csv(reports.batch_status())),
    "status BATCH --errors": ("status", reports.with_errors(reports.batch_status())),
    "status --refused-payees": ("status", reports.refused_payees()),
    "override, lost sends": ("override", reports.lost_sends()),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_schema_notices_every_dropped_key(name: str) -> None:
    command, report = REPORTS[name]
    written = document(command=command, report=report)
    validator = jsonschema_rs.Draft202012Validator(schema_of(command))
    free = {state.value for state in ItemState} | {"n", "paypal-payouts", "Python"}
    validator.validate(written)
    noticed = 0
    for smaller in without_one_key(written):
        if validator.is_valid(smaller):
            assert dropped(written, smaller) in free
        else:
            noticed += 1
    assert noticed >= 7
    assert not validator.is_valid(written | {"extra": 1})


def dropped(whole: Any, smaller: Any) -> str:
    """Name the key that one of two values has lost."""
    if isinstance(whole, list):
        return dropped(whole[0], smaller[0])
    lost = whole.keys() - smaller.keys()
    if lost:
        return str(lost.pop())
    return next(dropped(whole[key], smaller[key]) for key in whole if whole[key] != smaller[key])


def test_a_schema_stands_alone_and_says_what_every_key_means() -> None:
    for command in (*COMMANDS, None):
        schema = schema_of(command)
        definitions = schema["$defs"]
        assert schema["properties"]["command"]["const"] == command
        assert set(re.findall(r"#/\$defs/(\w+)", json.dumps(schema))) <= set(definitions)
        for described in (schema, *definitions.values()):
            assert described["description"]
            assert described.get("additionalProperties", False) is False
            for key in described.get("properties", {}).values():
                assert key.get("description") or key.get("$ref")
