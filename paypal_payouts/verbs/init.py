"""`init`: a commented configuration and a sample cycle, to begin with; what exists is left as it is."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from paypal_payouts.domain.report import Finished, InitReport
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.private import private_directory, write_private

EXAMPLE_CYCLE: Final = """\
item_id,receiver,amount,currency,note
maria-2026-11,maria@example.com,1250.50,USD,November
jonas-2026-11,jonas@example.com,980.00,EUR,November
aiko-2026-11,aiko@example.com,150000,JPY,November
"""
"""The sample cycle `example`: three payees whom the simulator pays."""


def init(*, configuration: Path) -> Finished:
    """Write the configuration, and the sample cycle beside it.

    Raises:
        ConfigInvalid: the folder cannot be written.

    """
    texts = {
        configuration: files("paypal_payouts").joinpath("payouts.toml").read_text(encoding="utf-8"),
        configuration.parent / "cycles" / "example.csv": EXAMPLE_CYCLE,
    }
    written, kept = [], []
    for path, text in texts.items():
        if path.exists() or path.is_symlink():
            kept.append(str(path))
            continue
        try:
            private_directory(path.parent)
            write_private(path, text.encode("utf-8"))
        except OSError as error:
            raise ConfigInvalid(
                f"{path} cannot be written: {error.strerror}.",
                hint=f"Let this user write the folder {path.parent.absolute()}, or name another file with --config.",
            ) from error
        written.append(str(path))
    return Finished(InitReport(written, kept))
