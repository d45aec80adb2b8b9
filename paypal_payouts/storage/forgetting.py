"""Replacing receivers by hashes in the texts that stay of an archived cycle: its trail, and PayPal's messages.

A text is looked through word by word: whatever the hashes of the cycle know as a receiver, an item or a payee, and
whatever looks like an address or the number of a phone, is replaced. Item ids are hashed too, as they may be made of
receivers.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from paypal_payouts.domain.receivers import plain_receiver
from paypal_payouts.storage.key import Seal, seal_of
from paypal_payouts.storage.tables import archived_items, audit_events, batches

_WORD: Final = re.compile(r"[^\s\"'`,;()<>\[\]{}|=]+")
_ADDRESS: Final = re.compile(r".+@.+")
_PHONE: Final = re.compile(r"\+\d[\d./()-]{6,}")
_AT_ONCE: Final = 500

_OF_CYCLE: Final = audit_events.c.cycle_id == sa.bindparam("of_cycle")
_TRAIL: Final = sa.select(
    audit_events.c.id, audit_events.c.item_id, audit_events.c.reason, audit_events.c.evidence
).where(_OF_CYCLE)
_MESSAGES: Final = ("last_retry_error", "refusal_message", "source")
_BATCHES: Final = sa.select(batches.c.id, *(batches.c[name] for name in _MESSAGES)).where(
    batches.c.cycle_id == sa.bindparam("of_cycle")
)
_TRIGGERS: Final = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'")


def receiver_hash(seal: Seal, receiver: str) -> str:
    """Return what stands for a receiver, in whichever way it is written."""
    return seal.known_as("receiver", plain_receiver(receiver))


def is_more_than_a_word(receiver: str) -> bool:
    """Return whether a receiver is not found by looking through a text word by word."""
    return _WORD.fullmatch(receiver) is None


def forget_receivers(connection: sa.Connection, cycle_id: int, spoken: Iterable[str]) -> None:
    """Replace them in everything that stays of a cycle; `spoken` are receivers that are more than one word."""
    seal, which = seal_of(connection), {"of_cycle": cycle_id}
    trail = connection.execute(_TRAIL, which).all()
    messages = connection.execute(_BATCHES, which).all()
    texts = [text for row in trail for text in (row.reason, *_strings(json.loads(row.evidence))) if text]
    texts += [text for row in messages for text in row[1:] if text]
    redact = _Redaction(connection, seal, cycle_id, texts, spoken)
    for row in messages:
        values = {name: redact(text) for name, text in zip(_MESSAGES, row[1:], strict=True)}
        connection.execute(batches.update().where(batches.c.id == row.id).values(values))
    with _unguarded_trail(connection):
        for row in trail:
            values = {
                "item_id": row.item_id if row.item_id is None else f"item:{seal.known_as('item', row.item_id)}",
                "reason": redact(row.reason),
                "evidence": json.dumps(_mapped(json.loads(row.evidence), redact), sort_keys=True),
            }
            connection.execute(audit_events.update().where(audit_events.c.id == row.id).values(values))


class _Redaction:
    """Replaces what is known as a receiver, an item or a payee of one cycle."""

    def __init__(
        self, connection: sa.Connection, seal: Seal, cycle_id: int, texts: Iterable[str], spoken: Iterable[str]
    ) -> None:
        self._seal = seal
        self._spoken = sorted(set(spoken), key=len, reverse=True)
        wanted = {known for text in texts for word in _words(text) for known in self._hashes(word).values()}
        self._known = set(_known(connection, cycle_id, sorted(wanted)))

    def __call__(self, text: str | None) -> str | None:
        if text is None:
            return None
        for receiver in self._spoken:
            text = text.replace(receiver, f"receiver:{receiver_hash(self._seal, receiver)}")
        return _WORD.sub(lambda found: self._word(found.group()), text)

    def _word(self, word: str) -> str:
        core = word.rstrip(".:!?")
        for name, known in self._hashes(core).items():
            if known in self._known:
                return f"{name}:{known}{word[len(core) :]}"
        if _ADDRESS.fullmatch(core) or _PHONE.fullmatch(core):
            return f"receiver:{receiver_hash(self._seal, core)}{word[len(core) :]}"
        return word

    def _hashes(self, word: str) -> dict[str, str]:
        seal = self._seal
        return {
            "receiver": receiver_hash(seal, word),
            "item": seal.known_as("item", word),
            "payee": seal.known_as("payee", word),
        }


def _words(text: str) -> Iterator[str]:
    return (found.rstrip(".:!?") for found in _WORD.findall(text))


def _known(connection: sa.Connection, cycle_id: int, wanted: list[str]) -> Iterator[str]:
    """Yield those of some hashes that the cycle has."""
    columns = (archived_items.c.item, archived_items.c.receiver, archived_items.c.payee)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        for column in columns:
            query = sa.select(column).where(archived_items.c.cycle_id == cycle_id, column.in_(some))
            yield from connection.execute(query).scalars()


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON value
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _strings(each)
        case dict():
            yield from _strings([*value.keys(), *value.values()])


def _mapped(value: Any, change: Callable[[str], str | None]) -> Any:  # noqa: ANN401 - a JSON value
    match value:
        case str():
            return change(value)
        case list():
            return [_mapped(each, change) for each in value]
        case dict():
            return {change(key): _mapped(each, change) for key, each in value.items()}
        case _:
            return value


@contextmanager
def _unguarded_trail(connection: sa.Connection) -> Iterator[None]:
    """Let the rows of the trail be changed in this transaction: SQLite has triggers that refuse it."""
    triggers = connection.execute(_TRIGGERS).all() if connection.dialect.name == "sqlite" else []
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)
