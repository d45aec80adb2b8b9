"""The commands about the program itself."""

from typing import Annotated, Final, Literal

import typer

from paypal_payouts.cli import actions
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.help_texts import Declared


def help_(
    context: typer.Context,
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND", help="Such as run.", show_default=False)
    ] = None,
) -> int:
    """Show every command, or how to use one, like --help."""
    words = command or []
    group = context.find_root().command
    return actions.program.help_(
        Common.of(context),
        " ".join(words) or None,
        lambda: group.main([*words, "--help"], prog_name="payouts", standalone_mode=False),
    )


def version(context: typer.Context) -> int:
    """Show the versions of the program, and of what it runs on."""
    return actions.version.version(Common.of(context))


def completion(
    context: typer.Context,
    shell: Annotated[
        Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish.", show_default=False)
    ],
) -> int:
    """Show the script by which a shell completes commands, options, cycles and batches."""
    return actions.program.completion(Common.of(context), shell)


COMMANDS: Final[Declared] = {
    help_: (
        "payouts help",
        "payouts help run",
    ),
    version: (
        "payouts version",
        "payouts version --json",
    ),
    completion: (
        "payouts completion bash",
        "payouts completion zsh",
    ),
}
