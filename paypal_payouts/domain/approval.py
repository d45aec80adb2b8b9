"""A second person's approval of a plan: when one is needed, and how long one that was given counts.

Source: docs/design.md, 11.6.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct


class Approval(Struct, frozen=True):
    """One that was given, as the sealed trail keeps it."""

    at: datetime
    """By our clock: an SSH signature says nothing of when it was made."""
    principal: str
    """Who signed, by the name that the signers file had for the key then."""
    plan_digest: str
    signature: str
    """As `ssh-keygen -Y sign` writes it."""


class ApprovalRules(Struct, frozen=True):
    """What is asked of a plan before anything new of it is stored or sent."""

    signers: Path
    """ssh-keygen's allowed_signers file: who may approve."""
    above_minor: Mapping[str, int]
    """By currency: new items that come to more need an approval, and those of a currency that is not named always."""
    valid_hours: float
    users: frozenset[str]
    """Whoever runs this, by the names of his users of the system: he does not approve for himself."""

    def needs_one(self, new_minor: Mapping[str, int]) -> bool:
        """Return whether new items that come to this by currency need an approval."""
        return any(amount > self.above_minor.get(currency, 0) for currency, amount in new_minor.items())

    def valid_until(self, approval: Approval) -> datetime:
        """Return when an approval ends."""
        return approval.at + timedelta(hours=self.valid_hours)

    def problem(self, approval: Approval, *, digest: str, now: datetime) -> str | None:
        """Say in words why an approval does not count for a plan, whoever signed it; None where nothing is wrong."""
        if approval.plan_digest != digest:
            return f"it is of another plan, {approval.plan_digest}"
        if now > self.valid_until(approval):
            return f"it is older than approval.valid_hours, {self.valid_hours:g}"
        return None

    def own_name(self, names: Iterable[str]) -> str | None:
        """Return under which of a signer's names he is whoever runs this; None where he is somebody else.

        A name is that of a user of the system, or an address of that user at any domain; in capitals, too.
        """
        users = {user.casefold() for user in self.users}
        return min((name for name in names if not users.isdisjoint(_forms(name.casefold()))), default=None)


def _forms(name: str) -> tuple[str, str]:
    return name, name.partition("@")[0]
