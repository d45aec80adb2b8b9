"""Printed commands get the options that were typed, where they need them to mean the same, and no other."""

import pytest

from paypal_payouts.present.commands import NOTHING_TYPED, Typed, completed

TYPED = Typed(config="my payouts.toml", cycle="c", source="other.csv", flags=("--skip-invalid", "--append"))
CONFIG = "--config 'my payouts.toml'"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("payouts run --cycle c", f" {CONFIG} --input other.csv --skip-invalid --append"),
        ("payouts preview c", f" {CONFIG} --input other.csv --skip-invalid --append"),
        ("payouts run --cycle c --append --allow-duplicate", f" {CONFIG} --input other.csv --skip-invalid"),
        ("payouts retry c-0001-1 --failed-items", f" {CONFIG} --input other.csv"),
        ("payouts retry --cycle c --failed-items", f" {CONFIG} --input other.csv"),
        ("payouts retry c-0001-1", f" {CONFIG}"),
        ("payouts override c-0001-1 --to abandoned --reason 'a copy'", f" {CONFIG}"),
        ("payouts sync --cycle c", f" {CONFIG}"),
        ("payouts run --open", f" {CONFIG}"),
        ("payouts run --cycle other", f" {CONFIG}"),
        ("payouts run --cycle c --config x --input y", " --skip-invalid --append"),
        ("payouts help", ""),
        ("payouts", ""),
    ],
)
def test_a_command_gets_what_it_needs_and_has(command: str, options: str) -> None:
    assert TYPED.command(command) == command + options
    assert NOTHING_TYPED.command(command) == command


def test_commands_in_a_text_and_in_a_document_are_completed_and_nothing_else_is() -> None:
    said = {"hint": "Run `payouts sync`.", "receiver": "`payouts sync`", "next": ["payouts sync"], "why": None}
    assert completed({"error": said}, TYPED) == {
        "error": said | {"hint": f"Run `payouts sync {CONFIG}`.", "next": [f"payouts sync {CONFIG}"]}
    }
