"""The tables with what SQLite and Postgres are told apart of each other: for whoever makes or compares them.

SQLAlchemy loads both dialects to be told, which a command that uses one of them need not wait for.
"""

import sqlalchemy as sa

from paypal_payouts.storage.columns import FILLFACTOR, WHERE
from paypal_payouts.storage.tables import METADATA


def whole_tables() -> sa.MetaData:
    """Return the tables with the conditions of their indexes, and how full Postgres makes their pages."""
    for table in METADATA.tables.values():
        if FILLFACTOR in table.info:
            table.dialect_options["postgresql"]["with"] = {"fillfactor": table.info[FILLFACTOR]}
        for index in table.indexes:
            for dialect in ("sqlite", "postgresql") if WHERE in index.info else ():
                index.dialect_options[dialect]["where"] = sa.text(index.info[WHERE])
    return METADATA
