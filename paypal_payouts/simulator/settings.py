"""How the simulated PayPal is set up; kept in the book, so that every process sees the same."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from msgspec import Struct, field

from paypal_payouts.simulator.book import Book
from paypal_payouts.simulator.conversions import Rates, taken_for
from paypal_payouts.simulator.fates import is_charged
from paypal_payouts.simulator.journal import Journal
from paypal_payouts.simulator.messages import JsonObject
from paypal_payouts.simulator.money import DECIMALS, format_value, parse_value

_SECONDS_MAX: Final = 365 * 24 * 3600


class SimulatorSettings(Struct, frozen=True):
    """How long things take, and what is in the account."""

    processing_s: float = 0
    """How long a batch takes: PENDING for half of it, then PROCESSING."""
    token_life_s: float = 32_400
    all_failed_is_denied: bool = False
    """Whether a batch of which every item fails ends DENIED, as the sandbox does with a single bad account."""
    paypal_ids: Sequence[str] = ("G83JXTJ5EHCQ2",)
    """The accounts that a receiver of type PAYPAL_ID can name; the first one is that of PayPal's own samples."""
    conversions: Rates = field(default_factory=dict)
    """The currencies of which nothing is held: what is paid in them is taken from the other one."""
    reports: bool = True
    """Whether the account has Transaction Search and balances, which PayPal gives to those who ask for them."""
    balances: Mapping[str, tuple[int, int]] | None = None
    """Per currency: the funds in minor units, and the newest item when they were set. Others are unlimited."""


def load(journal: Journal) -> SimulatorSettings:
    """Read the settings that are in force."""
    return SimulatorSettings(**journal.fact("settings", {}))


def configure(changes: Mapping[str, Any], journal: Journal, book: Book) -> None:
    """Change some settings and leave the others.

    Raises:
        ValueError: naming what is accepted.

    """
    kept = dict(journal.fact("settings", {}))
    for name, value in changes.items():
        match name:
            case "processing_s" | "token_life_s":
                kept[name] = seconds(value, name)
            case "all_failed_is_denied" | "reports" if isinstance(value, bool):
                kept[name] = value
            case "paypal_ids" if isinstance(value, list) and all(isinstance(name, str) for name in value):
                kept[name] = value
            case "conversions" if isinstance(value, dict):
                kept[name] = _conversions(value)
            case "balances" if isinstance(value, dict):
                kept[name] = _balances(kept.get(name) or {}, value, book.last_item())
            case _:
                raise ValueError(
                    f"{name}: settings are processing_s and token_life_s (seconds), "
                    'all_failed_is_denied and reports (true or false), paypal_ids (["G83JXTJ5EHCQ2"]), '
                    'conversions ({"EUR": ["USD", "1.143"]}), balances ({"USD": "100.00"}; null: unlimited)'
                )
    journal.note_fact("settings", kept)


def show(settings: SimulatorSettings, book: Book, now_ms: int) -> JsonObject:
    """Write the settings out; balances are what is left now."""
    left = {
        currency: format_value(available_minor(currency, settings, book, now_ms) or 0, currency)
        for currency in settings.balances or {}
    }
    return {
        "processing_s": settings.processing_s,
        "token_life_s": settings.token_life_s,
        "all_failed_is_denied": settings.all_failed_is_denied,
        "paypal_ids": list(settings.paypal_ids),
        "conversions": {currency: list(rate) for currency, rate in settings.conversions.items()},
        "reports": settings.reports,
        "balances": left,
    }


def available_minor(currency: str, settings: SimulatorSettings, book: Book, now_ms: int) -> int | None:
    """Count what is left in a currency since its balance was set; `None`: unlimited.

    Fees stay paid when money comes back: nothing at PayPal says otherwise.
    """
    if currency not in (settings.balances or {}):
        return None
    funds_minor, since_item = (settings.balances or {})[currency]
    totals = book.totals(now_ms, currency=currency, since_item=since_item)
    spent_minor = sum(total.fees_minor for total in totals)
    if currency in settings.conversions:
        spent_minor -= sum(total.amount_minor for total in totals if not total.is_out and is_charged(total.state))
    else:
        spent_minor += sum(total.amount_minor for total in totals if total.is_out)
    converted = {paid for paid, (source, _) in settings.conversions.items() if source == currency}
    for item in book.items(since_item + 1, None, now_ms) if converted else ():
        if item.currency in converted and is_charged(item.state):
            taken = taken_for(item.amount_minor, item.currency, settings.conversions)
            spent_minor += 0 if taken is None else taken.minor
    return funds_minor - spent_minor


def seconds(value: object, name: str, *, least: float = 0) -> float:
    """Read a number of seconds.

    Raises:
        ValueError: naming what is accepted.

    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= _SECONDS_MAX:
        raise ValueError(f"{name}: a number of seconds from {least:g} to {_SECONDS_MAX}")
    return value


def _conversions(rates: Mapping[str, Any]) -> JsonObject:
    for currency, rate in rates.items():
        try:
            source, units = rate
            is_known = {currency, source} <= DECIMALS.keys() and currency != source
            is_right = is_known and Decimal(units) > 0 and isinstance(units, str)
        except (ValueError, TypeError, InvalidOperation):
            is_right = False
        if not is_right:
            raise ValueError(f'conversions: {currency}: from which currency, and how much, as ["USD", "1.143"]')
    return dict(rates)


def _balances(kept: Mapping[str, Any], changes: Mapping[str, Any], last_item: int) -> JsonObject:
    balances = dict(kept)
    for currency, value in changes.items():
        if currency not in DECIMALS:
            raise ValueError(f"balances: {currency} is none of {' '.join(DECIMALS)}")
        if value is None:
            balances.pop(currency, None)
            continue
        funds_minor = parse_value(value, currency)
        if funds_minor is None:
            raise ValueError(f'balances: {currency}: an amount such as "{format_value(100_00, currency)}", or null')
        balances[currency] = (funds_minor, last_item)
    return balances
