"""The result of `approve`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.report import ApproveReport
from paypal_payouts.results.totals import TotalJson, Totals
from paypal_payouts.results.values import AccountText, CycleText, Digest, Environment, JsonStruct, Time


class ApproveJson(JsonStruct, frozen=True):
    """The result of `approve`."""

    cycle: CycleText
    environment: Environment
    account: AccountText
    plan_digest: Annotated[Digest, Meta(description="What was signed, with a newline behind it.")]
    totals: Totals
    principal: Annotated[str, Meta(description="Who signed, as the signers file names the key.")]
    signature: Annotated[str, Meta(description="The signature, as `ssh-keygen -Y verify` reads it.")]
    approved_at: Annotated[Time, Meta(description="When it was kept, by our clock.")]
    valid_until: Annotated[Time, Meta(description="Until when it counts, as approval.valid_hours is now.")]
    operator: Annotated[str, Meta(description="Who brought it: user and host.")]
    own_name: Annotated[
        str | None,
        Meta(
            description="As whom the signer runs this command: where he runs the cycle, too, the approval does not "
            "count. Null where the signer is somebody else."
        ),
    ]

    refused: Annotated[
        str | None,
        Meta(description="Why `run` would stop now all the same. Null where nothing but the approval was missing."),
    ]

    @classmethod
    def of(cls, report: ApproveReport) -> Self:
        """Show what was approved."""
        plan, approval = report.plan, report.approval
        return cls.taken(
            report,
            cycle=plan.cycle,
            environment=plan.environment,
            account=plan.account,
            plan_digest=approval.plan_digest,
            totals=[TotalJson.of(total) for total in plan.totals],
            principal=approval.principal,
            signature=approval.signature,
            approved_at=approval.at,
            refused=None if report.refused is None else report.refused.message,
        )
