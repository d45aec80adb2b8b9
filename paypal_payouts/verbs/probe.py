"""`doctor --probe`: experiments that only PayPal's sandbox can answer, recorded to a file; the database is not touched.

Every `sender_batch_id` begins with `probe-` and the word of the probe, so that none of them is ever that of a cycle.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct

from paypal_payouts.domain.identity import Environment
from paypal_payouts.domain.probe import Experiment, ProbeReport, ProbeStep, StepEnd
from paypal_payouts.domain.progress import Progress
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid, ExitCode, InputInvalid
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.verbs.probe_engine import ProbeRun
from paypal_payouts.verbs.probe_experiments import EXPERIMENTS
from paypal_payouts.verbs.probe_file import ProbeFile

_OPTIONS: Final = {
    "{receiver}": "--receiver",
    "{payee_id}": "--payee-id",
    "{own_address}": "--own-address",
    "{alias}": "--alias",
    "{big}": "--big",
    "{topped_up}": "--topped-up",
}


class ProbeQuery(Struct, frozen=True):
    """What is asked for."""

    file: Path
    continues: bool
    """Make the later looks of a probe that was made before, and nothing else."""
    named: Mapping[str, str]
    """The receivers that are named, by how the experiments write them."""
    agreed: frozenset[str]
    """The experiments that move more than a little, and were asked for: `{big}`, `{topped_up}`."""


def refuse_elsewhere(environment: Environment) -> None:
    """Refuse to probe anything but the sandbox.

    Raises:
        ConfigInvalid: `environment` is another one.

    """
    if environment == "sandbox":
        return
    hint = (
        "Real money would move."
        if environment == "live"
        else 'To rehearse: `payouts simulator serve`, with environment = "sandbox" and its address as paypal.base_url.'
    )
    raise ConfigInvalid(
        f"`doctor --probe` runs in PayPal's sandbox alone, and paypal.environment is {environment}.",
        hint=f"Nothing was sent. {hint}",
    )


def probe(
    query: ProbeQuery,
    *,
    environment: Environment,
    base_url: str,
    open_paypal: Callable[[], PayPalClient],
    now: Callable[[], datetime],
    pause: Callable[[float], None],
    progress: Progress,
) -> Finished:
    """Make every experiment that is due and not on record; exit 6 where PayPal ended it early.

    Raises:
        ConfigInvalid: this is not the sandbox, or the file cannot be written.
        InputInvalid: the file is that of something else, or there is none to continue.

    """
    refuse_elsewhere(environment)
    paypal = open_paypal()
    hidden = {**query.named, "{client_id}": paypal.client_id}
    file = ProbeFile.read(query.file, base_url=base_url, hidden=hidden)
    if file is None and query.continues:
        raise InputInvalid(
            f"{query.file} is not there.", hint="Nothing was sent. --continue needs the file of a probe."
        )
    file = file or ProbeFile.begun(query.file, word=secrets.token_hex(4), base_url=base_url, now=now(), hidden=hidden)
    try:
        file.save()
        stopped = ProbeRun(file, paypal, query.named, now=now, pause=pause, progress=progress).run(
            _due(file, query, now())
        )
    except OSError as error:
        raise ConfigInvalid(
            f"{query.file} cannot be written: {error.strerror or error}.", hint="Name another file with --output."
        ) from error
    report = ProbeReport(str(query.file), [*_steps(file, query, now())], stopped, _later(file, now()))
    return Finished(report, ExitCode.DONE if stopped is None else ExitCode.NOT_FINISHED)


def _lacking(experiment: Experiment, query: ProbeQuery) -> list[str]:
    return [_OPTIONS[each] for each in experiment.needs if each not in {*query.named, *query.agreed}]


def _due(file: ProbeFile, query: ProbeQuery, now: datetime) -> list[Experiment]:
    age_s = (now - file.begun_at).total_seconds()
    return [
        each
        for each in EXPERIMENTS
        if (each.from_s > 0) is query.continues and each.from_s <= age_s < each.until_s and not _lacking(each, query)
    ]


def _steps(file: ProbeFile, query: ProbeQuery, now: datetime) -> Iterator[ProbeStep]:
    """Show what is on record, and why the rest is not."""
    for experiment in EXPERIMENTS:
        begins = file.begun_at + timedelta(seconds=experiment.from_s)
        lacking = _lacking(experiment, query)
        if lacking:
            why = f"needs {' and '.join(lacking)}"
        elif now < begins:
            why = f"from {begins:%Y-%m-%d %H:%M} UTC on, with --continue"
        elif (now - file.begun_at).total_seconds() >= experiment.until_s:
            why = "its days are over"
        else:
            why = "waits for --continue" if experiment.from_s else "not reached"
        for step in experiment.steps:
            if file.is_done(step):
                yield file.step_of(experiment, step)
            else:
                yield ProbeStep(experiment.name, step.name, step.expected, why, StepEnd.LEFT_OUT)


def _later(file: ProbeFile, now: datetime) -> datetime | None:
    """Return when the next look is due that is not on record."""
    coming = [
        file.begun_at + timedelta(seconds=each.from_s)
        for each in EXPERIMENTS
        if each.from_s > 0
        and (now - file.begun_at).total_seconds() < each.until_s
        and not all(map(file.is_done, each.steps))
    ]
    return min(coming, default=None)
