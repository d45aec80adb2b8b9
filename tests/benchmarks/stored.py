"""What a paid cycle leaves in the database: bytes an item, and how many updates of items stayed in their page.

An update that changes no indexed column, and finds room in the row's page, needs no new entry in any index: Postgres
calls it heap-only (HOT). That is what the fillfactor of `payout_items` is for (migration 0006).
"""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

_BYTES: Final = "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables"
_HOT: Final = (
    "SELECT n_tup_hot_upd::float / greatest(n_tup_upd, 1) FROM pg_stat_user_tables WHERE relname = 'payout_items'"
)


def stored(url: str, folder: Path, items: int) -> dict[str, float]:
    """Measure the only cycle of a database; a file is named relative to the folder."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return {"bytes an item, indexes included": (folder / str(parsed.database)).stat().st_size / items}
    engine = sa.create_engine(parsed, poolclass=sa.NullPool)
    with engine.connect() as connection:
        size, hot = (float(connection.exec_driver_sql(query).scalar_one()) for query in (_BYTES, _HOT))
    return {"bytes an item, indexes included": size / items, "share of HOT updates of items": hot}
