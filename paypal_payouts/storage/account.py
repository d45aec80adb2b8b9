"""Which PayPal account the database pays from: known by a fingerprint of the client id, never by the id itself.

Source: docs/design.md, 3.
"""

from datetime import datetime
from hashlib import sha256
from typing import Final

import sqlalchemy as sa

from paypal_payouts.errors import WrongAccount
from paypal_payouts.storage import audit
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.grants import by_owner_alone
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.tables import settings

_SHOWN: Final = 12
"""So many characters of a fingerprint are told: enough to tell two apart."""

_IS_OURS: Final = settings.c.key == "client_id_fingerprint"
_FIND: Final = sa.select(settings.c.value).where(_IS_OURS)
_REMEMBER: Final = sa.text(
    "INSERT INTO settings (\"key\", value) VALUES ('client_id_fingerprint', :value) ON CONFLICT DO NOTHING"
)
"""As text, because SQLAlchemy has ON CONFLICT for each of the two databases apart."""
_REPLACE: Final = settings.update().where(_IS_OURS)


class StoredAccount:
    """Remembers as which PayPal app the database was used, and refuses another one.

    The value that is kept is `<salt>:<SHA-256 of salt and client id>`, so that the salt is always that of its
    fingerprint.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def is_known(self, client_id: str) -> bool:
        """Return whether the database was used with this client id; False where it was used with none so far.

        Raises:
            WrongAccount: it was used with another one.

        """
        with self._database.read() as connection:
            kept = connection.execute(_FIND).scalar()
        if kept is not None:
            _check(kept, client_id)
        return kept is not None

    @repeated_when_cut
    def remember(self, client_id: str, *, salt: str) -> None:
        """Remember a client id, where none is remembered; of two that come at the same moment the first one stays.

        Raises:
            WrongAccount: another one was remembered meanwhile.

        """
        with self._database.transaction() as connection:
            connection.execute(_REMEMBER, {"value": _fingerprint(client_id, salt)})
            _check(connection.execute(_FIND).scalar_one(), client_id)

    @repeated_when_cut
    def replace(self, client_id: str, *, salt: str, now: datetime, actor: str) -> None:
        """Remember a client id in place of another one, because a person says that both are of one PayPal account.

        Raises:
            ConfigInvalid: our role may not do this.

        """
        with by_owner_alone(), self._database.transaction() as connection:
            kept = connection.execute(_FIND.with_for_update()).scalar()
            if kept is None or _is_of(kept, client_id):
                return
            value = _fingerprint(client_id, salt)
            connection.execute(_REPLACE, {"value": value})
            audit.record(
                connection,
                at=now,
                actor=actor,
                action="account_credentials_replaced",
                reason="--same-account: the new credentials belong to the same PayPal account",
                evidence={"before": _shown(kept), "after": _shown(value)},
            )


def _fingerprint(client_id: str, salt: str) -> str:
    return f"{salt}:{sha256(f'{salt}:{client_id}'.encode()).hexdigest()}"


def _is_of(kept: str, client_id: str) -> bool:
    return kept == _fingerprint(client_id, kept.partition(":")[0])


def _shown(kept: str) -> str:
    return kept.partition(":")[2][:_SHOWN]


def _check(kept: str, client_id: str) -> None:
    if _is_of(kept, client_id):
        return
    given = _fingerprint(client_id, kept.partition(":")[0])
    raise WrongAccount(
        "The credentials are not those that this database was used with: they may pay from another PayPal account, "
        "where a payment whose answer is missing would be made a second time. Nothing was sent.",
        hint="Put the former credentials back. Or, only where PayPal shows that the new ones belong to the same "
        "account, say so once: `payouts sync --same-account`; then repeat this command. Another account needs a "
        "database of its own: set database.url and paypal.account.",
        details=[{"remembered": _shown(kept), "given": _shown(given)}],
    )
