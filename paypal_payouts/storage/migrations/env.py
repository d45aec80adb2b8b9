# ruff: noqa: INP001 - Alembic runs this file by its path
"""Where Alembic begins: it runs inside the transaction that `storage.schema` holds, and commits nothing itself."""

from alembic import context

from paypal_payouts.storage.whole_tables import whole_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=whole_tables(),
    transactional_ddl=True,
)
context.run_migrations()
