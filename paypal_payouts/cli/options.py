"""The options that several commands share, declared once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from paypal_payouts.cli.completion import complete_batches, complete_cycles, complete_states

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", help="The configuration. Default: $PAYOUTS_CONFIG, else ./payouts.toml."),
]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to stdout.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell more, on stderr.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Tell errors only.")]

LogFormat = Annotated[
    Literal["text", "json"] | None,
    typer.Option("--log-format", help="How the log on stderr is written. Default: log.format.", show_default=False),
]

CycleName = Annotated[
    str | None,
    typer.Argument(
        metavar="CYCLE",
        help="The name of the cycle, such as 2026-11; or give --cycle.",
        show_default=False,
        autocompletion=complete_cycles,
    ),
]
CycleOption = Annotated[
    str | None,
    typer.Option(
        "--cycle",
        "-c",
        metavar="CYCLE",
        help="The name of the cycle, where it is not given as CYCLE.",
        show_default=False,
        autocompletion=complete_cycles,
    ),
]
Cycle = Annotated[
    str,
    typer.Option(
        "--cycle",
        "-c",
        metavar="CYCLE",
        help="The name of the cycle, such as 2026-11.",
        autocompletion=complete_cycles,
    ),
]
CycleFilter = Annotated[
    str | None,
    typer.Option("--cycle", "-c", metavar="CYCLE", help="Only this cycle.", autocompletion=complete_cycles),
]
Input = Annotated[
    str | None,
    typer.Option("--input", metavar="FILE", help="The cycle's file; - is standard input. Default: source.path."),
]
SkipInvalid = Annotated[bool, typer.Option("--skip-invalid", help="Leave bad rows out: `run` ends with exit 5 then.")]
Append = Annotated[bool, typer.Option("--append", help="Allow rows that are new in a cycle which has batches.")]
AllowDuplicate = Annotated[
    bool, typer.Option("--allow-duplicate", help="Allow a copy of another cycle or of this one.")
]
SameAccount = Annotated[
    bool,
    typer.Option("--same-account", help="Say, once, that new credentials are of the same PayPal account. Audited."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer the question with yes.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until PayPal has finished.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why: at least ten characters. Kept for ever.")]
Operator = Annotated[
    str | None, typer.Option("--operator", metavar="NAME", help="Who decides, kept beside the system user.")
]
Batch = Annotated[
    str,
    typer.Argument(
        metavar="BATCH",
        help="A batch, by our id or PayPal's.",
        show_default=False,
        autocompletion=complete_batches,
    ),
]
BatchOfRetry = Annotated[
    str | None,
    typer.Argument(
        metavar="BATCH",
        help="A batch, by our id or PayPal's; or --cycle for all of a cycle.",
        show_default=False,
        autocompletion=complete_batches,
    ),
]
BatchFilter = Annotated[
    str | None,
    typer.Argument(
        metavar="BATCH",
        help="Only this batch, by our id or PayPal's.",
        show_default=False,
        autocompletion=complete_batches,
    ),
]
States = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help="Only items of this state, such as failed; may be given again.",
        show_default=False,
        autocompletion=complete_states,
    ),
]
