# ruff: noqa: INP001 - Alembic runs this file by its path
"""Where Alembic begins: it runs inside the transaction that `storage.schema` holds, and commits nothing itself."""

from alembic import context

from paypal_payouts.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
context.run_migrations()
