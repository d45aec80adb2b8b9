"""What `payouts override` does."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from paypal_payouts.cli.actions.outlook import with_outlook
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.domain.report import Finished
from paypal_payouts.domain.sides import BothSides
from paypal_payouts.domain.states import BatchStatus
from paypal_payouts.errors import NotConfirmed, UsageError
from paypal_payouts.protocol.attach import Attach
from paypal_payouts.verbs.arguments import checked_cycle, checked_reason
from paypal_payouts.verbs.override import checked_goal
from paypal_payouts.verbs.override_question import find_move

_SHOWN_MAX: Final = 20
"""So many items are shown in a question; all of them stand in the result."""


def override(
    wiring: Wiring,
    what: str,
    cycle: str | None,
    *,
    to: str,
    reason: str,
    operator: str,
    paypal_batch_id: str | None,
    take_theirs: bool,
    same_account: bool,
    yes: bool,
) -> Finished:
    """Move a batch, or an item of a cycle, after a question."""
    why = checked_reason(reason, may_be_asked=not yes)
    goal = checked_goal("batch" if cycle is None else "item", to)
    of_theirs = take_theirs or paypal_batch_id is not None
    if of_theirs and (cycle is not None or paypal_batch_id is None):
        raise UsageError(
            "--take-theirs goes with --paypal-batch-id, and neither goes with --cycle, which moves an item.",
            hint="Nothing was changed. `payouts override --help` shows the usage.",
        )
    if cycle is not None:
        checked_cycle(cycle)
    asks = wiring.must_ask(yes=yes)
    agree = partial(_agree, wiring, yes=yes, take_theirs=take_theirs)
    attached = None if paypal_batch_id is None else Attach(paypal_batch_id, take_theirs, agree)
    store, configured = wiring.existing_store(), wiring.settings.paypal
    move = find_move(
        what,
        cycle,
        to=goal,
        attached=attached,
        lines_of=wiring.sent_lines,
        sender_id_of=lambda name: name.sender_batch_id(account=configured.account, environment=configured.environment),
        store=store,
    )
    paypal, max_age_days = wiring.paypal(), wiring.max_age_days(move.cycle)
    if asks:
        # A question about what is refused after a yes wastes it; nothing is bound or written for this look.
        move.check(max_age_days, wiring.tools(paypal, any_account=True))
        question = f"{wiring.header()}{move.meaning}\n{move.question}?"
        wiring.ask(question, name=move.vouched_for, stake="You vouch that real money did not move.")
        why = wiring.asked_reason(why)
    finished = move.make(
        reason=why,
        operator=operator,
        max_age_days=max_age_days,
        tools=wiring.tools(paypal, same_account=same_account, any_account=goal != BatchStatus.ACCEPTED),
    )
    return with_outlook(wiring, finished, move.cycle)


def _agree(wiring: Wiring, differences: Sequence[BothSides], *, yes: bool, take_theirs: bool) -> None:
    """Show what differs and ask; nobody but a person says that two texts mean the same payee.

    Raises:
        NotConfirmed: nobody can be asked, or the answer is no.

    """
    lines = [difference.words() for difference in differences[:_SHOWN_MAX]]
    if len(differences) > _SHOWN_MAX:
        lines.append(f"and {len(differences) - _SHOWN_MAX} more")
    if yes:
        said = "Our rows become what PayPal has" if take_theirs else "By --yes you say that each is the same payee"
        wiring.progress.note(f"{said}: {'; '.join(lines)}")
    elif wiring.must_ask(yes=False):
        question = "Make our rows what PayPal has?" if take_theirs else "Is each of these the same payee?"
        wiring.ask("\n".join([*lines, question]))
    elif not take_theirs:
        raise NotConfirmed(
            f"The receivers are written differently: {'; '.join(lines)}.",
            hint="Nothing was changed. Where each of them is the same payee, type the command again with --yes, and "
            "with how you know that as its --reason.",
            details=[each.facts() for each in differences],
        )
