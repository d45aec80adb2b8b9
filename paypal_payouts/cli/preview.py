"""`payouts preview`."""

import typer

from paypal_payouts.cli import options


def preview(
    cycle: options.Cycle,
    source: options.Input = None,
    skip_invalid: options.SkipInvalid = False,
    append: options.Append = False,
    allow_duplicate: options.AllowDuplicate = False,
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Show what `run` would do now, by the same code. Writes nothing, sends nothing."""
    from paypal_payouts.cli.arguments import checked_cycle
    from paypal_payouts.cli.execution import Common, execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished
    from paypal_payouts.orchestrator import preview as orchestrator

    def work(wiring: Wiring) -> Finished:
        request = wiring.request(checked_cycle(cycle), append=append, allow_duplicate=allow_duplicate)
        terms = wiring.terms(cycle, wait=False)
        return orchestrator.preview(
            wiring.read_input(cycle, source, skip_invalid=skip_invalid),
            request,
            store=wiring.existing_store(),
            terms=terms,
            rules=wiring.settings.error_rules(),
            lines=wiring.sent_lines(cycle),
            now=wiring.now(),
        )

    raise typer.Exit(execute("preview", Common(config, json, verbose, quiet, log_format), work))
