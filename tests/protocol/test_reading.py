"""Reading: what PayPal says of a batch, page by page; a read that fails or contradicts changes nothing."""

from typing import Any

import pytest
from msgspec.structs import replace
from support.world import World, report_of

from paypal_payouts.domain.outcome import ErrorClass, Failure, PageReading, ReadFailed
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.protocol.locks import get_processing_lock_info
from paypal_payouts.protocol.tools import Waiting

ROWS = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]

FAILS: dict[str, dict[str, Any]] = {
    **{f"status {code}": {"kind": "status", "status": code} for code in (400, 401, 403, 404, 408, 429, 500, 502, 503)},
    "429 with Retry-After": {"kind": "status", "status": 429, "retry_after": 3000},
    "no connection": {"kind": "refused"},
    "reset before": {"kind": "reset_before"},
    "reset after": {"kind": "reset_after"},
    "timeout": {"kind": "timeout_after"},
    "cut": {"kind": "truncated"},
    "malformed": {"kind": "malformed"},
    "HTML": {"kind": "html", "status": 200},
    "empty": {"kind": "empty"},
    "redirect": {"kind": "redirect"},
    "no id": {"kind": "no_id"},
}


@pytest.mark.parametrize("rule", list(FAILS.values()), ids=list(FAILS))
def test_a_read_that_fails_changes_nothing_and_is_told(lite: World, rule: dict[str, Any]) -> None:
    lite.waiting = None
    lite.run(ROWS)
    lite.paypal.inject({"on": "batch", "times": None, **rule})
    finished = lite.run(ROWS)
    assert (finished.exit_code, finished.error) == (6, None)
    assert [notice.code for notice in report_of(finished).warnings] == ["read_failed"]
    assert set(lite.states().values()) == {"pending"}
    lite.paypal.clear_faults()
    assert lite.run(ROWS).exit_code == 0
    lite.check_paid_once(ROWS)
    assert len(lite.sent) == 1


def test_a_read_that_fails_never_changes_what_is_sent(lite: World) -> None:
    rows = [*ROWS, "c,cat@x.example,5,JPY"]
    lite.paypal.inject({"on": "batch", "kind": "status", "status": 500, "times": None})
    lite.run(rows)
    assert len(lite.paid()) == 3


SURPRISES: dict[str, dict[str, Any]] = {
    "an item is missing": {"kind": "missing_item"},
    "a page is missing": {"kind": "missing_page"},
    "another amount": {"kind": "changed_amount"},
    "another page's word": {"kind": "unknown_word", "word": "WEIRD"},
    "another batch's word": {"kind": "unknown_word", "where": "batch", "word": "WEIRD"},
}


@pytest.mark.parametrize("rule", list(SURPRISES.values()), ids=list(SURPRISES))
def test_an_answer_that_contradicts_our_books_ends_nothing(lite: World, rule: dict[str, Any]) -> None:
    lite.waiting = None
    lite.run(ROWS)
    lite.paypal.inject({"on": "batch", **rule})
    lite.run(ROWS)
    assert lite.statuses()["c-0001-1"] == ("done" if rule.get("word") and "where" not in rule else "accepted")
    lite.check_nothing_out_is_shown_unpaid()
    lite.run(ROWS)
    assert lite.sync("c").exit_code == 0
    lite.check_paid_once(ROWS)


def test_a_changed_amount_is_told_and_our_record_is_left_as_it_is(world: World) -> None:
    world.waiting = None
    world.run(ROWS)
    world.paypal.inject({"on": "batch", "kind": "changed_amount", "times": None})
    finished = world.run(ROWS)
    assert finished.exit_code == 6
    notices = report_of(finished).warnings
    assert {notice.code for notice in notices} == {"contradiction"}
    assert any("another amount for item a" in notice.message for notice in notices)
    assert report_of(finished).totals[0].amount_minor == 3000


def test_a_word_that_paypal_never_documented_is_kept_raw_and_is_not_final(world: World) -> None:
    world.paypal.inject({"on": "batch", "kind": "unknown_word", "word": "LIMBO", "times": None})
    assert world.run(ROWS).exit_code == 6
    assert world.states() == {"a": "unrecognized", "b": "success"}
    with world.store() as store:
        assert [row.raw_state for row in store.items.rows_of_cycle("c")] == ["LIMBO", "SUCCESS"]
    world.paypal.clear_faults()
    assert world.run(ROWS).exit_code == 0
    world.check_paid_once(ROWS)


def test_fees_and_transaction_ids_are_paypals(world: World) -> None:
    world.run(ROWS)
    world.check_books()
    with world.store() as store:
        rows = list(store.items.rows_of_cycle("c"))
        batch = store.batches.of_cycle("c")[0]
    assert all(row.transaction_id and row.paypal_item_id for row in rows)
    assert batch.fees_minor == sum(row.fee_minor or 0 for row in rows)
    assert batch.completed_at is not None


ALIKE = {"a": "ann", "b": "fail"}


@pytest.mark.parametrize("rules", [[], [{"on": "create", "kind": "reset_after"}]], ids=["read", "adopted"])
def test_items_are_known_by_their_ids_in_whatever_order_paypal_lists_them(
    lite: World, rules: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_page = PayPalClient.read_page

    def backwards(client: PayPalClient, paypal_batch_id: str, page: int) -> PageReading | ReadFailed:
        reading = read_page(client, paypal_batch_id, page)
        return reading if isinstance(reading, ReadFailed) else replace(reading, items=reading.items[::-1])

    monkeypatch.setattr(PayPalClient, "read_page", backwards)
    lite.paypal.inject(*rules)
    assert lite.run([f"{item},{word}@x.example,1.00,USD" for item, word in ALIKE.items()]).exit_code == 5
    assert lite.states() == {"a": "success", "b": "failed"}
    lite.check_books()


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("kind", ["status", "missing_page", "reset_after"])
def test_each_page_of_a_large_batch_may_fail_and_the_next_look_completes_it(
    many_pages: World, kind: str, page: int
) -> None:
    many_pages.paypal.inject({"on": "batch", "kind": kind, "page": page, "times": 1 if kind == "missing_page" else 2})
    rows = large()
    many_pages.run(rows)
    many_pages.check_nothing_out_is_shown_unpaid()
    assert many_pages.run(rows).exit_code == 0
    assert set(many_pages.states().values()) == {"success"}


def large() -> list[str]:
    return [f"i{number:04d},p{number}@x.example,1.00,USD" for number in range(2001)]


@pytest.fixture
def many_pages(lite: World) -> World:
    lite.waiting = None
    lite.run(large())
    return lite


def test_all_pages_are_written_at_once_and_what_was_read_before_a_failure_too(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paypal_payouts.paypal.client.PAGE_SIZE", 2)
    rows = [f"{number},ann{number}@x.example,1.00,USD" for number in range(9)]
    read = PayPalClient.read_page
    failure = ReadFailed(Failure("HTTP_500", "out of order", ErrorClass.TRANSIENT), passing=True)
    monkeypatch.setattr(
        PayPalClient, "read_page", lambda client, batch, page: failure if page == 4 else read(client, batch, page)
    )
    assert lite.run(rows).exit_code == 6
    assert written_at_once(lite) == [6]
    monkeypatch.undo()
    assert lite.run(rows).exit_code == 0
    assert written_at_once(lite) == [6, 3]


def written_at_once(world: World) -> list[int]:
    with world.store() as store:
        return [sum(event.evidence["items"].values()) for event in store.audit.events() if event.action == "items_read"]


@pytest.mark.parametrize("fault", [None, {"on": "create", "kind": "reset_after"}], ids=["reading", "adoption"])
def test_a_batch_that_is_read_slowly_stays_ours(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any] | None
) -> None:
    monkeypatch.setattr("paypal_payouts.paypal.client.PAGE_SIZE", 1)
    read = PayPalClient.read_page

    def read_slowly(client: PayPalClient, batch: str, page: int) -> PageReading | ReadFailed:
        with world.store() as store:
            held = get_processing_lock_info("c", store=store)
        assert held
        assert held.expires_at > world.now()
        world.pass_time(seconds=250)
        return read(client, batch, page)

    monkeypatch.setattr(PayPalClient, "read_page", read_slowly)
    rows = [f"{number},ann{number}@x.example,1.00,USD" for number in range(6)]
    world.paypal.inject(*([fault] if fault else []))
    assert world.run(rows).exit_code == 0
    world.check_paid_once(rows)


def test_a_batch_is_final_only_if_the_header_of_its_first_page_said_so(lite: World) -> None:
    lite.waiting = None
    lite.paypal.configure(processing_s=100)
    rows = large()
    lite.run(rows)

    finishes = iter([False, True])

    def finish_between_pages(kind: str) -> None:
        if kind == "answer" and any(r["query"] for r in lite.paypal.requests()[-1:]) and next(finishes, False):
            lite.paypal.advance(100)

    lite.effects = finish_between_pages
    finished = lite.run(rows)
    lite.effects = None
    assert finished.exit_code == 6
    assert lite.statuses() == {"c-0001-1": "accepted"}
    assert set(lite.states().values()) >= {"pending"}
    assert lite.run(rows).exit_code == 0
    assert set(lite.states().values()) == {"success"}


LYING = {
    "the same payment": ("SUCCESS", "FAILED", 0),
    "another payment": ("SUCCESS", "FAILED", 1),
    "another payment, still pending": ("PENDING", "FAILED", 1),
}


@pytest.mark.parametrize("order", [1, -1], ids=["the bad word last", "the bad word first"])
@pytest.mark.parametrize("lie", list(LYING.values()), ids=list(LYING))
def test_an_item_that_is_shown_twice_with_two_words_is_never_payable(
    lite: World, monkeypatch: pytest.MonkeyPatch, lie: tuple[str, str, int], order: int
) -> None:
    good, bad, other = lie
    read_page = PayPalClient.read_page

    def lying(client: PayPalClient, batch: str, number: int) -> PageReading | ReadFailed:
        page = read_page(client, batch, number)
        assert isinstance(page, PageReading)
        first, *rest = page.items
        twice = [first._replace(word=good), first._replace(word=bad, paypal_item_id=first.paypal_item_id + "X" * other)]
        return replace(page, items=(*twice[::order], *rest))

    with monkeypatch.context() as patched:
        patched.setattr(PayPalClient, "read_page", lying)
        lite.waiting = replace(lite.waiting, limit_s=0) if lite.waiting else None
        finished = lite.run(ROWS)
        if other:
            assert finished.exit_code == 6
            assert any("twice" in notice.message for notice in report_of(finished).warnings)
        else:
            # One payment may turn from FAILED to SUCCESS; the other way contradicts what was paid.
            assert finished.exit_code == (8 if order == 1 else 0)
        assert lite.states()["a"] == good.lower()
        assert lite.retry("c-0001-1", ROWS, failed_items=True).exit_code in {4, 6, 8}
    assert len(lite.sent) == 1


@pytest.mark.parametrize("word", ["FAILED", "BLOCKED", "PENDING"])
def test_what_arrived_never_becomes_payable(lite: World, word: str) -> None:
    lite.run(ROWS)
    lite.paypal.inject({"on": "batch", "kind": "unknown_word", "word": word, "times": None})
    assert lite.sync("c").exit_code == 8
    assert set(lite.states().values()) == {"success"}
    assert getattr(lite.retry("c-0001-1", ROWS, failed_items=True).error, "code", None) == "not_eligible"


def test_what_came_back_after_it_arrived_is_finished_for_sync_and_unpaid_for_run(lite: World) -> None:
    lite.run(ROWS)
    lite.paypal.set_word("RETURNED", sender_item_id="a")
    assert (lite.sync("c").exit_code, lite.run(ROWS).exit_code) == (0, 5)
    assert sorted(lite.states().values()) == ["returned", "success"]
    corrected = ["a,anna@x.example,10.00,USD", ROWS[1]]
    assert lite.retry("c-0001-1", corrected, failed_items=True).exit_code == 0
    assert sorted(lite.paid()) == ["anna@x.example", "bob@x.example"]


def test_a_cycle_that_is_named_is_read_whole_so_that_a_late_refund_is_seen(lite: World) -> None:
    lite.run(ROWS)
    lite.paypal.inject({"on": "batch", "kind": "unknown_word", "word": "REFUNDED", "times": None})
    assert lite.sync().exit_code == 0
    assert set(lite.states().values()) == {"success"}
    lite.sync("c")
    assert "refunded" in lite.states().values()


@pytest.mark.parametrize("word", ["SUCCESS", "UNCLAIMED", "ONHOLD", "BLOCKED", "WEIRD"])
def test_a_denied_batch_in_which_something_may_be_paid_is_never_sent_again(lite: World, word: str) -> None:
    lite.paypal.inject({"on": "batch", "kind": "unknown_word", "word": word, "times": None})
    lite.run(["a,denyall@x.example,1.00,USD", "b,bob@x.example,2.00,USD"])
    assert lite.statuses() == {"c-0001-1": "denied"}
    refused = lite.retry("c-0001-1")
    assert getattr(refused.error, "code", None) == "not_eligible"
    assert len(lite.sent) == 1


def test_while_paypal_works_on_a_batch_only_its_first_page_is_asked_for(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paypal_payouts.paypal.client.PAGE_SIZE", 2)
    asked = list[int]()
    read = PayPalClient.read_page

    def noting(client: PayPalClient, batch: str, page: int) -> PageReading | ReadFailed:
        asked.append(page)
        return read(client, batch, page)

    monkeypatch.setattr(PayPalClient, "read_page", noting)
    rows = [f"{number},ann{number}@x.example,1.00,USD" for number in range(5)]
    lite.paypal.configure(processing_s=1000)
    lite.waiting = Waiting(5.0, 2000.0)
    assert lite.run(rows).exit_code == 0
    looks = "".join("*" if page == 1 else str(page) for page in asked).replace("*23", "w").replace("*", "f")
    assert looks[0] == looks[-1] == "w", "first and last to the end"
    assert looks.count("w") == 1 + 3 + 1, "and every five minutes"
    assert looks.count("f") > 10
    lite.check_paid_once(rows)


def test_when_the_wait_is_over_every_page_was_read(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paypal_payouts.paypal.client.PAGE_SIZE", 2)
    asked = list[int]()
    read = PayPalClient.read_page

    def noting(client: PayPalClient, batch: str, page: int) -> PageReading | ReadFailed:
        asked.append(page)
        return read(client, batch, page)

    monkeypatch.setattr(PayPalClient, "read_page", noting)
    lite.paypal.configure(processing_s=1000)
    lite.waiting = Waiting(5.0, 60.0)
    assert lite.run([f"{number},ann{number}@x.example,1.00,USD" for number in range(5)]).exit_code == 6
    assert asked[-3:] == [1, 2, 3]
