"""A later version of the program, invented for the tests: it knows one more migration, which changes two tables."""

import shutil
from collections.abc import Callable
from pathlib import Path

from paypal_payouts.storage import schema

HEAD = "0900"
_MIGRATION = f"""
import sqlalchemy as sa
from alembic import op

revision = "{HEAD}"
down_revision = "{schema.HEAD}"


def upgrade():
    op.add_column("cycles", sa.Column("invented", sa.String()))
    # On SQLite this makes the table again, to which others refer.
    with op.batch_alter_table("payout_batches") as table:
        table.alter_column("paypal_word", new_column_name="last_word")
"""


def know_one_more(folder: Path, change: Callable[[object, str, object], None] = setattr) -> None:
    """Make this process one of the later version; its migrations are put together in `folder`."""
    migrations = folder / "migrations"
    if not migrations.exists():
        shutil.copytree(Path(schema.__file__).parent / "migrations", migrations)
        (migrations / f"versions/{HEAD}_invented.py").write_text(_MIGRATION)
    change(schema, "_MIGRATIONS", migrations)
    change(schema, "HEAD", HEAD)
    change(schema, "HEAD_SINCE", "9.1.0")
