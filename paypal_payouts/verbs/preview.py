"""`preview`: what `run` would do now, by the same function; writes nothing, sends nothing."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from paypal_payouts.domain import bounced
from paypal_payouts.domain.brake import stored_refusal
from paypal_payouts.domain.funding import Funds
from paypal_payouts.domain.outline import Outline
from paypal_payouts.domain.payer import Payer
from paypal_payouts.domain.paypal_limits import above_limits
from paypal_payouts.domain.plan import Notice, Request
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.domain.sent_log import SentLine, judge
from paypal_payouts.errors import ExitCode
from paypal_payouts.intake import StagedInput
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.protocol.approval import plan_refusal
from paypal_payouts.protocol.copies import is_first_send, stored_copy_refusal
from paypal_payouts.protocol.planning import cooldown_refusal, plan_cycle, refusal_of
from paypal_payouts.protocol.tools import Terms
from paypal_payouts.storage import Store
from paypal_payouts.verbs.outline import outline, planned_items
from paypal_payouts.verbs.reports import led_out, preview_report


def preview(
    staged: StagedInput | None,
    request: Request,
    *,
    store: Store | None,
    terms: Terms,
    rules: ErrorRules,
    lines: Sequence[SentLine],
    now: datetime,
    items: bool = False,
    look_at_payer: Callable[[], Payer | None] | None = None,
) -> Finished:
    """Show the plan as it would be executed now, and the refusal that `run` would stop with.

    Without an input: what `run --open` would do for the cycle. `lines` are the sent log of the cycle. `items`: list
    every item of the cycle, too. `look_at_payer` is asked where something would be sent.

    Raises:
        InputInvalid: --append with ids that were derived.
        SealBroken: somebody else changed what the database says of the cycle.

    """
    if store is not None:
        store.seals.check_cycle(request.cycle)
    stored = [] if store is None else store.batches.of_cycle(request.cycle)
    log = judge(lines, stored, now=now, max_age_days=terms.policy.max_age_days)
    plan, batches = plan_cycle(
        staged, request, store=store, duplicate_days=terms.duplicate_days, now=now, recalls=log.recalls
    )
    plan = replace(plan, notices=[*plan.notices, *log.notices()])
    refusal = refusal_of(plan, log) or plan_refusal(plan, request.cycle, rules=terms.approval, store=store, now=now)
    if refusal is None and store is not None:
        days, allowed = terms.duplicate_days, request.allow_duplicate
        refusal = stored_copy_refusal(batches, store=store, duplicate_days=days, allow_duplicate=allowed)
    if refusal is None:
        going = [batch for batch in batches if is_first_send(batch)]
        braked = stored_refusal(going, batches, request.limits.max_failed_share, cycle=request.cycle)
        refusal = braked.error() if braked is not None and (going or plan.chunks) else None
    cooldown = cooldown_refusal(plan, batches, cycle=request.cycle, now=now, cooldown_s=terms.cooldown_s)
    if refusal is None and cooldown is not None:
        refusal = cooldown.error()
    report = preview_report(
        plan,
        batches,
        request,
        staged=staged,
        store=store,
        errors=rules,
        max_age_days=terms.policy.max_age_days,
        now=now,
        blocked=refusal is not None,
        lost=log.lost_batches,
        recalls=log.recalls,
    )
    refusal = led_out(refusal, store=store, errors=rules)
    if staged is not None:
        rows = planned_items(plan, request.cycle, staged, store=store, now=now) if items else None
        shown = outline(plan, report, staged, store=store, now=now)
        report = _outlined(replace(report, item_rows=rows), shown, look_at_payer)
    return Finished(report, exit_code=ExitCode.DONE if refusal is None else refusal.exit_code, error=refusal)


def _outlined(report: RunReport, shown: Outline, look_at_payer: Callable[[], Payer | None] | None) -> RunReport:
    """Add what is to be paid, and where anything is, who pays and what speaks against it."""
    if look_at_payer is not None and shown.to_pay:
        shown = replace(shown, payer=look_at_payer())
    was_sent = any(each.record.first_sent_at for each in report.batches)
    return replace(report, outline=shown, warnings=[*report.warnings, *_warnings(shown, was_sent=was_sent)])


def _warnings(shown: Outline, *, was_sent: bool) -> Iterator[Notice]:
    """Warn of the rows of another cycle, of items above PayPal's limits, of receivers whom money did not reach before.

    And of low balances.
    """
    if shown.difference is not None and not was_sent:
        yield from shown.difference.same_rows()
    yield from above_limits(shown.to_pay)
    yield from bounced.notices(shown.bounced)
    if shown.payer is not None:
        yield from Funds(shown.to_pay, shown.payer).notices()
