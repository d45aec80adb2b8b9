"""Commands that are printed get the options that they need, where a shell and the command line read them as such."""

import pytest

from paypal_payouts.present.commands import Typed

TYPED = Typed(config="own.toml", cycle="c", source="in.csv", flags=("--append",))


@pytest.mark.parametrize(
    ("command", "completed"),
    [
        ("payouts sync --cycle c", "payouts sync --cycle c --config own.toml"),
        ("payouts run c", "payouts run c --config own.toml --input in.csv --append"),
        ("payouts run d", "payouts run d --config own.toml"),
        ("payouts run --open", "payouts run --open --config own.toml"),
        ("payouts explain --cycle c -- -x", "payouts explain --cycle c --config own.toml -- -x"),
    ],
)
def test_a_command_is_completed(command: str, completed: str) -> None:
    assert TYPED.command(command) == completed
    assert TYPED.text(f"Type `{command}`.") == f"Type `{completed}`."


def test_what_only_run_has_goes_to_run_alone_and_once() -> None:
    typed = Typed(cycle="c", flags=("--append",), run_flags=("--accept-new-receivers", "--canary 5"))
    assert typed.command("payouts preview c") == "payouts preview c --append"
    given = "payouts run c --canary 7"
    assert typed.command(given) == f"{given} --append --accept-new-receivers"


def test_no_command_gets_an_option_that_it_does_not_have() -> None:
    typed = Typed(cycle="c", source="other.csv", flags=("--skip-invalid",))
    retry = "payouts retry c-0001-1 --failed-items"
    assert typed.command(retry) == f"{retry} --input other.csv"
