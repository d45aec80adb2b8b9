"""The rules that a verb works under: what the configuration says, and what whoever calls it changes in it."""

from collections.abc import Mapping

from pydantic import ValidationError

from paypal_payouts.config import Settings
from paypal_payouts.config.sections import RetryRules
from paypal_payouts.context.process import acting_users
from paypal_payouts.domain.approval import ApprovalRules
from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.plan import Limits, Request
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.errors import UsageError
from paypal_payouts.protocol.intent import Email
from paypal_payouts.protocol.tools import Terms, Waiting


class Rules:
    """What of a context says how a verb is to work."""

    settings: Settings
    operator: str

    def request(
        self,
        cycle: str,
        *,
        append: bool = False,
        allow_duplicate: bool = False,
        expect_digest: str | None = None,
        accept_new_receivers: bool = False,
        canary: int | None = None,
    ) -> Request:
        """Put what was asked for beside what is configured."""
        return Request(
            cycle=cycle,
            environment=self.settings.paypal.environment,
            account=self.settings.paypal.account,
            append=append,
            allow_duplicate=allow_duplicate,
            expect_digest=expect_digest,
            limits=self.limits(),
            guard=self.guard(accepts=accept_new_receivers),
            canary=canary,
        )

    def guard(self, *, accepts: bool = False) -> Guard:
        """Return the configured rule for new receivers, and whether whoever calls accepts them."""
        return Guard(self.settings.guard.new_receiver, accepts, self.approval_rules())

    def limits(self) -> Limits:
        """Return the configured limits, in minor units."""
        limits = self.settings.limits
        return Limits(limits.max_item, limits.max_cycle, limits.min_item, limits.max_failed_share)

    def approval_rules(self) -> ApprovalRules | None:
        """Return what counts as an approval; None where nobody is named who could give one."""
        approval = self.settings.approval
        if approval.signers is None:
            return None
        return ApprovalRules(approval.signers, approval.above, approval.valid_hours, acting_users())

    def _needs_approval(self) -> bool:
        required = self.settings.approval.required
        return required == "always" or (required == "live" and self.settings.paypal.environment == "live")

    def terms(
        self,
        cycle: str,
        *,
        wait: bool = True,
        max_retries: int | None = None,
        base_delay_s: float | None = None,
        max_delay_s: float | None = None,
    ) -> Terms:
        """Return the rules that a run of this cycle works under.

        Raises:
            UsageError: a policy that contradicts itself, or has a number out of range.

        """
        settings = self.settings
        configured, source = settings.retry_policy(cycle)
        policy = _changed(
            configured,
            {"max_retries": max_retries, "base_delay_s": base_delay_s, "max_delay_s": max_delay_s},
        )
        if policy != configured:
            source = f"{source}, as asked"
        if not policy.is_in_order:
            raise UsageError(
                f"The longest delay ({policy.max_delay_s:g} s) is shorter than the first ({policy.base_delay_s:g} s).",
                hint="Nothing was sent. Give the longest delay (--max-delay) too, at least as long as the first.",
            )
        waiting = Waiting(settings.paypal.poll_interval_s, settings.paypal.poll_timeout_s)
        return Terms(
            policy=policy,
            policy_source=source,
            email=Email(settings.email_subject(cycle), settings.email_message(cycle)),
            cooldown_s=settings.lock.cooldown_s,
            duplicate_days=settings.limits.duplicate_days,
            waiting=waiting if wait else None,
            canary_waiting=waiting,
            operator=self.operator,
            approval=self.approval_rules() if self._needs_approval() else None,
        )

    def max_age_days(self, cycle: str) -> int:
        """Return for how many days after its first send a batch of this cycle may be sent again."""
        return self.settings.retry_policy(cycle)[0].max_age_days


def _changed(policy: RetryPolicy, asked: Mapping[str, float | None]) -> RetryPolicy:
    """Return a policy with what was asked for in place of its own; the ranges are those of the configuration.

    Raises:
        UsageError: a number is out of range.

    """
    try:
        rules = RetryRules.model_validate({key: value for key, value in asked.items() if value is not None})
    except ValidationError as invalid:
        key = str(invalid.errors(include_url=False)[0]["loc"][0])
        accepted = RetryRules.model_fields[key].description
        raise UsageError(f"{key} is {asked[key]}: expected {accepted}.", hint="Nothing was sent.") from None
    return rules.over(policy)
