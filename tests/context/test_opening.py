"""What a command or a library user works with: nothing in it is taken from a command line that is not its own."""

import sys
from pathlib import Path

import pytest

from paypal_payouts import get_processing_lock_info, open_wiring
from paypal_payouts.cli.actions.wiring import shown_command
from paypal_payouts.context.process import system_user
from paypal_payouts.errors import ConfigInvalid


def configure(folder: Path) -> None:
    (folder / "payouts.toml").write_text('[paypal]\nenvironment = "simulator"\n')


def test_the_command_line_of_a_program_never_reaches_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path)
    monkeypatch.setattr(sys, "argv", ["billing.py", "--api-key", "sk-canary"])
    with open_wiring(tmp_path / "payouts.toml") as wiring:
        tools = wiring.tools(wiring.paypal())
        with tools.hold("c"):
            held = get_processing_lock_info("c", store=tools.store)
            assert held is not None
            assert held.command == f"{system_user()}, from Python"
            written = [path for path in tmp_path.rglob("*") if path.is_file()]
            assert not [path for path in written if b"canary" in path.read_bytes()]


def test_a_program_without_configuration_pays_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_wiring() as wiring, pytest.raises(ConfigInvalid, match="no configuration"):
        wiring.paypal()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["run", "-c", "2026-11"], "payouts run -c 2026-11"),
        (["run", "--input", "https://u:s3cret@host/x"], "payouts run --input https://u:***@host/x"),
    ],
)
def test_a_command_line_is_stored_without_the_password_of_a_url(arguments: list[str], shown: str) -> None:
    assert shown_command(arguments) == shown
