"""What `metrics` tells of everything that is stored: the facts that are read, and the figures that come of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from msgspec import Struct, field

from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.states import BatchStatus, ItemState

ENDS_UP_TO_S: Final = (60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0, 86_400.0, 259_200.0, 604_800.0)
"""The edges of the histogram of seconds to an end: a minute to a week."""


class BatchFacts(NamedTuple):
    """One batch, with its times."""

    id: int
    cycle: str
    status: BatchStatus
    created_at: datetime
    first_sent_at: datetime | None
    completed_at: datetime | None
    retry_count: int
    batch: str
    last_sent_at: datetime | None


class Facts(Struct, frozen=True):
    """What one snapshot of the database holds: a row for each batch, and never one for each item."""

    batches: Sequence[BatchFacts] = ()
    states: Mapping[int, Counter[ItemState]] = field(default_factory=dict)
    """By `BatchFacts.id`: the states of its payments, those left out that a later payment of the item replaced."""
    open_conflicts: Counter[int] = field(default_factory=Counter)
    """By `BatchFacts.id`: payments of which PayPal contradicts our record, and nobody has acknowledged it."""
    sends: Mapping[tuple[AttemptOutcome | None, ErrorClass | None], int] = field(default_factory=dict)
    """How the sends ended, counted; without an outcome they stand open."""
    finished_at: Mapping[str, datetime] = field(default_factory=dict)
    """By cycle: when it was last recorded that PayPal had finished a batch of it."""


class Spread(Struct, frozen=True):
    """How long something took, as a histogram has it."""

    up_to_s: Sequence[tuple[float, int]]
    """How many took so many seconds or less, by the edges in their order."""
    count: int
    sum_s: float


class Figures(Struct, frozen=True):
    """What one environment and account came to, at one moment."""

    environment: str
    account: str
    read_at: datetime
    batches: Mapping[BatchStatus, int]
    """Every status, also where it is 0."""
    items: Mapping[ItemState, int]
    attempts: Mapping[tuple[AttemptOutcome, ErrorClass | None], int]
    attempts_open: int
    open_conflicts: int
    unrecorded_sends: int
    """Sends that the sent log knows and the database does not."""
    retries: int
    seconds_to_final: Spread
    oldest_open_s: Mapping[BatchStatus, float | None]
    """The age of the oldest batch of each open status; None where there is none."""
    unclaimed: Mapping[int, int]
    """Unclaimed items by the whole days that are left at least until PayPal sends their money back."""
    completed_at: Mapping[str, datetime]
    """The cycles that are complete, with the moment at which PayPal's end of their last batch was recorded."""
