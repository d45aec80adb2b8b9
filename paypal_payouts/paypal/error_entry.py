"""What one row of the table of errors says: of which calls, of whom, and where it is documented."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.completeness import complete
from paypal_payouts.domain.outcome import Documented, ErrorClass
from paypal_payouts.domain.states import Actor


class ApiCall(StrEnum):
    """The calls that are made; and the payment of one item, whose error comes inside a reply that is well."""

    TOKEN = "token"  # noqa: S105 - the name of a call
    CREATE = "create"
    READ = "read"
    CANCEL = "cancel"
    ITEM = "item"


class EntrySource(StrEnum):
    """Where an error is documented."""

    SPEC = "github.com/paypal/paypal-rest-api-specifications, openapi/payments_payouts_batch_v1.json, version 1.9"
    SCHEMA = "developer.paypal.com/api/payments.payouts-batch/v1/schema.json, x-errors"
    GUIDE = "docs.paypal.ai/growth/payouts/send-money/use-payouts-api"
    REASONS = "docs.paypal.ai/growth/payouts/manage-payouts/reports-transaction-logs"
    TESTS = "docs.paypal.ai/growth/payouts/reference/payouts-api-test-values"
    OAUTH = "RFC 6749, section 5.2"
    HTTP = "RFC 9110, section 15, and RFC 6585, section 4"
    SEEN = "replies recorded from PayPal"

    @property
    def link(self) -> str:
        """The page to read: of what was only seen, the one that PayPal's own replies link to."""
        return _PAGES[self]


_PAGES: Final[Mapping[EntrySource, str]] = complete(
    EntrySource,
    {
        EntrySource.SPEC: "https://developer.paypal.com/docs/api/payments.payouts-batch/v1/",
        EntrySource.SCHEMA: "https://developer.paypal.com/docs/api/payments.payouts-batch/v1/#errors",
        EntrySource.GUIDE: "https://docs.paypal.ai/growth/payouts/send-money/use-payouts-api",
        EntrySource.REASONS: "https://docs.paypal.ai/growth/payouts/manage-payouts/reports-transaction-logs",
        EntrySource.TESTS: "https://docs.paypal.ai/growth/payouts/reference/payouts-api-test-values",
        EntrySource.OAUTH: "https://www.rfc-editor.org/rfc/rfc6749#section-5.2",
        EntrySource.HTTP: "https://www.rfc-editor.org/rfc/rfc9110#section-15",
        EntrySource.SEEN: "https://developer.paypal.com/docs/api/payments.payouts-batch/#errors",
    },
)


class Entry(Struct, frozen=True):
    """One documented error."""

    name: str
    """PayPal's name; `HTTP_<status>` is a status that says what it says whatever the body holds."""
    calls: frozenset[ApiCall]
    statuses: frozenset[int]
    """The HTTP statuses it comes with; empty for the error of an item."""
    error_class: ErrorClass
    moved_nothing: bool
    """The very request that was answered so moved no money and made no batch. Never true of an item's error."""
    again: bool
    """The program may ask again before anybody acts: unchanged, under the same id, with the same token."""
    who: Actor
    """Who has to act before it can go well."""
    sentence: str
    """What the operator is told."""
    source: EntrySource

    @property
    def documented(self) -> Documented:
        """What a failure tells of it."""
        return Documented(self.who, self.sentence, self.source.link)
