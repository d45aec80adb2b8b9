"""Sending a batch: token, permit, POST, result; and asking again under the same id while nobody has answered.

This is the protocol of docs/design.md, 8. Its order is what keeps a payee from being paid twice:

    token     fetched before the permit, never renewed between permit and POST
    permit    one transaction: the batch is in flight, the attempt is open, the fence is ours
    POST      no transaction open; the same bytes every time, under the same sender_batch_id
    result    one transaction: the answer, the state, the attempt closed

A crash after any of these leaves a state from which the next run goes on: what has a permit and no result is asked
again under its own id, and PayPal pays an id once.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, assert_never

from msgspec.structs import replace

from paypal_payouts.domain.outcome import (
    OUTCOME_WORD,
    Accepted,
    Duplicate,
    ErrorClass,
    NotSent,
    Refused,
    SendOutcome,
    TokenUnavailable,
    Unknown,
)
from paypal_payouts.domain.payout import BatchRecord
from paypal_payouts.domain.retry import GiveUp, RetryIn, decide, must_be_doubted
from paypal_payouts.domain.states import SENDABLE_BY_RUN, BatchStatus
from paypal_payouts.log import Event, event
from paypal_payouts.paypal.repeat import delays
from paypal_payouts.protocol.adoption import AdoptionFailed, NotEqual, read_for_adoption
from paypal_payouts.protocol.answers import Doubted, Submitted, Unread, outcome_words
from paypal_payouts.protocol.clock import check_clock
from paypal_payouts.protocol.copies import stored_copy_refusal
from paypal_payouts.protocol.cycle_lock import CycleLock
from paypal_payouts.protocol.lookup import find_batch
from paypal_payouts.protocol.reading import apply_readings
from paypal_payouts.protocol.results import ResultReader
from paypal_payouts.protocol.tools import Terms, Tools
from paypal_payouts.storage import Lease, Permit, Store

_LOG: Final = logging.getLogger(__name__)


class Sender:
    """Sends batches of one cycle, under its lock, for the length of one command."""

    def __init__(self, *, terms: Terms, lock: CycleLock, tools: Tools, reader: ResultReader) -> None:
        """Begin with nothing sent. `reader` is the command's own, which knows what it has read already."""
        self.store, self.paypal, self.now = tools.store, tools.paypal, tools.now
        self.lock = lock
        self.policy = policy = terms.policy
        self.operator = terms.operator
        self.errors = tools.errors
        self.sent: list[str] = []
        self._policy_words = (
            f"{terms.policy_source}: max_retries={policy.max_retries} base_delay_s={policy.base_delay_s:g} "
            f"max_delay_s={policy.max_delay_s:g} max_age_days={policy.max_age_days}"
        )
        self._tools = tools
        self._token_renewed = False
        self._reader, self._has_read_older = reader, False

    def send(self, batch: BatchRecord, *, allowed: Collection[BatchStatus]) -> Submitted:
        """Send a batch under its own id until PayPal answers or the policy gives up.

        Raises:
            ClockSkew: this machine's clock and PayPal's are too far apart.
            LeaseLost: the cycle is no longer ours; nothing more may be sent.
            Blocked: the batch may not be sent, because a later attempt pays its items.
            SealBroken: somebody else changed the batch in the database; it was not sent.
            Interrupted: asked to stop, at a safe point.

        """
        unanswered, ceilings_s = 0, delays(self.policy.base_delay_s, self.policy.max_delay_s)
        while True:
            self._tools.safe_point()
            obstacle = self._prepare(batch)
            if obstacle is not None:
                return obstacle
            # Fetching the token may have taken minutes. Once the permit is given, nobody can stop the send.
            self._tools.safe_point()
            # Before the permit, whose write proves that the database still is the one that these bytes were read in.
            request = self.store.batches.request_bytes(batch.id)
            permit = self._permit(batch, allowed)
            self.sent.append(str(batch.name))
            _log(batch, "permit", "may be sent, once", attempt=permit.number)
            answer = self.paypal.create_batch(
                request, sender_batch_id=batch.sender_batch_id, request_id=batch.request_id
            )
            outcome = self.errors.classed(answer)
            unanswered += isinstance(outcome, Unknown | NotSent)
            decision = self._decide(outcome, unanswered, ceilings_s)
            unheard = outcome.failure if isinstance(outcome, Unknown | NotSent) else None
            come_back_in_s = None if unheard is None else self.policy.come_back_in_s(unheard)
            batch = record_retry_attempt(
                self.lock.lease,
                batch.id,
                permit,
                outcome,
                store=self.store,
                now=self.now(),
                delay_s=decision.delay_s if isinstance(decision, RetryIn) else come_back_in_s,
            )
            _log_answer(batch, permit.number, outcome)
            if isinstance(outcome, Duplicate):
                return self._adopt(batch, outcome)
            if isinstance(decision, GiveUp):
                return Submitted(batch, outcome, come_back_in_s)
            why = f"{batch.name}: {outcome_words(outcome)}; asking again under the same id"
            self._tools.wait(decision.delay_s, why, cycle=batch.name.cycle)

    def _permit(self, batch: BatchRecord, allowed: Collection[BatchStatus]) -> Permit:
        """Open the one attempt of a send; where something new may come of it, the sent log knows of it before."""
        at = self.paypal.later_now()
        if batch.last_sent_at is not None and at <= batch.last_sent_at:
            # The clock was set back. By the order of these times a send is known or not.
            at = batch.last_sent_at + datetime.resolution
        is_new = batch.status is not BatchStatus.IN_FLIGHT or not self.lock.sent_log.knows(batch.name)
        with self.lock.announcing(batch, at) as announce:
            return self.store.sends.permit(
                self.lock.lease,
                batch.id,
                now=at,
                operator=self.operator,
                policy=self._policy_words,
                allowed=allowed,
                announce=announce if is_new else lambda: None,
            )

    def _prepare(self, batch: BatchRecord) -> Submitted | None:
        """Do all that must stand before a permit; None when the way is free."""
        token = self.paypal.ensure_token()
        if token is not None:
            unheard = token.failure if isinstance(token, TokenUnavailable) else None
            said = "PayPal refused the credentials" if unheard is None else "PayPal could not be reached"
            self.store.failures.record_not_reached(
                self.lock.lease, batch, why=f"{said} ({token.failure.code})", now=self.now(), actor=self.operator
            )
            return Submitted(batch, token, None if unheard is None else self.policy.come_back_in_s(unheard))
        check_clock(self.paypal, sent=self.sent)
        unread = None if self._has_read_older else self._reader.read_older_payments()
        if unread is not None:
            return Submitted(batch, Unread(unread))
        self._has_read_older = True
        if must_be_doubted(batch, now=self.paypal.later_now(), max_age_days=self.policy.max_age_days):
            days = self.policy.max_age_days
            reason = f"first sent {days} days ago or more and never answered: PayPal may have forgotten its id"
            return Submitted(self._doubt(batch, reason), Doubted())
        disputed = self.store.sends.paid_elsewhere(batch.id)
        if disputed is not None and batch.status in {BatchStatus.PLANNED, BatchStatus.IN_FLIGHT}:
            return Submitted(self._doubt(batch, f"sent, it could pay a second time: {disputed}"), Doubted())
        return None

    def _decide(self, outcome: SendOutcome, unanswered: int, ceilings_s: Iterator[float]) -> RetryIn | GiveUp:
        """Say whether the same bytes go out again in this run."""
        match outcome:
            case Accepted() | Duplicate():
                return GiveUp("answered")
            case Refused(failure):
                if failure.error_class is ErrorClass.AUTH and failure.http_status == 401 and not self._token_renewed:  # noqa: PLR2004 - HTTP
                    # PayPal forgot our token: a fresh one, a fresh permit, the same bytes, once in a run.
                    self._token_renewed = True
                    self.paypal.drop_token()
                    return RetryIn(0)
                return GiveUp("refused")
            case Unknown(failure) | NotSent(failure):
                if not self.errors.asks_again(failure):
                    return GiveUp(f"asking again would not help: {failure.code}")
                chance = self._tools.chance()
                return decide(self.policy, failure, sends=unanswered, ceiling_s=next(ceilings_s), jitter=chance)
            case _:
                assert_never(outcome)

    def _adopt(self, batch: BatchRecord, outcome: Duplicate) -> Submitted:
        """Take over the batch that PayPal has under our id, after comparing it item by item; never make a new id."""
        if outcome.paypal_batch_id is None:
            reason = "PayPal says that it has a batch of this id, and names none"
            return Submitted(self._doubt(batch, reason), outcome)
        found = read_for_adoption(batch, outcome.paypal_batch_id, tools=self._tools)
        match found:
            case NotEqual(reason):
                evidence = {"paypal_batch_id": outcome.paypal_batch_id, **found.evidence()}
                return Submitted(self._doubt(batch, reason, evidence), outcome)
            case AdoptionFailed(failure):
                # What is not read, or not shown yet, proves nothing. The next run asks again under the same id.
                _log(batch, "read_failed", failure.message, level=logging.WARNING)
                return Submitted(batch, Unknown(replace(failure, message=f"reading the batch: {failure.message}")))
        batch = self.store.moves.adopt(
            self.lock.lease,
            batch.id,
            outcome.paypal_batch_id,
            now=self.now(),
            actor=self.operator,
            evidence={"compared_items": len(found.items)},
        )
        _log(batch, "adopted", f"PayPal's {outcome.paypal_batch_id} is equal to it item by item")
        apply_readings(batch, found, lease=self.lock.lease, tools=self._tools)
        return Submitted(batch, Accepted(outcome.paypal_batch_id))

    def _doubt(self, batch: BatchRecord, reason: str, evidence: Mapping[str, Any] | None = None) -> BatchRecord:
        doubted = self.store.moves.doubt(
            self.lock.lease,
            batch.id,
            now=self.now(),
            actor=self.operator,
            reason=reason,
            evidence=evidence,
        )
        _log(batch, "review", reason, level=logging.WARNING)
        return doubted


def _log(batch: BatchRecord, name: Event, words: str, *, level: int = logging.INFO, attempt: int | None = None) -> None:
    event(_LOG, name, f"{batch.name}: {words}", level=level, cycle=batch.name.cycle, batch=batch.name, attempt=attempt)


def _log_answer(batch: BatchRecord, attempt: int, outcome: SendOutcome) -> None:
    failure = None if isinstance(outcome, Accepted) else outcome.failure
    event(
        _LOG,
        "answer",
        f"{batch.name}: {outcome_words(outcome)}",
        level=logging.INFO if failure is None else logging.WARNING,
        cycle=batch.name.cycle,
        batch=batch.name,
        attempt=attempt,
        debug_id=outcome.debug_id if isinstance(outcome, Accepted) else outcome.failure.debug_id,
        outcome=str(OUTCOME_WORD[type(outcome)]),
        http_status=outcome.http_status if isinstance(outcome, Accepted) else outcome.failure.http_status,
        error_code=None if failure is None else failure.code,
    )


def execute_phase2_with_retry(batch: BatchRecord, *, terms: Terms, lock: CycleLock, tools: Tools) -> Submitted:
    """Send one stored batch under a lock that is held: the second phase alone, with the retries of the policy.

    Every send carries the same bytes under the same id, with a permit of its own before and a result after it.

    Raises:
        Blocked: `run` may not send a batch of this status, a later attempt pays its items, or it is a copy.
        NeedsReview: the sent log knows a send of a batch that this database does not have.
        ClockSkew: this machine's clock and PayPal's are too far apart.
        LeaseLost: the cycle is no longer ours; nothing more may be sent.
        Interrupted: asked to stop, at a safe point.
        StorageFailed: the database failed; nothing was sent that is not recorded.

    """
    verdict = lock.recall(max_age_days=terms.policy.max_age_days, new=())
    if verdict.stop is not None:
        raise verdict.stop
    copy = stored_copy_refusal([batch], store=tools.store, duplicate_days=terms.duplicate_days)
    if copy is not None:
        raise copy
    current = find_batch(str(batch.name), store=tools.store)
    reader = ResultReader(batch.name.cycle, lock=lock, tools=tools)
    return Sender(terms=terms, lock=lock, tools=tools, reader=reader).send(current, allowed=SENDABLE_BY_RUN)


def record_retry_attempt(
    lease: Lease,
    batch_id: int,
    permit: Permit,
    outcome: SendOutcome,
    *,
    store: Store,
    now: datetime,
    delay_s: float | None = None,
) -> BatchRecord:
    """Close the attempt that a permit opened with what PayPal answered, and move the batch by it; one transaction.

    `delay_s` is the pause, in seconds, before the next send.

    Raises:
        LeaseLost: nothing was written.
        Blocked: `move_not_allowed`, the batch is not in flight, or the attempt not open.

    """
    return store.sends.record_result(lease, batch_id, permit, outcome, now=now, delay_s=delay_s)
