"""The checks of one row, pure: ten cells of text in, a tuple for the staging table out.

Sources: docs/design.md, 4; PayPal's payouts API description (`payout_item`, `language`, `purpose_enum`,
`recipient_wallet_enum`). A malformed row makes PayPal refuse the whole batch, so what it
checks at once is checked here.
"""

import re
from collections.abc import Sequence
from typing import Final

from paypal_payouts.domain.money import DECIMALS, parse_amount
from paypal_payouts.domain.words import turn_in
from paypal_payouts.intake.findings import InputFindings

COLUMNS: Final = (
    "item_id",
    "receiver",
    "amount",
    "currency",
    "recipient_type",
    "note",
    "purpose",
    "recipient_wallet",
    "language",
    "payee_id",
)
REQUIRED: Final = ("receiver", "amount", "currency")

_Text = str | None
Staged = tuple[int, _Text, _Text, _Text, int | None, _Text, _Text, _Text, _Text, _Text, _Text]
"""line, item_id, receiver, recipient_type, amount_minor, currency, note, purpose, recipient_wallet, language, payee_id.

What is optional is empty where the file does not say it. A refused row has no receiver; its item_id is kept, so that a
second row of the same id is still found.
"""

RECEIVER_MAX: Final = 127
NOTE_MAX: Final = 1_000
PURPOSES: Final = (
    "AWARDS",
    "PRIZES",
    "DONATIONS",
    "GOODS",
    "SERVICES",
    "REBATES",
    "CASHBACK",
    "DISCOUNTS",
    "NON_GOODS_OR_SERVICES",
)
WALLETS: Final = ("PAYPAL", "VENMO")
_OLD: Final = frozenset({"IDR", "RUB"})
"""Currencies that one page of PayPal's names and the others do not (docs/paypal.md, Currencies)."""

# PayPal judges e-mail addresses; refused here is only what can be none. No class holds the sign that follows it, so a
# match takes linear time. The classes are printable ASCII without ()<>[]:;,\" and @ and the point.
_ATOM = r"[-!#-'*+/-9=?A-Z^-~]+"
EMAIL: Final = rf"{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})*"
_email = re.compile(EMAIL).fullmatch
KEY: Final = r"[!-~](?:[ -~]{0,61}[!-~])?"
_key = re.compile(KEY).fullmatch
_printable = re.compile(rf"[ -~]{{1,{RECEIVER_MAX}}}").fullmatch
_plus_and_digits = re.compile(r"\+[0-9]+").fullmatch
_phone = re.compile(r"\+?[0-9](?:-?[0-9]){6,14}").fullmatch
_paypal_id = re.compile(r"[A-Z0-9]{13}").fullmatch
_us_phone = re.compile(r"(?:\+?1-?)?[2-9][0-9]{2}-?[0-9]{3}-?[0-9]{4}").fullmatch
_trigger_note = re.compile(r"(?:ERR|POS)PY?O[A-Z]?[0-9]+").fullmatch
"""PayPal's test values: in live such a note would go out with a real payment."""
_grouped = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?").fullmatch
_decimal_comma = re.compile(r"[0-9]{1,3}(?:\.?[0-9]{3})*,[0-9]{1,2}").fullmatch
is_language: Final = re.compile(r"[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?").fullmatch
_one_line = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*").fullmatch

_KEY_WORDS = "1 to 63 printable ASCII characters, without blanks around them"
_SHAPES = {
    "EMAIL": (_email, "an e-mail address: one @ with something on both sides, no blanks, no quotes or brackets"),
    "PHONE": (_phone, "a phone number: 7 to 15 digits, a + before them if wanted, single dashes between them"),
    "PAYPAL_ID": (_paypal_id, "a PayPal id: 13 capitals and digits"),
    "USER_HANDLE": (_printable, "a Venmo user name"),
}


def check_row(line: int, cells: Sequence[str], findings: InputFindings) -> Staged:
    """Check the cells of one row, in the order of `COLUMNS`, and note everything that is wrong with it.

    A blank item_id passes as empty: whether ids are derived shows only when the whole file is known.

    Raises:
        ReadingEnds: a value is so long that the file is hardly one of payments.

    """
    item_id, receiver, amount, currency, recipient_type, note, purpose, wallet, language, payee_id = cells
    found_before = findings.count
    if currency not in DECIMALS:
        if [cell.strip().lower() for cell in cells[1:4]] == list(REQUIRED):
            findings.add(line, None, ",".join(cells), "a payment", "the header stands here a second time")
            return _refused(line, None)
        findings.add(line, "currency", currency, _currency_problem(currency))
    minor = _check_amount(line, amount, currency, findings)

    usable_id: str | None = item_id
    if not _key(item_id):
        usable_id = _check_odd_id(line, item_id, findings)

    receiver = receiver.strip(" \t")
    if not recipient_type and len(receiver) <= RECEIVER_MAX and _email(receiver):
        recipient_type = "EMAIL"
    else:
        recipient_type = _check_receiver(line, receiver, recipient_type, findings)

    if purpose or wallet or language or len(note) > NOTE_MAX or not note.isprintable():
        _check_extras(line, (note, purpose, wallet, language), findings)
    if wallet == "VENMO":
        _check_venmo(line, currency, receiver, recipient_type, findings)
    if findings.is_live and _trigger_note(note.strip()):
        findings.add(line, "note", note, "another note: this is a test value of PayPal's sandbox, and this is live")
    if payee_id and not _key(payee_id):
        findings.add(line, "payee_id", payee_id, f"{_KEY_WORDS}, or nothing")
    if findings.count != found_before:
        return _refused(line, usable_id)
    return line, usable_id, receiver, recipient_type, minor, currency, note, purpose, wallet, language, payee_id


def _refused(line: int, item_id: str | None) -> Staged:
    return line, item_id, None, None, None, None, None, None, None, None, None


def _currency_problem(currency: str) -> str:
    meant = currency.strip().upper()
    if meant in DECIMALS:
        return f"in capitals, without blanks around it: {meant}"
    listed_once = f"; PayPal's payouts page of 2021 lists {meant}, its other lists do not" if meant in _OLD else ""
    return f"one of {' '.join(DECIMALS)}{listed_once}"


def _check_amount(line: int, amount: str, currency: str, findings: InputFindings) -> int:
    try:
        # Where the currency is wrong too, two decimals are the most that any has.
        return parse_amount(amount, currency if currency in DECIMALS else "USD")
    except ValueError as wrong:
        problem = str(wrong)
    if amount != amount.strip():
        problem += ", without blanks around it"
    elif _decimal_comma(amount) and DECIMALS.get(currency, 2):
        problem = f"a decimal point and nothing between thousands: {amount.replace('.', '').replace(',', '.')}"
    elif _grouped(amount) and ("." in amount or amount.count(",") > 1):
        # One comma alone may be meant as the decimal point.
        problem = f"without commas between thousands: {amount.replace(',', '')}"
    elif "," in amount:
        problem += ", without commas"
    findings.add(line, "amount", amount, problem)
    return 0


def _check_odd_id(line: int, item_id: str, findings: InputFindings) -> str | None:
    if not item_id.strip(" \t"):
        return ""
    findings.add(line, "item_id", item_id, _KEY_WORDS)
    return None


def _check_receiver(line: int, receiver: str, given: str, findings: InputFindings) -> str:
    """Note what is wrong with a receiver or its type, and give the type, guessed where none is given."""
    if given and given not in _SHAPES:
        findings.add(line, "recipient_type", given, _word_problem(given, tuple(_SHAPES)))
    if not _printable(receiver):
        findings.add(line, "receiver", receiver, "1 to 127 printable ASCII characters")
        return given
    recipient_type = given or recipient_type_of(receiver)
    if recipient_type is None:
        findings.add(
            line,
            "receiver",
            receiver,
            "an e-mail address, a phone number of + and digits, or a PayPal id of 13 capitals and digits; "
            "for a Venmo user name say so in recipient_type: USER_HANDLE",
        )
        return given
    shape, right = _SHAPES.get(recipient_type, (_printable, ""))
    if not shape(receiver):
        findings.add(line, "receiver", receiver, right)
    return recipient_type


def recipient_type_of(receiver: str) -> str | None:
    """Return what kind of receiver a text is; None where it could only be guessed."""
    if "@" in receiver:
        return "EMAIL"
    if _paypal_id(receiver):
        return "PAYPAL_ID"
    return "PHONE" if _plus_and_digits(receiver) else None


def right_type_of(receiver: str) -> str | None:
    """Return what kind of receiver a text is; None where it could only be guessed, or is not right for its kind."""
    kind = recipient_type_of(receiver)
    return kind if kind is not None and _SHAPES[kind][0](receiver) else None


def _check_extras(line: int, extras: tuple[str, str, str, str], findings: InputFindings) -> None:
    note, purpose, wallet, language = extras
    if not _one_line(note):
        findings.add(line, "note", note, "one line of text without control characters")
    if turn := turn_in(note):
        findings.add(line, "note", note, f"a text without {turn}", "its words would be shown in another order")
    if len(note) > NOTE_MAX:
        findings.add(line, "note", note, f"at most {NOTE_MAX:,} characters", f"{len(note):,} characters")
    if purpose and purpose not in PURPOSES:
        findings.add(line, "purpose", purpose, _word_problem(purpose, PURPOSES))
    if wallet and wallet not in WALLETS:
        findings.add(line, "recipient_wallet", wallet, _word_problem(wallet, WALLETS))
    if wallet == "VENMO" and not note.strip():
        findings.add(line, "note", note, "a note, without which PayPal does not pay to VENMO")
    if language and not is_language(language):
        findings.add(line, "language", language, "a language tag such as fr, fr-FR or zh-Hant-TW")


def _check_venmo(line: int, currency: str, receiver: str, recipient_type: str, findings: InputFindings) -> None:
    """Note what PayPal documents to refuse of a payment to Venmo, which is of the US alone."""
    if currency in DECIMALS and currency != "USD":
        findings.add(line, "currency", currency, "USD: PayPal pays to VENMO in no other currency")
    if recipient_type == "PHONE" and not _us_phone(receiver):
        findings.add(line, "receiver", receiver, "a phone number of the US, such as +14155550123: VENMO has no other")


def _word_problem(word: str, words: Sequence[str]) -> str:
    meant = word.strip().upper()
    if meant in words:
        return f"in capitals, without blanks around it: {meant}"
    return f"one of {', '.join(words)}, or nothing"
