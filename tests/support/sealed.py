"""Databases of tests are sealed with one key, so that what one test kept another can open."""

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from paypal_payouts.private import create_private
from paypal_payouts.storage import Patience, Store, open_store

_FOLDER: Final = Path(tempfile.mkdtemp(prefix="payouts-key-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
KEY_FILE: Final = _FOLDER / "payouts.key"
create_private(KEY_FILE, bytes(range(32)))
"""It is the same in every process, as dumps of databases that are sealed with it lie in the repository."""


def open_sealed(
    url: str,
    *,
    environment: str = "sandbox",
    account: str = "main",
    key_file: Path = KEY_FILE,
    read_only: bool = False,
    patience: Patience | None = None,
) -> Store | None:
    """Open a database as the program does, with the key of the tests."""
    return open_store(
        url,
        environment=environment,
        account=account,
        key_file=key_file,
        now=datetime(2026, 11, 5, 12, tzinfo=UTC),
        read_only=read_only,
        patience=patience,
    )
