"""The application: its commands, and the one place where whatever ends it becomes an exit code."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer
from typer._click.exceptions import UsageError as TyperUsageError

from paypal_payouts.cli import (
    audit,
    cancel,
    doctor,
    explain,
    init,
    locks,
    metrics,
    notify,
    override,
    preview,
    report,
    retry,
    run,
    simulator,
    status,
    sync,
)
from paypal_payouts.cli.common import Command, Common
from paypal_payouts.cli.help_texts import EXAMPLES, examples, exit_codes
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.cli.memory import keep_memory_private
from paypal_payouts.cli.streams import discard_output, set_up_streams
from paypal_payouts.errors import ExitCode, Interrupted, PayoutsError, UsageError

_PAY, _LOOK, _SET_UP = "Pay", "Look", "Set up"

app = typer.Typer(
    name="payouts",
    help="Mass payouts through PayPal: each debt paid once, and every cent explained.",
    epilog=exit_codes(),
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
_IN_PANELS: Final[Sequence[tuple[str, Callable[..., None]]]] = (
    (_PAY, run.run),
    (_PAY, preview.preview),
    (_PAY, retry.retry),
    (_LOOK, status.status),
    (_LOOK, explain.explain),
    (_PAY, override.override),
    (_PAY, cancel.cancel),
    (_LOOK, sync.sync),
    (_LOOK, report.report),
    (_LOOK, audit.audit),
    (_LOOK, locks.locks),
    (_LOOK, metrics.metrics),
    (_SET_UP, init.init),
    (_SET_UP, doctor.doctor),
    (_SET_UP, notify.notify),
    (_SET_UP, locks.unlock),
)
for _panel, _command_function in _IN_PANELS:
    _name = _command_function.__name__
    app.command(
        _name,
        cls=Command,
        rich_help_panel=_panel,
        epilog=examples(_name),
        help=override.HELP if _name == "override" else None,
    )(_command_function)
app.add_typer(simulator.app, name="simulator", rich_help_panel=_SET_UP, epilog=examples("simulator"))

COMMANDS = frozenset(EXAMPLES)


def _print_version(wanted: bool) -> None:
    if wanted:
        from paypal_payouts.cli.versions import versions

        typer.echo("\n".join(f"{name} {version}" for name, version in versions()))
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _options(
    ctx: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Tell the versions, and end."),
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        from paypal_payouts.cli.start import start

        raise typer.Exit(start())


def main() -> None:
    """Run the command line of this process, and end it with the documented exit code."""
    # Every file that the program or a library makes is its owner's alone.
    os.umask(0o077)
    keep_memory_private()
    set_up_streams()
    INTERRUPTS.install()
    # Rows come by the thousand and hold no cycles: looking for some among them costs a tenth of a large run. A batch of
    # items with all that PayPal says of it is less than this.
    gc.set_threshold(500_000, 20, 20)
    code = execute(sys.argv[1:])
    INTERRUPTS.ignore()
    sys.exit(code)


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever happens, it is told and never a traceback."""
    broken = next((word for word in arguments if not _is_text(word)), None)
    if broken is not None:
        return _failure(UsageError(f"{broken!r} is not UTF-8.", hint="Nothing was sent. Type it again."), arguments)
    try:
        code = app(args=list(arguments), prog_name="payouts", standalone_mode=False)
    except TyperUsageError as error:
        return _usage_error(error, arguments)
    except Interrupted as error:
        return _failure(error, arguments)
    except (BrokenPipeError, SystemExit):
        # Whoever read a help text has seen enough, as in `payouts --help | head`; Rich ends the program then.
        discard_output()
        return ExitCode.DONE
    except OSError as error:
        return _unheard(error, arguments)
    return code if isinstance(code, int) else ExitCode.DONE


def _is_text(word: str) -> bool:
    """Tell whether a word can be stored and compared; the name of a file may be any bytes, and is neither."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return any(map(os.path.lexists, (word, word.partition("=")[2])))
    return True


def _usage_error(error: TyperUsageError, arguments: Sequence[str]) -> int:
    """Tell a wrong command line as documented, in JSON too."""
    command = _command(arguments)
    hint = (
        "Nothing was sent. " + (f"`payouts {command} --help`" if command else "`payouts --help`") + " shows the usage."
    )
    return _failure(UsageError(error.format_message(), hint=hint), arguments)


def _command(arguments: Sequence[str]) -> str | None:
    return next((word for word in arguments if word in COMMANDS), None)


def _failure(error: PayoutsError, arguments: Sequence[str]) -> int:
    """Tell what ended the program before or outside a command."""
    from paypal_payouts.cli.execution import tell
    from paypal_payouts.domain.report import Finished

    return tell(Finished(None, error.exit_code, error), command=_command(arguments), common=_common(arguments))


def _unheard(error: OSError, arguments: Sequence[str]) -> int:
    """Tell that what no command wrote, such as a help text, could not be written."""
    from paypal_payouts.cli.execution import unheard

    return unheard(error, _common(arguments))


def _common(arguments: Sequence[str]) -> Common:
    """Read the options that every command has from a command line that may be too wrong for more."""
    from paypal_payouts.cli.terminal import asked_log_format

    log_format = asked_log_format(arguments)
    common = Common(config=None, json="--json" in arguments, verbose=False, quiet=False, log_format=log_format)
    common.set_up_logging()
    return common
