"""`init`: a commented configuration and a sample cycle, to begin with; what exists is left as it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import Final, Literal, NamedTuple

from paypal_payouts.config.settings import DEFAULT_FILE
from paypal_payouts.domain.identity import is_cycle_name
from paypal_payouts.domain.report import Finished, InitReport
from paypal_payouts.domain.steps import Advice
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.intake.rows import COLUMNS
from paypal_payouts.private import private_directory, write_private
from paypal_payouts.verbs.export import check_names_file

EXAMPLE_CYCLE: Final = """\
item_id,receiver,amount,currency,note
maria-2026-11,maria@example.com,1250.50,USD,November
jonas-2026-11,jonas@example.com,980.00,EUR,November
aiko-2026-11,aiko@example.com,150000,JPY,November
"""
"""The sample cycle: three payees whom the simulator pays."""
EXAMPLE_NAME: Final = "example"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a first real payment needs, as a person answered."""

    environment: Literal["sandbox", "live"]
    account: str
    max_item: Mapping[str, str] = field(default_factory=dict)
    """By currency, as amounts are written; empty: no limit."""
    max_cycle: Mapping[str, str] = field(default_factory=dict)
    new_receiver: Literal["warn", "refuse"] = "warn"
    notified: str | None = None
    """The file that holds the URL of who is notified: cron has no variables. None: nobody is."""
    signers: str | None = None
    """The file of those who approve; None: nobody has to."""


class OwnFiles(NamedTuple):
    """What each environment and account needs for itself, beside its configuration."""

    database: str
    lock_directory: str
    key: str


def init(*, configuration: Path) -> Finished:
    """Write the configuration, and the sample cycle beside it.

    Raises:
        ConfigInvalid: the folder cannot be written.

    """
    texts = {configuration: _example(), configuration.parent / "cycles" / f"{EXAMPLE_NAME}.csv": EXAMPLE_CYCLE}
    step = Advice(
        "The sample cycle runs against the embedded simulator; nobody is paid:", f"payouts run {EXAMPLE_NAME}"
    )
    return _written(texts, step)


def write_template(file: Path) -> Finished:
    """Write an empty input that has every column; a file that exists is left as it is.

    Raises:
        UsageError: it names no file.
        ConfigInvalid: it is a folder, or cannot be written.

    """
    check_names_file(file)
    if file.is_dir():
        raise ConfigInvalid(f"{file} is a folder.", hint="Nothing was written. Name a file.")
    cycle = file.stem if is_cycle_name(file.stem) else "NAME"
    step = Advice("Once it has its rows:", f"payouts preview --cycle {cycle} --input {quote(str(file))}")
    return _written({file: f"{','.join(COLUMNS)}\n"}, step)


def write_live(answers: Answers, *, configuration: Path) -> Finished:
    """Write the configuration that was asked for, and no sample cycle: it would be paid.

    Raises:
        ConfigInvalid: the folder cannot be written.

    """
    values = {
        'environment = "simulator"': f'environment = "{answers.environment}"',
        'account = "main"': f'account = "{answers.account}"',
        "# max_item = ": f"max_item = {_table(answers.max_item)}" if answers.max_item else "",
        "# max_cycle = ": f"max_cycle = {_table(answers.max_cycle)}" if answers.max_cycle else "",
        'new_receiver = "warn"': f'new_receiver = "{answers.new_receiver}"',
        'required = "never"': f'required = "{_required(answers)}"' if answers.signers else "",
        "# signers = ": f"signers = {json.dumps(answers.signers)}" if answers.signers else "",
    }
    own = own_files(configuration)
    if own is not None:
        # Another configuration of the folder has those of the defaults.
        values |= {
            "url = ": f'url = "sqlite:///{own.database}"',
            "directory = ": f'directory = "{own.lock_directory}"',
            "key_file = ": f'key_file = "{own.key}"',
        }
    lines = [_answered(line, values) for line in _example().splitlines()]
    if answers.notified:
        lines += ["", "[[notify.targets]]", 'name = "on call"', f"url_file = {json.dumps(answers.notified)}"]
    step = Advice("To see the plan of cycle NAME, which sends nothing:", "payouts preview NAME")
    return _written({configuration: "".join(f"{line}\n" for line in lines)}, step)


def own_files(configuration: Path) -> OwnFiles | None:
    """Name the files of a configuration that does not have the usual name; None: those of the defaults.

    So that a second configuration in a folder shares no database, no lock and no sent log with the first.
    """
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", configuration.stem).strip("-")
    return None if not name or f"{name}.toml" == DEFAULT_FILE else OwnFiles(f"{name}.db", f".{name}", f".{name}.key")


def _example() -> str:
    return files("paypal_payouts").joinpath("payouts.toml").read_text(encoding="utf-8")


def _answered(line: str, values: Mapping[str, str]) -> str:
    """Put an answer in the place of the line that it is about, with the comment that explains the key."""
    for begin, value in values.items():
        if value and line.startswith(begin):
            _, mark, words = line.removeprefix("# ").partition("#")
            return f"{value}  {mark}{words}" if mark else value
    return line


def _required(answers: Answers) -> str:
    return "live" if answers.environment == "live" else "always"


def _table(amounts: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{currency} = {json.dumps(amount)}' for currency, amount in amounts.items())} }}"


def _written(texts: Mapping[Path, str], step: Advice) -> Finished:
    written, kept = [], []
    for path, text in texts.items():
        if path.exists() or path.is_symlink():
            kept.append(str(path))
            continue
        try:
            private_directory(path.parent)
            write_private(path, text.encode("utf-8"))
        except OSError as error:
            raise ConfigInvalid(
                f"{path} cannot be written: {error.strerror}.",
                hint=f"Let this user write the folder {path.parent.absolute()}, or name another file with --config.",
            ) from error
        written.append(str(path))
    return Finished(InitReport(written, kept, step))
