"""`payouts preview`."""

from typing import TYPE_CHECKING

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common

if TYPE_CHECKING:
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished


def preview(
    context: typer.Context,
    name: options.CycleName = None,
    cycle: options.CycleOption = None,
    source: options.Input = None,
    skip_invalid: options.SkipInvalid = False,
    append: options.Append = False,
    allow_duplicate: options.AllowDuplicate = False,
) -> None:
    """Show what `run` would do now, by the same code. Writes nothing, sends nothing."""
    from paypal_payouts.cli.arguments import named_cycle
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.present.commands import Typed

    def work(wiring: "Wiring") -> "Finished":
        return previewing(
            wiring,
            named_cycle(name, cycle),
            source,
            expect_digest=None,
            skip_invalid=skip_invalid,
            append=append,
            allow_duplicate=allow_duplicate,
        )

    flags = {"--skip-invalid": skip_invalid, "--append": append, "--allow-duplicate": allow_duplicate}
    typed = Typed(cycle=name or cycle, source=source, flags=tuple(flag for flag, given in flags.items() if given))
    raise typer.Exit(execute("preview", Common.of(context, typed), work))


def previewing(
    wiring: "Wiring",
    cycle: str,
    source: str | None,
    *,
    expect_digest: str | None,
    skip_invalid: bool,
    append: bool,
    allow_duplicate: bool,
) -> "Finished":
    """Preview one cycle, whose input is read."""
    from paypal_payouts.verbs import preview as verb

    request = wiring.request(cycle, append=append, allow_duplicate=allow_duplicate, expect_digest=expect_digest)
    terms = wiring.terms(cycle, wait=False)
    return verb.preview(
        wiring.read_input(cycle, source, skip_invalid=skip_invalid),
        request,
        store=wiring.existing_store(),
        terms=terms,
        rules=wiring.settings.error_rules(),
        lines=wiring.sent_lines(cycle),
        now=wiring.now(),
    )
