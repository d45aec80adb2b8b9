"""What one value of the configuration must be: each check gives the value as it is used, or says what is accepted.

Source: docs/design.md, 3. Each raises `ValueError` with words for the operator.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import ValidationInfo

from paypal_payouts.config.urls import database_url
from paypal_payouts.domain.identity import is_account_name
from paypal_payouts.domain.money import DECIMALS, parse_amount
from paypal_payouts.domain.words import turn_in
from paypal_payouts.paypal.error_rules import ErrorRules

CYCLE: Final = "{cycle}"
"""The only placeholder of templates."""

VARIABLE_ACCEPTED: Final = "the name of a variable of the environment, such as OPS_NOTIFY_URL"

ACCOUNT_ACCEPTED: Final = "a text of 1 to 20 of a-z 0-9"

BOOKS_ACCOUNT_ACCEPTED: Final = "an account such as Expenses:Payouts"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_BOOKS_ACCOUNT = re.compile(r"(?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z0-9][A-Za-z0-9-]*)+", re.ASCII)
_PATTERN = re.compile(r"[a-z0-9._*?\[\]!-]+", re.ASCII)


def account_name(text: str) -> str:
    """Accept a name that can be part of every `sender_batch_id`."""
    if not is_account_name(text):
        raise ValueError(f"not {ACCOUNT_ACCEPTED}")
    return text


def _only_cycle_in_braces(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("no line breaks and no other control characters")
    rest = text.replace(CYCLE, "")
    if "{" in rest or "}" in rest:
        raise ValueError("{cycle} is the only placeholder, and no other braces are accepted")
    return text


def mail_text(limit: int) -> Callable[[str], str | None]:
    """Accept a text of up to `limit` characters, raw; an empty one is none."""

    def check(text: str) -> str | None:
        _only_cycle_in_braces(text)
        if _SURROGATE.search(text):
            raise ValueError("not UTF-8")
        if turn := turn_in(text):
            raise ValueError(f"a text without {turn}, which shows the payee its words in another order")
        if len(text) > limit:
            raise ValueError(f"{len(text)} characters; up to {limit} are accepted")
        return text or None

    return check


def path_text(text: str) -> str:
    """Accept the template of a path."""
    if not text:
        raise ValueError("a path, not an empty text")
    return _only_cycle_in_braces(text)


def _base(info: ValidationInfo) -> Path:
    context: dict[str, Path] = info.context or {}
    return context.get("base", Path())


def resolved_database_url(text: str, info: ValidationInfo) -> str:
    """Accept the URL of the database; a relative SQLite path starts from the file's folder."""
    return database_url(text, _base(info))


def resolved_path(value: object, info: ValidationInfo) -> object:
    """Accept a path; a relative one starts from the file's folder."""
    if not isinstance(value, str | Path):
        return value
    if not str(value) or _CONTROL.search(str(value)):
        raise ValueError("a path, not empty and without control characters")
    return _base(info) / value


def cycle_pattern(text: str) -> str:
    """Accept a pattern that some cycle's name can match."""
    if not _PATTERN.fullmatch(text):
        raise ValueError("matches no cycle: names hold a-z 0-9 . _ -, patterns also * ? [ ] !")
    return text


def error_words(value: object) -> object:
    """Accept `{ CODE = "class" }` and `{ CODE = "never" }`, telling all wrong entries at once."""
    if not isinstance(value, dict):
        return value
    ErrorRules.of(
        {code: word if isinstance(word, str) else json.dumps(word, default=str) for code, word in value.items()}
    )
    return value


def books_account(text: str) -> str:
    """Accept the name of an account of beancount's, which hledger takes, too."""
    if not _BOOKS_ACCOUNT.fullmatch(text):
        raise ValueError(
            "it begins with Assets, Liabilities, Equity, Income or Expenses, and each part with a capital or a digit"
        )
    return text


def amounts(value: object) -> object:
    """Read `{ USD = "5000.00" }` as minor units, all wrong entries at once."""
    if not isinstance(value, dict):
        return value
    minor: dict[str, int] = {}
    problems = []
    for currency, amount in value.items():
        if currency not in DECIMALS:
            problems.append(f"{currency!a} is not one of {' '.join(DECIMALS)}")
        elif not isinstance(amount, str):
            problems.append(f'{currency}: a text such as "5000.00", in quotes')
        else:
            try:
                minor[currency] = parse_amount(amount, currency)
            except ValueError as error:
                problems.append(f"{currency}: {error}")
    if problems:
        raise ValueError("; ".join(problems))
    return minor


def variable_name(text: str) -> str:
    """Accept the name of a variable. What stands there instead may be the secret itself, so it is not repeated."""
    if not _VARIABLE.fullmatch(text):
        raise ValueError(f"not {VARIABLE_ACCEPTED}; the URL itself never stands in this file")
    if text.startswith("PAYOUTS_"):
        raise ValueError("another name: variables that begin with PAYOUTS_ are the keys of this file")
    return text


def secret_file(value: object, info: ValidationInfo) -> object:
    """Accept the path of a file that holds a secret; a relative one starts from the file's folder."""
    if isinstance(value, str) and "://" in value:
        raise ValueError("the path of a file; the URL itself never stands in this file")
    return resolved_path(value, info)


def no_literal_url(table: object) -> object:
    """Refuse a target whose URL stands in the file: most services have their key in it."""
    if isinstance(table, dict) and table.keys() & {"url", "urls"}:
        raise ValueError(
            "a URL never stands in this file, it holds the key of its service: put it into a variable and name that "
            "in url_env, or into a file that only you can read and name that in url_file"
        )
    return table
