"""Tying a database to the key that it is sealed with, when it is opened.

That a database is sealed is known outside it, too: the key is there. So one whose seals were removed, or whose tables
were put back to those of an older program, is told from one that was never sealed. Source: docs/design.md, 11.5.
"""

import logging
import secrets
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from paypal_payouts.errors import RESEAL, ConfigInvalid, SealBroken
from paypal_payouts.storage import audit, seals
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.grants import by_owner_alone
from paypal_payouts.storage.key import KEY_BYTES, KeyFile, Seal
from paypal_payouts.storage.locks import end_all
from paypal_payouts.storage.tables import audit_events, batches, settings

_LOG: Final = logging.getLogger(__name__)

_IS_OURS: Final = settings.c.key == "seal"
_PROOF: Final = sa.select(settings.c.value).where(_IS_OURS)
"""A seal over nothing but its name: which key the database is sealed with."""
_ONE_AT_A_TIME: Final = 7_241_690_158
"""The key of the advisory lock under which Postgres seals a database for the first time."""


def unlock(database: Database, key_file: KeyFile, *, now: datetime | None) -> None:
    """Let a database read and write what is sealed; the first time it is sealed, and the key made.

    Without `now` nothing is written: a database that is not sealed yet is read as it is.

    Raises:
        ConfigInvalid: the key is not here, or cannot be used.
        SealBroken: the database is sealed with another key; or it is not sealed, though there is a key.

    """
    with database.read() as connection:
        proof = connection.execute(_PROOF).scalar()
        if proof is None and now is None:
            _must_be_new(connection, key_file)
    if proof is None and now is not None:
        proof = _seal_first(database, key_file, now=now)
    if proof is None:
        # Not sealed yet, and only read: no seal in it can be right.
        database.seal_with(Seal(secrets.token_bytes(KEY_BYTES)))
        return
    # Another process may give it its name between two looks.
    key = key_file.read() or key_file.read_new() or key_file.read()
    if key is None:
        raise ConfigInvalid(
            f"The database is sealed, and its key is not here: there is no {key_file.path}.",
            hint="Nothing was sent. Copy the file from the machine that the database was used from first, or from its "
            "backup (mode 0600), or set seal.key_file to where it is. Where it is lost, and a person has checked what "
            f"is stored: {RESEAL}.",
        )
    seal = Seal(key)
    if not _is_proof(proof, seal):
        raise SealBroken(
            f"The database is sealed with another key than {key_file.path}: the file was replaced, or somebody else "
            "wrote the database.",
            hint="Nothing was sent. Put the key of this database in its place, or set seal.key_file to where it is. "
            f"Where it is lost, and a person has checked what is stored: {RESEAL}.",
        )
    if now is not None:
        key_file.keep()
    database.seal_with(seal)


def _seal_first(database: Database, key_file: KeyFile, *, now: datetime) -> str:
    """Seal a database that is new, or from before there were seals; give the proof of its key.

    Raises:
        SealBroken: it holds something, and there is a key: it should be sealed.

    """
    with database.migration() as connection:
        if database.dialect == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        proof = connection.execute(_PROOF).scalar()
        if proof is not None:
            return str(proof)
        _must_be_new(connection, key_file)
        seal = Seal(key_file.read() or key_file.new())
        proof = seal.over("key")
        connection.execute(settings.insert().values(key="seal", value=proof))
        if not _is_empty(connection):
            reason = "stored by an older program, and sealed as it stood"
            _vouch(connection, seal, now=now, actor="payouts", action=audit.SEALED, reason=reason)
            _LOG.warning(
                "The database is sealed from now on: what it holds is taken as it stands. Its key is %s: keep a copy, "
                "and copy it to every other machine that uses this database.",
                key_file.path,
            )
    return proof


def _must_be_new(connection: sa.Connection, key_file: KeyFile) -> None:
    if key_file.read() is not None and not _is_empty(connection):
        raise SealBroken(
            f"The database is not sealed, though {key_file.path} is there: it is a copy from before it was sealed, or "
            "another hand removed its seals.",
        )


def _is_empty(connection: sa.Connection) -> bool:
    return all(connection.execute(sa.select(each.c.id).limit(1)).first() is None for each in (batches, audit_events))


def reseal(database: Database, key_file: KeyFile, *, now: datetime, actor: str, reason: str) -> int:
    """Seal everything as it stands, because a person vouches for it; say how many batches there are.

    Whoever is at work on the database stops at its next write.

    Raises:
        ConfigInvalid: the key cannot be used, or our role may not do this.

    """
    with by_owner_alone(), database.migration() as connection:
        seal = Seal(key_file.read() or key_file.new())
        end_all(connection)
        connection.execute(settings.delete().where(_IS_OURS))
        connection.execute(settings.insert().values(key="seal", value=seal.over("key")))
        _vouch(connection, seal, now=now, actor=actor, action=audit.RESEALED, reason=reason)
        number: int = connection.execute(sa.select(sa.func.count()).select_from(batches)).scalar_one()
    key_file.keep()
    database.seal_with(seal)
    return number


def _vouch(connection: sa.Connection, seal: Seal, *, now: datetime, actor: str, action: str, reason: str) -> None:
    sealed = connection.execution_options(payouts_seal=seal)
    seals.seal_all(sealed)
    audit.begin_again(sealed, at=now, actor=actor, action=action, reason=reason)


def _is_proof(proof: str, seal: Seal) -> bool:
    return seal.matches(proof, "key")
