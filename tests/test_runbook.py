"""The runbook knows every way in which things can stand; what it says to type is parsed in test_readme.py."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from present import reports
from support.readme import rows, section, text

from paypal_payouts import errors
from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.present.metrics import exposition

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "paypal_payouts"


def kinds_of_error(kind: type[errors.PayoutsError] = errors.PayoutsError) -> Iterator[type[errors.PayoutsError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_of_error(below)


def codes() -> dict[str, int]:
    """Return every error code with its exit code, as the program has them."""
    named = {kind.__dict__["code"]: kind.exit_code for kind in kinds_of_error() if "code" in kind.__dict__}
    return named | dict.fromkeys(get_args(errors.BlockCode), errors.Blocked.exit_code)


def test_the_page_for_the_night_fits_on_two_sheets() -> None:
    # Printed at nine points, a browser's 75 %, with narrow margins, this many characters fill two pages of A4.
    assert len(text("night")) < 7_000


def test_every_exit_code_has_its_line() -> None:
    known = [str(code) for code in errors.ExitCode]
    assert list(rows(section("By exit code"), "exit")) == known


def test_every_state_of_a_batch_has_its_line() -> None:
    assert list(rows(section("By state of a batch"), "batch")) == list(BatchStatus)


def test_every_state_of_an_item_has_its_line() -> None:
    assert list(rows(section("By state of an item"), "item")) == list(ItemState)


def test_every_error_code_has_its_line_and_its_exit_code() -> None:
    assert {name: int(cells[0]) for name, cells in rows(section("By error code"), "code").items()} == codes()


def test_every_figure_has_its_line_with_its_labels() -> None:
    told = {}
    for figure in rows(section("Errors and metrics"), "metric"):
        name, _, labels = figure.rstrip("}").partition("{")
        told[name] = set(filter(None, labels.split(", ")))
    shown = exposition(reports.figures())
    families = set(re.findall(r"^# TYPE (\w+)", shown, re.MULTILINE))
    assert set(told) == families
    for name, labelled in told.items():
        (sample,) = re.findall(rf"^{name}(?:_count)?{{(.*)}} ", shown, re.MULTILINE)[:1]
        assert set(re.findall(r'(\w+)="', sample)) == labelled | {"environment", "account"}, name


def test_an_alert_uses_figures_that_exist() -> None:
    alerts = rows(section("Alerts"), "alert")
    families = set(re.findall(r"^(payouts_[a-z_]+)", exposition(reports.figures()), re.MULTILINE))
    used = {name for cells in alerts.values() for name in re.findall(r"payouts_[a-z_]+", cells[0])}
    assert len(alerts) >= 8
    assert used <= families, used - families
    labels: dict[str, set[str]] = {"status": {*BatchStatus}, "outcome": {"unknown"}}
    for label, words in labels.items():
        named = {word for cells in alerts.values() for word in re.findall(rf'{label}="([^"]+)"', cells[0])}
        assert named
        assert named <= words


def test_every_system_lives_where_the_documents_say() -> None:
    systems = rows(section("Where each system lives"), "system")
    for system, (where,) in systems.items():
        texts = []
        for path in re.findall(r"`([\w/]+\.(?:py|json|toml|md)|[\w/]+/)`", where):
            place = next((base / path for base in (PACKAGE, ROOT) if (base / path).exists()), None)
            assert place is not None, f"{system}: {path}"
            texts.append(place.read_text(encoding="utf-8") if place.is_file() else "")
        assert texts or '"' in where, system
        for symbol in re.findall(r"`(\w+)`", where):
            assert any(re.search(rf"\b{symbol}\b", text) for text in texts), f"{system}: {symbol}"
    assert len(systems) == 41
