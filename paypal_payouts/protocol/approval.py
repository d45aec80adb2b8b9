"""Whether a second person has approved of what is about to be stored and sent.

Asked under the lock of the cycle, after the comparison and before anything new is stored; `preview` asks the same.
Source: docs/design.md, 11.6.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from paypal_payouts.domain.approval import Approval, ApprovalRules
from paypal_payouts.domain.findings import Refusal
from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.plan import Plan
from paypal_payouts.domain.words import rfc3339
from paypal_payouts.errors import Blocked
from paypal_payouts.protocol.signatures import names_of_signer, principals_of, verify
from paypal_payouts.storage import Store

_NAMED_MAX: Final = 20


def plan_refusal(
    plan: Plan, cycle: str, *, rules: ApprovalRules | None, store: Store | None, now: datetime
) -> Blocked | None:
    """Give what stops a run whose new items nobody has approved; None where they are, or need not be.

    Raises:
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.
        SealBroken: somebody else changed the trail, in which approvals stand.

    """
    new_minor: Counter[str] = Counter()
    for chunk in plan.chunks:
        new_minor[chunk.currency] += chunk.amount_minor
    refusal = approval_refusal(cycle, plan.digest, new_minor, rules=rules, store=store, now=now)
    return None if refusal is None else refusal.error()


def approval_refusal(
    cycle: str,
    digest: str | None,
    new_minor: Mapping[str, int],
    *,
    rules: ApprovalRules | None,
    store: Store | None,
    now: datetime,
) -> Refusal | None:
    """Refuse items that come to `new_minor` by currency where nobody has approved of the input that has this digest.

    Without rules nobody needs to; without a digest there is no input that anybody could have approved.

    Raises:
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.
        SealBroken: somebody else changed the trail, in which approvals stand.

    """
    if rules is None or not rules.needs_one(new_minor):
        return None
    if digest is None:
        return Refusal(
            "not_approved",
            f"What would be paid in cycle {cycle} needs the approval of a second person, and there is no input that "
            "somebody could have approved.",
            "Nothing was sent. Name the file of the cycle with --input.",
            [{"cycle": cycle}],
        )
    valid, problems = _valid_approval(cycle, digest, rules=rules, store=store, now=now)
    if valid is not None:
        return None
    given = "; ".join(
        f"{approval.principal} approved on {approval.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, and {problem}"
        for approval, problem in problems[:2]
    )
    return Refusal(
        "not_approved",
        f"Nobody has approved this plan of cycle {cycle}, {digest}" + (f": {given}." if given else "."),
        "Nothing was sent. A second person looks at the plan and signs it, by one of the keys in "
        f"{rules.signers}: `payouts approve {cycle}`. Then repeat this command.",
        [
            {
                "principal": approval.principal,
                "approved_at": rfc3339(approval.at),
                "problem": problem,
            }
            for approval, problem in problems[:_NAMED_MAX]
        ],
    )


def _valid_approval(
    cycle: str, digest: str, *, rules: ApprovalRules, store: Store | None, now: datetime
) -> tuple[Approval | None, list[tuple[Approval, str]]]:
    """Find an approval that counts; and what is wrong with those that do not, as far as was looked."""
    problems: list[tuple[Approval, str]] = []
    for approval in [] if store is None else store.approvals.of_cycle(cycle):
        problem = rules.problem(approval, digest=digest, now=now) or _problem_of_signature(approval, rules)
        if problem is None:
            return approval, problems
        problems.append((approval, problem))
    return None, problems


def lets_new_receivers_pass(
    guard: Guard, cycle: str, digest: str | None, *, store: Store | None, now: datetime
) -> bool:
    """Return whether the rule is `approve` and somebody has approved of the input that has this digest.

    Raises:
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.
        SealBroken: somebody else changed the trail, in which approvals stand.

    """
    if guard.rule != "approve" or guard.approval is None or digest is None:
        return False
    return _valid_approval(cycle, digest, rules=guard.approval, store=store, now=now)[0] is not None


def _problem_of_signature(approval: Approval, rules: ApprovalRules) -> str | None:
    """Say why a signature does not count now, by the signers file as it is now; None where it does."""
    wrong = verify(approval.signature, approval.plan_digest, principal=approval.principal, signers=rules.signers)
    if wrong is not None:
        return f"ssh-keygen no longer accepts the signature: {wrong}"
    own = rules.own_name(names_of_signer(approval.signature, approval.principal, signers=rules.signers))
    return None if own is None else f"that is {own}, who runs this: it takes somebody else"


def checked_approval(digest: str, signature: str, *, rules: ApprovalRules, now: datetime) -> Approval:
    """Make an approval of a signature that was just made, after a look at it.

    Raises:
        Blocked: `not_approved`, it is not that of one of the signers, or not of this plan.
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.

    """
    problem = f"its key stands in no line of {rules.signers}, or it is no signature"
    for principal in principals_of(signature, signers=rules.signers):
        wrong = verify(signature, digest, principal=principal, signers=rules.signers)
        if wrong is None:
            return Approval(now, principal, digest, signature)
        problem = wrong
    raise Blocked(
        "not_approved",
        f"The signature does not approve plan {digest}: {problem}.",
        hint="Nothing was stored. What is signed is the digest and a newline, in the namespace `payouts`; who may sign "
        f"stands in {rules.signers}.",
        details=[{"plan_digest": digest, "reason": problem}],
    )
