"""A page that is decoded at once says what it says field by field, whatever stands in it."""

import json
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paypal_payouts.paypal import page as page_module
from paypal_payouts.paypal.document import load
from paypal_payouts.paypal.page import PageItem, PageMoney, ResultPage, load_page

TEXTS: Final = st.sampled_from(["", "SUCCESS", "USD", "12.50", "\n", "\x00", "\ud800", "\U0001f600", "a" * 2000])
ANY: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)
NESTED: Final[dict[str, Any]] = {
    "payout_item_fee": {"currency": ANY, "value": ANY},
    "payout_item": {"amount": {"currency": ANY, "value": ANY}, "receiver": ANY, "sender_item_id": ANY, "note": ANY},
    "errors": {"name": ANY, "message": ANY, "details": ANY},
    **dict.fromkeys(("payout_item_id", "transaction_id", "transaction_status", "sender_batch_id", "links"), ANY),
}


def objects(fields: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Draw objects that have some of these fields, nearly always with what belongs there."""
    drawn = {name: objects(of) if isinstance(of, dict) else of for name, of in fields.items()}
    return st.fixed_dictionaries({}, optional=drawn) | ANY


PAGES: Final = st.fixed_dictionaries(
    {},
    optional={
        "batch_header": objects({"payout_batch_id": ANY}),
        "total_items": ANY,
        "total_pages": ANY,
        "items": st.lists(objects(NESTED), max_size=3) | ANY,
        "links": ANY,
    },
)
BODIES: Final = st.builds(
    lambda document, ascii_only: json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"),
    PAGES | ANY,
    st.booleans(),
)
ITEM: Final = b'{"payout_item_id":"A","transaction_status":"SUCCESS"}'


@given(BODIES)
@example(b"")
@example(b"[]")
@example(b"null")
@example(b'{"items":[%s,null]}' % ITEM)
@example(b'{"items":{"0":%s}}' % ITEM)
@example(b'{"items":[%s],"items":[]}' % ITEM)
@example(b'{"items":[{"payout_item_id":"A","payout_item_id":"B"}]}')
@example(b'{"items":[{"payout_item_fee":null}]}')
@example(b'{"items":[{"payout_item_fee":{"value":1e999}}]}')
@example(b'{"items":[%s],"total_items":NaN}' % ITEM)
@example(b'{"items":[%s]} {}' % ITEM)
@example(b'{"items":[%s],"links":NaN}' % ITEM)
@example(b'{"items":[%s],"links":[}' % ITEM)
@example(b'{"items":[%s],"links":"\x01"}' % ITEM)
@example(b'{"items":[{"payout_item_id":"a\tb"}]}')
@example(b'{"items":[{"payout_item_id":"\\ud800"}]}')
@example(b'{"items":[{"payout_item_id":"\xff"}]}')
@example(b'{"items":[%s],"links":"\xff"}' % ITEM)
@example(b'\xef\xbb\xbf{"items":[%s]}' % ITEM)
@example((b'{"items":[%s]}' % ITEM).decode().encode("utf-16"))
@example(b'{"links":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
def test_a_page_that_is_decoded_at_once_is_the_same_field_by_field(body: bytes) -> None:
    assert load_page(body) == page_module._page(load(body))


def test_a_usual_page_needs_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "_page", None)
    body = b'{"total_items":1,"items":[{"payout_item_id":"A","payout_item_fee":{"value":"0.25","currency":"USD"}}]}'
    fee = PageMoney("USD", "0.25")
    assert load_page(body) == ResultPage(total_items=1, items=[PageItem(payout_item_id="A", payout_item_fee=fee)])
