"""Three tiers of tests, by what they need: a run that names no path plays the two quick ones; `--tier proof` the rest.

Proof is what the promise rests on and nobody waits for: thousands of schedules, known-bad variants, kills and races of
real processes, a fault at every instant, everything once more on Postgres, each command of the documents.
"""

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent


class Tier(StrEnum):
    """What a test may need."""

    UNIT = "unit"
    """Nothing but the processor, and at most a small file of its own."""
    STORE = "store"
    """A database on SQLite, and a few whole cycles on Postgres and in real processes."""
    PROOF = "proof"
    """Many minutes."""


QUICK: Final = (Tier.UNIT, Tier.STORE)

TIER_OF: Final = {
    "context": Tier.STORE,
    "domain": Tier.UNIT,
    "e2e": Tier.PROOF,
    "e2e/test_cycle.py": Tier.STORE,
    "intake": Tier.UNIT,
    "library": Tier.STORE,
    "library/test_program.py": Tier.PROOF,
    "notify": Tier.UNIT,
    "openapi": Tier.UNIT,
    "openapi/test_fuzz.py": Tier.PROOF,
    "openapi/test_proxy.py": Tier.STORE,
    "paypal": Tier.UNIT,
    "paypal/test_faulty_connections.py": Tier.PROOF,
    "paypal/test_deadline.py": Tier.STORE,
    "paypal/test_tls.py": Tier.STORE,
    "present": Tier.UNIT,
    "protocol": Tier.STORE,
    "protocol/test_break_off.py": Tier.PROOF,
    "protocol/test_crash_everywhere.py": Tier.PROOF,
    "protocol/test_every_error.py": Tier.PROOF,
    "protocol/test_reading.py": Tier.PROOF,
    "protocol/test_submission.py": Tier.PROOF,
    "protocol/test_tampering.py": Tier.PROOF,
    "reference": Tier.UNIT,
    "results": Tier.UNIT,
    "simulation": Tier.PROOF,
    "simulation/test_few.py": Tier.STORE,
    "simulator": Tier.STORE,
    "simulator/test_size.py": Tier.PROOF,
    "snapshots": Tier.PROOF,
    "storage": Tier.STORE,
    "storage/test_histories.py": Tier.PROOF,
    "storage/test_plans.py": Tier.PROOF,
    "storage/test_server_faults.py": Tier.PROOF,
    "test_config.py": Tier.UNIT,
    "test_config_notify.py": Tier.UNIT,
    "test_config_secrets.py": Tier.UNIT,
    "test_config_shown.py": Tier.UNIT,
    "test_config_sources.py": Tier.UNIT,
    "test_disks.py": Tier.UNIT,
    "test_docs.py": Tier.UNIT,
    "test_licences.py": Tier.UNIT,
    "test_log.py": Tier.UNIT,
    "test_names.py": Tier.UNIT,
    "test_private.py": Tier.UNIT,
    "test_readme.py": Tier.PROOF,
    "test_runbook.py": Tier.STORE,
    "test_startup.py": Tier.STORE,
    "test_tiers.py": Tier.UNIT,
    "test_trust.py": Tier.UNIT,
    "test_words.py": Tier.UNIT,
    "variants": Tier.PROOF,
    "verbs": Tier.STORE,
}
"""By folder or file under tests/; a file stands before its folder."""

NEED_POSTGRES: Final = frozenset({"postgres_database_url", "postgres_site", "postgres_url", "postgres_world"})
ON_POSTGRES: Final = frozenset({"e2e/test_cycle.py", "storage/test_sends.py"})
"""Whose tests on Postgres are quick; all others of them are proof."""

FIRST: Final = frozenset({"e2e/test_documents.py", "simulation/test_simulation.py"})
"""Where one test takes minutes: it begins before the others, so that no processor waits for it at the end."""


def tier_of_file(path: Path) -> Tier:
    """Return to which tier a file's tests belong, those on Postgres aside.

    Raises:
        KeyError: nobody said so of its folder.

    """
    place = path.relative_to(TESTS)
    return TIER_OF.get(str(place)) or TIER_OF[place.parts[0]]


def tier_of(path: Path, fixtures: Collection[str], parameters: Collection[object]) -> Tier:
    """Return to which tier a test belongs, by its file, the fixtures that it asks for, and what it is tried with."""
    tier = tier_of_file(path)
    on_postgres = "postgres" in parameters or not NEED_POSTGRES.isdisjoint(fixtures)
    if on_postgres and tier is not Tier.UNIT and str(path.relative_to(TESTS)) not in ON_POSTGRES:
        return Tier.PROOF
    return tier


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tier",
        action="append",
        type=Tier,
        choices=list(Tier),
        help="run the tests of this tier; may be repeated. Without it, and without a path: unit and store",
    )


def wanted(config: pytest.Config) -> Collection[Tier]:
    """Return which tiers are run."""
    names_no_path = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return config.getoption("tier") or (QUICK if names_no_path else tuple(Tier))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file unread of which no test is wanted: reading all takes longer than the tests of a tier."""
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    tier = tier_of_file(collection_path)
    may_be = {tier, Tier.PROOF} if tier is Tier.STORE else {tier}
    return True if may_be.isdisjoint(wanted(config)) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        assert isinstance(item, pytest.Function)
        parameters = list(item.callspec.params.values()) if hasattr(item, "callspec") else []
        tier = tier_of(item.path, item.fixturenames, parameters)
        if item.get_closest_marker("proof"):
            assert tier is not Tier.UNIT, f"{item.nodeid}: a file of the unit tier is not read for the proof"
            tier = Tier.PROOF
        (chosen if tier in wanted(config) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted(chosen, key=lambda item: str(item.path.relative_to(TESTS)) not in FIRST)
