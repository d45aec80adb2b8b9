"""Who pays, and what PayPal says is in the account: looked at before anything is sent, and never a condition of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

_SHOWN: Final = 8
"""So many letters of a client id are shown: enough to know it again in PayPal's dashboard."""


class Balances(Struct, frozen=True):
    """What PayPal says is available, by currency, in minor units; it may be hours behind."""

    available_minor: Mapping[str, int]
    """None of a currency that is not in it; where it is empty, PayPal said of none what is available."""
    unsaid: frozenset[str] = frozenset()
    """Currencies that are held, of which PayPal did not say what is available."""
    as_of: datetime | None = None
    """What moment the amounts are of."""
    refreshed_at: datetime | None = None
    """When PayPal last counted them."""
    payer_id: str | None = None
    """PayPal's own id of the account."""

    def available_in(self, currency: str) -> int | None:
        """Return what is available in a currency; None where PayPal does not say so."""
        if not self.available_minor or currency in self.unsaid:
            return None
        return self.available_minor.get(currency, 0)


class Payer(Struct, frozen=True):
    """The PayPal account that pays, as far as PayPal names it."""

    client_id: str
    """The first letters of the app's client id."""
    app_id: str | None
    """PayPal's own id of the app."""
    balances: Balances | None
    """None where PayPal did not tell them."""
    may_not_look: bool = False
    """The app has no permission to read balances, which payouts do not need."""

    @property
    def payer_id(self) -> str | None:
        """PayPal's own id of the account; None where it is not told."""
        return None if self.balances is None else self.balances.payer_id

    def words(self) -> str:
        """Name the account by the best that is known of it."""
        app = f"app {self.client_id}" + (f" ({self.app_id})" if self.app_id else "")
        return f"PayPal account {self.payer_id}, {app}" if self.payer_id else app


def shown_client_id(client_id: str) -> str:
    """Return as much of a client id as is shown."""
    return client_id[:_SHOWN] + ("…" if len(client_id) > _SHOWN else "")
