"""Every test belongs to one tier, and what is quick stays so."""

from pathlib import Path

import pytest
from tiers import TESTS, TIER_OF, Tier, tier_of, tier_of_file


def test_every_file_of_tests_has_a_tier_and_every_entry_a_file() -> None:
    assert {tier_of_file(path) for path in TESTS.rglob("test_*.py")} == set(Tier)
    assert [name for name in TIER_OF if not (TESTS / name).exists()] == []


@pytest.mark.parametrize(
    ("place", "fixtures", "parameters", "tier"),
    [
        ("domain/test_money.py", [], [], Tier.UNIT),
        ("verbs/test_run.py", ["world"], ["sqlite"], Tier.STORE),
        ("verbs/test_run.py", ["world"], ["postgres"], Tier.PROOF),
        ("protocol/test_failover.py", ["postgres_world"], [], Tier.PROOF),
        ("storage/test_sends.py", ["world"], ["postgres"], Tier.STORE),
        ("protocol/test_break_off.py", ["world"], ["sqlite"], Tier.PROOF),
        ("e2e/test_kill.py", [], [], Tier.PROOF),
        ("e2e/test_cycle.py", [], [], Tier.STORE),
    ],
    ids=str,
)
def test_what_needs_postgres_or_many_minutes_is_proof(
    place: str, fixtures: list[str], parameters: list[object], tier: Tier
) -> None:
    assert tier_of(Path(TESTS / place), fixtures, parameters) is tier
