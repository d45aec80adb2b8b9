"""`approve`: keeps in the trail that a second person has signed a plan, so that `run` and `retry` may pay it."""

from datetime import datetime

from paypal_payouts.domain.approval import ApprovalRules
from paypal_payouts.domain.report import ApproveReport, Finished, RunReport
from paypal_payouts.errors import PayoutsError
from paypal_payouts.protocol.approval import checked_approval
from paypal_payouts.protocol.signatures import names_of_signer
from paypal_payouts.storage import Store


def approve(
    plan: RunReport,
    digest: str,
    signature: str,
    *,
    refused: PayoutsError | None,
    rules: ApprovalRules,
    store: Store,
    now: datetime,
    operator: str,
) -> Finished:
    """Verify a signature of a plan, and keep it with who signed and when; `refused` is what stops `run` all the same.

    Raises:
        Blocked: `not_approved`, it is not that of one of the signers, or not of this plan.
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.

    """
    approval = checked_approval(digest, signature, rules=rules, now=now)
    store.approvals.record(approval, cycle=plan.cycle, actor=operator)
    own_name = rules.own_name(names_of_signer(signature, approval.principal, signers=rules.signers))
    return Finished(ApproveReport(plan, approval, rules.valid_until(approval), operator, own_name, refused))
