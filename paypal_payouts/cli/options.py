"""The options that several commands share, and those whose ranges the configuration has too, declared once."""

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from paypal_payouts.cli.completion import complete_batches, complete_cycles, complete_names, complete_states
from paypal_payouts.domain import ranges
from paypal_payouts.errors import UsageError
from paypal_payouts.present.commands import Typed
from paypal_payouts.verbs.arguments import checked_cycle

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
FirstDay = Annotated[
    datetime | None,
    typer.Option("--from", metavar="DATE", formats=["%Y-%m-%d"], help="The first day, such as 2026-11-16, in UTC."),
]
LastDay = Annotated[
    datetime | None,
    typer.Option("--to", metavar="DATE", formats=["%Y-%m-%d"], help="The last day; it counts, too."),
]
CsvFormat = Annotated[
    Literal["csv"] | None,
    typer.Option("--format", help="Write the rows as CSV to standard output, for a spreadsheet.", show_default=False),
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
AcceptNewReceivers = Annotated[
    bool,
    typer.Option(
        "--accept-new-receivers",
        help="Pay payees at a new receiver, in spite of guard.new_receiver: you asked each. Audited.",
    ),
]
Canary = Annotated[
    int | None,
    typer.Option(
        "--canary",
        metavar="N",
        min=ranges.CANARY.least,
        max=ranges.CANARY.greatest,
        help="Send N new items of each currency first; the rest only once PayPal's final word on them is good.",
    ),
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
        help="Only this batch, by our id or PayPal's; or only this cycle.",
        show_default=False,
        autocompletion=complete_names,
    ),
]
States = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help="Only items of this state, such as failed, or with money that the totals call so: paid, unpaid, open, "
        "unknown, closed. May be given again.",
        show_default=False,
        autocompletion=complete_states,
    ),
]
RefusedPayees = Annotated[
    bool,
    typer.Option("--refused-payees", help="List the payees whom PayPal refuses until they act, across all cycles."),
]
MaxRetries = Annotated[
    int | None,
    typer.Option(
        "--max-retries",
        metavar="N",
        min=ranges.MAX_RETRIES.least,
        max=ranges.MAX_RETRIES.greatest,
        help="Instead of retry.max_retries.",
    ),
]
BaseDelay = Annotated[
    float | None,
    typer.Option(
        "--base-delay",
        metavar="S",
        min=ranges.BASE_DELAY_S.least,
        max=ranges.BASE_DELAY_S.greatest,
        help="Instead of retry.base_delay_s, in seconds.",
    ),
]
MaxDelay = Annotated[
    float | None,
    typer.Option(
        "--max-delay",
        metavar="S",
        min=ranges.MAX_DELAY_S.least,
        max=ranges.MAX_DELAY_S.greatest,
        help="Instead of retry.max_delay_s, in seconds.",
    ),
]


def named_cycle(name: str | None, option: str | None) -> str:
    """Return the cycle that CYCLE or --cycle names.

    Raises:
        UsageError: neither names one, both name different ones, or what is given cannot name a cycle.

    """
    if name is not None and option is not None and name != option:
        raise UsageError(
            f"Two cycles are named, {name} and --cycle {option}.", hint="Nothing was sent. Name one of them."
        )
    named = option if name is None else name
    if named is None:
        raise UsageError(
            "No cycle is named.",
            hint="Nothing was sent. Give its name: `payouts` names a file that was never sent, `payouts status` lists "
            "the cycles that are stored.",
        )
    return checked_cycle(named)


def must_be_alone(option: str, context: typer.Context, *, but: Collection[str]) -> None:
    """Refuse what is given beside an option that answers a question of its own; `but` names what may be.

    Raises:
        UsageError: naming it.

    """
    given = [
        parameter.opts[0] if parameter.param_type_name == "option" else str(parameter.metavar)
        for parameter in context.command.params
        if parameter.name not in but and context.params.get(str(parameter.name))
    ]
    if given:
        raise UsageError(
            f"{option} looks at every cycle, without {' and '.join(given)}.", hint="Nothing was sent. Leave it out."
        )


@dataclass(frozen=True, slots=True)
class PaymentOptions:
    """What `run` and `preview` are asked: the cycle, its input, and what is allowed."""

    name: str | None
    """CYCLE, as an argument."""
    option: str | None
    """--cycle"""
    source: str | None
    expect_digest: str | None = None
    _: KW_ONLY
    skip_invalid: bool
    append: bool
    allow_duplicate: bool
    accept_new_receivers: bool = False
    canary: int | None = None

    @property
    def _flags(self) -> Mapping[str, bool]:
        return {
            "--skip-invalid": self.skip_invalid,
            "--append": self.append,
            "--allow-duplicate": self.allow_duplicate,
        }

    @property
    def _flags_of_run(self) -> Mapping[str, bool]:
        canary = {} if self.canary is None else {f"--canary {self.canary}": True}
        return {"--accept-new-receivers": self.accept_new_receivers, **canary}

    @property
    def typed(self) -> Typed:
        """What a command that is printed needs of these."""
        flags = tuple(flag for flag, given in self._flags.items() if given)
        of_run = tuple(flag for flag, given in self._flags_of_run.items() if given)
        return Typed(cycle=self.name or self.option, source=self.source, flags=flags, run_flags=of_run)

    @property
    def cycle(self) -> str:
        """The cycle, as `named_cycle` finds it."""
        return named_cycle(self.name, self.option)

    def must_be_empty(self, *, dry_run: bool) -> None:
        """Refuse what is given beside `run --open`: it is about every cycle, and reads no input.

        Raises:
            UsageError: naming it.

        """
        given = {
            "CYCLE": self.name,
            "--cycle": self.option,
            "--input": self.source,
            "--expect-digest": self.expect_digest,
            **self._flags,
            **self._flags_of_run,
            "--dry-run": dry_run,
        }
        wrong = [name for name, value in given.items() if value not in (None, False)]
        if wrong:
            raise UsageError(
                f"--open continues every cycle from what is stored, without {' and '.join(wrong)}.",
                hint="Nothing was sent. Leave it out, or name one cycle without --open.",
            )
