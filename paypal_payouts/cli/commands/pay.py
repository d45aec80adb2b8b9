"""The commands that move money, or keep it from being moved."""

from dataclasses import replace
from typing import Annotated, Final

import typer

from paypal_payouts.cli import actions, options
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.completion import complete_batches, complete_cycles, complete_moves
from paypal_payouts.cli.help_texts import Declared
from paypal_payouts.domain.moves import MOVES_BY_HAND
from paypal_payouts.present.commands import Typed


def run(
    context: typer.Context,
    name: options.CycleName = None,
    cycle: options.CycleOption = None,
    source: options.Input = None,
    yes: options.Yes = False,
    wait: options.Wait = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Like `preview`: writes nothing, sends nothing.")] = False,
    open_: Annotated[
        bool, typer.Option("--open", help="Continue every open cycle from what is stored. For cron.")
    ] = False,
    expect_digest: Annotated[
        str | None,
        typer.Option("--expect-digest", metavar="DIGEST", help="Stop unless the input has this digest from `preview`."),
    ] = None,
    skip_invalid: options.SkipInvalid = False,
    append: options.Append = False,
    allow_duplicate: options.AllowDuplicate = False,
    accept_new_receivers: options.AcceptNewReceivers = False,
    canary: options.Canary = None,
    same_account: options.SameAccount = False,
) -> int:
    """Pay a cycle: continue what is open, send what is new, read the results. Safe to repeat at any time."""
    payment = options.PaymentOptions(
        name,
        cycle,
        source,
        expect_digest,
        skip_invalid=skip_invalid,
        append=append,
        allow_duplicate=allow_duplicate,
        accept_new_receivers=accept_new_receivers,
        canary=canary,
    )
    common = Common.of(context, payment.typed)
    if open_:
        return actions.execution.execute(
            common,
            lambda wiring: actions.run.run_open(
                wiring, payment, dry_run=dry_run, yes=yes, wait=wait, same_account=same_account
            ),
        )
    if dry_run:
        return actions.execution.execute(
            replace(common, command="preview"), lambda wiring: actions.preview.preview(wiring, payment)
        )
    return actions.execution.execute(
        common, lambda wiring: actions.run.run(wiring, payment, yes=yes, wait=wait, same_account=same_account)
    )


def preview(
    context: typer.Context,
    name: options.CycleName = None,
    cycle: options.CycleOption = None,
    source: options.Input = None,
    skip_invalid: options.SkipInvalid = False,
    append: options.Append = False,
    allow_duplicate: options.AllowDuplicate = False,
    items: Annotated[bool, typer.Option("--items", help="List every item.")] = False,
) -> int:
    """Show exactly what `run` would do now. Writes nothing, sends nothing."""
    payment = options.PaymentOptions(
        name, cycle, source, skip_invalid=skip_invalid, append=append, allow_duplicate=allow_duplicate
    )
    common = Common.of(context, payment.typed)
    return actions.execution.execute(common, lambda wiring: actions.preview.preview(wiring, payment, items=items))


def approve(
    context: typer.Context,
    name: options.CycleName = None,
    cycle: options.CycleOption = None,
    source: options.Input = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Your SSH key: private, or public if an agent has the private half. Default: the first in ~/.ssh.",
            show_default=False,
        ),
    ] = None,
    signature: Annotated[
        str | None,
        typer.Option("--signature", metavar="FILE", help="Use a signature that ssh-keygen made elsewhere."),
    ] = None,
    skip_invalid: options.SkipInvalid = False,
    append: options.Append = False,
    allow_duplicate: options.AllowDuplicate = False,
    yes: options.Yes = False,
) -> int:
    """Show the plan and sign it with an SSH key, as a second person. If required, `run` pays only approved plans."""
    payment = options.PaymentOptions(
        name, cycle, source, skip_invalid=skip_invalid, append=append, allow_duplicate=allow_duplicate
    )
    return actions.execution.execute(
        Common.of(context, payment.typed),
        lambda wiring: actions.approve.approve(wiring, payment, key=key, signature=signature, yes=yes),
    )


def retry(
    context: typer.Context,
    batch: options.BatchOfRetry = None,
    cycle: options.CycleFilter = None,
    failed_items: Annotated[
        bool,
        typer.Option(
            "--failed-items", help="Pay items known to be unpaid in a new batch, with the input's rows as they are now."
        ),
    ] = False,
    include_payee_errors: Annotated[
        bool,
        typer.Option(
            "--include-payee-errors",
            help="With --failed-items: also pay unchanged rows whose payee must act first (no account, locked).",
        ),
    ] = False,
    source: options.Input = None,
    max_retries: options.MaxRetries = None,
    base_delay: options.BaseDelay = None,
    max_delay: options.MaxDelay = None,
    accept_new_receivers: options.AcceptNewReceivers = False,
    same_account: options.SameAccount = False,
    yes: options.Yes = False,
    wait: options.Wait = True,
) -> int:
    """Send an open, refused or denied batch again under its own id, or pay its unpaid items in a new one."""
    typed = Typed(cycle=cycle or (batch or "").rsplit("-", 2)[0] or None, source=source)
    return actions.execution.execute(
        Common.of(context, typed),
        lambda wiring: actions.retry.retry(
            wiring,
            batch,
            cycle,
            source,
            failed_items=failed_items,
            include_payee_errors=include_payee_errors,
            max_retries=max_retries,
            base_delay_s=base_delay,
            max_delay_s=max_delay,
            accept_new_receivers=accept_new_receivers,
            same_account=same_account,
            yes=yes,
            wait=wait,
        ),
    )


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
            help="The new status, by one of the moves above.",
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
            "--paypal-batch-id", metavar="ID", help="With --to accepted: PayPal's batch, to be compared item by item."
        ),
    ] = None,
    same_account: options.SameAccount = False,
    take_theirs: Annotated[
        bool,
        typer.Option("--take-theirs", help="With --to accepted: change our rows to PayPal's where they differ."),
    ] = False,
    yes: options.Yes = False,
) -> int:
    """Move a stuck batch, or with --cycle an item, to another status, by an allowed move. Records who and why."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.override.override(
            wiring,
            what,
            cycle,
            to=to,
            reason=reason,
            operator=wiring.acting_for(operator),
            paypal_batch_id=paypal_batch_id,
            take_theirs=take_theirs,
            same_account=same_account,
            yes=yes,
        ),
    )


override.__doc__ = "\n\n".join(
    [
        str(override.__doc__),
        "The moves:",
        *(
            f"{move.moves()}{f': {move.condition}' if move.condition else ''}".replace("->", "→")
            for move in MOVES_BY_HAND
        ),
    ]
)


def cancel(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="The item_id of a debt.", show_default=False)],
    cycle: options.Cycle,
    reason: options.Reason,
    operator: options.Operator = None,
    close: Annotated[
        bool,
        typer.Option(
            "--close",
            help="The item is not owed: never pay it, even after its money is back. One that is known to be unpaid, "
            "as after its money is back, is closed without it, too.",
        ),
    ] = False,
    same_account: options.SameAccount = False,
    yes: options.Yes = False,
) -> int:
    """Call unclaimed money back, so that a corrected row can be paid; or close an item that is not owed."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.cancel.cancel(
            wiring,
            item,
            cycle,
            closes=close,
            reason=reason,
            operator=wiring.acting_for(operator),
            same_account=same_account,
            yes=yes,
        ),
    )


COMMANDS: Final[Declared] = {
    run: (
        "payouts run 2026-11",
        "payouts run 2026-w48 --input weekly.csv --yes --json",
    ),
    preview: (
        "payouts preview 2026-11",
        "payouts preview 2026-11 --input november.csv --skip-invalid",
    ),
    approve: (
        "payouts approve 2026-11 --key ~/.ssh/id_ed25519",
        "payouts approve 2026-11 --signature maria.sig",
    ),
    retry: (
        "payouts retry 2026-11-0001-1",
        "payouts retry 2026-11-0001-1 --failed-items --input corrected.csv",
    ),
    override: (
        'payouts override 2026-11-0001-1 --to abandoned --reason "not at PayPal"',
        'payouts override inv-7 -c 2026-11 --to failed --reason "ticket PP-4711"',
    ),
    cancel: (
        'payouts cancel lena --cycle 2026-11 --reason "her address has a typo"',
        'payouts cancel inv-7 -c 2026-11 --close --reason "paid by bank transfer" --yes',
    ),
}
