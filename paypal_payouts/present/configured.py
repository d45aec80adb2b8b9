"""What `config show` and `config check` show: values as they stand in the file, each with where it came from."""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from rich.segment import Segment
from rich.style import Style

from paypal_payouts.domain.configured import ConfigReport, ConfiguredCredential, ConfiguredValue
from paypal_payouts.present.page import Page
from paypal_payouts.present.text import visible

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_MARGIN: Final = 40
"""Where the sources begin, unless a value is longer."""


def write_config(page: Page, report: ConfigReport) -> None:
    """Show every value and where it came from; or that nothing is wrong."""
    if report.values is None:
        where = report.file or "the environment"
        page.line(f"Nothing is wrong with {where}: {report.environment}, account {report.account}.", "green")
        page.line("To check database, locks and PayPal as well:")
        page.command("payouts doctor")
        return
    page.line(f"Configuration: {report.file or 'no file; defaults and variables'}", "bold")
    for section, values in groupby(report.values, key=lambda each: each.key.partition(".")[0]):
        page.line()
        page.line(f"[{section}]", "bold")
        page.segments(segment for each in values for segment in _line(each))
    if report.credentials:
        page.line()
        page.line("Credentials", "bold")
        for credential in report.credentials:
            page.line(_credential(credential), "" if credential.is_set else "red")


def _line(each: ConfiguredValue) -> Iterator[Segment]:
    """Write a value as TOML, never broken; one that is not set as a comment."""
    name = each.key.partition(".")[2]
    text = f"# {name}" if each.value is None else f"{name} = {_toml(each.value)}"
    origin = visible(f"${each.variable}" if each.variable else each.source)
    yield Segment(visible(text).ljust(_MARGIN - 2), None if each.source == "default" else Style(bold=True))
    yield Segment(f"  # {origin}", Style(dim=True))
    yield Segment.line()


def _credential(each: ConfiguredCredential) -> str:
    if not each.is_set:
        return f"{each.name}: not set"
    return f"{each.name}: set, not shown{f', in {each.file}' if each.file else ''}"


def _toml(value: Any) -> str:  # noqa: ANN401 - a JSON value
    match value:
        case dict():
            pairs = (f"{_key(key)} = {_toml(inner)}" for key, inner in value.items())
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case float():
            return f"{value:g}"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
