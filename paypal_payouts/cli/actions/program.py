"""What `payouts help` and `completion` do, and `version --json`: about the program itself."""

import io
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from typing import Literal

import typer

from paypal_payouts.cli import actions
from paypal_payouts.cli.common import Common
from paypal_payouts.domain.program import CompletionReport, HelpReport, Version, VersionReport
from paypal_payouts.domain.report import Finished

Shell = Literal["bash", "zsh", "fish"]


def help_(common: Common, about: str | None, show: Callable[[], object]) -> int:
    """Show a help text, which `show` writes to stdout."""
    text = io.StringIO()
    with redirect_stdout(text):
        show()
    if not common.json:
        typer.echo(text.getvalue(), nl=False)
        return 0
    return actions.execution.execute_without_settings(common, lambda: Finished(HelpReport(about, text.getvalue())))


def version(common: Common, versions: Iterable[tuple[str, str]]) -> int:
    """Write the versions as a document."""
    report = VersionReport([Version(*each) for each in versions])
    return actions.execution.execute_without_settings(common, lambda: Finished(report))


def completion(common: Common, shell: Shell) -> int:
    """Show the script by which a shell completes what is typed."""
    from typer._completion_shared import get_completion_script  # noqa: PLC0415 - Typer's, for this alone

    script = get_completion_script(prog_name="payouts", complete_var="_PAYOUTS_COMPLETE", shell=shell)
    if not common.json:
        typer.echo(script)
        return 0
    return actions.execution.execute_without_settings(common, lambda: Finished(CompletionReport(shell, f"{script}\n")))
