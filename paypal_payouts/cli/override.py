"""`payouts override`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.completion import complete_batches, complete_cycles, complete_moves
from paypal_payouts.domain.moves import MOVES_BY_HAND
from paypal_payouts.domain.sides import BothSides

if TYPE_CHECKING:
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.identity import BatchName
    from paypal_payouts.domain.report import Finished

HELP = "\n\n".join(
    [
        "Move a stuck batch, or with --cycle an item, where the table of moves allows it. Who did it and why is kept.",
        "The moves:",
        *(
            f"[bold]{move.moves()}[/bold]{f': {move.condition}' if move.condition else ''}".replace("->", "→")
            for move in MOVES_BY_HAND
        ),
    ]
)

_SHOWN_MAX: Final = 20
"""So many items are shown in a question; all of them stand in the result."""


def override(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="BATCH",
            help="A batch, by our id or PayPal's; with --cycle the item_id of an item.",
            show_default=False,
            autocompletion=complete_batches,
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="STATUS",
            help="Where to; see the table of moves.",
            autocompletion=complete_moves,
        ),
    ],
    reason: options.Reason,
    operator: options.Operator = None,
    cycle: Annotated[
        str | None,
        typer.Option(
            "--cycle", "-c", metavar="CYCLE", help="Move an item of this cycle.", autocompletion=complete_cycles
        ),
    ] = None,
    paypal_batch_id: Annotated[
        str | None,
        typer.Option(
            "--paypal-batch-id", metavar="ID", help="With --to accepted: PayPal's batch, compared item by item."
        ),
    ] = None,
    same_account: options.SameAccount = False,
    take_theirs: Annotated[
        bool,
        typer.Option("--take-theirs", help="With --to accepted: make our rows what PayPal has, where they differ."),
    ] = False,
    yes: options.Yes = False,
) -> None:
    """Move a stuck batch or item by hand; HELP is what `--help` shows."""
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.domain.states import BatchStatus
    from paypal_payouts.protocol.attach import Attach
    from paypal_payouts.protocol.lookup import find_batch, find_item
    from paypal_payouts.verbs import lost_sends
    from paypal_payouts.verbs import override as verb
    from paypal_payouts.verbs.arguments import checked_cycle, checked_reason

    def work(wiring: Wiring) -> Finished:
        why = checked_reason(reason)
        goal = verb.checked_goal("batch" if cycle is None else "item", to)
        _check_options(cycle, paypal_batch_id, take_theirs=take_theirs)
        return of_batch(wiring, why, BatchStatus(goal)) if cycle is None else of_item(wiring, why, cycle, goal)

    def of_batch(wiring: Wiring, why: str, status: BatchStatus) -> Finished:
        asks = wiring.must_ask(yes=yes)
        store = wiring.existing_store()
        lost = lost_sends.find_lost(what, lines_of=wiring.sent_lines, store=store)
        if lost is not None and status is BatchStatus.ABANDONED:
            return _give_up(lost, wiring, why, operator, asks=asks)
        found = find_batch(what, store=store)
        paypal = wiring.paypal()
        if asks:
            wiring.ask(f"{wiring.header()}Move {found.name} ({found.words()}) from {found.status} to {status}?")

        def agree(differences: Sequence[BothSides]) -> None:
            if not yes:
                _agree(wiring, differences, asks=asks, take_theirs=take_theirs)

        return verb.override(
            what,
            to=status,
            reason=why,
            operator=wiring.acting_for(operator),
            attached=None if paypal_batch_id is None else Attach(paypal_batch_id, take_theirs, agree),
            max_age_days=wiring.max_age_days(found.name.cycle),
            tools=wiring.tools(paypal, same_account=same_account, any_account=status is not BatchStatus.ACCEPTED),
        )

    def of_item(wiring: Wiring, why: str, cycle: str, goal: str) -> Finished:
        checked_cycle(cycle)
        asks = wiring.must_ask(yes=yes)
        found = find_item(what, cycle, store=wiring.existing_store())
        paypal = wiring.paypal()
        if asks:
            wiring.ask(f"{wiring.header()}{verb.what_is_moved(found, goal)}?")
        return verb.override_item(
            what,
            cycle=cycle,
            to=goal,
            reason=why,
            operator=wiring.acting_for(operator),
            max_age_days=wiring.max_age_days(cycle),
            tools=wiring.tools(paypal, same_account=same_account, any_account=True),
        )

    raise typer.Exit(execute("override", Common.of(context), work))


def _check_options(cycle: str | None, paypal_batch_id: str | None, *, take_theirs: bool) -> None:
    """Refuse options that contradict each other.

    Raises:
        UsageError: they do.

    """
    from paypal_payouts.errors import UsageError

    of_theirs = take_theirs or paypal_batch_id is not None
    if of_theirs and (cycle is not None or paypal_batch_id is None):
        raise UsageError(
            "--take-theirs goes with --paypal-batch-id, and neither goes with --cycle, which moves an item.",
            hint="Nothing was changed. `payouts override --help` shows the usage.",
        )


def _give_up(lost: "BatchName", wiring: "Wiring", reason: str, operator: str | None, *, asks: bool) -> "Finished":
    """Give up a batch that the sent log alone knows."""
    from paypal_payouts.verbs import lost_sends

    paypal = wiring.paypal()
    if asks:
        wiring.ask(f"{wiring.header()}Give up {lost}, which the sent log knows and the database does not?")
    return lost_sends.give_up(
        lost,
        reason=reason,
        operator=wiring.acting_for(operator),
        max_age_days=wiring.max_age_days(lost.cycle),
        tools=wiring.tools(paypal, any_account=True),
    )


def _agree(wiring: "Wiring", differences: Sequence[BothSides], *, asks: bool, take_theirs: bool) -> None:
    """Show what differs and ask; nobody but a person says that two texts mean the same payee.

    Raises:
        NotConfirmed: nobody can be asked, or the answer is no.

    """
    from paypal_payouts.errors import NotConfirmed

    lines = [difference.words() for difference in differences[:_SHOWN_MAX]]
    if len(differences) > _SHOWN_MAX:
        lines.append(f"and {len(differences) - _SHOWN_MAX} more")
    if asks:
        question = "Make our rows what PayPal has?" if take_theirs else "Is each of these the same payee?"
        wiring.ask("\n".join([*lines, question]))
    elif not take_theirs:
        raise NotConfirmed(
            f"The receivers are written differently: {'; '.join(lines)}.",
            hint="Nothing was changed. Where each of them is the same payee, type the command again with --yes.",
            details=[each.facts() for each in differences],
        )
