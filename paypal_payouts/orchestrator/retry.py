"""`retry`: sends one batch again under its own id, or pays its items that are proven unpaid in a new attempt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.matching import is_proven_unpaid, stand_ins
from paypal_payouts.domain.money import format_amount
from paypal_payouts.domain.payout import BatchRecord, NewBatch, Row
from paypal_payouts.domain.plan import Limits, Refusal, cycle_limit_refusals
from paypal_payouts.domain.report import Finished, Skipped
from paypal_payouts.domain.retry import may_pay_anew, may_send, must_be_doubted
from paypal_payouts.domain.sent_log import Verdict, judge
from paypal_payouts.domain.states import SENDABLE_BY_RETRY, SENDABLE_BY_RUN, BatchStatus
from paypal_payouts.errors import Blocked, PayoutsError
from paypal_payouts.intake import StagedInput
from paypal_payouts.locks import CycleLock
from paypal_payouts.orchestrator.closing import Closing
from paypal_payouts.orchestrator.copies import stored_copy_refusal
from paypal_payouts.orchestrator.intent import new_batch
from paypal_payouts.orchestrator.lookup import find_batch
from paypal_payouts.orchestrator.results import ResultReader
from paypal_payouts.orchestrator.submission import Sender, stops, words
from paypal_payouts.orchestrator.terms import Terms
from paypal_payouts.orchestrator.tools import Tools
from paypal_payouts.orchestrator.trouble import review_error
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.storage import Store


@dataclass(frozen=True, slots=True)
class Again:
    """What `retry --failed-items` would pay: rows for a new attempt, and items that it leaves out."""

    rows: list[Row]
    skipped: list[Skipped]
    corrections: list[str]
    """In words: what was stored, and what the input has now."""


def retry_transaction(
    batch_text: str,
    *,
    failed_items: bool,
    include_payee_errors: bool = False,
    staged: StagedInput | None,
    environment: str,
    account: str,
    limits: Limits,
    terms: Terms,
    tools: Tools,
) -> Finished:
    """Send one batch again under its own id, or pay its unpaid items in a new attempt; then read the results.

    `staged` is the cycle's input as it is now; without one, unpaid items are taken as they were stored. Items that wait
    for their payees are left out unless `include_payee_errors`, or their rows were corrected in the input.

    Raises:
        NotFound: there is no such batch.
        LockHeld: somebody else works on its cycle.

    """
    cycle = find_batch(batch_text, store=tools.store).name.cycle
    with tools.hold(cycle) as lock:
        log = lock.recall(max_age_days=terms.policy.max_age_days)
        # Read again under the lock: what was seen before it may have changed.
        batch = find_batch(batch_text, store=tools.store)
        retry = _Retry(batch, staged, environment=environment, account=account, terms=terms, lock=lock, tools=tools)
        try:
            retry.check(log, failed_items=failed_items)
            if failed_items:
                retry.pay_anew(limits, include_payee_errors=include_payee_errors)
            else:
                retry.send_again()
            retry.read_results()
        except PayoutsError as error:
            return retry.closing.finish(error)
        return retry.closing.finish()


class _Retry:
    """One retry of one batch, under the lock of its cycle."""

    def __init__(
        self,
        batch: BatchRecord,
        staged: StagedInput | None,
        *,
        environment: str,
        account: str,
        terms: Terms,
        lock: CycleLock,
        tools: Tools,
    ) -> None:
        self.batch, self.staged, self.terms, self.lock = batch, staged, terms, lock
        self.store, self.now, self.progress = tools.store, tools.now, tools.progress
        self.sender = Sender(terms=terms, lock=lock, tools=tools)
        self.reader = ResultReader(batch.name.cycle, lock=lock, tools=tools)
        self.closing = Closing(
            cycle=batch.name.cycle,
            environment=environment,
            account=account,
            store=tools.store,
            now=tools.now,
            rules=tools.errors,
            max_age_days=terms.policy.max_age_days,
            plan_digest=None,
            lines_of=self._lines_of,
            sent=self.sender.sent,
            findings=self.reader.findings,
        )

    def _lines_of(self, item_ids: Sequence[str]) -> dict[str, int]:
        return {} if self.staged is None else {row.item_id: row.line for row in self.staged.find(item_ids)}

    def check(self, log: Verdict, *, failed_items: bool) -> None:
        """Refuse where a person must decide first.

        Raises:
            NeedsReview: a batch of the cycle is in review, or the sent log knows more than the database.

        """
        self.closing.notices += log.notices()
        batches = self.store.batches.of_cycle(self.batch.name.cycle)
        doubt = review_error(batches, ())
        if doubt is not None and self.batch.status is not BatchStatus.REVIEW:
            raise doubt
        stop = log.stop or (log.why_not_anew(self.batch.name) if failed_items else None)
        if stop is not None:
            raise stop

    def send_again(self) -> None:
        """Send the same bytes under the same id.

        Raises:
            Blocked: not eligible, with the reason in words.

        """
        now, days = self.now(), self.terms.policy.max_age_days
        allowed = may_send(self.batch, now=now, max_age_days=days)
        # An unanswered batch that is too old goes to the sender all the same: it moves it to review.
        aged_out = must_be_doubted(self.batch, now=now, max_age_days=days)
        if not allowed.eligible and not aged_out:
            raise Blocked(
                "not_eligible",
                f"{self.batch.name} is {self.batch.status} and is not sent again: {allowed.reason}.",
                hint=f"Nothing was sent. `payouts status {self.batch.name}` shows what can be done.",
                details=[{"batch": str(self.batch.name), "status": str(self.batch.status), "reason": allowed.reason}],
            )
        self._check_sent_log([])
        self._tell(None)
        self._submit([self.batch])

    def pay_anew(self, limits: Limits, *, include_payee_errors: bool) -> None:
        """Pay the items that are proven unpaid under a new attempt number, which ends this one for ever.

        Raises:
            Blocked: not eligible, or over a limit.

        """
        again = unpaid_items(
            self.batch,
            self.staged,
            store=self.store,
            errors=self.sender.errors,
            include_payee_errors=include_payee_errors,
        )
        self.closing.skipped += again.skipped
        self._tell(again)
        refusal = next(iter(_limit_refusals(again.rows, self.batch, limits, store=self.store)), None)
        if refusal is not None:
            raise Blocked(refusal.code, refusal.message, hint=refusal.hint, details=refusal.details)
        self.sender.safe_point()
        batches = list(self._new_batches(again.rows))
        self._check_sent_log(batches)
        self.store.intents.record_new_attempts(
            self.lock.lease,
            replaces=self.batch.id,
            batches=batches,
            now=self.now(),
            actor=self.terms.operator,
            reason="; ".join(again.corrections) or "items proven unpaid are paid anew",
        )
        # After a lost database these may have been sent before: then they are in flight from the start.
        self.lock.recall(max_age_days=self.terms.policy.max_age_days)
        names = {batch.name for batch in batches}
        self._submit([batch for batch in self.store.batches.of_cycle(self.batch.name.cycle) if batch.name in names])

    def _check_sent_log(self, new: Sequence[NewBatch]) -> None:
        """Refuse to send anything while the items of a batch that is not stored may stand in others.

        Raises:
            NeedsReview: naming the batches, and the way out.

        """
        lines, stored = self.lock.sent_log.lines(), self.store.batches.of_cycle(self.batch.name.cycle)
        stop = judge(lines, stored, new, now=self.now(), max_age_days=self.terms.policy.max_age_days).stop
        if stop is not None:
            raise stop

    def _tell(self, again: Again | None) -> None:
        """Tell what is about to be done, whether or not somebody was asked."""
        for line in what_is_sent(self.batch, again).splitlines():
            self.progress.note(line)

    def _new_batches(self, rows: Sequence[Row]) -> Iterator[NewBatch]:
        """Make a batch for each currency: the batch's own gets its next attempt, a corrected one a new sequence."""
        stored = self.store.batches.of_cycle(self.batch.name.cycle)
        sequence = max(batch.name.sequence for batch in stored)
        attempt = max(batch.name.attempt for batch in stored if batch.name.sequence == self.batch.name.sequence)
        for currency in sorted({row.currency for row in rows}):
            if currency == self.batch.currency:
                name = BatchName(self.batch.name.cycle, self.batch.name.sequence, attempt + 1)
            else:
                sequence += 1
                name = BatchName(self.batch.name.cycle, sequence, 1)
            yield new_batch(
                name,
                [row for row in rows if row.currency == currency],
                account=self.closing.account,
                environment=self.closing.environment,
                email=self.terms.email,
                source=None if self.staged is None else self.staged.name,
                copy_allowed=self.batch.copy_allowed,
            )

    def _submit(self, batches: Sequence[BatchRecord]) -> None:
        copy = stored_copy_refusal(batches, store=self.store, duplicate_days=self.terms.duplicate_days, now=self.now())
        if copy is not None:
            raise copy
        for number, batch in enumerate(batches, 1):
            if any(stops(done, batch) for done in self.closing.submitted):
                continue
            allowed = SENDABLE_BY_RETRY if batch.status is BatchStatus.DENIED else SENDABLE_BY_RUN
            submitted = self.sender.send(batch, allowed=allowed)
            self.closing.acted = True
            self.closing.submitted.append(submitted)
            self.progress.sent(str(batch.name), number, len(batches), words(submitted))

    def read_results(self) -> None:
        """Read the cycle, until it is final where the operator waits."""
        if self.terms.waiting is not None:
            self.reader.look_until_final(self.terms.waiting)


def unpaid_items(
    batch: BatchRecord,
    staged: StagedInput | None,
    *,
    store: Store,
    errors: ErrorRules,
    include_payee_errors: bool,
) -> Again:
    """Say which items of a batch would be paid anew, by the rows that the input has now, and which are left out.

    Raises:
        Blocked: none may be, with the reason in words.

    """
    allowed = may_pay_anew(batch)
    unpaid = store.items.unpaid(batch.id) if allowed.eligible else []
    if not unpaid:
        reason = "no item of it is proven unpaid" if allowed.eligible else allowed.reason
        raise Blocked(
            "not_eligible",
            f"{batch.name} has no items to pay anew: {reason}.",
            hint=f"Nothing was sent. `payouts status {batch.name} --items` shows the state of each.",
            details=[{"batch": str(batch.name), "status": str(batch.status), "reason": reason}],
        )
    stored = {item.row.item_id: item.row for item in unpaid}
    current = stored if staged is None else _current_rows(stored, staged, cycle=batch.name.cycle, store=store)
    again = Again([], [], [])
    for old, code in unpaid:
        new = current.get(old.item_id)
        if new is None:
            again.skipped.append(Skipped(old.item_id, "the input no longer has it"))
        elif not new.is_owed_as(old):
            again.corrections.append(f"{old.item_id}: {old.words()} becomes {new.words()}")
            again.rows.append(new)
        elif not include_payee_errors and (why := errors.held_back(code)) is not None:
            again.skipped.append(Skipped(old.item_id, why))
        else:
            again.rows.append(new)
    if not again.rows:
        raise _nothing_left(batch, again.skipped)
    return again


def _current_rows(item_ids: Iterable[str], staged: StagedInput, *, cycle: str, store: Store) -> dict[str, Row]:
    """Find the rows that the input has now of stored items; corrected ones too whose derived ids have changed."""
    current = {row.item_id: row for row in staged.find(item_ids)}
    if not staged.derived_ids:
        return current
    batches = {batch.id: batch for batch in store.batches.of_cycle(cycle)}
    others = stand_ins(
        staged.debts(),
        store.items.newest(cycle),
        is_unpaid=lambda item: is_proven_unpaid(item, batches[item.batch_id]),
    )
    for item_id in others.keys() & set(item_ids):
        current.pop(item_id, None)
        debt = others[item_id]
        if debt is not None:
            current[item_id] = staged.fetch([debt.key])[0]._replace(item_id=item_id)
    return current


def _nothing_left(batch: BatchRecord, skipped: Sequence[Skipped]) -> Blocked:
    reasons = "; ".join(f"{count} because {reason}" for reason, count in Counter(s.reason for s in skipped).items())
    return Blocked(
        "not_eligible",
        f"None of the {len(skipped)} unpaid items of {batch.name} is paid anew: {reasons}.",
        hint=f"Nothing was sent. Correct their rows in the input, or put them back; or pay unchanged rows anyway: "
        f"`payouts retry {batch.name} --failed-items --include-payee-errors`; or close what is not owed: `payouts "
        f"cancel ITEM --cycle {batch.name.cycle} --reason ...`.",
        details=[{"item_id": item.item_id, "reason": item.reason} for item in skipped[:1000]],
    )


def what_is_sent(batch: BatchRecord, again: Again | None) -> str:
    """Say in words what a retry does: the same id or a new attempt, the items, the totals, the corrections."""
    if again is None:
        return f"Send {batch.name} ({batch.words()}), now {batch.status}, again under the same id"
    totals: Counter[str] = Counter()
    for row in again.rows:
        totals[row.currency] += row.amount_minor
    amounts = ", ".join(f"{format_amount(totals[currency], currency)} {currency}" for currency in sorted(totals))
    corrections = "".join(f"{words_}\n" for words_ in again.corrections)
    left_out = "".join(f"{item.item_id} is left out: {item.reason}\n" for item in again.skipped)
    items = "1 unpaid item" if len(again.rows) == 1 else f"{len(again.rows)} unpaid items"
    return f"{corrections}{left_out}Pay {items} of {batch.name} in a new attempt: {amounts}"


def _limit_refusals(rows: Sequence[Row], batch: BatchRecord, limits: Limits, *, store: Store) -> Iterator[Refusal]:
    """Refuse corrected rows that are too much, alone or with the rest of the cycle."""
    large = [row for row in rows if row.amount_minor > limits.max_item.get(row.currency, row.amount_minor)]
    if large:
        yield Refusal(
            "limit_exceeded",
            f"{len(large)} of the rows are above limits.max_item: {', '.join(row.item_id for row in large[:20])}.",
            "Nothing was sent. Correct the amounts, or raise the limit in the configuration.",
            [{"item_id": row.item_id, "line": row.line} for row in large[:20]],
        )
    totals = dict(store.items.committed_minor(batch.name.cycle))
    for old, _ in store.items.unpaid(batch.id):
        totals[old.currency] = totals.get(old.currency, 0) - old.amount_minor
    for row in rows:
        totals[row.currency] = totals.get(row.currency, 0) + row.amount_minor
    yield from cycle_limit_refusals(totals, limits)
