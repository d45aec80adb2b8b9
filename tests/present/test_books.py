"""The books of a cycle, judged by the programs that read them."""

import csv
import io
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from paypal_payouts.domain.books import Accounts, entries
from paypal_payouts.domain.reconcile import OurPayment
from paypal_payouts.domain.states import ItemState
from paypal_payouts.present.books import books_file

NOON: Final = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
OPENED: Final = NOON.date()
ACCOUNTS: Final = Accounts("Assets:PayPal", "Expenses:Payouts", "Expenses:Fees:PayPal", "Assets:PayPal:InTransit")
ODD_IDS: Final = ("plain", "a,b;c", 'say "hi"', "back\\slash", "(p) | q", "100%", "%2C", "x y", "inv-7/2")
FORMS: Final = ("beancount", "hledger", "csv")


def payment(item_id: str, state: ItemState, **changes: Any) -> OurPayment:
    made = OurPayment(
        "2026-11", item_id, "2026-11-0001-1", "ann@example.com", 125_050, "USD", 1400, state, "8RU12345AB678901C", None,
        None, NOON, NOON.replace(day=30),
    )  # fmt: skip
    return made._replace(**changes)


ALL: Final = [
    *(payment(str(state), state) for state in ItemState),
    *(payment(name, ItemState.SUCCESS) for name in ODD_IDS),
    payment("yen", ItemState.SUCCESS, currency="JPY", amount_minor=150_000, fee_minor=1200),
    payment("changed", ItemState.SUCCESS, currency="EUR", debited_minor=142_933, debited_currency="USD"),
    payment("into yen", ItemState.UNCLAIMED, currency="EUR", debited_minor=200_000, debited_currency="JPY"),
    payment("sent back", ItemState.REFUNDED, currency="EUR", debited_minor=142_933, debited_currency="USD"),
    payment("free", ItemState.SUCCESS, fee_minor=None, transaction_id=None),
    payment("hostile", ItemState.SUCCESS, receiver='x"; (y) | z, \\', transaction_id="a+b c"),
]


def written(form: str, payments: Sequence[OurPayment] = ALL, opened: date | None = OPENED) -> str:
    return "".join(books_file(form, entries(payments, ACCOUNTS), ACCOUNTS, cycle="2026-11", opened=opened))


def sums(payments: Sequence[OurPayment] = ALL) -> dict[tuple[str, str], int]:
    """Return what is left on each account, in minor units."""
    found: Counter[tuple[str, str]] = Counter()
    for entry in entries(payments, ACCOUNTS):
        for posting in entry.postings:
            found[posting.account, posting.currency] += posting.amount_minor
    return {place: minor for place, minor in found.items() if minor}


def test_every_entry_balances_and_each_id_stands_once() -> None:
    made = list(entries(ALL, ACCOUNTS))
    for entry in made:
        weights: Counter[str] = Counter()
        for posting in entry.postings:
            weights.update(dict([posting.weight]))
        assert set(weights.values()) == {0}
    assert len({entry.id for entry in made}) == len(made)
    assert not [entry.id for entry in made if re.search(r"[,;\"\\]", entry.id)]


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (ItemState.SUCCESS, {"Expenses:Payouts": 125_050, "Expenses:Fees:PayPal": 1400, "Assets:PayPal": -126_450}),
        *(
            (state, {"Assets:PayPal:InTransit": 125_050, "Expenses:Fees:PayPal": 1400, "Assets:PayPal": -126_450})
            for state in (ItemState.UNCLAIMED, ItemState.ONHOLD, ItemState.BLOCKED)
        ),
        *(
            (state, {"Expenses:Fees:PayPal": 1400, "Assets:PayPal": -1400})
            for state in (ItemState.RETURNED, ItemState.REFUNDED, ItemState.REVERSED, ItemState.CLOSED)
        ),
        *((state, {}) for state in (ItemState.FAILED, ItemState.PENDING, ItemState.UNSENT)),
    ],
)
def test_what_is_left_on_each_account(state: ItemState, left: dict[str, int]) -> None:
    assert {account: minor for (account, _), minor in sums([payment("a", state)]).items()} == left


def test_beancount_takes_the_file_and_comes_to_the_same_balances(tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    path.write_text(written("beancount"))
    loaded, errors, _ = import_module("beancount.loader").load_file(str(path))
    assert errors == []
    found: Counter[tuple[str, str]] = Counter()
    for entry in loaded:
        for posting in getattr(entry, "postings", ()):
            decimals = 0 if posting.units.currency == "JPY" else 2
            found[posting.account, posting.units.currency] += int(posting.units.number.scaleb(decimals))
    assert {place: minor for place, minor in found.items() if minor} == sums()
    told = {entry.meta["id"]: entry for entry in loaded if getattr(entry, "postings", ())}
    assert set(told) == {entry.id for entry in entries(ALL, ACCOUNTS)}
    assert {entry.meta["item"] for entry in told.values()} >= set(ODD_IDS)


def test_what_is_converted_has_the_price_that_it_took() -> None:
    text = written(
        "beancount",
        [payment("changed", ItemState.SUCCESS, currency="EUR", debited_minor=142_933, debited_currency="USD")],
    )
    assert text.endswith(
        "  Expenses:Payouts  1250.50 EUR @@ 1429.33 USD\n  Expenses:Fees:PayPal  14.00 EUR\n"
        "  Assets:PayPal  -1429.33 USD\n  Assets:PayPal  -14.00 EUR\n"
    )


def test_an_operator_who_opens_the_accounts_includes_the_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "c.beancount").write_text(written("beancount", opened=None))
    opens = "".join(f"2020-01-01 open {account}\n" for account in ACCOUNTS)
    (tmp_path / "all.beancount").write_text(f'{opens}include "c.beancount"\n')
    load = import_module("beancount.loader").load_file
    assert load(str(tmp_path / "all.beancount"))[1] == []
    (tmp_path / "c.beancount").write_text(written("beancount"))
    assert len(load(str(tmp_path / "all.beancount"))[1]) == len(ACCOUNTS), "a second open is an error"


@pytest.mark.parametrize("form", FORMS)
def test_written_again_it_is_the_same_file(form: str) -> None:
    assert written(form) == written(form)
    assert written(form, []).count("\n") == {"beancount": 5, "hledger": 5, "csv": 1}[form]


def test_each_transaction_of_the_journal_balances() -> None:
    """What hledger checks first, for where it is not installed."""
    paragraphs = written("hledger").split("\n\n")[1:]
    assert len(paragraphs) == len(list(entries(ALL, ACCOUNTS)))
    for paragraph in paragraphs:
        head, *postings = paragraph.splitlines()
        assert re.fullmatch(r"2026-11-\d\d [*!] (\([^()]+\) )?[^|;()]+ \| [^|;]+  ; id:[^,;]+, cycle:\S+, .*", head), (
            head
        )
        weights: Counter[str] = Counter()
        for line in postings:
            match = re.fullmatch(r"    (\S+)  (-?[\d.]+ [A-Z]{3})(?: @@ ([\d.]+ [A-Z]{3}))?", line)
            assert match is not None, line
            amount, currency = (match[3] or match[2]).split()
            weights[currency] += round(float(amount) * 100)
        assert set(weights.values()) == {0}


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_takes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "books.journal"
    path.write_text(written("hledger"))
    ran = subprocess.run(
        ["hledger", "-f", str(path), "balance", "--flat", "-N", "-O", "csv"], capture_output=True, text=True, check=True
    )
    told = {account: set(amounts.split(", ")) for account, amounts in list(csv.reader(io.StringIO(ran.stdout)))[1:]}
    fees = sums()["Expenses:Fees:PayPal", "USD"]
    assert f"{fees // 100}.{fees % 100:02} USD" in told["Expenses:Fees:PayPal"]
    subprocess.run(["hledger", "-f", str(path), "check", "accounts", "autobalanced"], check=True)


def test_the_table_has_one_posting_on_each_row() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv"))))
    assert len(rows) == sum(len(entry.postings) for entry in entries(ALL, ACCOUNTS))
    assert {row["settled"] for row in rows} == {"true", "false"}
    (paid, fee, *taken) = [row for row in rows if row["item_id"] == "changed"]
    assert (paid["amount"], paid["currency"], paid["price"], paid["price_currency"]) == (
        "1250.50", "EUR", "1429.33", "USD",
    )  # fmt: skip
    assert [(row["amount"], row["currency"], row["price"]) for row in (fee, *taken)] == [
        ("14.00", "EUR", ""), ("-1429.33", "USD", ""), ("-14.00", "EUR", ""),
    ]  # fmt: skip
    assert [row["account"] for row in rows if row["item_id"] == "free"] == ["Expenses:Payouts", "Assets:PayPal"]
