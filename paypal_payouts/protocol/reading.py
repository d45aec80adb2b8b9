"""Reading what PayPal says of a batch: every page, matched by our item ids.

Reading moves no money. A read that fails changes nothing; an answer that contradicts our books is told and not taken
over. Source: docs/design.md, 8.9, 8.10 and 9.4.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct, field

from paypal_payouts.domain.late_words import CameBack
from paypal_payouts.domain.outcome import ItemReading, PageReading, ReadFailed
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.states import BatchEvent, BatchStatus
from paypal_payouts.log import event
from paypal_payouts.paypal.ahead import PAGE_SIZE, PageKey
from paypal_payouts.protocol.item_changes import ItemMatcher
from paypal_payouts.protocol.tools import Tools
from paypal_payouts.storage import Lease

_LOG: Final = logging.getLogger(__name__)

PAGES_MAX: Final = 1000
"""PayPal's own limit for `page` (OpenAPI description); a batch of ours has at most 15."""

_READ_AT_PRECISION: Final = timedelta(seconds=1)
"""So exactly it is kept when a batch could last be read: all who watch say the same of how old PayPal's word is.

A run that looks more often does not make the disk wait each time.
"""

ENDED: Final = {"SUCCESS": BatchEvent.FINISH, "DENIED": BatchEvent.DENY, "CANCELED": BatchEvent.CANCEL}
"""What PayPal calls a batch that it has finished: nothing is added to it any more."""


class BatchReading(Struct):
    """All pages of one batch, with the header as it was when the first was answered."""

    header: PageReading
    items: list[ItemReading] = field(default_factory=list)
    """As they were shown: one that moved between pages stands here twice."""


class ReadResult(Struct, frozen=True):
    """What reading one batch came to."""

    changed: int = 0
    failed: ReadFailed | None = None
    contradictions: tuple[str, ...] = ()
    is_whole: bool = True
    """Every page was read; else PayPal works on the batch, and only its first page was."""
    came_back: tuple[CameBack, ...] = ()


def pages(
    batch: BatchRecord,
    paypal_batch_id: str,
    *,
    tools: Tools,
    next_batches: Sequence[BatchRecord] = (),
    only_first: bool = False,
) -> Iterator[PageReading | ReadFailed]:
    """Read one page after the other until every item of ours was shown or there are no more; ends at a failure.

    After each there is a safe point, as two may be minutes apart where PayPal is slow. Once the first has come, the
    others may be asked for before their turn, and so may those of the `next_batches`, which are read after this: the
    header is never younger than the items. With `only_first`, where most batches end after their first page, nothing
    but first pages is asked for until one was looked at.
    """
    shown = 0
    later = [
        page
        for after in next_batches
        if after.paypal_batch_id is not None
        for page in (
            (after.paypal_batch_id, 1),
            *_further(after.paypal_batch_id, _last_page(after, only_first=only_first)),
        )
    ]
    further = _further(paypal_batch_id, _last_page(batch, only_first=only_first))
    tools.paypal.expect_pages([(paypal_batch_id, 1), *_in_turn(further, later)])
    for number in range(1, PAGES_MAX + 1):
        page = tools.paypal.read_page(paypal_batch_id, number)
        yield page
        if isinstance(page, ReadFailed):
            return
        tools.safe_point()
        event(
            _LOG,
            "page_read",
            f"{batch.name}: page {number} has {len(page.items)} items",
            cycle=batch.name.cycle,
            batch=batch.name,
            page=number,
            items=len(page.items),
            paypal_status=page.word,
        )
        shown += len(page.items)
        if number == 1:
            tools.paypal.expect_pages(_in_turn(_further(paypal_batch_id, _pages_expected(batch, page)), later))
        if not page.items or shown >= max(batch.items, page.total_items or 0):
            return
        if page.total_pages is not None and number >= page.total_pages:
            return


def _pages_expected(batch: BatchRecord, first: PageReading) -> int:
    """Return how many pages are sure to be read after the first, this included, as long as none is empty."""
    if not first.items:
        return 1
    by_items = -(-max(batch.items, first.total_items or 0) // len(first.items))
    return min(by_items, PAGES_MAX if first.total_pages is None else first.total_pages, PAGES_MAX)


def _last_page(batch: BatchRecord, *, only_first: bool) -> int:
    """Return how many pages of a batch will be read, as far as its record tells."""
    return 1 if only_first else -(-batch.items // PAGE_SIZE)


def _further(paypal_batch_id: str, last: int) -> list[PageKey]:
    return [(paypal_batch_id, number) for number in range(2, last + 1)]


def _in_turn(further: Sequence[PageKey], later: Sequence[PageKey]) -> list[PageKey]:
    """Return the order in which pages are best asked for.

    The first page of the next batch goes before the further ones of this: once it is there, the others of that batch
    can be asked for as soon as none is left of this one.
    """
    return [*later[:1], *further, *later[1:]]


def read_pages(batch: BatchRecord, paypal_batch_id: str, *, tools: Tools) -> BatchReading | ReadFailed:
    """Read the whole batch into memory (15,000 items at most), for comparing before anything is written."""
    reading: BatchReading | None = None
    for page in pages(batch, paypal_batch_id, tools=tools):
        if isinstance(page, ReadFailed):
            return page
        reading = reading or BatchReading(page)
        reading.items.extend(page.items)
    if reading is None:
        raise RuntimeError("a batch was read without a single page")
    return reading


def read_batch(
    batch: BatchRecord,
    *,
    lease: Lease,
    tools: Tools,
    next_batches: Sequence[BatchRecord] = (),
    only_if_ended: bool = False,
) -> ReadResult:
    """Bring our books to what PayPal says of a batch that it has, in one transaction: each makes the disk wait.

    Those of the `next_batches` that PayPal has may be asked about before their turn. With `only_if_ended` no page after
    the first is read where PayPal has not finished the batch.

    What a crash or a signal loses of it is read again; what was read before a page failed is written.

    Raises:
        LeaseLost: the cycle is no longer ours; nothing of the batch was written.
        Interrupted: asked to stop; nothing of the batch was written.

    """
    if batch.paypal_batch_id is None:
        raise RuntimeError(f"{batch.name} has no id of PayPal's to be read by")
    writer = ItemMatcher(batch, tools, compares_receivers=not tools.store.readings.was_attached(batch.id))
    header: PageReading | None = None
    failed: ReadFailed | None = None
    for page in pages(batch, batch.paypal_batch_id, tools=tools, next_batches=next_batches, only_first=only_if_ended):
        if isinstance(page, ReadFailed):
            failed = page
            break
        if header is None:
            header = page
            named = (page.sender_batch_id or batch.sender_batch_id, page.paypal_batch_id)
            if named != (batch.sender_batch_id, batch.paypal_batch_id):
                return ReadResult(contradictions=(f"PayPal shows another batch: {' '.join(named)}",))
        writer.take(page.items)
        if only_if_ended and header.word not in ENDED:
            break
    changed = _record(writer, lease=lease, tools=tools)
    if header is not None and failed is None:
        if header.word in ENDED and not _is_whole(batch, header, writer):
            writer.contradictions.append(
                f"PayPal has ended the batch and shows {len(writer.seen)} of its {batch.items} items"
            )
        changed += _finish(batch, header, writer, lease=lease, tools=tools)
    is_whole = failed is None and (len(writer.seen) == batch.items or not only_if_ended)
    return ReadResult(changed, failed, tuple(writer.contradictions), is_whole, tuple(writer.came_back()))


def apply_readings(batch: BatchRecord, reading: BatchReading, *, lease: Lease, tools: Tools) -> None:
    """Write a batch that was read whole, after it was found equal to ours."""
    # Its receivers were compared; a person may have said of them that they are the same.
    writer = ItemMatcher(batch, tools, compares_receivers=False)
    writer.take(reading.items)
    _record(writer, lease=lease, tools=tools)
    _finish(batch, reading.header, writer, lease=lease, tools=tools)


def _record(writer: ItemMatcher, *, lease: Lease, tools: Tools) -> int:
    """Write what was said of items, and return of how many it is news."""
    changes, plain = writer.changes(), writer.plain_changes()
    tools.store.readings.record_page(lease, changes, plain=plain, now=tools.now())
    return len(changes) + len(plain.id)


def _finish(batch: BatchRecord, header: PageReading, writer: "ItemMatcher", *, lease: Lease, tools: Tools) -> int:
    """Write what the header says. Only the first page's header counts: later pages were answered later."""
    event = ENDED.get(header.word or "")
    if batch.status is not BatchStatus.ACCEPTED or not _is_whole(batch, header, writer) or writer.contradictions:
        event = None
    now = tools.now
    was_just_read = batch.last_read_at is not None and now() - batch.last_read_at < _READ_AT_PRECISION
    if event is None and header.fees_minor == batch.fees_minor and was_just_read:
        return 0
    return tools.store.readings.record_reading(
        lease,
        batch.id,
        event=event,
        paypal_word=header.word,
        fees_minor=header.fees_minor,
        funding_source=header.funding_source,
        completed_at=header.completed_at or batch.completed_at or (None if event is None else now()),
        now=now(),
    )


def _is_whole(batch: BatchRecord, header: PageReading, writer: "ItemMatcher") -> bool:
    """Tell whether every item was shown. A denied batch may list none at all; one that hides some is not believed."""
    listed_none = header.word == "DENIED" and not writer.seen and not header.total_items
    return len(writer.seen) == batch.items or listed_none
