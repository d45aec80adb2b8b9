"""`payouts run`."""

from typing import TYPE_CHECKING, Annotated

import typer

from paypal_payouts.cli import options
from paypal_payouts.cli.common import Common

if TYPE_CHECKING:
    from paypal_payouts.cli.wiring import Wiring
    from paypal_payouts.domain.report import Finished


def run(
    context: typer.Context,
    name: options.CycleName = None,
    cycle: options.CycleOption = None,
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="As `preview`: writes nothing, sends nothing.")] = False,
    open_: Annotated[
        bool, typer.Option("--open", help="Continue every cycle that is open, from what is stored. For cron.")
    ] = False,
) -> None:
    """Pay a cycle: continue what is open, send what is new, read the results. Safe to repeat at any time."""
    from paypal_payouts.cli.arguments import named_cycle, not_with_open
    from paypal_payouts.cli.execution import execute
    from paypal_payouts.cli.preview import previewing
    from paypal_payouts.present.commands import Typed

    def work(wiring: "Wiring") -> "Finished":
        if not open_:
            return _pay(
                wiring,
                named_cycle(name, cycle),
                source,
                yes=yes,
                wait=wait,
                same_account=same_account,
                expect_digest=expect_digest,
                skip_invalid=skip_invalid,
                append=append,
                allow_duplicate=allow_duplicate,
            )
        not_with_open(
            {
                "CYCLE": name,
                "--cycle": cycle,
                "--input": source,
                "--expect-digest": expect_digest,
                "--skip-invalid": skip_invalid,
                "--append": append,
                "--allow-duplicate": allow_duplicate,
                "--dry-run": dry_run,
            }
        )
        return _continue(wiring, yes=yes, wait=wait, same_account=same_account)

    def look(wiring: "Wiring") -> "Finished":
        return previewing(
            wiring,
            named_cycle(name, cycle),
            source,
            expect_digest=expect_digest,
            skip_invalid=skip_invalid,
            append=append,
            allow_duplicate=allow_duplicate,
        )

    command, works = ("preview", look) if dry_run and not open_ else ("run", work)
    flags = {"--skip-invalid": skip_invalid, "--append": append, "--allow-duplicate": allow_duplicate}
    typed = Typed(cycle=name or cycle, source=source, flags=tuple(flag for flag, given in flags.items() if given))
    raise typer.Exit(execute(command, Common.of(context, typed), works))


def _pay(
    wiring: "Wiring",
    cycle: str,
    source: str | None,
    *,
    yes: bool,
    wait: bool,
    same_account: bool,
    expect_digest: str | None,
    skip_invalid: bool,
    append: bool,
    allow_duplicate: bool,
) -> "Finished":
    """Pay one cycle, whose input is read."""
    from paypal_payouts.domain.report import RunReport
    from paypal_payouts.present.tables import confirm_text
    from paypal_payouts.verbs.preview import preview
    from paypal_payouts.verbs.run import execute_transaction_with_retry

    request = wiring.request(cycle, append=append, allow_duplicate=allow_duplicate, expect_digest=expect_digest)
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


def _continue(wiring: "Wiring", *, yes: bool, wait: bool, same_account: bool) -> "Finished":
    """Continue every open cycle, after one question about all that would be sent."""
    from paypal_payouts.present.tables import confirm_open_text
    from paypal_payouts.verbs.run_open import OpenRules, continue_open_cycles, preview_open_cycles

    rules = OpenRules(wiring.request, lambda cycle: wiring.terms(cycle, wait=wait), wiring.max_age_days)
    asks = wiring.must_ask(yes=yes)
    paypal = wiring.paypal()
    if asks:
        shown = preview_open_cycles(
            rules,
            store=wiring.existing_store(),
            errors=wiring.settings.error_rules(),
            lines=wiring.sent_lines,
            now=wiring.now,
        )
        question = confirm_open_text(shown)
        if question is not None:
            wiring.ask(question)
    return continue_open_cycles(rules, tools=wiring.tools(paypal, same_account=same_account))
