"""Reports to show: small ones with something of everything, and ways to vary them."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from msgspec.structs import replace

from paypal_payouts import domain
from paypal_payouts.domain.adoption import Difference, DiffersIn, Owed
from paypal_payouts.domain.advice import BatchReport, OnePayment, item_advice
from paypal_payouts.domain.approval import Approval
from paypal_payouts.domain.archive import Archive, ArchiveReport, LeftCycle
from paypal_payouts.domain.audit import AuditEvent, AuditReport
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.books import WrittenBooks
from paypal_payouts.domain.configured import ConfigReport, ConfiguredCredential, ConfiguredValue
from paypal_payouts.domain.doctor import Check, CheckState, DoctorReport
from paypal_payouts.domain.explain import ExplainReport, FoundItem, Payment, Story, StoryEvent
from paypal_payouts.domain.identity import BatchName
from paypal_payouts.domain.item import ErrorCount, ItemReport
from paypal_payouts.domain.locks import LockReport, LocksReport, UnlockReport
from paypal_payouts.domain.metrics import ENDS_UP_TO_S, Figures, Spread
from paypal_payouts.domain.newly_unpaid import NewlyUnpaid
from paypal_payouts.domain.notify import NotifyReport, TargetReport
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass, ItemReading
from paypal_payouts.domain.outline import CurrencyChange, CycleDifference, LargeItem, NewReceiver, Outline, ToPay
from paypal_payouts.domain.outlook import OpenBatch, ReportWithOutlook, outlook
from paypal_payouts.domain.override import LostSendsReport, OverrideReport
from paypal_payouts.domain.payout import AttemptRecord, BatchRecord
from paypal_payouts.domain.plan import Notice, PlannedBatch
from paypal_payouts.domain.probe import ProbeReport, ProbeStep, StepEnd
from paypal_payouts.domain.program import CompletionReport, HelpReport, Version, VersionReport
from paypal_payouts.domain.reconcile import (
    BalanceTotal,
    Finding,
    FindingKind,
    Guess,
    Reconciled,
    ReconcileReport,
    Scope,
)
from paypal_payouts.domain.refused_payees import RefusedPayee, RefusedPayeesReport
from paypal_payouts.domain.report import (
    ApproveReport,
    CancelReport,
    CellReport,
    Continued,
    InitReport,
    MetricsReport,
    OpenRunReport,
    Origin,
    PageReport,
    RunReport,
    ServeReport,
    Skipped,
    SyncReport,
)
from paypal_payouts.domain.retry import Eligibility
from paypal_payouts.domain.reviewed import OfferedMove, ReviewReport, beside
from paypal_payouts.domain.states import OPEN_STATUSES, PAYABLE_AGAIN, BatchStatus, ItemState
from paypal_payouts.domain.status import BatchStatusReport, CycleReport, Exported, StatusReport
from paypal_payouts.domain.steps import Advice
from paypal_payouts.domain.totals import Conflict, Tally, Total
from paypal_payouts.domain.unfinished import OpenCycle
from paypal_payouts.domain.verdict import RunOutcome, verdict
from paypal_payouts.errors import ExitCode, LockHeld

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
ORIGIN = Origin("sandbox", "main", NOON)
LONG_CYCLE = "payees-of-the-northern-region-weekly-round-2026-w47-second-half"
LONG_CYCLE += "x" * (64 - len(LONG_CYCLE))
DIGEST = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"


def reconciled() -> ReconcileReport:
    """Make books that do not agree, in each way in which they may not."""
    day = NOON.date()
    ann: dict[str, Any] = {"cycle": "2026-11", "item_id": "ann", "receiver": "ann@example.com", "currency": "USD"}
    findings = [
        Finding(
            FindingKind.DIFFERENT, "PayPal paid another amount than we have.", field="amount", ours="12.50",
            paypal="12.51", batch="2026-11-0001-1", amount_minor=1250, transaction_id="8RU12345AB678901C", day=day,
            place="Download.CSV, line 7", **ann,
        ),
        Finding(FindingKind.ONLY_PAYPAL, "PayPal has this payment and we do not.", currency="USD", amount_minor=-5),
        Finding(FindingKind.ONLY_FILE, "It was not paid.", place="cycles/2026-11.csv, line 9", amount_minor=1, **ann),
    ]  # fmt: skip
    parts = {"payment": -1251, "return": 0, "refund": 0, "fee": -25, "conversion": 0, "hold": 0, "other": 5000}
    totals = [BalanceTotal("USD", None, parts, 3724, 0, 3725)]
    return ReconcileReport(
        environment="sandbox",
        account="main",
        generated_at=NOON,
        scope=Scope(day, day),
        cycles=["2026-11"],
        cycle_files=["cycles/2026-11.csv"],
        activity=["Download.CSV"],
        rows=2,
        found=Reconciled(findings, [Guess("2026-11", "bob", "5TY05013RG002845M", day)], 1, 0, 1, 0),
        totals=totals,
        days=[replace(totals[0], day=day)],
        warnings=[Notice("other_currencies", "No payout can be made in INR: these rows were left out.")],
    )


def batch(
    sequence: int = 1,
    *,
    cycle: str = "2026-11",
    attempt: int = 1,
    status: BatchStatus = BatchStatus.DONE,
    states: dict[ItemState, int] | None = None,
    currency: str = "USD",
    amount_minor: int = 1_250_050,
    fees_minor: int | None = 75,
    reason: str = "finished",
    eligible: bool = False,
    superseded: bool = False,
    paid_again: int = 0,
) -> BatchReport:
    """Make a batch that was sent at noon and finished an hour later."""
    name = BatchName(cycle, sequence, attempt)
    counted = Counter({ItemState.SUCCESS: 3} if states is None else states)
    sent = status is not BatchStatus.PLANNED
    record = BatchRecord(
        id=sequence,
        name=name,
        sender_batch_id=name.sender_batch_id(account="main", environment="sandbox"),
        paypal_batch_id=f"5UXD2E8A7EBQ{sequence}" if sent else None,
        status=status,
        items=sum(counted.values()),
        currency=currency,
        amount_minor=amount_minor,
        fees_minor=fees_minor if sent else None,
        checksum=DIGEST,
        created_at=NOON - timedelta(seconds=1),
        first_sent_at=NOON if sent else None,
        last_sent_at=NOON if sent else None,
        completed_at=NOON + timedelta(hours=1) if status is BatchStatus.DONE else None,
        retry_count=0,
        last_retry_at=None,
        last_retry_error=None,
        open_sends=0,
        last_open_send_at=None,
        states=counted,
        taken_over=int(superseded),
        payable_again=sum(counted[state] for state in PAYABLE_AGAIN) - paid_again,
    )
    return BatchReport(
        record, Eligibility(eligible=eligible, reason=reason), may_pay_again=eligible and record.payable_again > 0
    )


def failing_batch(sequence: int = 2, *, cycle: str = "2026-11") -> BatchReport:
    """Make a done batch that hides two failures."""
    return batch(
        sequence,
        cycle=cycle,
        states={ItemState.SUCCESS: 14_997, ItemState.FAILED: 2, ItemState.UNCLAIMED: 1},
        amount_minor=123_456_789,
        fees_minor=None,
        eligible=True,
        reason="2 items are known to be unpaid: `retry --failed-items`",
    )


def yen_batch(sequence: int = 3, *, cycle: str = "2026-11") -> BatchReport:
    """Make a batch on its way, in a currency without decimals."""
    return batch(
        sequence,
        cycle=cycle,
        status=BatchStatus.ACCEPTED,
        states={ItemState.PENDING: 12},
        currency="JPY",
        amount_minor=98_000,
        fees_minor=None,
        reason="PayPal has it: `sync` reads the results",
    )


def item(item_id: str = "inv-1", state: ItemState = ItemState.SUCCESS, **changes: object) -> ItemReport:
    """Make an item as PayPal reported it."""
    paid = state is ItemState.SUCCESS
    made = ItemReport(
        item_id=item_id,
        batch="2026-11-0001-1",
        attempt=1,
        receiver=f"{item_id}@example.com",
        amount_minor=1250,
        currency="USD",
        fee_minor=25 if paid else None,
        state=state,
        raw_state=state.upper(),
        paypal_item_id="8AELMXH8UB2P8",
        transaction_id="0C413693MN970190K" if paid else None,
        error_code=None if paid else "RECEIVER_UNREGISTERED",
        error_message=None if paid else "Receiver is unregistered",
        error_class=None if paid else "payee",
        updated_at=NOON,
    )
    return made._replace(**changes)  # type: ignore[arg-type]  # the names are checked when it runs


def items() -> list[ItemReport]:
    """Make three items of different states and currencies."""
    return [
        item(),
        item("inv-2", ItemState.FAILED, amount_minor=1_000_000),
        item("inv-3", ItemState.UNRECOGNIZED, raw_state="HATCHING", currency="JPY", amount_minor=980),
    ]


def totals() -> list[Total]:
    """Make the totals that go with three batches."""
    return [
        Total("JPY", 12, 98_000, open_minor=98_000),
        Total("USD", 15_003, 124_706_839, 124_606_839, unpaid_minor=99_000, open_minor=1_000, fees_minor=75),
    ]


STATES = {ItemState.PENDING: 12, ItemState.SUCCESS: 15_000, ItemState.FAILED: 2, ItemState.UNCLAIMED: 1}
LOCK = LockReport(
    key="2026-11",
    holder="host-a:4711",
    acquired_at=NOON,
    expires_at=NOON + timedelta(minutes=10),
    host="host-a",
    pid=4711,
    command="run",
    living=True,
)


def run(outcome: RunOutcome = RunOutcome.PENDING, *, cycle: str = "2026-11", environment: str = "sandbox") -> RunReport:
    """Make the result of a `run` with everything in it."""
    batches = [batch(cycle=cycle), failing_batch(cycle=cycle), yen_batch(cycle=cycle)]
    return RunReport(
        cycle=cycle,
        environment=environment,
        account="main",
        generated_at=NOON,
        outcome=outcome,
        plan_digest=DIGEST,
        items=STATES,
        totals=totals(),
        batches=batches,
        outlook=outlook(cycle, batches, Tally(Counter(STATES), totals())),
        skipped=[Skipped("inv-9", "PayPal paid it: it is not owed any more")],
        invalid=[
            CellReport(
                7,
                "amount",
                "12,50",
                "not a valid amount",
                "1 to 10 digits, then, if wanted, a point and decimals",
            )
        ],
        warnings=[Notice("same_receiver", "inv-1@example.com is to get 12.50 USD 2 times (lines 2, 9).")],
    )


def probe() -> ProbeReport:
    return ProbeReport(
        "sandbox-probe.json",
        [
            ProbeStep("1", "send-first", "201 PENDING", "201 PENDING", StepEnd.EXPECTED),
            ProbeStep("2", "same-bytes", "400 USER_BUSINESS_ERROR", "200 SUCCESS", StepEnd.OTHERWISE),
            ProbeStep("4", "again-once-more", "", "no answer: TIMEOUT", StepEnd.LOST),
            ProbeStep("5b", "send-payee-id", "201 PENDING", "needs --payee-id", StepEnd.LEFT_OUT),
            ProbeStep("5b", "read-payee-id", "200 receiver=as-sent", "needs --payee-id", StepEnd.LEFT_OUT),
        ],
        "PayPal has had too many requests (429 RATE_LIMIT_REACHED, at read-first): wait an hour",
        NOON + timedelta(days=26),
    )


def open_run() -> OpenRunReport:
    """Make the result of `run --open`: a cycle that went on, and one that somebody else holds."""
    held = LockHeld("Somebody else works on 2026-12.", hint="Wait.", details=[{"holder": "host-a:4711"}])
    return OpenRunReport(
        [
            Continued(run(), ExitCode.NOT_FINISHED, None),
            Continued(run(RunOutcome.BLOCKED, cycle="2026-12"), ExitCode.BLOCKED, held),
        ],
        [Notice("open_cycles", "1 cycle is not finished: 2026-10.")],
    )


def outline() -> Outline:
    """Make what a plan comes to, with something of everything."""
    return Outline(
        to_pay=[ToPay("JPY", 2, 1, 160_000, 1_200), ToPay("USD", 15_003, 14_998, 124_706_839, 2_100_000)],
        largest=[
            LargeItem("aiko-11", "aiko@example.com", 150_000, "JPY"),
            LargeItem("big-11", "big@example.com", 12_500_000, "USD"),
        ],
        new=15_005,
        changed=1,
        unchanged=12,
        missing=2,
        difference=CycleDifference(
            "2026-10",
            [
                CurrencyChange("EUR", 0, 3, 0, 13_530),
                CurrencyChange("JPY", 1, 0, 160_000, 0),
                CurrencyChange("USD", 14_998, 14_998, 124_706_839, 120_000_000),
            ],
            new=12,
            changed=2,
            receivers=[
                NewReceiver("jonas-11", "jonas@example.com", "fail@example.com"),
                NewReceiver("lena-11", "lena@example.org", "lena@example.com"),
                NewReceiver("big-11", "big@example.com", None),
            ],
        ),
    )


def preview(*, cycle: str = "2026-11") -> RunReport:
    """Make the result of a `preview`: one batch that is not stored yet."""
    name = BatchName(cycle, 1, 1)
    new = PlannedBatch(name, name.sender_batch_id(account="main", environment="sandbox"), 3, "USD", 1_250_050)
    return replace(
        run(RunOutcome.PLANNED, cycle=cycle),
        items={ItemState.UNSENT: 3},
        totals=[Total("USD", 3, 1_250_050, unpaid_minor=1_250_050)],
        batches=[],
        planned=[new],
        to_send=[new],
        outline=outline(),
        skipped=[],
        invalid=[],
        warnings=[Notice("new_receiver", "p3 (lena-11) is to be paid at lena@example.org.")],
    )


def status(*, with_items: bool = False, cycle: str = "2026-11") -> StatusReport:
    """Make the result of `status` for one cycle."""
    batches = [batch(cycle=cycle), failing_batch(cycle=cycle), yen_batch(cycle=cycle)]
    shown = cycle_report(cycle, Tally(Counter(STATES), totals()), batches)
    return overview([replace(shown, lock=LOCK, item_rows=iter(items()) if with_items else None)])


def cycle_report(cycle: str, tally: Tally, batches: Sequence[BatchReport]) -> CycleReport:
    """Make a cycle as `status` looks at it."""
    return CycleReport(
        cycle=cycle,
        tally=tally,
        batches=batches,
        verdict=verdict([each.record.status for each in batches], tally),
        outlook=outlook(cycle, batches, tally),
        lock=None,
    )


def overview(cycles: Sequence[CycleReport], older_cycles: int = 0) -> StatusReport:
    """Make the result of `status` for these cycles."""
    return StatusReport(
        cycles=cycles, older_cycles=older_cycles, environment="sandbox", account="main", generated_at=NOON
    )


def cycles() -> StatusReport:
    """Make the result of `status` for all cycles: one of each kind, and a currency more."""
    (open_one,) = status().cycles
    finished = cycle_report("2026-10", Tally(Counter({ItemState.SUCCESS: 3}), totals()[:1]), [batch(cycle="2026-10")])
    review = [batch(cycle="weekly-2026-w47", status=BatchStatus.REVIEW, states={ItemState.UNSENT: 1})]
    lost = Total("EUR", 1, 1_000_000, unknown_minor=1_000_000)
    in_review = cycle_report("weekly-2026-w47", Tally(Counter({ItemState.UNSENT: 1}), [lost]), review)
    dead = replace(open_one, lock=replace(LOCK, living=False))
    return replace(overview([dead, in_review, finished], 4), in_full=False, generated_at=NOON + timedelta(minutes=3))


def batch_status(*, with_items: bool = False) -> BatchStatusReport:
    """Make the result of `status BATCH`: lost, asked again, accepted."""
    first = AttemptRecord(
        number=1,
        started_at=NOON,
        ended_at=NOON + timedelta(seconds=30),
        outcome="unknown",
        error_code="TIMEOUT",
        error_class="transient",
        http_status=None,
        debug_id=None,
        delay_s=None,
        operator="ops",
        policy="3 retries, from the configuration",
    )
    second = replace(
        first,
        number=2,
        outcome="accepted",
        error_code=None,
        error_class=None,
        http_status=201,
        debug_id="f0a1",
        delay_s=4.2,
    )
    open_one = replace(first, number=3, ended_at=None, outcome=None, error_code=None, error_class=None)
    shown = failing_batch()
    return BatchStatusReport(
        shown,
        [first, second, open_one],
        iter(items()) if with_items else None,
        outlook=outlook("2026-11", [shown], Tally(shown.record.states)),
    )


PAGE = "https://developer.paypal.com/docs/api/payments.payouts-batch/v1/#errors"


def errors() -> list[ErrorCount]:
    """Make failures of items and of sends: documented ones, one of the longest names, and one without a name."""
    preference = "PENDING_RECIPIENT_NON_HOLDING_CURRENCY_PAYMENT_PREFERENCE"
    return [
        ErrorCount(
            ItemState.FAILED, ErrorClass.PAYEE, "RECEIVER_REFUSED", 14_000, "payee", "The payee refused it.", PAGE
        ),
        ErrorCount(
            ItemState.UNCLAIMED, ErrorClass.PAYEE, preference, 1, "payee", "The payee must accept this currency.", PAGE
        ),
        ErrorCount(ItemState.DENIED, None, None, 2, "us", "PayPal denied the whole batch."),
        ErrorCount(
            AttemptOutcome.NOT_SENT, ErrorClass.TRANSIENT, "CONNECT", 3, "nobody", "The connection was refused."
        ),
    ]


def with_errors(report: Report) -> Report:
    """Add what `--errors` adds to a report of `status`."""
    match report:
        case StatusReport():
            return replace(report, cycles=[replace(cycle, errors=errors()) for cycle in report.cycles])
        case BatchStatusReport():
            return replace(report, errors=errors())
        case _:
            raise TypeError(type(report))


def with_csv(report: Report) -> Report:
    """Add what `--csv` adds to a report of `status`."""
    match report:
        case StatusReport() | BatchStatusReport():
            return replace(report, csv=Exported("unpaid.csv", 2))
        case _:
            raise TypeError(type(report))


def figures() -> Figures:
    """Make figures with something of everything."""
    return Figures(
        environment="sandbox",
        account="main",
        read_at=NOON,
        batches={status: number for number, status in enumerate(BatchStatus)},
        items=STATES,
        attempts={(AttemptOutcome.ACCEPTED, None): 3, (AttemptOutcome.UNKNOWN, ErrorClass.TRANSIENT): 2},
        open_conflicts=3,
        unrecorded_sends=4,
        attempts_open=1,
        retries=2,
        seconds_to_final=Spread([(edge_s, number // 4) for number, edge_s in enumerate(ENDS_UP_TO_S)], 3, 3723.5),
        oldest_open_s={status: None if status is BatchStatus.REVIEW else 90.5 for status in OPEN_STATUSES},
        unclaimed={0: 1, 12: 7},
        completed_at={"2026-10": NOON - timedelta(days=30)},
    )


def metrics() -> MetricsReport:
    """Make the result of `metrics`, of which the text is left short."""
    return MetricsReport("/var/lib/node_exporter/payouts.prom", figures(), "# HELP a b\na 1\na 2\n")


def audit() -> AuditReport:
    """Make a trail of a machine's and a person's move."""
    return AuditReport(
        [
            AuditEvent(
                NOON, "2026-11", "2026-11-0001-1", None, "run", "permit", "planned", "in_flight", None, {"n": 1}
            ),
            AuditEvent(NOON, "2026-11", None, "inv-2", "ops", "cancel", "failed", "closed", "Not owed any more", {}),
        ]
    )


def payment(item_id: str = "inv-1", state: ItemState = ItemState.SUCCESS, **changes: object) -> Payment:
    """Make a payment of a debt, in a batch that is done."""
    made = Payment(
        item=item(item_id, state, payee_id="emp-17"),
        cycle="2026-11",
        source="cycles/2026-11.csv",
        line=2,
        stored_at=NOON - timedelta(seconds=1),
        status=BatchStatus.DONE,
        may_have_moved=True,
        conflict=None,
        acknowledged=False,
    )
    return made._replace(**changes)  # type: ignore[arg-type]  # the names are checked when it runs


def explain_many() -> ExplainReport:
    """Make the result of `explain` where several items fit."""
    hits = [
        FoundItem([payment()]),
        FoundItem([payment("inv-2", ItemState.FAILED)]),
        FoundItem([payment("inv-3", ItemState.UNCLAIMED, item=item("inv-3", ItemState.UNCLAIMED))]),
    ]
    first = Advice("To see one of them, such as the first:", "payouts explain inv-1 --cycle 2026-11")
    return ExplainReport("inv", 12, hits, 1_060, None, [first])


def explain() -> ExplainReport:
    """Make the result of `explain` where one item is meant: failed, and an older payment of it arrived after all."""
    first = payment("inv-1", conflict="SUCCESS")
    second = payment("inv-1", ItemState.FAILED)
    second = second._replace(item=second.item._replace(batch="2026-11-0001-2", attempt=2))
    found = FoundItem([second, first])
    moments = [NOON + timedelta(hours=number) for number in range(6)]
    events = [
        StoryEvent(
            moments[0],
            "stored",
            "2026-11-0001-1",
            "ops",
            "stored from cycles/2026-11.csv line 2: inv-1@example.com, 12.50 USD",
        ),
        StoryEvent(moments[1], "send", "2026-11-0001-1", "ops", "send 1: PayPal took it"),
        StoryEvent(moments[2], "stored", "2026-11-0001-2", "ops", "stored: inv-1@example.com, 12.50 USD"),
        StoryEvent(moments[3], "send", "2026-11-0001-2", "ops", "send 1: PayPal took it"),
        StoryEvent(
            moments[4],
            "item_conflict",
            "2026-11-0001-1",
            "paypal",
            "PayPal says SUCCESS, against our record: failed",
        ),
    ]
    conflict = Conflict("inv-1", "2026-11-0001-1", ItemState.SUCCESS, "SUCCESS", acknowledged=False)
    newest = OnePayment("2026-11-0001-2", ItemState.FAILED, found.money, held_back=False)
    steps = list(item_advice("2026-11", [], newest, [conflict]))
    answer = "The payee has the money: 12.50 USD by 2026-11-0001-1 (transaction 0C413693MN970190K)."
    return ExplainReport("inv-1", 12, [found], 1, Story(found, events, answer), steps)


def lost_sends() -> LostSendsReport:
    """Make the result of `override` for a batch that the sent log alone knows."""
    return LostSendsReport(BatchName("2026-11", 4, 1), [NOON], "ops", "Not in PayPal's activity list")


def review() -> ReviewReport:
    """Make a batch in review of which PayPal has one amount, and one item, otherwise."""
    stands = batch(status=BatchStatus.REVIEW, states={ItemState.UNSENT: 3}, amount_minor=103_000)
    stands = replace(stands, record=replace(stands.record, review_reason="PayPal's batch 5UXD2E8A7EBQ1 differs"))
    owed = {
        "inv-1": Owed("maria@example.com", 100_000, "USD", "EMAIL"),
        "inv-2": Owed("jonas@example.com", 1_000, "USD", "EMAIL"),
        "inv-3": Owed("aiko@example.com", 2_000, "USD", "EMAIL"),
    }
    shown = [
        ItemReading("ITEM1", "inv-1", "maria@example.com", 10_000, "USD", "SUCCESS", 25, "TX1", None, None),
        ItemReading("ITEM2", "inv-2", "jonas@example.com", 1_000, "USD", "SUCCESS", 25, "TX2", None, None),
    ]
    differences = [
        Difference("inv-1", DiffersIn.AMOUNT, "1000.00 USD", "100.00 USD"),
        Difference(None, DiffersIn.COUNT, "3", "2"),
    ]
    taken = 'payouts override 2026-11-0001-1 --to accepted --take-theirs --reason "say here what you know and how"'
    return ReviewReport(
        batch=stands,
        paypal_batch_id="5UXD2E8A7EBQ1",
        paypal_status="SUCCESS",
        not_compared=None,
        of_the_batch=differences[1:],
        items=list(beside(owed, shown, differences)),
        conflicts=[],
        moves=[
            OfferedMove("accepted", "Our rows become what PayPal has paid.", taken, None),
            OfferedMove("abandoned", "It is never sent again.", None, "PayPal is known to have a batch of its id"),
        ],
        open=[OpenBatch("2026-11-0001-1", "A person must decide", None, NOON, "payouts review 2026-11-0001-1")],
        next=[taken],
    )


def refused_payees() -> RefusedPayeesReport:
    """Make a list of a payee with an id of many cycles, and of one without."""
    code, sentence = "RECEIVER_ACCOUNT_LOCKED", "The payee's account is inactive or restricted."
    cycles = [f"2026-{month:02}" for month in range(11, 6, -1)]
    lena = RefusedPayee("p-17", "lena@example.com", 1_204, cycles, 7, code, sentence, "https://paypal.example/errors")
    theo = RefusedPayee(None, "-theo@example.com", 1, ["2026-10"], 1, "SOMETHING_NEW", "PayPal said no more.", None)
    return RefusedPayeesReport([lena, theo], archived=3, environment="sandbox", account="main", generated_at=NOON)


def kinds() -> set[str]:
    """Name every kind of report that there is, whoever returns it."""
    for module in iter_modules(domain.__path__, "paypal_payouts.domain."):
        import_module(module.name)
    kinds = {kind.__name__ for base in (Report, ReportWithOutlook) for kind in base.__subclasses__()}
    return kinds - {ReportWithOutlook.__name__}


def every() -> dict[str, Report]:
    """Make one report for each command."""
    return {
        "run": run(),
        "preview": preview(),
        "retry": run(RunOutcome.COMPLETED_WITH_FAILURES),
        "status": status(with_items=True),
        "explain": explain(),
        "override": OverrideReport(
            batch(status=BatchStatus.ABANDONED, states={ItemState.ABANDONED: 3}),
            BatchStatus.REVIEW,
            BatchStatus.ABANDONED,
            "ops",
            "Not in PayPal's activity list",
        ),
        "sync": SyncReport(
            ["2026-11"],
            3,
            1,
            [Skipped("2026-11-0003-1", "HTTP 503")],
            STATES,
            [Notice("missing_item", "inv-7 is gone.")],
            [OpenCycle("2026-11", "1 batch stored and never sent", "payouts run --open")],
            newly_unpaid=[
                NewlyUnpaid(
                    "2026-10",
                    {ItemState.FAILED: 1},
                    {ItemState.FAILED: 1, ItemState.RETURNED: 1},
                    40,
                    ExitCode.NOT_PAID,
                    "not paid: 1 failed, 1 returned",
                    "payouts status --cycle 2026-10 --errors",
                )
            ],
        ),
        "review": review(),
        "cancel": CancelReport(
            item("inv-2", ItemState.CLOSED), ItemState.FAILED, ItemState.CLOSED, "ops", "Not owed any more"
        ),
        "locks": LocksReport([LOCK, replace(LOCK, key="2026-12", living=None)]),
        "unlock": UnlockReport("2026-11", LOCK, "ops", "The host has burnt down"),
        "approve": ApproveReport(
            preview(), Approval(NOON, "maria@example.com", DIGEST, "-----BEGIN"), NOON + timedelta(days=3), "ops"
        ),
        "archive": ArchiveReport(
            NOON,
            "/srv/payouts/archive",
            [
                Archive(
                    cycle="2026-07",
                    file="2026-07.jsonl.gz",
                    sha256=DIGEST,
                    archived_at=NOON,
                    items=1_200,
                    payments=1_203,
                    is_searchable=True,
                    forgot_receivers=False,
                )
            ],
            ["2026-06"],
            [LeftCycle("2026-08", "it is not finished: pending"), LeftCycle("2026-11", "younger than 90 days")],
            "ops",
        ),
        "audit": audit(),
        "metrics": metrics(),
        "doctor": DoctorReport(
            [
                Check("database", CheckState.OK, "sqlite:///payouts.db, schema is current"),
                Check("clock", CheckState.FAILED, "400 s behind PayPal's", "set the clock (`timedatectl status`)"),
            ]
        ),
        "notify": NotifyReport(
            test=True,
            targets=[
                TargetReport("on call", ["review", "refused"], None),
                TargetReport("OPS_NOTIFY_URL", ["success"], "the service did not take it"),
            ],
        ),
        "config": ConfigReport(
            "payouts.toml",
            "sandbox",
            "main",
            [
                ConfiguredValue("paypal.environment", "sandbox", "file", None),
                ConfiguredValue("limits.max_item", {"USD": "5000.00"}, "variable", "PAYOUTS_LIMITS__MAX_ITEM"),
                ConfiguredValue("approval.signers", None, "default", None),
            ],
            [ConfiguredCredential("PAYPAL_CLIENT_ID", "file", "PAYPAL_CLIENT_ID_FILE", "/etc/payouts/id")],
        ),
        "help": HelpReport("run", "Usage: payouts run\n"),
        "version": VersionReport([Version("paypal-payouts", "0.1.0"), Version("Python", "3.11")]),
        "completion": CompletionReport("bash", "complete payouts\n"),
        "init": InitReport(["payouts.toml"], ["cycles/example.csv"], Advice("Nobody is paid:", "payouts run example")),
        "reconcile": reconciled(),
        "report": PageReport("2026-11", "2026-11.html", STATES, 3, 17, totals(), WrittenBooks("2026-11.csv", "csv", 5)),
        "simulator": ServeReport("http://127.0.0.1:8000", None),
    }
