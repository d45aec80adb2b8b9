"""The rules that a command works under: what the configuration says, and what the command line changes in it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from paypal_payouts.config import Settings
from paypal_payouts.domain.plan import Limits, Request
from paypal_payouts.errors import UsageError

if TYPE_CHECKING:
    from paypal_payouts.protocol.tools import Terms


class Rules:
    """What of the wiring says how a verb is to work."""

    settings: Settings
    operator: str

    def request(
        self, cycle: str, *, append: bool = False, allow_duplicate: bool = False, expect_digest: str | None = None
    ) -> Request:
        """Put what the operator asked for beside what is configured."""
        return Request(
            cycle=cycle,
            environment=self.settings.paypal.environment,
            account=self.settings.paypal.account,
            append=append,
            allow_duplicate=allow_duplicate,
            expect_digest=expect_digest,
            limits=self.limits(),
        )

    def limits(self) -> Limits:
        """Give the configured limits, in minor units."""
        limits = self.settings.limits
        return Limits(max_item=limits.max_item, max_cycle=limits.max_cycle)

    def terms(
        self,
        cycle: str,
        *,
        wait: bool = True,
        max_retries: int | None = None,
        base_delay_s: float | None = None,
        max_delay_s: float | None = None,
    ) -> "Terms":
        """Give the rules that a run of this cycle works under.

        Raises:
            UsageError: a policy of the command line that contradicts itself.

        """
        from paypal_payouts.protocol.intent import Email
        from paypal_payouts.protocol.tools import Terms, Waiting

        settings = self.settings
        policy, source = settings.retry_policy(cycle)
        configured = policy
        policy = replace(
            policy,
            max_retries=policy.max_retries if max_retries is None else max_retries,
            base_delay_s=policy.base_delay_s if base_delay_s is None else base_delay_s,
            max_delay_s=policy.max_delay_s if max_delay_s is None else max_delay_s,
        )
        if policy != configured:
            source = f"{source}, command line"
        if not policy.is_in_order:
            raise UsageError(
                f"The longest delay ({policy.max_delay_s:g} s) is shorter than the first ({policy.base_delay_s:g} s).",
                hint="Nothing was sent. Give --max-delay too, at least as long as --base-delay.",
            )
        paypal = settings.paypal
        return Terms(
            policy=policy,
            policy_source=source,
            email=Email(settings.email_subject(cycle), settings.email_message(cycle)),
            cooldown_s=settings.lock.cooldown_s,
            duplicate_days=settings.limits.duplicate_days,
            waiting=Waiting(paypal.poll_interval_s, paypal.poll_timeout_s) if wait else None,
            operator=self.operator,
        )

    def max_age_days(self, cycle: str) -> int:
        """Say for how many days after its first send a batch of this cycle may be sent again."""
        return self.settings.retry_policy(cycle)[0].max_age_days
