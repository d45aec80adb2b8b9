"""`init`: a commented configuration and a sample cycle, to begin with; what exists is left as it is."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import Final, Literal, NamedTuple

from msgspec import Struct, field

from paypal_payouts.config.settings import DEFAULT_FILE
from paypal_payouts.domain.identity import Environment, is_cycle_name
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


class Answers(Struct, frozen=True):
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


def init(*, configuration: Path, environment: Callable[[], Environment | None]) -> Finished:
    """Write the configuration, and beside it the sample cycle where nothing but the embedded simulator pays it.

    `environment` is what a command finds once the configuration is there; None: it cannot be used.

    Raises:
        ConfigInvalid: the folder cannot be written.

    """
    wrote = _write({configuration: _example()})
    sample = configuration.parent / "cycles" / f"{EXAMPLE_NAME}.csv"
    found = environment()
    if found == "simulator":
        wrote = _write({sample: EXAMPLE_CYCLE}, wrote)
    return Finished(InitReport(*wrote, _first_step(configuration, sample, found)))


def _first_step(configuration: Path, sample: Path, environment: Environment | None) -> Advice:
    """Say of no cycle that nobody is paid by it, unless that is so."""
    if environment is None:
        return Advice(
            f"{configuration} cannot be used as it is, so there is no sample cycle. What is wrong:",
            "payouts config check",
        )
    is_ours = _is_the_sample(sample)
    if environment == "simulator":
        if is_ours:
            return Advice(
                "The sample cycle runs against the embedded simulator; nobody is paid:", f"payouts run {EXAMPLE_NAME}"
            )
        return Advice(f"{sample} is not the sample. To see what it would pay:", f"payouts preview {EXAMPLE_NAME}")
    pays = "be paid with real money" if environment == "live" else "go to PayPal"
    where = f"The environment here is {environment.upper()}: a sample cycle would {pays}"
    sample_is = f". Remove {sample}, which is one" if is_ours else ", so none was written"
    return Advice(f"{where}{sample_is}. Once a cycle has its file, to see what is paid:", "payouts preview NAME")


def _is_the_sample(file: Path) -> bool:
    try:
        return file.read_bytes() == EXAMPLE_CYCLE.encode("utf-8")
    except OSError:  # not there, or not to be read: then nobody may be led to pay it
        return False


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
    return Finished(InitReport(*_write(texts), step))


class _Files(NamedTuple):
    written: Sequence[str] = ()
    kept: Sequence[str] = ()


_NO_FILES: Final = _Files()


def _write(texts: Mapping[Path, str], so_far: _Files = _NO_FILES) -> _Files:
    written, kept = list(so_far.written), list(so_far.kept)
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
    return _Files(written, kept)
