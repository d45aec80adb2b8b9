"""`explain`: over everything that was ever stored, one true answer about one debt."""

import shlex
from collections.abc import Sequence

import pytest
from support.world import HEADER, START, World

from paypal_payouts.domain.books import Accounts, entries
from paypal_payouts.domain.explain import ExplainReport, Story
from paypal_payouts.domain.states import BatchStatus, Money
from paypal_payouts.domain.words import WHY
from paypal_payouts.errors import NotFound, UsageError
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.verbs.explain import HITS_MAX, explain
from paypal_payouts.verbs.status import cycle_report

ROWS = ["a1,Ann@x.example,10.00,USD", "b1,fail@x.example,20.00,USD"]


def ask(world: World, text: str, *, cycle: str | None = None) -> ExplainReport:
    with world.store() as store:
        finished = explain(
            text, cycle=cycle, store=store, errors=world.errors, now=world.now(), max_age_days=lambda _: 25
        )
    assert isinstance(finished.report, ExplainReport)
    assert finished.exit_code == 0
    return finished.report


def story(report: ExplainReport) -> Story:
    assert report.story is not None
    return report.story


def commands_of(report: ExplainReport) -> list[str]:
    return [step.command for step in report.next]


def status_says(world: World) -> list[str]:
    """Return the commands that `status` names for the whole cycle."""
    with world.store() as store:
        report = cycle_report("c", store=store, rules=world.errors, now=world.now(), max_age_days=25)
    return [step.command for step in report.outlook.next]


def names(report: ExplainReport) -> list[str]:
    return [f"{found.newest.cycle} {found.newest.item.item_id}" for found in report.hits]


def with_payees(rows: Sequence[str], payees: Sequence[str]) -> str:
    header = HEADER.replace("\n", ",payee_id\n")
    return header + "".join(f"{row},{payee}\n" for row, payee in zip(rows, payees, strict=True))


def test_an_item_is_found_by_whatever_is_known_of_it(world: World) -> None:
    world.run(with_payees(ROWS, ["emp-17", ""]))
    with world.store() as store:
        ann, fail = store.items.rows_of_cycle("c")
    for text in ("a1", "emp-17", "ann@x.example", "ANN", " nn@X ", ann.paypal_item_id, ann.transaction_id):
        report = ask(world, str(text))
        assert (names(report), report.hits_in_all, report.cycles_searched) == (["c a1"], 1, 1), text
    for text in (ann.batch, f"main-sandbox-{ann.batch}", world.paypal.book()["batches"][0]["payout_batch_id"]):
        assert names(ask(world, text)) == ["c b1", "c a1"]
    assert names(ask(world, str(fail.paypal_item_id))) == ["c b1"]


@pytest.mark.parametrize("text", ["a_n", "%", "_", "A1", "emp", "*", "\\", "/", "x" * 10_000, "ä", "a\0nn", "';--"])
def test_what_only_looks_like_it_is_not_found(world: World, text: str) -> None:
    world.run(with_payees([ROWS[0]], ["emp-17"]))
    with pytest.raises(NotFound, match="the only cycle that was ever stored was looked at"):
        ask(world, text)


@pytest.mark.parametrize("receiver", ["a_b@x.example", "a%b@x.example", "a/b@x.example"])
def test_a_wildcard_in_a_receiver_stands_for_itself(world: World, receiver: str) -> None:
    world.run([f"1,{receiver},1.00,USD", "2,aXb@x.example,1.00,USD"])
    assert names(ask(world, receiver[:3])) == ["c 1"]


def test_every_cycle_is_looked_at_the_newest_first_and_one_alone_where_it_is_named(world: World) -> None:
    for number in range(25):
        world.run([f"i{number},ann@x.example,1.{number:02},USD"], cycle=f"c{number}")
        world.pass_time(days=7)
    report = ask(world, "ann@")
    assert names(report) == [f"c{number} i{number}" for number in reversed(range(25))]
    assert (report.hits_in_all, report.cycles_searched, report.story) == (25, 25, None)
    assert commands_of(report) == ["payouts explain i24 --cycle c24"]
    named = ask(world, "ann@", cycle="c3")
    assert (names(named), named.cycles_searched) == (["c3 i3"], 1)
    assert story(named).found.money is Money.PAID
    with pytest.raises(NotFound, match="all 25 cycles that were ever stored were looked at"):
        ask(world, "nobody")
    with pytest.raises(NotFound, match="Cycle c3 has nothing") as caught:
        ask(world, "i4", cycle="c3")
    assert "`payouts explain i4`" in caught.value.hint
    with pytest.raises(NotFound, match="There is no cycle c99"):
        ask(world, "ann", cycle="c99")


def test_fifty_are_listed_and_all_are_counted(lite: World) -> None:
    lite.run([f"i{number:03},u{number}@x.example,1.00,USD" for number in range(60)])
    report = ask(lite, "@x.")
    assert (len(report.hits), report.hits_in_all) == (HITS_MAX, 60)


def test_an_item_that_is_named_is_meant_before_those_whose_receivers_hold_the_text(world: World) -> None:
    world.run(["17,ann@x.example,1.00,USD", "b,u17@x.example,2.00,USD", "c,17up@x.example,3.00,USD"])
    report = ask(world, "17")
    assert names(report) == ["c 17", "c c", "c b"]
    assert story(report).found.newest.item.item_id == "17"
    assert ask(world, "17up@x.example").hits_in_all == 1


def test_an_item_with_several_payments_is_one_hit_found_by_each_of_them(world: World) -> None:
    world.run(ROWS)
    with world.store() as store:
        first = next(row for row in store.items.rows_of_cycle("c") if row.item_id == "b1")
    world.retry("c-0001-1", [ROWS[0], "b1,bob@x.example,20.00,USD"], failed_items=True)
    for text in ("b1", "fail@x", "bob@x", first.paypal_item_id):
        report = ask(world, str(text))
        assert (names(report), report.hits_in_all) == (["c b1"], 1)
        assert [payment.item.batch for payment in story(report).found.payments] == ["c-0001-2", "c-0001-1"]


@pytest.mark.parametrize("by_hand", [True, False], ids=["canceled", "returned"])
def test_a_payment_whose_money_came_back_is_found_and_booked_under_its_own_id(world: World, by_hand: bool) -> None:
    world.run(["b1,unclaimed@x.example,20.00,USD"])
    with world.store() as store:
        (paid,) = [row.transaction_id for row in store.items.rows_of_cycle("c")]
    world.pass_time(days=1 if by_hand else 31)
    if by_hand:
        world.cancel("b1", closes=False)
    else:
        world.sync("c")
    with world.store() as store:
        (back,) = [row.transaction_id for row in store.items.rows_of_cycle("c")]
        (ours,) = store.items.sent("c")
    assert (ours.first_transaction_id, ours.transaction_id) == (paid, back)
    booked = entries([ours], Accounts("PayPal", "Payouts", "Fees", "InTransit"))
    assert [(entry.event, entry.transaction_id) for entry in booked] == [("payment", paid), ("returned", back)]
    for text in (str(paid), str(back)):
        assert names(ask(world, text)) == ["c b1"]
    assert any(f"unclaimed (transaction {paid})" in event.words for event in story(ask(world, str(paid))).events)
    assert paid != back


def test_the_story_tells_each_send_each_word_and_who_did_what_in_order(world: World) -> None:
    world.paypal.inject({"on": "create", "kind": "status", "status": 503})
    world.run(["b1,fail@x.example,20.00,USD"])
    world.pass_time(days=1)
    world.retry("c-0001-1", ["b1,unclaimed@x.example,20.00,USD"], failed_items=True)
    world.pass_time(days=31)
    world.sync("c")
    world.pass_time(hours=1)
    world.cancel("b1")
    told = story(ask(world, "b1"))
    assert [(event.what, event.batch, event.by) for event in told.events] == [
        ("stored", "c-0001-1", "tester"),
        ("send", "c-0001-1", "tester"),
        ("send", "c-0001-1", "tester"),
        ("word", "c-0001-1", "paypal"),
        ("finish", "c-0001-1", "paypal"),
        ("stored", "c-0001-2", "tester"),
        ("send", "c-0001-2", "tester"),
        ("word", "c-0001-2", "paypal"),
        ("finish", "c-0001-2", "paypal"),
        ("item_word", "c-0001-2", "paypal"),
        ("close", "c-0001-2", "tester"),
    ]
    assert [event.at for event in told.events] == sorted(event.at for event in told.events)
    words = [event.words for event in told.events]
    assert words[0] == "stored from input.csv line 2: fail@x.example, 20.00 USD"
    assert words[1].startswith("send 1: no answer that counts: it may have been paid (")
    assert words[3].startswith("PayPal says FAILED (")
    assert words[5].startswith("stored from input.csv line 2, in place of c-0001-1: unclaimed@x.example, 20.00 USD")
    assert words[7].startswith("PayPal says UNCLAIMED (transaction ")
    assert words[9].startswith("PayPal says RETURNED, before that unclaimed (transaction ")
    assert words[10] == "closed: it is not owed, returned -> closed: not owed any more"
    assert told.found.money is Money.CLOSED
    assert told.answer == "It is not owed: a person closed it."


@pytest.mark.parametrize(
    ("word", "money", "said", "commands"),
    [
        ("ann", Money.PAID, "The payee has the money: 10.00 USD by c-0001-1 (transaction ", []),
        (
            "fail",
            Money.UNPAID,
            "PayPal says that it failed (",
            ["payouts retry c-0001-1 --failed-items --include-payee-errors"],
        ),
        (
            "return",
            Money.UNPAID,
            "came back",
            ["payouts retry c-0001-1 --failed-items --include-payee-errors"],
        ),
        ("refund", Money.UNPAID, "the payee gave it back", ["payouts status --cycle c --items --state refunded"]),
        ("reverse", Money.UNPAID, "PayPal took it back", ["payouts status --cycle c --items --state reversed"]),
        (
            "unclaimed",
            Money.OPEN,
            "must accept it",
            ['payouts cancel a1 --cycle c --reason "say here what you know and how"', "payouts sync --cycle c"],
        ),
        ("hold", Money.OPEN, "holds it back", ["payouts sync --cycle c"]),
        ("block", Money.OPEN, "may still release it", ["payouts sync --cycle c"]),
        ("rejected", Money.UNPAID, "PayPal refused c-0001-1 (", ["payouts retry c-0001-1 --failed-items"]),
        (
            "denyall",
            Money.UNPAID,
            "PayPal says that it failed (ACCOUNT_RESTRICTED)",
            ["payouts retry c-0001-1", "payouts retry c-0001-1 --failed-items"],
        ),
    ],
)
def test_the_answer_says_where_the_money_is_and_what_to_type(
    lite: World, word: str, money: Money, said: str, commands: list[str]
) -> None:
    lite.run([f"a1,{word}@x.example,10.00,USD"])
    report = ask(lite, "a1")
    assert story(report).found.money is money
    assert said in story(report).answer
    assert commands_of(report) == commands
    assert (story(report).found.paid_at is not None) == (money is Money.PAID)


def test_what_came_back_is_a_persons_to_decide_until_it_is_stored_as_a_new_item(lite: World) -> None:
    rows = ["a1,late@x.example,10.00,USD", "b1,reverse@x.example,20.00,USD"]
    lite.run(rows)
    lite.pass_time(days=11)
    lite.sync("c")
    look = "payouts status --cycle c --items --state refunded --state reversed"
    assert status_says(lite) == [look]
    lite.run([*rows, "a2,late@x.example,10.00,USD"], append=True)
    report = ask(lite, "a1")
    assert commands_of(report) == []
    assert story(report).answer.endswith("stored again since, under another item id, and paid by that, or may be.")
    assert commands_of(ask(lite, "b1")) == ["payouts status --cycle c --items --state reversed"]
    with lite.store() as store:
        shown = cycle_report("c", store=store, rules=lite.errors, now=lite.now(), max_age_days=25)
    assert "The money of 1 item in cycle c came back" in " ".join(step.why for step in shown.outlook.next)


def test_after_sends_without_an_answer_nobody_knows_and_a_person_is_warned(lite: World) -> None:
    lite.paypal.inject({"on": "create", "kind": "status", "status": 503, "times": 9})
    lite.run(["a1,ann@x.example,10.00,USD"])
    report = ask(lite, "ann")
    assert story(report).found.money is Money.UNKNOWN
    assert "c-0001-1 was sent 4 times, and PayPal answered SERVICE_UNAVAILABLE" in story(report).answer
    assert "Do not pay it another way" in story(report).answer
    assert commands_of(report) == ["payouts run c"]
    lite.override("c-0001-1", BatchStatus.REVIEW)
    report = ask(lite, "ann")
    assert story(report).found.money is Money.UNKNOWN
    assert "a person must decide about c-0001-1" in story(report).answer
    assert commands_of(report) == status_says(lite)
    assert commands_of(report) == ["payouts review c-0001-1"]
    assert any("looked in the activity list" in event.words for event in story(report).events)


def test_each_word_stands_at_the_time_at_which_it_was_first_seen(world: World) -> None:
    world.run(["b1,unclaimed@x.example,20.00,USD"])
    seen_at = world.now()
    world.pass_time(hours=1)
    world.cancel("b1", closes=False)
    world.pass_time(hours=1)
    world.retry("c-0001-1", ["b1,bob@x.example,20.00,USD"], failed_items=True)
    events = [event for event in story(ask(world, "b1")).events if event.batch == "c-0001-1"]
    assert [event.what for event in events] == ["stored", "send", "word", "finish", "cancel", "word"]
    unclaimed, canceled, returned = events[2], events[4], events[5]
    assert unclaimed.words.startswith("PayPal says UNCLAIMED (transaction ")
    assert (unclaimed.at <= seen_at, returned.words.split()[2]) == (True, "RETURNED")
    assert returned.at == canceled.at


@pytest.mark.parametrize(
    ("http_status", "why"), [(503, "PayPal could not be reached"), (401, "PayPal refused the credentials")]
)
def test_a_try_that_could_not_even_begin_is_kept_and_shown_until_a_later_one_can(
    world: World, http_status: int, why: str
) -> None:
    world.paypal.inject({"on": "token", "kind": "status", "status": http_status, "times": None})
    world.run(["a1,ann@x.example,10.00,USD"])
    tried = f"last try {world.now():%Y-%m-%d %H:%M} UTC: {why} ("
    with world.store() as store:
        outlook = cycle_report("c", store=store, rules=world.errors, now=world.now(), max_age_days=25).outlook
    assert outlook.what_is_wrong.startswith(tried)
    assert outlook.what_is_wrong.endswith("; nothing was sent; the next run tries again")
    assert f"was never sent; {tried}" in outlook.open[0].why
    world.paypal.clear_faults()
    world.restart()
    world.run(["a1,ann@x.example,10.00,USD"])
    assert status_says(world) == []


def test_a_debt_that_an_older_payment_paid_is_paid_and_a_contradiction(lite: World) -> None:
    lite.run(ROWS)
    lite.retry("c-0001-1", [ROWS[0], "b1,unclaimed@x.example,20.00,USD"], failed_items=True)
    with lite.store() as store, store.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE payout_items SET state = 'success', raw_state = 'SUCCESS', conflict = 'SUCCESS', error_code = NULL "
            "WHERE item_id = 'b1' AND newest = 0"
        )
    report = ask(lite, "b1")
    found = story(report).found
    assert (found.money, found.newest.item.state) == (Money.PAID, "unclaimed")
    assert "has the money: 20.00 USD by c-0001-1" in story(report).answer
    assert "One more payment of it may still arrive, by c-0001-2." in story(report).answer
    assert "a person must look" in story(report).answer
    assert commands_of(report) == [
        f"payouts override b1 --cycle c --to acknowledged --reason {WHY}",
        "payouts sync --cycle c",
    ]


def test_without_a_database_or_a_text_nothing_is_looked_for() -> None:
    def asked(text: str) -> None:
        explain(text, cycle=None, store=None, errors=ErrorRules(), now=START, max_age_days=lambda _: 1)

    with pytest.raises(NotFound, match="no cycle was ever stored"):
        asked("ann")
    with pytest.raises(UsageError):
        asked(" ")


@pytest.mark.parametrize(
    ("item_id", "words"),
    [
        ("-x", ["--cycle", "c2", "--", "-x"]),
        ("o'neill", ["o'neill", "--cycle", "c2"]),
        ("a b", ["a b", "--cycle", "c2"]),
        ("$HOME", ["$HOME", "--cycle", "c2"]),
    ],
)
def test_a_command_names_an_item_so_that_a_shell_gives_it_as_it_is(lite: World, item_id: str, words: list[str]) -> None:
    for number in (1, 2):
        lite.run([f"{item_id},ann@x.example,{number}.00,USD"], cycle=f"c{number}")
    (command,) = commands_of(ask(lite, item_id))
    assert shlex.split(command) == ["payouts", "explain", *words]


def test_the_corrected_row_of_another_payee_is_no_part_of_the_story(lite: World) -> None:
    lite.run(["a,ann@x.example,1.00,USD", "r,rejected.rob@x.example,1.00,USD"])
    corrected = ["a,ann@x.example,1.00,USD", "r,rob@x.example,1.00,USD"]
    assert lite.retry("c-0001-1", corrected, failed_items=True).exit_code == 0
    told = {text: " ".join(event.words for event in story(ask(lite, text)).events) for text in ("a", "r")}
    assert "rob@" not in told["a"]
    assert told["a"].count("in place of c-0001-1") == 1
    assert told["r"].count("r: rejected.rob@x.example 1.00 USD becomes rob@x.example 1.00 USD") == 2
