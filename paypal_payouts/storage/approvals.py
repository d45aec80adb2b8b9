"""Approvals of a second person, kept in the trail: when one was given is ours to say, and sealed.

They stand in the chain of no cycle: a plan is approved before anything of it is stored, and a cycle of which nothing is
stored is none.
"""

from paypal_payouts.domain.approval import Approval
from paypal_payouts.storage import audit
from paypal_payouts.storage.audit import APPROVED, check_chain
from paypal_payouts.storage.engine import Database
from paypal_payouts.storage.repeating import repeated_when_cut
from paypal_payouts.storage.trail import approvals


class Approvals:
    """What a second person approved of, by cycle."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeated_when_cut
    def record(self, approval: Approval, *, cycle: str, actor: str) -> None:
        """Keep an approval; `actor` is who brought it."""
        kept = {
            "cycle": cycle,
            "plan_digest": approval.plan_digest,
            "principal": approval.principal,
            "signature": approval.signature,
        }
        with self._database.transaction() as connection:
            audit.record(connection, at=approval.at, actor=actor, action=APPROVED, evidence=kept)

    @repeated_when_cut
    def of_cycle(self, cycle: str) -> list[Approval]:
        """List the approvals of plans of a cycle, the newest first.

        Raises:
            SealBroken: a row of the chain that they stand in was changed, removed or added by another hand.

        """
        with self._database.read() as connection:
            check_chain(connection, None, name="no cycle")
            return [
                Approval(event.at, *(event.evidence[name] for name in ("principal", "plan_digest", "signature")))
                for event in reversed(approvals(connection))
                if event.cycle == cycle
            ]
