"""What the program prints to be typed is typed as it stands, in the state that printed it, and is accepted."""

import re
import shlex
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from support.forks import Fork
from support.site import Ended, Site

from paypal_payouts.simulator.server import running_server
from paypal_payouts.verbs.arguments import is_placeholder

ANN = "a,ann@example.com,10.00,USD"
BOB = "b,bob@example.com,20.00,USD"
REASON = ("--reason", "seen in PayPal's activity list")

DOES_NOT_APPLY: Final = frozenset({"usage", "not_eligible", "move_not_allowed", "not_found"})
"""Codes by which a command says that it cannot be typed now."""

ASKING: Final = (
    "status --cycle c",
    "status c-0001-1",
    "explain b",
    "preview c",
    "run c",
    "run --open",
    "retry c-0001-1",
    "retry c-0001-1 --failed-items",
    "retry --cycle c --failed-items",
    "sync",
    "override c-0001-1 --to abandoned",
    "override b --cycle c --to failed",
    "cancel b --cycle c",
    "cancel b --cycle c --close",
)
LOOKING: Final = ("status", "explain", "preview")

PRINTED: Final = re.compile(r"`(payouts [^`]+)`")
FOLLOWS: Final = re.compile(r"\b(once|then)\b")
TIME: Final = re.compile(r"after (\d{4}-\d\d-\d\d \d\d:\d\d) UTC")


class Hint(NamedTuple):
    """What is to be typed, one command after the other, and the words that stand before the last."""

    commands: tuple[str, ...]
    before: str

    @property
    def is_for_later(self) -> bool:
        """Whether a time is named that has not come yet."""
        return any(datetime.now(UTC) < datetime.fromisoformat(f"{text}+00:00") for text in TIME.findall(self.before))


def hints_in(value: Any, why: str = "") -> Iterator[Hint]:
    """Yield what a document prints to be typed."""
    match value:
        case dict():
            for key, inner in value.items():
                if isinstance(inner, dict | list) or key in {"next", "hint", "message", "why", "reason"}:
                    yield from hints_in(inner, str(value.get("why", "")))
        case list():
            for inner in value:
                yield from hints_in(inner)
        case str() if value.startswith("payouts "):
            yield Hint((value,), why)
        case str():
            typed: tuple[str, ...] = ()
            end = 0
            for printed in PRINTED.finditer(value):
                typed = (*(typed if FOLLOWS.search(value[end : printed.start()]) else ()), printed[1])
                yield Hint(typed, value[: printed.start()])
                end = printed.end()


@dataclass
class Desk:
    """An operator's folder, of which a moment can be kept and brought back: all files, and PayPal's book."""

    site: Site
    book: Path
    environment: dict[str, str] = field(default_factory=dict)
    right: tuple[str, ...] = ()
    """The rows as they are corrected by an operator who is told to."""

    def type(self, words: list[str]) -> Ended:
        """Type a command; where it asks, a person is there who says yes, and why."""
        ended = self.site.json(*words, **self.environment)
        if ended.error_code == "not_confirmed":
            told = [REASON[1] if is_placeholder(word) else word for word in words]
            return self.site.json(*told, "--yes", **self.environment)
        return ended

    def keep(self, place: Path) -> Path:
        shutil.copytree(self.site.folder, place)
        copy(self.book, place / "book")
        return place

    def bring_back(self, place: Path) -> None:
        shutil.rmtree(self.site.folder)
        shutil.copytree(place, self.site.folder)
        copy(place / "book", self.book)

    def follow(self, hint: Hint, ended: Ended) -> Ended:
        """Do what a document says, up to the last command of one of its hints."""
        if self.right and "orrect" in ended.stdout:
            self.site.write("c", self.right)
        for command in hint.commands:
            ids = [batch["payout_batch_id"] for batch in self.site.simulator.book()["batches"]]
            ended = self.type([ids[-1] if word == "ID" else word for word in shlex.split(command)[1:]])
        return ended


def copy(source: Path, target: Path) -> None:
    """Copy a database of SQLite that others have open."""
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


@pytest.fixture
def desk(tmp_path: Path, forks: Iterator[Fork]) -> Iterator[Desk]:
    folder, book = tmp_path / "desk", tmp_path / "book.db"
    folder.mkdir()
    with running_server(book, lambda: datetime.now(UTC)) as server:
        yield Desk(Site(folder, f"sqlite:///{folder}/payouts.db", server.simulator, server.url, forks=forks), book)


# States that print something


def refused_row(desk: Desk) -> None:
    desk.site.write("c", [ANN, "b,rejected@example.com,20.00,USD"])
    assert desk.site.json("run", "c").code == 7
    desk.right = (ANN, BOB)


def refused_after_a_lost_answer(desk: Desk) -> None:
    refused_row(desk)
    desk.site.simulator.inject({"on": "create", "kind": "reset_before"})
    for _ in range(2):
        assert desk.site.json("retry", "c-0001-1").code == 6


def unknown_sends(desk: Desk) -> None:
    desk.site.write("c", [ANN, BOB])
    desk.site.simulator.inject({"on": "create", "kind": "reset_after"})
    assert desk.site.json("run", "c").code == 6


def review_of_anothers_text(desk: Desk) -> None:
    unknown_sends(desk)
    desk.site.simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": "receiver"})
    assert desk.site.json("run", "c").code == 8


def review_without_a_name(desk: Desk) -> None:
    unknown_sends(desk)
    assert desk.site.json("override", "c-0001-1", "--to", "review", *REASON).code == 0


def unclaimed(desk: Desk) -> None:
    desk.site.write("c", [ANN, "b,unclaimed.uma@example.com,20.00,USD"])
    assert desk.site.json("run", "c").code == 0


def unclaimed_and_corrected(desk: Desk) -> None:
    unclaimed(desk)
    desk.site.write("c", [ANN, BOB])


def failed(desk: Desk) -> None:
    desk.site.write("c", [ANN, "b,fail@example.com,20.00,USD"])
    assert desk.site.json("run", "c").code == 5
    desk.right = (ANN, BOB)


def failed_and_corrected(desk: Desk) -> None:
    failed(desk)
    desk.site.write("c", desk.right)


def first_attempt_paid_after_the_second(desk: Desk) -> None:
    failed_and_corrected(desk)
    assert desk.site.json("retry", "c-0001-1", "--failed-items").code == 0
    (first,) = (each for each in desk.site.simulator.book()["payments"] if each["receiver"] == "fail@example.com")
    desk.site.simulator.set_word("SUCCESS", payout_item_id=first["payout_item_id"])
    assert desk.site.json("status", "c-0001-1", "--refresh", "--exit-code").code == 8


def never_sent(desk: Desk) -> None:
    desk.site.write("c", [ANN, BOB])
    desk.site.simulator.inject({"on": "token", "kind": "status", "status": 503, "times": 1})
    assert desk.site.json("run", "c").code == 6


def never_sent_and_corrected(desk: Desk) -> None:
    never_sent(desk)
    desk.site.write("c", [ANN, "b,bobby@example.com,20.00,USD"])


def never_sent_and_file_gone(desk: Desk) -> None:
    never_sent(desk)
    (desk.site.folder / "cycles" / "c.csv").unlink()


def failed_and_file_gone(desk: Desk) -> None:
    failed(desk)
    (desk.site.folder / "cycles" / "c.csv").unlink()


def unknown_and_file_gone(desk: Desk) -> None:
    unknown_sends(desk)
    (desk.site.folder / "cycles" / "c.csv").unlink()


def canary_unpaid(desk: Desk) -> None:
    desk.site.write("c", ["a,fail@example.com,1.00,USD", BOB])
    assert desk.site.json("run", "c", "--canary", "1").error_code == "limit_exceeded"
    desk.right = (ANN, BOB)


def moved_payee(desk: Desk) -> None:
    header = "item_id,receiver,amount,currency,payee_id\n"
    desk.site.configure(more='[guard]\nnew_receiver = "refuse"\n')
    desk.site.write("before", ["a,ann@example.com,10.00,USD,emp-1"], header=header)
    assert desk.site.json("run", "before").code == 0
    desk.site.write("c", ["a,thief@example.com,12.00,USD,emp-1"], header=header)


def copied(desk: Desk) -> None:
    desk.site.write("original", [ANN, BOB])
    desk.site.simulator.inject({"on": "token", "kind": "status", "status": 503})
    assert desk.site.json("run", "original").code == 6
    desk.site.write("c", [ANN, BOB])


def others_credentials(desk: Desk) -> None:
    unknown_sends(desk)
    desk.environment = {"PAYPAL_CLIENT_ID": "other-id", "PAYPAL_CLIENT_SECRET": "other-secret"}


STATES: Final = (
    refused_row,
    refused_after_a_lost_answer,
    unknown_sends,
    review_of_anothers_text,
    review_without_a_name,
    unclaimed,
    unclaimed_and_corrected,
    failed,
    failed_and_corrected,
    first_attempt_paid_after_the_second,
    never_sent,
    never_sent_and_corrected,
    never_sent_and_file_gone,
    failed_and_file_gone,
    unknown_and_file_gone,
    canary_unpaid,
    moved_payee,
    copied,
    others_credentials,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_what_is_printed_to_be_typed_is_accepted(desk: Desk, tmp_path: Path, state: Callable[[Desk], None]) -> None:
    state(desk)
    before = desk.keep(tmp_path / "before")
    printed: dict[tuple[Path, tuple[str, ...]], list[tuple[Hint, str, Ended]]] = {}
    for number, line in enumerate(ASKING):
        asked = shlex.split(line)
        ended = desk.type([*asked, *(REASON if asked[0] in {"override", "cancel"} else ())])
        place = before
        if asked[0] not in LOOKING and ended.code not in {3, 4}:
            place = desk.keep(tmp_path / f"after-{number}")
            desk.bring_back(before)
        for hint in hints_in(ended.document):
            printed.setdefault((place, hint.commands), []).append((hint, line, ended))
    assert printed
    for (place, commands), found in printed.items():
        desk.bring_back(place)
        hint, line, ended = found[0]
        answer = desk.follow(hint, ended)
        if answer.code in {1, 2} or answer.error_code in DOES_NOT_APPLY:
            is_for_later = all(hint.is_for_later for hint, _, _ in found)
            assert is_for_later, f"`{line}` prints {commands}: {answer.stdout}"


def test_what_is_sent_is_continued_without_allowing_a_duplicate(sqlite_site: Site) -> None:
    rows = ["a,ann@example.com,10.00,USD", "b,ben@example.com,20.00,USD"]
    sqlite_site.write("c", rows)
    assert sqlite_site.run("run", "c").code == 0
    sqlite_site.write("d", rows)
    refused = sqlite_site.json("run", "d")
    assert (refused.error_code, "`payouts run d --allow-duplicate`" in refused.document["error"]["hint"]) == (
        "duplicate_cycle",
        True,
    )
    sqlite_site.simulator.configure(processing_s=3600)
    sqlite_site.simulator.inject({"on": "token", "kind": "status", "status": 503, "times": None})
    never_sent = sqlite_site.json("run", "d", "--allow-duplicate")
    # Stored batches that were never sent are looked at for copies once more.
    assert (never_sent.code, never_sent.result["next"]) == (6, ["payouts run d --allow-duplicate"])
    sqlite_site.simulator.clear_faults()
    sent = sqlite_site.json("run", "d", "--allow-duplicate", "--no-wait")
    assert (sent.code, sent.result["next"][0]) == (6, "payouts run d")
    assert sqlite_site.json("run", "d", "--no-wait").code == 6
