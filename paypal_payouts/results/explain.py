"""The result of `explain`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.archive import ArchivedPayment
from paypal_payouts.domain.explain import ExplainReport, FoundItem, Payment, Story
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.report import Origin
from paypal_payouts.domain.states import ItemState, Money
from paypal_payouts.results.batch import OpenBatchJson, open_batches
from paypal_payouts.results.item import ItemJson
from paypal_payouts.results.values import (
    Amount,
    AtLeastOne,
    BatchText,
    Count,
    Currency,
    CycleText,
    JsonStruct,
    OfAccountJson,
    Time,
)

Whereabouts = Annotated[
    Money,
    Meta(
        description="Where the money is: `paid`, `unpaid`, `open` (on its way), `unknown` (it may be paid), "
        "`closed` (not owed)."
    ),
]


class HitJson(JsonStruct, frozen=True):
    """An item that was found, by its newest payment."""

    cycle: CycleText
    item_id: Annotated[str, Meta(description="The operator's key of the debt.")]
    payee_id: Annotated[
        str | None, Meta(description="The operator's key of the person; null where the input had none.")
    ]
    receiver: Annotated[str, Meta(description="Who is paid.")]
    amount: Amount
    currency: Currency
    state: ItemState
    money: Whereabouts
    batch: BatchText
    paid_at: Annotated[
        Time | None,
        Meta(description="When PayPal's word that it was paid was stored; null where no payment of it arrived."),
    ]

    @classmethod
    def of(cls, found: FoundItem) -> Self:
        """Show an item that was found."""
        item, newest = found.newest.item, found.newest
        return cls.taken(
            item,
            cycle=newest.cycle,
            amount=format_amount(item.amount_minor, item.currency),
            money=found.money,
            paid_at=found.paid_at,
        )


class EventJson(JsonStruct, frozen=True):
    """One thing that happened."""

    at: Annotated[Time, Meta(description="When.")]
    what: Annotated[
        str,
        Meta(description="`stored`, `send`, `word` (PayPal's, as it stands now), or the action as `audit` has it."),
    ]
    batch: Annotated[BatchText | None, Meta(description="The batch that it happened in; null where in none.")]
    by: Annotated[str, Meta(description="Who: a person, a process, or `paypal`.")]
    words: Annotated[str, Meta(description="What happened, in words.")]


class PaymentJson(ItemJson, frozen=True):
    """One payment of the item, and where its money is."""

    money: Whereabouts
    source: Annotated[
        str | None, Meta(description="What the input was called; null where the row was taken as it was stored.")
    ]
    line: Annotated[int | None, Meta(description="The line of the input; null where it is not known.")]
    conflict: Annotated[str | None, Meta(description="PayPal's word, where it contradicts our record; else null.")]
    acknowledged: Annotated[bool, Meta(description="Whether a person has acknowledged that conflict.")]

    @classmethod
    def of_payment(cls, payment: Payment) -> Self:
        """Show a payment."""
        return cls.of(
            payment.item,
            money=payment.money,
            source=payment.source,
            line=payment.line,
            conflict=payment.conflict,
            acknowledged=payment.acknowledged,
        )


class AnswerJson(JsonStruct, frozen=True):
    """Whether the payee has the money."""

    money: Whereabouts
    words: Annotated[str, Meta(description="The answer in words.")]
    paid_at: Annotated[Time | None, Meta(description="When PayPal's word that it was paid was stored; else null.")]
    payments: Annotated[list[PaymentJson], Meta(description="Every payment of the item, the newest first.")]

    @classmethod
    def of(cls, story: Story) -> Self:
        """Return whether the payee has the money."""
        return cls.taken(
            story.found,
            words=story.answer,
            payments=[PaymentJson.of_payment(payment) for payment in story.found.payments],
        )


class ArchivedPaymentJson(JsonStruct, frozen=True):
    """A payment of an archived cycle, found by a hash."""

    cycle: CycleText
    batch: BatchText
    amount: Amount
    currency: Currency
    state: ItemState
    money: Whereabouts
    is_newest: Annotated[bool, Meta(description="Whether no later attempt took its item over.")]
    file: Annotated[str, Meta(description="Where the rest of it is, in the folder `archive.directory`.")]

    @classmethod
    def of(cls, payment: ArchivedPayment) -> Self:
        """Show a payment."""
        return cls.taken(payment, amount=format_amount(payment.amount_minor, payment.currency))


class ExplainJson(OfAccountJson, frozen=True):
    """The result of `explain`."""

    text: Annotated[str, Meta(description="What was looked for.")]
    cycles_searched: Annotated[
        AtLeastOne,
        Meta(description="How many cycles were looked at: all that were ever stored, or the one that was named."),
    ]
    hits: Annotated[
        list[HitJson],
        Meta(
            description="What was found, at most 50: items that TEXT names before those whose receiver holds it, "
            "the newest first."
        ),
    ]
    hits_in_all: Annotated[Count, Meta(description="How many items were found.")]
    story: Annotated[
        list[EventJson] | None,
        Meta(
            description="Everything that happened to the one item that is meant, in order; null where it may be any "
            "of several."
        ),
    ]
    money: Annotated[
        AnswerJson | None,
        Meta(description="Whether the payee has the money; null where it may be any of several."),
    ]
    open: Annotated[
        list[OpenBatchJson],
        Meta(description="Every batch of the cycle of the item that is meant that keeps its exit code from 0 or 5."),
    ]
    next: Annotated[list[str], Meta(description="Commands to type; empty where nothing is left to do.")]
    archived: Annotated[
        list[ArchivedPaymentJson],
        Meta(description="Payments of archived cycles that TEXT names, at most 50, the newest first."),
    ]

    @classmethod
    def of(cls, report: ExplainReport, origin: Origin) -> Self:
        """Show what was found, and the story of the one item that is meant."""
        story = report.story
        return cls.taken(
            report,
            **origin._asdict(),
            hits=[HitJson.of(found) for found in report.hits],
            story=None if story is None else [EventJson.taken(event) for event in story.events],
            money=None if story is None else AnswerJson.of(story),
            open=open_batches(report.outlook),
            next=[step.command for step in report.next],
            archived=[ArchivedPaymentJson.of(payment) for payment in report.archived],
        )
