"""Every sample reply gives its expected outcome, and any reply at all gives one of a closed set."""

import itertools
import json
import random
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import to_builtins

from paypal_payouts.domain.outcome import (
    Accepted,
    Cancelled,
    CancelOutcome,
    CancelRefused,
    CancelUnknown,
    Duplicate,
    ItemReading,
    PageReading,
    Problem,
    ReadFailed,
    Refused,
    SendOutcome,
    TokenRefused,
    TokenUnavailable,
    Unknown,
)
from paypal_payouts.paypal.error_entry import ApiCall, Entry
from paypal_payouts.paypal.error_table import ENTRIES
from paypal_payouts.paypal.failures import problem_item_index
from paypal_payouts.paypal.parser import (
    Token,
    parse_cancel,
    parse_create,
    parse_item,
    parse_page,
    parse_token,
)
from paypal_payouts.paypal.reply import Reply, http_date

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "paypal"

OURS: Final = "main-sandbox-2026-11-0001-1"
"""The sender_batch_id of what was sent."""

PARSERS: Final[dict[str, Callable[[Reply], Any]]] = {
    "token": parse_token,
    "create": partial(parse_create, sender_batch_id=OURS),
    "page": parse_page,
    "item": parse_item,
    "cancel": parse_cancel,
}

CLOSED_SETS: Final[dict[str, tuple[type[Any], ...]]] = {
    "token": (Token, TokenRefused, TokenUnavailable),
    "create": (Accepted, Duplicate, Refused, Unknown),
    "page": (PageReading, ReadFailed),
    "item": (ItemReading, ReadFailed),
    "cancel": (Cancelled, CancelRefused, CancelUnknown),
}


def reply_of(status: int, headers: dict[str, str], body: bytes) -> Reply:
    return Reply(status, headers, body, http_date(headers.get("date", "")))


def raw(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def assert_holds(actual: Any, expected: Any, where: str = "") -> None:
    """Compare what the sample names; what it does not name may be anything."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert_holds(getattr(actual, key), value, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(actual) == len(expected), where
        for index, value in enumerate(expected):
            assert_holds(actual[index], value, f"{where}[{index}]")
    else:
        assert (actual.isoformat() if isinstance(actual, datetime) else actual) == expected, where


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sample_reply_gives_its_outcome(path: Path) -> None:
    sample = json.loads(path.read_text())
    outcome = PARSERS[path.parent.name](reply_of(sample["status"], sample["headers"], raw(sample["body"])))
    expected = sample["expected"]
    assert type(outcome).__name__ == expected.pop("outcome")
    assert_holds(outcome, expected)


def test_every_call_has_samples() -> None:
    assert {path.parent.name for path in SAMPLES.rglob("*.json")} == set(PARSERS)


NAMES: Final = st.sampled_from(sorted({entry.name for entry in ENTRIES}))
STATUSES: Final = st.one_of(
    st.sampled_from([200, 201, 400, 401, 403, 404, 409, 422, 429, 500, 503]), st.integers(-1, 10**6)
)
HEADERS: Final = st.dictionaries(
    st.sampled_from(["retry-after", "date", "paypal-debug-id", "content-type", "location"]), st.text()
)
SCALARS: Final = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=[])), NAMES
)
KEYS: Final = st.sampled_from(
    [
        "name",
        "error",
        "message",
        "details",
        "field",
        "issue",
        "link",
        "href",
        "batch_header",
        "payout_batch_id",
        "items",
        "payout_item_id",
        "amount",
        "value",
        "currency",
        "access_token",
        "expires_in",
        "transaction_status",
        "time_completed",
        "total_items",
    ]
)
JSON: Final = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=5)
)


@st.composite
def damaged_samples(draw: st.DrawFn) -> bytes:
    """Draw the body of a sample in which any one value is replaced by any other."""
    path = draw(st.sampled_from(sorted(SAMPLES.rglob("*.json"))))
    body = json.loads(path.read_text())["body"]
    parent: Any = None
    key: Any = None
    node = body
    while isinstance(node, dict | list) and node and draw(st.booleans()):
        parent = node
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        node = node[key]
    if parent is None:
        return raw(body)
    parent[key] = draw(JSON)
    return raw(body)


BODIES: Final = st.one_of(st.binary(), JSON.map(raw), damaged_samples())


def strings_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings_in(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in strings_in(inner)]
    return [value] if isinstance(value, str) else []


@given(STATUSES, HEADERS, BODIES, st.sampled_from(sorted(PARSERS)))
@example(200, {}, b"[" * 100_000, "page")
@example(400, {}, b'{"details":' * 50_000, "create")
@example(201, {}, b'{"batch_header": ' + b"1" * 5000 + b"}", "create")
@example(200, {}, b'{"access_token": "a", "expires_in": 1e999}', "token")
@example(200, {}, b'{"access_token": "a", "expires_in": NaN}', "token")
@example(200, {}, b'{"access_token": "a", "expires_in": ' + b"9" * 400 + b"}", "token")
@example(429, {"retry-after": "9" * 100_000}, b"{}", "create")
@example(500, {}, "{}".encode("utf-32"), "create")
@example(400, {}, b'{"name": "\xff"}', "create")
@example(200, {}, b'{"batch_header": {"payout_batch_id": "A", "time_completed": "0001-01-01T00:00:00+14:00"}}', "page")
@example(200, {}, b'{"batch_header": {"payout_batch_id": "A", "time_completed": "2026-11-05"}}', "page")
def test_any_reply_gives_an_outcome_that_can_be_kept(
    status: int, headers: dict[str, str], body: bytes, call: str
) -> None:
    """Any bytes, status and headers give a value of the closed set, whose texts fit any database and terminal."""
    outcome = PARSERS[call](reply_of(status, headers, body))
    assert isinstance(outcome, CLOSED_SETS[call])
    for text in strings_in(to_builtins(outcome)):
        assert len(text) <= (8192 if isinstance(outcome, Token) else 1000)
        assert "\x00" not in text
        text.encode("utf-8")


@given(STATUSES, HEADERS, BODIES)
def test_refused_only_where_documented(status: int, headers: dict[str, str], body: bytes) -> None:
    outcome = PARSERS["create"](reply_of(status, headers, body))
    if isinstance(outcome, Refused):
        assert any(
            entry.name == outcome.failure.code and status in entry.statuses and entry.moved_nothing
            for entry in ENTRIES
            if ApiCall.CREATE in entry.calls
        )
    if isinstance(outcome, Accepted):
        assert status == 201


def error_body(name: str) -> bytes:
    if name.islower():
        return raw({"error": name, "error_description": "x"})
    return raw({"name": name, "message": "x", "debug_id": "1"})


def test_each_name_with_each_status() -> None:
    """A documented name with its documented status is what the table says; with any other status never a refusal."""
    refusals = {
        (entry.name, status): entry.error_class
        for entry in ENTRIES
        if ApiCall.CREATE in entry.calls and entry.moved_nothing
        for status in entry.statuses
    }
    wrong = []
    for name, status in itertools.product(sorted({entry.name for entry in ENTRIES}), [*range(100, 600), 999]):
        outcome = PARSERS["create"](reply_of(status, {}, error_body(name)))
        expected = refusals.get((name, status))
        is_right = (
            isinstance(outcome, Unknown)
            if expected is None
            else isinstance(outcome, Refused) and outcome.failure.error_class is expected
        )
        if not is_right:
            wrong.append((name, status, outcome))
    assert refusals
    assert wrong == []


KNOWN_ALREADY: Final = {"field": "SENDER_BATCH_ID", "issue": "Batch with given sender_batch_id already exists"}


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e.moved_nothing and ApiCall.CREATE in e.calls], ids=lambda entry: entry.name
)
def test_a_refusal_that_names_a_batch_of_this_id_refuses_nothing(entry: Entry) -> None:
    """PayPal says so with 400; with another status it contradicts itself, and the batch may be there."""
    for status in entry.statuses:
        body = json.loads(error_body(entry.name)) | {"details": [KNOWN_ALREADY]}
        outcome = PARSERS["create"](reply_of(status, {}, raw(body)))
        assert isinstance(outcome, Duplicate if status == 400 else Unknown), status


@pytest.mark.parametrize(
    ("field", "index"),
    [
        ("items[17].receiver", 17),
        ("items[0]", 0),
        ("items[14999].amount.value", 14_999),
        ("items[15000].receiver", None),
        ("items[99999999999].receiver", None),
        ("items.amount.currency", None),
        ("items[-1].receiver", None),
        ("items[\u0661].receiver", None),
        ("sender_batch_header.items[3]", None),
        ("", None),
    ],
)
def test_problem_names_an_item(field: str, index: int | None) -> None:
    assert problem_item_index(Problem(field, "wrong")) == index


@pytest.mark.parametrize("life", [b"NaN", b"-1", b"true", b'"32400"', b"[]"])
def test_token_whose_life_is_no_number_is_none(life: bytes) -> None:
    body = b'{"access_token": "A21AA", "expires_in": ' + life + b"}"
    assert isinstance(parse_token(reply_of(200, {}, body)), TokenUnavailable)


@pytest.mark.parametrize("life", [b"1e999", b"9" * 400, b"86400.5"])
def test_token_is_never_held_for_more_than_a_day(life: bytes) -> None:
    token = parse_token(reply_of(200, {}, b'{"access_token": "A21AA", "expires_in": ' + life + b"}"))
    assert isinstance(token, Token)
    assert token.life_s == 86_400


@pytest.mark.parametrize(
    ("scope", "may_pay_out"),
    [
        ("openid https://uri.paypal.com/payments/payouts", True),
        ("openid https://uri.paypal.com/payments/payouts-item/reverse", False),
        (None, None),
    ],
    ids=["payouts", "other scopes", "none told"],
)
def test_token_tells_whether_it_may_pay_out(scope: str | None, may_pay_out: bool | None) -> None:
    token = parse_token(reply_of(200, {}, raw({"access_token": "A21AA", "expires_in": 60, "scope": scope})))
    assert isinstance(token, Token)
    assert token.may_pay_out is may_pay_out


@pytest.mark.parametrize("moment", ["2026-11-05T10:00:00", "2026-11-05", "0001-01-01T00:00:00+14:00", "soon", 5])
def test_time_without_a_zone_is_no_time(moment: object) -> None:
    header = {"payout_batch_id": "A", "time_completed": moment}
    reading = parse_page(reply_of(200, {}, raw({"batch_header": header})))
    assert isinstance(reading, PageReading)
    assert reading.completed_at is None


def test_long_texts_are_cut() -> None:
    body = {
        "name": "N" * 5000,
        "message": "m" * 5000,
        "debug_id": "d" * 5000,
        "details": [{"field": "f" * 5000}] * 20_000,
    }
    outcome = PARSERS["create"](reply_of(400, {}, raw(body)))
    assert isinstance(outcome, Unknown)
    failure = outcome.failure
    assert (len(failure.code), len(failure.message), len(failure.debug_id or "")) == (128, 1000, 128)
    assert (len(failure.problems), len(failure.problems[0].field)) == (15_000, 1000)


USUAL_ITEM: Final[dict[str, Any]] = {
    "payout_item_id": "ITEM1",
    "transaction_id": "TX1",
    "transaction_status": "SUCCESS",
    "payout_item_fee": {"currency": "USD", "value": "0.25"},
    "payout_item": {
        "sender_item_id": "a",
        "receiver": "ann@example.com",
        "amount": {"currency": "USD", "value": "10.00"},
    },
}
USUAL: Final = ItemReading("ITEM1", "a", "ann@example.com", 1000, "USD", "SUCCESS", 25, "TX1", None, None)
PLACES: Final = {
    "item_id": (("payout_item", "sender_item_id"), 1000, ""),
    "receiver": (("payout_item", "receiver"), 1000, ""),
    "currency": (("payout_item", "amount", "currency"), 128, None),
    "word": (("transaction_status",), 128, None),
    "transaction_id": (("transaction_id",), 128, None),
}
"""Where each text of an item stands, how much of it is kept, and what an empty one is."""


def item_with(place: tuple[str, ...], value: object) -> ItemReading | ReadFailed:
    body = json.loads(json.dumps(USUAL_ITEM))
    *outer, key = place
    node = body
    for each in outer:
        node = node[each]
    node[key] = value
    return parse_item(reply_of(200, {}, raw(body)))


def test_a_usual_item_is_read_as_it_stands() -> None:
    assert item_with(("links",), []) == USUAL
    assert item_with(("sender_batch_id",), "b\x1b") == USUAL._replace(sender_batch_id="b\ufffd")


@pytest.mark.parametrize("name", PLACES)
def test_one_odd_text_of_a_usual_item_is_mended_and_the_others_stay(name: str) -> None:
    """The texts of an item are looked at together: that must not let through what each alone would not be."""
    place, most, empty = PLACES[name]
    odd: list[tuple[object, str | None]] = [
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\x00\n\x7f\x85b", "a\ufffd\ufffd\ufffd\ufffdb"),
        ("\u202egnp", "\ufffdgnp"),
        ("\ud800", "\ufffd"),
        ("Zo\u00eb", "Zo\u00eb"),
        ("x" * 5000, "x" * most),
        ("", empty),
        (None, None),
        (7, None),
        (["a"], None),
    ]
    for value, expected in odd:
        reading = item_with(place, value)
        assert isinstance(reading, ItemReading)
        assert getattr(reading, name) == expected
        others = {**USUAL._asdict(), name: expected}
        if name == "currency":
            # An amount in a currency that is not known cannot be counted.
            others |= {"amount_minor": None, "fee_minor": None}
        assert reading._asdict() == others


def test_a_fee_below_zero_is_not_known_and_those_beside_it_are() -> None:
    items = [{**USUAL_ITEM, "payout_item_fee": {"currency": "USD", "value": value}} for value in ("0.25", "-0.01", "0")]
    page = parse_page(reply_of(200, {}, raw({"batch_header": {"payout_batch_id": "B"}, "items": items})))
    assert isinstance(page, PageReading)
    assert [item.fee_minor for item in page.items] == [25, None, 0]


LEAVES: list[Any] = [
    *("", "USD", "EUR", "JPY", "1.00", "-1.00", "0.25", "7", "SUCCESS", "2026-11-05T10:00:00Z", "2026-11-05", "a\x00"),
    *("x" * 5000, None, True, 1, 1.0, [], ["a"], {"value": "1.00"}),
]
"""What can stand in any place of an item; True, 1 and 1.0 are equal and not the same."""


@pytest.mark.parametrize("seed", range(10))
def test_items_of_a_page_are_read_as_each_is_alone(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        items = [item_with_leaves(chance) for _ in range(chance.randint(1, 8))]
        alone = [parse_item(reply_of(200, {}, raw(item))) for item in items]
        page = parse_page(reply_of(200, {}, raw({"batch_header": {"payout_batch_id": "B"}, "items": items})))
        if isinstance(page, ReadFailed):
            assert any(isinstance(each, ReadFailed) for each in alone)
        else:
            assert list(page.items) == alone


def item_with_leaves(chance: random.Random) -> dict[str, Any]:
    """Invent an item: as usual, or with something else in some places, or without them."""

    def leaf(usual: object) -> object:
        return usual if chance.random() < 0.8 else chance.choice(LEAVES)

    def money(value: str) -> object:
        return leaf({"currency": leaf("USD"), "value": leaf(value)})

    item = {
        "payout_item_id": "P" if chance.random() < 0.99 else None,
        "transaction_id": leaf("T"),
        "transaction_status": leaf("SUCCESS"),
        "payout_item_fee": money("0.25"),
        "payout_item": leaf({"amount": money("12.50"), "receiver": leaf("a@x.example"), "sender_item_id": leaf("i")}),
        "errors": leaf({"name": leaf("RECEIVER_UNREGISTERED"), "message": leaf("no account")}),
        "activity_id": leaf("A"),
        "time_processed": leaf("2026-11-05T10:00:00+01:00"),
        "currency_conversion": leaf({"from_amount": money("9.00"), "exchange_rate": leaf("1.1")}),
    }
    return {name: value for name, value in item.items() if chance.random() < 0.7 or name == "payout_item_id"}


def test_token_hides_its_text() -> None:
    assert "A21AA" not in repr(Token("A21AA", 60.0, may_pay_out=True))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37+00:00"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59+00:00"),
        ("Sun, 06 Nov 0000 08:49:37 GMT", None),
        ("Sun, 31 Feb 2026 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 24:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 +0100", None),
        ("Sunday, 06-Nov-94 08:49:37 GMT", None),
        ("", None),
    ],
)
def test_http_date(text: str, iso: str | None) -> None:
    date = http_date(text)
    assert (date and date.isoformat()) == iso


def test_closed_sets_are_the_domains() -> None:
    """The sets above are those that the rest of the program matches on."""
    assert set(CLOSED_SETS["cancel"]) == set(get_args(CancelOutcome))
    assert set(CLOSED_SETS["create"]) < set(get_args(SendOutcome))
