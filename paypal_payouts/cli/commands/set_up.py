"""The commands that set an installation up and check it, and those for when something around it failed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from paypal_payouts.cli import actions, options
from paypal_payouts.cli.common import Command, Common
from paypal_payouts.cli.completion import complete_cycles
from paypal_payouts.cli.help_texts import Declared, Examples, examples
from paypal_payouts.errors import UsageError

_CONFIG: Final = (
    "payouts config show",
    "payouts config check --config /srv/payouts/payouts.toml",
)
_SIMULATOR: Final = (
    "payouts simulator serve --port 8000",
    "payouts simulator serve --port 8000 --book simulator.book",
)

simulator = typer.Typer(help="The embedded PayPal simulator, for rehearsal and for other clients.")
config = typer.Typer(help="The configuration: show every value and its source, or check it.")


def init(
    context: typer.Context,
    live: Annotated[
        bool, typer.Option("--live", help="Ask for the settings of a first real payment, then run `doctor`.")
    ] = False,
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help="Only write an empty input with every column."),
    ] = None,
) -> int:
    """Write a commented `payouts.toml`, and a sample cycle for the simulator. Existing files are left as they are."""
    return actions.init.init(Common.of(context), live=live, template=template)


def doctor(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Check seals and sent logs of every cycle, not only of those in `status`.")
    ] = False,
    probe: Annotated[
        bool, typer.Option("--probe", help="Sandbox only: run the experiments of docs/sandbox-probe.md instead.")
    ] = False,
    continues: Annotated[
        bool, typer.Option("--continue", help="With --probe: the later checks, after 3 hours and on days 26 and 31.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The probe's file. Default: sandbox-probe.json."),
    ] = None,
    receiver: Annotated[
        str | None, typer.Option("--receiver", metavar="ADDRESS", help="The personal sandbox account to pay.")
    ] = None,
    payee_id: Annotated[
        str | None, typer.Option("--payee-id", metavar="ID", help="The PayPal id of a personal sandbox account.")
    ] = None,
    own_address: Annotated[
        str | None, typer.Option("--own-address", metavar="ADDRESS", help="The address of the paying account.")
    ] = None,
    alias: Annotated[
        str | None, typer.Option("--alias", metavar="ADDRESS", help="Another address of the account of --receiver.")
    ] = None,
    big: Annotated[bool, typer.Option("--big", help="Try a batch of 15,000 items, too.")] = False,
    topped_up: Annotated[
        bool, typer.Option("--topped-up", help="With --continue: the balance is now above 1,000,000 USD; pay that.")
    ] = False,
    yes: options.Yes = False,
) -> int:
    """Check configuration, credentials, database, clock, locks and PayPal; one line each, with the fix."""
    named = {"receiver": receiver, "payee_id": payee_id, "own_address": own_address, "alias": alias}
    agreed = {"big": big, "topped_up": topped_up}
    of_probe = {"continue": continues, "output": output, **named, **agreed, "yes": yes}
    _check_probe_alone(of_probe, probe=probe, every=every)
    if not probe:
        return actions.doctor.doctor(Common.of(context), every_cycle=every)
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.probe.probe(
            wiring,
            file=output or Path("sandbox-probe.json"),
            continues=continues,
            named={f"{{{name}}}": value for name, value in named.items() if value},
            agreed=frozenset(f"{{{name}}}" for name, is_agreed in agreed.items() if is_agreed),
            yes=yes,
        ),
    )


def _check_probe_alone(of_probe: Mapping[str, object], *, probe: bool, every: bool) -> None:
    """Raise UsageError where an option of the probe stands without it, or one of the checks with it."""
    given = [name for name, value in of_probe.items() if value]
    if given and not probe:
        raise UsageError(f"--{given[0].replace('_', '-')} belongs to --probe.", hint="Nothing was sent.")
    if every and probe:
        raise UsageError("--all and --probe exclude each other.", hint="Nothing was sent.")


def notify(
    context: typer.Context,
    test: Annotated[bool, typer.Option("--test", help="Send each target a test message.")] = False,
) -> int:
    """Show who is notified of which events when `run`, `retry` or `sync` ends; with --test, try it."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.notify.show_targets(wiring.settings, test=test)
    )


def unlock(
    context: typer.Context,
    cycle: Annotated[
        str,
        typer.Argument(
            metavar="CYCLE",
            help="The cycle whose lease to break.",
            show_default=False,
            autocompletion=complete_cycles,
        ),
    ],
    reason: options.Reason,
    operator: options.Operator = None,
) -> int:
    """Break the lease of a host that is surely off. A living holder on this machine is left alone."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.locks.unlock(wiring, cycle, reason=reason, operator=wiring.acting_for(operator)),
    )


def reseal(
    context: typer.Context, reason: options.Reason, operator: options.Operator = None, yes: options.Yes = False
) -> int:
    """Seal what is stored again, once you have checked it: after a lost seal key, or with an unsealed backup."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.reseal.reseal(wiring, reason=reason, operator=wiring.acting_for(operator), yes=yes),
    )


def archive(
    context: typer.Context,
    before: Annotated[
        str,
        typer.Option(
            "--before",
            metavar="DATE",
            help="Only cycles in which nothing has happened since this day.",
            show_default=False,
        ),
    ],
    forget_receivers: Annotated[
        bool, typer.Option("--forget-receivers", help="Replace receivers in the database by hashes, for good.")
    ] = False,
    yes: options.Yes = False,
) -> int:
    """Move finished cycles older than 90 days out of the database, into a file each. Hashes and totals stay."""
    return actions.execution.execute(
        Common.of(context),
        lambda wiring: actions.archive.archive(wiring, before, forget=forget_receivers, yes=yes),
    )


@config.callback()
def _config() -> None:
    pass


@config.command(cls=Command, epilog=examples(_CONFIG))
def show(context: typer.Context) -> int:
    """Show every value and where it came from: the file, a variable, or the default. Secrets are hidden."""
    return actions.execution.execute(Common.of(context), actions.config.show)


@config.command(cls=Command, epilog=examples(_CONFIG))
def check(context: typer.Context) -> int:
    """Check file, variables and credentials, and list all mistakes; contacts nobody. `doctor` checks the rest."""
    return actions.execution.execute(Common.of(context), actions.config.check)


@simulator.callback()
def _group() -> None:
    pass


@simulator.command(cls=Command, epilog=examples(_SIMULATOR))
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", metavar="P", min=0, max=65535, help="0 takes a free port.")] = 0,
    book: Annotated[
        Path | None, typer.Option("--book", metavar="FILE", help="Keep the book in this file. Default: in memory.")
    ] = None,
) -> int:
    """Serve the simulator on loopback until it is stopped; prints its address first."""
    return actions.simulator.serve(Common.of(context), port=port, book=book)


@simulator.command(cls=Command, epilog=examples(_SIMULATOR))
def activity(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    language: Annotated[
        Literal["en", "de"], typer.Option("--language", help="The language of its columns, dates and amounts.")
    ] = "en",
) -> int:
    """Write the embedded simulator's activity download, like PayPal's site, to rehearse `payouts reconcile`."""
    return actions.execution.execute(
        Common.of(context), lambda wiring: actions.simulator.activity(wiring, output, language)
    )


COMMANDS: Final[Declared] = {
    init: (
        "payouts init",
        "payouts init --live --config /srv/payouts/payouts.toml",
    ),
    doctor: (
        "payouts doctor",
        "payouts doctor --config /srv/payouts/payouts.toml --json",
    ),
    notify: (
        "payouts notify --test",
        "payouts notify --test --json",
    ),
    unlock: (
        'payouts unlock 2026-11 --reason "host-b has burnt down"',
        'payouts unlock 2026-w48 --reason "host-b was reinstalled" --operator maria',
    ),
    reseal: (
        'payouts reseal --reason "the key was lost with host-b; compared with PayPal"',
        'payouts reseal --reason "copy of 2026-11-01 put back" --operator maria --yes',
    ),
    archive: (
        "payouts archive --before 2026-01-01",
        "payouts archive --before 2026-01-01 --forget-receivers --yes --json",
    ),
}

GROUPS: Final[Mapping[str, tuple[typer.Typer, Examples]]] = {
    "config": (config, _CONFIG),
    "simulator": (simulator, _SIMULATOR),
}
"""The commands of this panel that have commands of their own."""
