"""What `payouts approve` does."""

import os
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from paypal_payouts.cli.actions.preview import look, requested, show_plan
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.options import PaymentOptions
from paypal_payouts.domain.report import Finished, RunReport
from paypal_payouts.errors import ConfigInvalid, PayoutsError, UsageError
from paypal_payouts.protocol.signatures import NAMESPACE, sign
from paypal_payouts.verbs import approve as verb

_USUAL_KEYS: Final = ("id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_rsa")
_SIGNATURE_MAX: Final = 1 << 16


def approve(wiring: Wiring, payment: PaymentOptions, *, key: str | None, signature: str | None, yes: bool) -> Finished:
    """Show the plan of a cycle, whose input is read; sign it after a question, or take a signature; and keep that."""
    request = requested(wiring, payment)
    rules = wiring.approval_rules()
    if rules is None:
        raise ConfigInvalid(
            "The configuration names nobody who may approve.",
            hint="Nothing was stored. Name in approval.signers a file of ALLOWED SIGNERS (`man ssh-keygen`).",
        )
    if key is not None and signature is not None:
        raise UsageError(
            "--key signs, and --signature is signed already.", hint="Nothing was stored. Give one of them."
        )
    # What would stop `run` now may be gone by then, and `retry` pays from an input that `run` refuses.
    terms = replace(wiring.terms(request.cycle, wait=False), approval=None, cooldown_s=0)
    asks = signature is None and wiring.must_ask(yes=yes)
    staged = wiring.read_input(request.cycle, payment.source, skip_invalid=payment.skip_invalid)
    shown = look(wiring, staged, request, terms)
    plan = shown.report
    if not isinstance(plan, RunReport) or plan.plan_digest is None:
        raise TypeError(f"a preview without a plan: {type(plan).__name__}")
    if asks or not (wiring.common.json or wiring.common.quiet):
        show_plan(wiring, plan)
    if shown.error is not None:
        wiring.progress.note(f"`run` would stop with this now: {shown.error.message}")
    if signature is not None:
        signed = _read(Path(signature))
    else:
        if asks:
            wiring.ask(f"Approve this plan of cycle {plan.cycle}?")
        signed = sign(plan.plan_digest, key=_usual_key(plan) if key is None else Path(key), environ=os.environ)
    return verb.approve(
        plan,
        plan.plan_digest,
        signed,
        refused=None if _is_lifted(shown.error, wiring) else shown.error,
        rules=rules,
        store=wiring.store(),
        now=wiring.now(),
        operator=wiring.operator,
    )


def _is_lifted(error: PayoutsError | None, wiring: Wiring) -> bool:
    """Return whether what would stop `run` before the approval is what the approval is for."""
    return error is not None and error.code == "new_receiver" and wiring.settings.guard.new_receiver == "approve"


def _usual_key(plan: RunReport) -> Path:
    """Return the first of the keys that ssh itself would use.

    Raises:
        UsageError: there is none.

    """
    folder = Path.home() / ".ssh"
    for name in _USUAL_KEYS:
        if (folder / name).exists():
            return folder / name
    raise UsageError(
        f"{folder} has no key to sign with.",
        hint=f"Nothing was stored. Name yours with --key. Or sign elsewhere: `echo {plan.plan_digest} | ssh-keygen -Y "
        f"sign -n {NAMESPACE} -f KEY > {plan.cycle}.sig`, and bring that: `payouts approve {plan.cycle} --signature "
        f"{plan.cycle}.sig`.",
    )


def _read(path: Path) -> str:
    """Read a signature that was made elsewhere; whether it is one, ssh-keygen says.

    Raises:
        UsageError: the file cannot be read.

    """
    try:
        with path.open("rb") as stream:
            return stream.read(_SIGNATURE_MAX).decode("ascii", "replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.", hint="Nothing was stored.") from None
