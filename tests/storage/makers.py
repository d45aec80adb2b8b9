"""Values to store, and short ways to bring a batch where a test begins."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from support.sealed import KEY_FILE, open_sealed

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.outcome import Accepted, ErrorClass, Failure, Refused, SendOutcome, Unknown
from paypal_payouts.domain.payout import BatchRecord, InputRow, NewBatch
from paypal_payouts.domain.states import SENDABLE_BY_RETRY, BatchEvent, ItemState
from paypal_payouts.storage import Holder, HolderInfo, ItemChange, Lease, Permit, Store, StoredPayment
from paypal_payouts.storage.tables import item_counts, items

NOW = datetime(2026, 11, 5, 12, 0, 0, 123456, tzinfo=UTC)
HOLDER = Holder("host-a", 41, "payouts run").at("directory-a")
OTHER = Holder("host-b", 42, "payouts sync").at("directory-b")
LOST = Unknown(Failure("TIMEOUT", "no answer", ErrorClass.TRANSIENT, debug_id="d1"))
NO_FUNDS = Refused(Failure("INSUFFICIENT_FUNDS", "too little", ErrorClass.FUNDS, http_status=422, debug_id="d2"))


def later(**parts: float) -> datetime:
    return NOW + timedelta(**parts)


def opened(
    url: str, *, environment: str = "sandbox", account: str = "main", key_file: Path = KEY_FILE, read_only: bool = False
) -> Store:
    store = open_sealed(url, environment=environment, account=account, key_file=key_file, read_only=read_only)
    assert store is not None
    return store


def leased(
    store: Store, key: str = "c1", *, holder: HolderInfo = HOLDER, now: datetime = NOW, lease_s: float = 600
) -> Lease:
    lease = store.locks.acquire(key, holder=holder, now=now, lease_s=lease_s, take_over_same_directory=False)
    assert isinstance(lease, Lease)
    return lease


def row(item_id: str, *, amount_minor: int = 1000, currency: str = "USD") -> InputRow:
    return InputRow(
        7, 8, item_id, f"{item_id}@example.com", "EMAIL", amount_minor, currency, "thanks", None, None, None
    )


def new_batch(
    item_ids: Sequence[str] = ("a", "b", "c"),
    *,
    cycle: str = "c1",
    sequence: int = 1,
    attempt: int = 1,
    currency: str = "USD",
) -> NewBatch:
    rows = [row(item_id, currency=currency) for item_id in item_ids]
    name = BatchName(cycle, sequence, attempt)
    request = f'{{"batch": "{name}", "items": {len(rows)}}}'.encode()
    return NewBatch(
        name=name,
        sender_batch_id=name.sender_batch_id(account="main", environment="sandbox"),
        currency=currency,
        amount_minor=sum(each.amount_minor for each in rows),
        rows=rows,
        request=request,
        checksum=hashlib.sha256(request).hexdigest(),
    )


def check_counts(store: Store) -> None:
    """Hold the counts that are kept against the rows that they are of."""
    disputed = sa.func.count(items.c.conflict)
    of_rows = sa.select(
        items.c.batch_id, items.c.state, sa.func.count(), sa.func.sum(items.c.newest), disputed, disputed
    )
    with store.database.read() as connection:
        counted = connection.execute(of_rows.group_by(items.c.batch_id, items.c.state)).all()
        kept = connection.execute(sa.select(item_counts).where(item_counts.c.number > 0)).all()
        emptied = connection.execute(sa.select(item_counts.c.newest).where(item_counts.c.number == 0)).scalars()
        assert (sorted(kept), set(emptied) - {0}) == (sorted(counted), set())


def stored(store: Store, lease: Lease, *batches: NewBatch, cycle: str = "c1") -> list[int]:
    return store.intents.record_intent(lease, cycle=cycle, batches=batches or [new_batch()], now=NOW, actor="ann")


def permitted(store: Store, lease: Lease, batch_id: int, *, now: datetime = NOW) -> Permit:
    return store.sends.permit(lease, batch_id, now=now, operator="ann", policy="default", allowed=SENDABLE_BY_RETRY)


def sent(store: Store, lease: Lease, batch_id: int, outcome: SendOutcome = LOST, *, now: datetime = NOW) -> BatchRecord:
    return store.sends.record_result(lease, batch_id, permitted(store, lease, batch_id, now=now), outcome, now=now)


def accepted(store: Store, lease: Lease, batch_id: int, paypal_batch_id: str = "PAYPAL1") -> BatchRecord:
    return sent(store, lease, batch_id, Accepted(paypal_batch_id, "d0", 201))


def change(
    book: StoredPayment, state: ItemState, *, live: int = 1, error_message: str | None = None, is_plain: bool = False
) -> ItemChange:
    failed = error_message is not None
    return ItemChange(
        id=book.id,
        state=state,
        raw_state=state.upper(),
        fee_minor=25,
        paypal_item_id=f"ITEM-{book.item_id}",
        transaction_id=f"TX-{book.item_id}",
        error_code="RECEIVER_UNREGISTERED" if failed else None,
        error_message=error_message,
        error_class=ErrorClass.PAYEE if failed else None,
        live=live,
        is_plain=is_plain,
    )


def read(
    store: Store, lease: Lease, batch_id: int, states: dict[str, ItemState], *, unpaid: Sequence[str] = ()
) -> None:
    """Let PayPal say a state of each item; those in `unpaid` are proven so."""
    books = store.readings.books(batch_id)
    changes = [change(books[item_id], state, live=int(item_id not in unpaid)) for item_id, state in states.items()]
    store.readings.record_page(lease, changes, now=NOW)


def ended(store: Store, lease: Lease, batch_id: int, event: BatchEvent | None) -> int:
    return store.readings.record_reading(
        lease, batch_id, event=event, paypal_word="WORD", fees_minor=75, completed_at=NOW, now=NOW
    )


def found(store: Store, text: str = "c1-0001-1") -> BatchRecord:
    batch = store.batches.find(text)
    assert batch is not None
    return batch


def everything(url: str) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Yield every row of every table, to see that nothing changed."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        for table in sorted(sa.inspect(connection).get_table_names()):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").all()
            yield table, [tuple(each) for each in rows]
