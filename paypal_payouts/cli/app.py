"""The application: its commands, and the one place where whatever ends it becomes an exit code."""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Annotated, Final

import typer
from typer.main import get_command

from paypal_payouts.cli import actions
from paypal_payouts.cli.commands import look, pay, program, set_up
from paypal_payouts.cli.common import Command, Common, Group
from paypal_payouts.cli.help_texts import Declared, Examples, examples, exit_codes
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.cli.memory import keep_memory_private
from paypal_payouts.cli.streams import discard_output, set_up_streams
from paypal_payouts.cli.terminal import asked_log_format, width
from paypal_payouts.cli.usage import usage_error
from paypal_payouts.errors import ExitCode, Interrupted, PayoutsError, UsageError
from paypal_payouts.present.text import filled

_INTRODUCTION = """\
payouts pays many people through PayPal: each debt once, and every cent explained.

There is no configuration here. To write one, and a sample cycle that the embedded simulator pays:
  payouts init
Every command:
  payouts --help"""

app = typer.Typer(
    name="payouts",
    help="Mass payouts through PayPal: each debt paid once, and every cent explained.",
    epilog=exit_codes(),
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=Group,
    context_settings={"help_option_names": ["--help", "-h"]},
)
_PANELS: Final[Mapping[str, Declared]] = {
    "Pay": pay.COMMANDS,
    "Look": look.COMMANDS,
    "Set up": set_up.COMMANDS,
    "This program": program.COMMANDS,
}
EXAMPLES: Final[dict[str, Examples]] = {}
"""Of each command, by its name."""
COLLECTOR: Final = (500_000, 20, 20)
"""Rows come by the thousand and hold no cycles: looking for some among them costs a tenth of a large run.

A batch of items with all that PayPal says of it is less than this.
"""

for _panel, _commands in _PANELS.items():
    for _function, _examples in _commands.items():
        _name = _function.__name__.rstrip("_")
        EXAMPLES[_name] = _examples
        app.command(_name, cls=Command, rich_help_panel=_panel, epilog=examples(_examples))(_function)
for _name, (_group, _examples) in set_up.GROUPS.items():
    EXAMPLES[_name] = _examples
    app.add_typer(_group, name=_name, cls=Group, rich_help_panel="Set up", epilog=examples(_examples))

COMMANDS = frozenset(EXAMPLES)


@app.callback(invoke_without_command=True)
def _options(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the versions; with --json too.")] = False,
    json: Annotated[bool, typer.Option("--json", hidden=True)] = False,
) -> None:
    if version:
        raise typer.Exit(actions.version.version(Common("version", json=json)))
    if json:
        raise UsageError("--json stands after the command.", hint="Nothing was sent. `payouts status --json`")
    if ctx.invoked_subcommand is not None:
        return
    if _is_set_up():
        raise typer.Exit(actions.execution.execute(Common("start"), actions.start.start))
    # Nothing is loaded for somebody who only wants to know what this is.
    for line in _INTRODUCTION.splitlines():
        typer.echo("\n".join(filled(line, width(sys.stdout), indent=0)) if line.strip() == line else line)


def _is_set_up() -> bool:
    """Return whether a configuration, or a variable in its place, says where money is paid: else `run` refuses."""
    return os.path.lexists("payouts.toml") or any(
        name in os.environ for name in ("PAYOUTS_CONFIG", "PAYOUTS_PAYPAL__ENVIRONMENT")
    )


def main() -> None:
    """Run the command line of this process, and end it with the documented exit code."""
    # Every file that the program or a library makes is its owner's alone.
    os.umask(0o077)
    keep_memory_private()
    set_up_streams()
    INTERRUPTS.install()
    gc.set_threshold(*COLLECTOR)
    # No foreign plug-in checks the configuration of what pays; looking for one takes a twentieth of a short command.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    code = execute(sys.argv[1:])
    INTERRUPTS.ignore()
    # Everything is closed. At its end Python looks through all that was ever loaded for cycles, a fifth of a short
    # command; what is frozen is left out, and the system takes it back.
    gc.freeze()
    sys.exit(code)


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever happens, it is told and never a traceback."""
    broken = next((word for word in arguments if not _is_text(word)), None)
    if broken is not None:
        return _failure(UsageError(f"{broken!r} is not UTF-8.", hint="Nothing was sent. Type it again."), arguments)
    try:
        if list(arguments) == ["--version"]:
            # Typer would load Pydantic to read it.
            code: object = actions.version.version(Common("version"))
        else:
            code = _application(arguments)(args=list(arguments), prog_name="payouts", standalone_mode=False)
    except typer.TyperException as error:
        return _usage_error(error, arguments)
    except (Interrupted, UsageError) as error:
        return _failure(error, arguments)
    except (BrokenPipeError, SystemExit):
        # Whoever read a help text has seen enough, as in `payouts --help | head`; Rich ends the program then.
        discard_output()
        return ExitCode.DONE
    except OSError as error:
        # What no command wrote, such as a help text, could not be written.
        return actions.execution.unheard(error, _common(arguments))
    return code if isinstance(code, int) else ExitCode.DONE


def _application(arguments: Sequence[str]) -> typer.Typer:
    """Return the application with the command that is typed alone, as Typer looks into every function that it is given.

    It is whole where none is, and for `help`, which shows any.
    """
    name = arguments[0] if arguments else ""
    if name not in COMMANDS or name == "help":
        return app
    application = copy(app)
    application.registered_commands = [each for each in app.registered_commands if each.name == name]
    application.registered_groups = [each for each in app.registered_groups if each.name == name]
    return application


def _is_text(word: str) -> bool:
    """Return whether a word can be stored and compared; the name of a file may be any bytes, and is neither."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return any(map(os.path.lexists, (word, word.partition("=")[2])))
    return True


def _usage_error(error: typer.TyperException, arguments: Sequence[str]) -> int:
    """Report a wrong command line as documented, in JSON too."""
    return _failure(usage_error(error, arguments, _command(arguments), get_command(app)), arguments)


def _command(arguments: Sequence[str]) -> str | None:
    return next((word for word in arguments if word in COMMANDS), None)


def _failure(error: PayoutsError, arguments: Sequence[str]) -> int:
    """Report what ended the program before or outside a command."""
    return actions.execution.tell(actions.execution.failed(error), _common(arguments))


def _common(arguments: Sequence[str]) -> Common:
    """Read the options that every command has from a command line that may be too wrong for more."""
    common = Common(_command(arguments), json="--json" in arguments, log_format=asked_log_format(arguments))
    common.set_up_logging()
    return common
