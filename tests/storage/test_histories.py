"""Any history of sends, answers, deaths, readings and moves by hand: no new payment while a send may still arrive."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paypal_payouts.domain.outcome import (
    OUTCOME_WORD,
    Accepted,
    AttemptOutcome,
    Duplicate,
    ErrorClass,
    Failure,
    NotSent,
    SendOutcome,
)
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import eligibility, may_pay_again, may_send
from paypal_payouts.domain.states import PAYABLE_AGAIN, BatchEvent, BatchStatus, ItemState
from paypal_payouts.storage import Lease, Store
from storage.makers import (
    LOST,
    NO_FUNDS,
    NOW,
    check_counts,
    ended,
    found,
    leased,
    new_batch,
    opened,
    permitted,
    read,
    stored,
)

S, E, A = BatchStatus, BatchEvent, AttemptOutcome

MAX_AGE_DAYS: Final = 25
DAY: Final = timedelta(hours=24)
FAILURE: Final = Failure("X", "x", ErrorClass.UNKNOWN)
DIED: Final = "died"
NEVER_LEFT: Final = {A.REFUSED, A.NOT_SENT}
NO_WORD: Final = {A.UNKNOWN, None}
ENDS: Final = {
    E.FINISH: [ItemState.FAILED, ItemState.SUCCESS, ItemState.RETURNED],
    E.DENY: [ItemState.DENIED, ItemState.FAILED, ItemState.DENIED],
    E.CANCEL: [ItemState.CANCELED] * 3,
}

_numbers = count(1)


@dataclass
class History:
    """One batch in a real database, and what the test itself remembers of its sends."""

    store: Store
    now: datetime = NOW
    sends: list[tuple[datetime, AttemptOutcome | None]] = field(default_factory=list)
    given_up_at: datetime | None = None
    denied: int = 0
    """So many of the sends were made before PayPal last denied the batch: what it had accepted of them has ended."""

    def __post_init__(self) -> None:
        cycle = f"h{next(_numbers)}"
        self.name = f"{cycle}-0001-1"
        self.lease: Lease = leased(self.store, cycle)
        (self.batch_id,) = stored(self.store, self.lease, new_batch(cycle=cycle), cycle=cycle)

    @property
    def batch(self) -> BatchRecord:
        return found(self.store, self.name)

    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def send(self, answer: SendOutcome | str) -> None:
        """Send where the rules allow it; the answer comes, or the program dies before."""
        if not may_send(self.batch, now=self.now, max_age_days=MAX_AGE_DAYS).eligible:
            return
        permit = permitted(self.store, self.lease, self.batch_id, now=self.now)
        if isinstance(answer, str):
            self.sends.append((self.now, None))
            return
        if isinstance(answer, Accepted):
            answer = Accepted(f"P{next(_numbers)}")
        self.sends.append((self.now, OUTCOME_WORD[type(answer)]))
        self.store.sends.record_result(self.lease, self.batch_id, permit, answer, now=self.now)

    def adopt(self, event: BatchEvent) -> None:
        """Take over what PayPal has, after a duplicate answer or by hand."""
        if self.batch.status is S.IN_FLIGHT or (self.batch.status is S.REVIEW and event is E.ATTACH):
            self.store.moves.adopt(
                self.lease, self.batch_id, f"P{next(_numbers)}", event=event, now=self.now, actor="ann"
            )

    def end(self, event: BatchEvent) -> None:
        """Read PayPal's last word on the batch and on each item."""
        if self.batch.status is S.ACCEPTED:
            states = dict(zip("abc", ENDS[event], strict=True))
            unpaid = [item for item, state in states.items() if state in PAYABLE_AGAIN]
            read(self.store, self.lease, self.batch_id, states, unpaid=unpaid)
            ended(self.store, self.lease, self.batch_id, event)
            self.denied = len(self.sends) if event is E.DENY else self.denied

    def move(self, event: BatchEvent) -> None:
        """Let a person move the batch, as `override` allows it."""
        batch = self.batch
        open_outcome = batch.status in {S.IN_FLIGHT, S.REVIEW}
        allowed = {
            E.DOUBT: batch.status is S.IN_FLIGHT,
            E.RESUME: batch.status is S.REVIEW,
            E.ABANDON: batch.status in {S.PLANNED, S.REFUSED}
            or (open_outcome and self.now - max(at for at, _ in self.sends) >= DAY),
        }
        if allowed[event]:
            self.store.moves.move(self.lease, self.batch_id, event, now=self.now, actor="ann", reason="looked")
            self.given_up_at = self.now if event is E.ABANDON else None

    def check(self) -> None:
        check_counts(self.store)
        batch = self.batch
        again = may_pay_again(batch).eligible
        lost = [at for at, outcome in self.sends if outcome in NO_WORD]
        match batch.status:
            case S.PLANNED | S.IN_FLIGHT | S.REVIEW:
                assert not again
            case S.REFUSED:
                ended_before = {outcome for _, outcome in self.sends[: self.denied]} - {A.ACCEPTED, A.DUPLICATE}
                assert ended_before | {outcome for _, outcome in self.sends[self.denied :]} <= NEVER_LEFT
                assert again
            case S.DENIED:
                # A copy of a lost POST may have been taken under the freed id, until PayPal was asked a day later.
                asked = [at for at, outcome in self.sends if outcome not in NO_WORD]
                assert again is all(any(later - at >= DAY for later in asked) for at in lost)
            case S.ACCEPTED | S.DONE | S.CANCELED:
                assert batch.paypal_batch_id, "PayPal's batch holds the id: a late copy is a duplicate"
            case S.ABANDONED:
                assert self.given_up_at is not None
                assert all(outcome in NEVER_LEFT or self.given_up_at - at >= DAY for at, outcome in self.sends), (
                    "given up while a send might still arrive"
                )
        same_id = may_send(batch, now=self.now, max_age_days=MAX_AGE_DAYS).eligible
        found = eligibility(batch, now=self.now, max_age_days=MAX_AGE_DAYS)
        assert found.eligible is (same_id or (again and batch.payable_again > 0))


ANSWERS: Final[list[SendOutcome | str]] = [
    Accepted("P"),
    Duplicate(None, FAILURE),
    NO_FUNDS,
    LOST,
    NotSent(FAILURE),
    DIED,
]

aftermaths = st.one_of(
    st.tuples(st.just("adopt"), st.sampled_from([E.ACCEPT, E.ATTACH])),
    st.tuples(st.just("end"), st.sampled_from([E.DENY, E.DENY, E.FINISH, E.CANCEL])),
    st.tuples(st.just("move"), st.sampled_from([E.DOUBT, E.RESUME, E.ABANDON])),
)
rounds = st.tuples(
    st.tuples(st.just("send"), st.sampled_from(ANSWERS)),
    aftermaths,
    aftermaths,
    st.tuples(st.just("pass_time"), st.sampled_from([0, 1, 23, 24, 25])),
)
histories = st.lists(rounds, min_size=1, max_size=6).map(lambda found: [step for steps in found for step in steps])


def denied_after(*steps: tuple[str, object]) -> list[tuple[str, object]]:
    """Return a history in which PayPal takes the batch in the end, and denies it."""
    return [*steps, ("send", Accepted("P")), ("end", E.DENY)]


@pytest.fixture(scope="module")
def kept_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = opened(f"sqlite:///{tmp_path_factory.mktemp('histories')}/payouts.db")
    yield store
    store.close()


@settings(max_examples=60)
@given(histories)
@example(denied_after())
@example(denied_after(("send", LOST), ("pass_time", 23)))
@example(denied_after(("send", LOST), ("pass_time", 24)))
@example(denied_after(("send", DIED), ("pass_time", 24), ("send", LOST), ("pass_time", 23)))
@example(denied_after(*denied_after(("send", DIED)), ("pass_time", 25)))
@example([("send", LOST), ("send", NO_FUNDS)])
@example([("send", NotSent(FAILURE)), ("send", NO_FUNDS), ("move", E.ABANDON)])
@example([("send", LOST), ("pass_time", 24), ("move", E.ABANDON)])
def test_no_history_allows_a_new_payment_while_a_send_is_open(
    kept_store: Store, history: list[tuple[str, object]]
) -> None:
    case = History(kept_store)
    case.check()
    for verb, argument in history:
        getattr(case, verb)(argument)
        case.check()
