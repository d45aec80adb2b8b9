"""Every request that is built is one that PayPal describes, and the same rows give the same bytes."""

import json
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from openapi.conformance import check_request

from paypal_payouts.domain.money import DECIMALS, parse_amount
from paypal_payouts.domain.payout import ITEMS_PER_BATCH_MAX, InputRow
from paypal_payouts.paypal.request import build_request

SENDER_BATCH_ID: Final = "main-sandbox-2026-11-0001-1"
PURPOSES: Final = ["AWARDS", "PRIZES", "DONATIONS", "GOODS", "SERVICES", "REBATES", "CASHBACK", "DISCOUNTS"]
LINE: Final = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=200)
RECEIVERS: Final = {
    "EMAIL": st.from_regex(r"[a-z0-9.+_]{1,20}@[a-z0-9]{1,20}\.com", fullmatch=True),
    "PHONE": st.from_regex(r"\+[1-9][0-9]{7,13}", fullmatch=True),
    "PAYPAL_ID": st.from_regex(r"[0-9A-Z]{13}", fullmatch=True),
    "USER_HANDLE": st.from_regex(r"@[a-z0-9-]{1,30}", fullmatch=True),
}


@st.composite
def batches(draw: st.DrawFn) -> list[InputRow]:
    """Draw rows as intake lets them through: one currency, unique item ids."""
    currency = draw(st.sampled_from(sorted(DECIMALS)))
    ids = draw(st.lists(st.from_regex(r"[!-~]{1,63}", fullmatch=True), min_size=1, max_size=5, unique=True))
    rows = []
    for number, item_id in enumerate(ids):
        kind = draw(st.sampled_from(sorted(RECEIVERS)))
        wallet = draw(st.sampled_from([None, "PAYPAL", "VENMO"]))
        rows.append(
            InputRow(
                key=number,
                line=number,
                item_id=item_id,
                receiver=draw(RECEIVERS[kind]),
                recipient_type=kind,
                amount_minor=draw(st.integers(1, 10**10 - 1)),
                currency=currency,
                note=draw(LINE if wallet == "VENMO" else st.none() | st.just("") | LINE),
                purpose=draw(st.none() | st.sampled_from(PURPOSES)),
                recipient_wallet=wallet,
                language=draw(st.none() | st.sampled_from(["fr-FR", "de-DE", "en-US"])),
                payee_id=draw(st.none() | st.just("emp-17-of-ours")),
            )
        )
    return rows


def build(rows: list[InputRow], subject: str | None = None, message: str | None = None) -> bytes:
    return build_request(rows, sender_batch_id=SENDER_BATCH_ID, email_subject=subject, email_message=message)


@given(batches(), st.none() | LINE, st.none() | LINE)
def test_request_conforms_and_says_what_the_rows_say(
    rows: list[InputRow], subject: str | None, message: str | None
) -> None:
    body = build(rows, subject, message)
    check_request(body)
    assert b"emp-17-of-ours" not in body, "the payee_id is ours alone"
    document = json.loads(body)
    assert body == json.dumps(document, separators=(",", ":")).encode()
    header = {"sender_batch_id": SENDER_BATCH_ID, "email_subject": subject, "email_message": message}
    assert document["sender_batch_header"] == {key: value for key, value in header.items() if value is not None}
    for row, item in zip(rows, document["items"], strict=True):
        amount = item.pop("amount")
        assert parse_amount(amount["value"], amount["currency"]) == row.amount_minor
        said = {
            "sender_item_id": row.item_id,
            "receiver": row.receiver,
            "recipient_type": row.recipient_type,
            "note": row.note,
            "purpose": row.purpose,
            "recipient_wallet": row.recipient_wallet,
            "notification_language": row.language,
        }
        assert item == {key: value for key, value in said.items() if value is not None}


def test_bytes_are_pinned() -> None:
    """A stored request must come out the same under every later version: PayPal does not compare what is resent."""
    rows = [
        InputRow(1, 2, "a-1", "zoe@example.com", "EMAIL", 125050, "USD", "Danke schön", "SERVICES", "PAYPAL", "de-DE"),
        InputRow(2, 3, "a-2", "+15555550123", "PHONE", 5, "USD", None, None, None, None),
    ]
    assert build(rows, "Your payout", "Hi") == (
        b'{"sender_batch_header":{"sender_batch_id":"main-sandbox-2026-11-0001-1","email_subject":"Your payout",'
        b'"email_message":"Hi"},"items":[{"recipient_type":"EMAIL","receiver":"zoe@example.com","amount":'
        b'{"currency":"USD","value":"1250.50"},"sender_item_id":"a-1","note":"Danke sch\\u00f6n","purpose":"SERVICES",'
        b'"recipient_wallet":"PAYPAL","notification_language":"de-DE"},{"recipient_type":"PHONE","receiver":'
        b'"+15555550123","amount":{"currency":"USD","value":"0.05"},"sender_item_id":"a-2"}]}'
    )


def test_full_batch_conforms() -> None:
    row = InputRow(0, 0, "", "payee@example.com", "EMAIL", 100, "JPY", None, None, None, None)
    body = build([row._replace(item_id=f"item-{number}") for number in range(ITEMS_PER_BATCH_MAX)])
    check_request(body)
    assert body.isascii()
