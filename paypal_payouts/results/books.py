"""One posting of the books of a cycle, as a row of the CSV form; and the file that was written."""

from datetime import date
from typing import Annotated, Literal, Self

from msgspec import Meta

from paypal_payouts.domain.books import BookEntry, Posting, WrittenBooks
from paypal_payouts.domain.money import format_amount
from paypal_payouts.results.values import Amount, BatchText, Count, Currency, CycleText, JsonStruct, amount


class PostingJson(JsonStruct, frozen=True):
    """One posting; those of one entry add up to zero, each with its price where it has one."""

    id: str
    date: date
    event: str
    settled: bool
    cycle: CycleText
    item_id: str
    batch: BatchText
    receiver: str
    transaction_id: str | None
    account: str
    amount: Amount
    currency: Currency
    price: Amount | None
    price_currency: Currency | None

    @classmethod
    def of(cls, entry: BookEntry, posting: Posting) -> Self:
        """Write one posting of an entry."""
        return cls.taken(
            entry.payment,
            id=entry.id,
            date=entry.day,
            event=entry.event,
            transaction_id=entry.transaction_id,
            settled=entry.settled,
            account=posting.account,
            amount=format_amount(posting.amount_minor, posting.currency),
            currency=posting.currency,
            price=(None if posting.price_currency is None else amount(posting.price_minor, posting.price_currency)),
            price_currency=posting.price_currency,
        )


class BooksJson(JsonStruct, frozen=True):
    """A file of entries for a bookkeeping program."""

    file: Annotated[str, Meta(description="The file that was written.")]
    format: Annotated[Literal["beancount", "hledger", "csv"], Meta(description="Its form.")]
    entries: Annotated[Count, Meta(description="How many entries it has: payments, and what came back.")]

    @classmethod
    def of(cls, books: WrittenBooks) -> Self:
        """Show what was written."""
        return cls.taken(books)
