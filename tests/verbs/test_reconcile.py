"""`reconcile` with real books: the simulator's as PayPal's, over whole cycles with every fate and as time passes."""

import csv
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.world import World

from paypal_payouts.domain.books import Accounts, entries
from paypal_payouts.domain.reconcile import Finding, FindingKind, ReconcileReport
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import Blocked, NotFound, PayPalRefused
from paypal_payouts.intake import StagedInput
from paypal_payouts.verbs.reconcile import ReconcileQuery, reconcile

EVERY_FATE = [
    "ann,ann@x.example,1000.00,USD",
    "bob,fail@x.example,20.00,USD",
    "cy,unclaimed@x.example,30.00,USD",
    "dan,+4915112345678,40,JPY",
    "eve,return@x.example,50.00,EUR",
    "fay,refund@x.example,60.00,EUR",
    "gil,reverse@x.example,70.00,EUR",
    "hal,hold@x.example,80.00,EUR",
    "ida,block@x.example,90.00,EUR",
    "jon,transient@x.example,15.00,USD",
    "kim,claim@x.example,16.00,USD",
    "leo,late@x.example,17.00,USD",
    "max,release@x.example,18.00,USD",
]


def compare(world: World, asked: ReconcileQuery, rows: list[str] | None = None) -> ReconcileReport:
    with ExitStack() as stack:
        store = stack.enter_context(world.store())

        def file_of(_cycle: str) -> StagedInput | None:
            return None if rows is None else stack.enter_context(world.staged(rows))

        finished = reconcile(
            asked,
            store=store,
            open_paypal=lambda: stack.enter_context(world.client()),
            file_of=file_of,
            environment="sandbox",
            account="main",
            now=world.now(),
            render=lambda _: (),
        )
    assert isinstance(finished.report, ReconcileReport)
    assert finished.exit_code == (5 if finished.report.found.findings else 0)
    return finished.report


def findings(world: World, *, cycle: str = "c", rows: list[str] | None = None) -> list[Finding]:
    return list(compare(world, ReconcileQuery(cycle, None, None), rows).found.findings)


def download(world: World, path: Path, language: str = "en", **changed: str) -> Path:
    text = world.paypal.activity(language)
    for before, after in changed.items():
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, newline="")
    return path


def test_the_file_is_compared_although_paypals_books_do_not_go_that_far_yet(lite: World) -> None:
    lite.pass_time(milliseconds=500)
    lite.run(["ann,ann@x.example,1000.00,USD"])
    report = compare(lite, ReconcileQuery("c", None, None), ["ann,ann@x.example,1000.01,USD"])
    assert report.scope.until is not None
    assert report.scope.until < lite.now()
    (found,) = report.found.findings
    assert (found.file, found.ours) == ("1000.01", "1000.00")


def test_every_fate_agrees_and_goes_on_agreeing_as_time_passes(world: World) -> None:
    world.run(EVERY_FATE)
    assert findings(world, rows=EVERY_FATE) == []
    world.retry("c-0003-1", EVERY_FATE, failed_items=True, payee_errors=True)
    assert world.states()["jon"] == "success", "it failed at first"
    for days in (2, 12, 20):
        world.pass_time(days=days)
        world.sync("c")
        assert findings(world, rows=EVERY_FATE) == []
    report = compare(world, ReconcileQuery("c", None, None))
    assert {total.currency: total.unexplained_minor for total in report.totals} == {"EUR": 0, "JPY": 0, "USD": 0}
    assert len(report.days) > len(report.totals)


def test_half_way_through_a_batch_its_first_payments_are_in_paypals_books(lite: World) -> None:
    lite.waiting = None
    lite.paypal.configure(processing_s=100, balances={"USD": "2000.00"})
    rows = [EVERY_FATE[0], "deb,deb@x.example,5.00,USD", "eli,eli@x.example,6.00,USD", *EVERY_FATE[3:6]]
    lite.run(rows)
    for seconds, matched in ((0, 0), (60, 4), (60, 6)):
        lite.pass_time(seconds=seconds)
        lite.sync("c")
        report = compare(lite, ReconcileQuery("c", None, None))
        assert (report.found.findings, report.found.matched) == ([], matched)
        assert {total.unexplained_minor for total in report.totals} == {0}
        told = csv.DictReader(lite.paypal.activity().lstrip("\ufeff").splitlines())
        assert not [row for row in told if row["Balance"].startswith("-")], "nothing is paid that was not held"


def test_what_is_converted_adds_up_in_both_currencies(lite: World, tmp_path: Path) -> None:
    lite.waiting = None
    lite.paypal.configure(conversions={"EUR": ["USD", "1.143"]}, balances={"USD": "600.00"}, processing_s=10)
    rows = [row for row in EVERY_FATE if row.endswith("EUR")]
    lite.run(rows)
    for _ in range(2):
        lite.pass_time(seconds=6)
        lite.sync("c")
        assert findings(lite) == []
    report = compare(lite, ReconcileQuery("c", None, None))
    assert {total.currency: total.unexplained_minor for total in report.totals} == {"EUR": 0, "USD": 0}
    taken = -(5715 + 6858 + 8001 + 9144 + 10287)
    assert {total.currency: total.parts_minor["conversion"] for total in report.totals} == {"EUR": 35000, "USD": taken}
    assert lite.paypal.settings()["balances"] == {"USD": f"{(60000 + taken) / 100:.2f}"}
    moved = download(lite, tmp_path / "c.CSV", **{"-57.15": "-57.16"})
    found = compare(lite, ReconcileQuery("c", None, None, [moved])).found.findings
    assert ("conversion", "eve") in {(each.field, each.item_id) for each in found}


def test_a_download_says_what_transaction_search_says(world: World, tmp_path: Path) -> None:
    world.run(EVERY_FATE)
    asked = compare(world, ReconcileQuery("c", None, None))
    for language in ("en", "de"):
        read = compare(
            world, ReconcileQuery("c", None, None, [download(world, tmp_path / f"{language}.CSV", language)])
        )
        assert (read.found, read.totals) == (asked.found, asked.totals)


def test_other_cycles_are_known(world: World) -> None:
    world.run(EVERY_FATE[:2])
    world.run(["zed,zed@x.example,5.00,USD"], cycle="d")
    report = compare(world, ReconcileQuery("d", None, None))
    assert (report.found.findings, report.found.matched, report.found.other_cycles) == ([], 1, 1)
    day = world.now().date()
    both = compare(world, ReconcileQuery(None, day, day))
    assert (both.cycles, both.found.matched, both.found.findings) == (["c", "d"], 2, [])
    before = day - timedelta(days=9)
    nothing = compare(world, ReconcileQuery(None, before, before))
    assert (nothing.cycles, nothing.rows, nothing.totals) == ([], 0, [])


def test_what_paypal_changed_since_our_last_look_is_found(world: World) -> None:
    world.run(EVERY_FATE[:1])
    world.paypal.set_word("REFUNDED", sender_item_id="ann")
    (found,) = findings(world)
    assert (found.kind, found.field, found.ours, found.paypal) == (
        FindingKind.DIFFERENT, "state", "success", "1000.00 came back",
    )  # fmt: skip
    assert "`payouts sync --cycle c`" in found.sentence
    world.sync("c")
    assert findings(world) == []


def given_up(world: World, rows: list[str]) -> None:
    """Let PayPal pay a batch without an answer, and have a person call it unpaid a day later."""
    world.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    world.run(rows)
    world.paypal.clear_faults()
    world.pass_time(hours=25)
    world.override("c-0001-1", BatchStatus.ABANDONED)


LENA = ["lena,lena@x.example,108.10,EUR"]


def test_whom_paypal_paid_by_a_batch_that_was_given_up_and_again_was_paid_twice(world: World) -> None:
    given_up(world, LENA)
    world.retry("c-0001-1", LENA, failed_items=True)
    world.sync("c")
    found = findings(world)
    assert {(each.field, each.ours, each.paypal) for each in found if each.field == "state"} == {
        ("state", "abandoned", "paid")
    }
    (sentence,) = {each.sentence for each in found}
    assert sentence.startswith("PAID TWICE: lena, by c-0001-1 (108.10 EUR) and c-0001-2 (108.10 EUR).")
    assert "Our books call c-0001-1 abandoned." in sentence
    assert "`payouts explain lena --cycle c`" in sentence
    assert "sync" not in sentence


def test_who_was_paid_by_a_batch_that_was_given_up_is_closed_and_not_paid_again(lite: World) -> None:
    given_up(lite, LENA)
    (sentence,) = {each.sentence for each in findings(lite)}
    assert sentence.startswith("PayPal paid it by c-0001-1, which our books call abandoned. Do not pay it again")
    assert "`payouts cancel lena --cycle c --close --reason " in sentence
    lite.cancel("lena")
    (sentence,) = {each.sentence for each in findings(lite)}
    assert "closed, and nothing more is paid for it" in sentence


def test_what_paypal_paid_and_never_answered_is_not_to_be_given_up(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "reset_after", "times": 4})
    lite.run(LENA)
    (sentence,) = {each.sentence for each in findings(lite)}
    assert "do not give that batch up" in sentence
    assert "`payouts review c-0001-1`" in sentence


def test_a_payment_by_hand_a_missing_one_and_a_cent(world: World, tmp_path: Path) -> None:
    world.run(EVERY_FATE[:1])
    text = world.paypal.activity()
    payment = next(line for line in text.splitlines() if "T0001" in line)
    with world.store() as store:
        transaction = next(store.items.sent()).transaction_id
    (tmp_path / "more.CSV").write_text(
        text + payment.replace('"ann"', '"zoe"').replace("ann@", "zoe@").replace(transaction or "", "8RU12345AB678901C")
    )
    more = compare(world, ReconcileQuery("c", None, None, [tmp_path / "more.CSV"])).found.findings
    assert FindingKind.ONLY_PAYPAL in {each.kind for each in more}
    (tmp_path / "less.CSV").write_text(text.replace(payment + "\r\n", ""), newline="")
    less = compare(world, ReconcileQuery("c", None, None, [tmp_path / "less.CSV"])).found.findings
    assert [(each.kind, each.item_id) for each in less] == [(FindingKind.ONLY_OURS, "ann")]
    cent = compare(
        world, ReconcileQuery("c", None, None, [download(world, tmp_path / "c.CSV", **{"-1,000.00": "-1,000.01"})])
    )
    assert {each.field for each in cent.found.findings} == {"amount", "net"}
    file = [EVERY_FATE[0].replace("1000.00", "1000.01"), "new,new@x.example,1.00,USD"]
    assert [(each.kind, each.item_id) for each in findings(world, rows=file)] == [
        (FindingKind.DIFFERENT, "ann"),
        (FindingKind.ONLY_FILE, "new"),
    ]


def test_an_app_without_transaction_search_is_told_what_to_do(world: World) -> None:
    world.run(EVERY_FATE[:1])
    world.paypal.configure(reports=False)
    with pytest.raises(PayPalRefused, match="may not use Transaction Search") as caught:
        findings(world)
    assert "--activity FILE" in (caught.value.hint or "")


def test_a_question_with_too_many_rows_is_asked_in_halves_and_long_spans_in_parts(world: World) -> None:
    world.run(EVERY_FATE)
    before = len(world.paypal.requests())
    world.paypal.inject({"on": "transactions", "kind": "status", "status": 400, "name": "RESULTSET_TOO_LARGE"})
    day = world.now().date()
    report = compare(world, ReconcileQuery(None, day - timedelta(days=70), day))
    assert (report.found.findings, report.found.matched) == ([], 11)
    asked = [each for each in world.paypal.requests()[before:] if each["path"] == "/v1/reporting/transactions"]
    assert len(asked) == 5, "three spans of up to 31 days, and one of them in halves"


def test_an_answer_that_cannot_be_read_is_not_taken_for_an_empty_one(world: World) -> None:
    world.run(EVERY_FATE[:1])
    fault: dict[str, Any] = {"on": "transactions", "kind": "malformed", "times": 20}
    world.paypal.inject(fault)
    with pytest.raises(PayPalRefused, match="did not show its books"):
        findings(world)


def test_a_cycle_that_is_not_there(world: World) -> None:
    world.run(EVERY_FATE[:1])
    with pytest.raises(NotFound):
        findings(world, cycle="other")


def test_a_day_in_the_future_is_not_asked_for(world: World) -> None:
    world.run(EVERY_FATE[:1])
    assert compare(world, ReconcileQuery(None, date(2199, 1, 1), date(2199, 1, 2))).rows == 0


def test_the_books_come_to_what_paypals_books_say(world: World) -> None:
    """The entries of a cycle move PayPal's balance by what PayPal's rows of payouts move it, whatever has happened."""
    accounts = Accounts("Assets:PayPal", "Expenses:Payouts", "Expenses:Fees", "Assets:PayPal:InTransit")
    world.run(EVERY_FATE)
    world.retry("c-0003-1", EVERY_FATE, failed_items=True, payee_errors=True)
    for days in (0, 2, 12, 20):
        world.pass_time(days=days)
        world.sync("c")
        ours: Counter[str] = Counter()
        with world.store() as store:
            for entry in entries(store.items.sent("c"), accounts):
                ours.update(
                    {each.currency: each.amount_minor for each in entry.postings if each.account == accounts[0]}
                )
        parts = ("payment", "return", "refund", "fee")
        totals = compare(world, ReconcileQuery("c", None, None)).totals
        assert ours == {total.currency: sum(total.parts_minor[part] for part in parts) for total in totals}


def test_an_archived_cycle_has_nothing_to_compare(lite: World) -> None:
    sent = lite.now().date()
    assert lite.run(["ann,ann@x.example,10.00,USD"]).exit_code == 0
    lite.pass_time(days=100)
    lite.archive()
    warned = compare(lite, ReconcileQuery(None, sent, sent)).warnings
    assert [each.code for each in warned if "c.jsonl.gz" in each.message] == ["archived"]
    today = lite.now().date()
    assert "archived" not in [each.code for each in compare(lite, ReconcileQuery(None, today, today)).warnings]
    with pytest.raises(Blocked, match=r"c\.jsonl\.gz\. PayPal's books are compared with the payments"):
        compare(lite, ReconcileQuery("c", None, None))
