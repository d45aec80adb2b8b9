"""`payouts run`."""

from typing import Annotated

import typer

from paypal_payouts.cli import options


def run(
    cycle: options.Cycle,
    source: options.Input = None,
    yes: options.Yes = False,
    wait: options.Wait = True,
    expect_digest: Annotated[
        str | None,
        typer.Option("--expect-digest", metavar="DIGEST", help="Stop unless the input has the digest of a `preview`."),
    ] = None,
    skip_invalid: options.SkipInvalid = False,
    append: options.Append = False,
    allow_duplicate: options.AllowDuplicate = False,
    same_account: options.SameAccount = False,
    config: options.Config = None,
    json: options.Json = False,
    verbose: options.Verbose = False,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = None,
) -> None:
    """Pay a cycle: continue what is open, send what is new, read the results. Safe to repeat at any time."""
    from paypal_payouts.cli.arguments import checked_cycle
    from paypal_payouts.cli.execution import Common, execute
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished, RunReport
    from paypal_payouts.orchestrator.preview import preview
    from paypal_payouts.orchestrator.run import execute_transaction_with_retry
    from paypal_payouts.present.tables import confirm_text

    def work(wiring: Wiring) -> Finished:
        request = wiring.request(
            checked_cycle(cycle), append=append, allow_duplicate=allow_duplicate, expect_digest=expect_digest
        )
        terms = wiring.terms(cycle, wait=wait)
        asks = wiring.must_ask(yes=yes)
        staged = wiring.read_input(cycle, source, skip_invalid=skip_invalid)
        paypal = wiring.paypal(terms)
        if asks:
            shown = preview(
                staged,
                request,
                store=wiring.existing_store(),
                terms=terms,
                rules=wiring.settings.error_rules(),
                lines=wiring.sent_lines(cycle),
                now=wiring.now(),
            )
            if shown.error is not None or not isinstance(shown.report, RunReport):
                return shown
            wiring.ask(confirm_text(shown.report, action="send"))
        return execute_transaction_with_retry(
            staged, request, terms=terms, tools=wiring.tools(paypal, same_account=same_account)
        )

    raise typer.Exit(execute("run", Common(config, json, verbose, quiet, log_format), work))
