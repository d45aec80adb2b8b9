"""What `payouts init` does."""

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from paypal_payouts.cli.actions import doctor
from paypal_payouts.cli.actions.execution import execute_without_settings
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.terminal import width
from paypal_payouts.config.checks import ACCOUNT_ACCEPTED
from paypal_payouts.config.credentials import CLIENT_ID, CLIENT_SECRET, secret_in_file
from paypal_payouts.config.environment import CONFIG_VARIABLE
from paypal_payouts.context.process import settings_here
from paypal_payouts.domain.identity import Environment, is_account_name
from paypal_payouts.domain.money import DECIMALS, format_amount, parse_amount
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid, CredentialsMissing, NotConfirmed, UsageError
from paypal_payouts.present.text import filled, visible
from paypal_payouts.verbs import init as verb

_Check = Callable[[str], str | None]
"""Says in a sentence what an answer must be; None where it is right."""

_NOTHING_WRITTEN: Final = "Nothing was written."


def init(common: Common, *, live: bool, template: Path | None) -> int:
    """Write a configuration and a sample cycle to begin with, an empty input, or what a person answers."""
    configuration = common.config or Path("payouts.toml")
    if live:
        return _live(common, configuration, template)
    if template is not None:
        return execute_without_settings(common, lambda: verb.write_template(template))
    # Without --config the next command would read what this variable names, and not what was written here.
    if common.config is None and CONFIG_VARIABLE in os.environ:
        common = replace(common, config=configuration)
    return execute_without_settings(
        common, lambda: verb.init(configuration=configuration, environment=lambda: _environment(configuration))
    )


def _environment(configuration: Path) -> Environment | None:
    """Return the environment by which a command works that reads this configuration; None where it reads none."""
    try:
        return settings_here(configuration).paypal.environment
    except ConfigInvalid:
        return None


def _live(common: Common, configuration: Path, template: Path | None) -> int:
    """Ask, write, and check the installation; the exit code is that of the checks."""
    variables: dict[str, str] = {}
    code = execute_without_settings(common, lambda: _conversation(common, configuration, template, variables))
    if code:
        return code
    _say("Checking the installation, PayPal included: up to half a minute.")
    code = doctor.doctor(common)
    _say_what_follows(common, variables, code)
    return code


def _say_what_follows(common: Common, variables: Mapping[str, str], code: int) -> None:
    """End with everything that is to be typed from now on: what was said before the checks has scrolled away."""
    if variables:
        _say("\nIn each new shell, and in cron's crontab without `export`, first:")
        for name, file in variables.items():
            _say(f"  export {name}={file}")
    check, preview = (common.as_typed.command(each) for each in ("payouts doctor", "payouts preview NAME"))
    if code:
        _say(f"\nOnce what failed is put right:\n  {check}")
    _say(f"\n{'And then, to' if code else 'To'} see the plan of cycle NAME, which sends nothing:\n  {preview}")


def _conversation(
    common: Common, configuration: Path, template: Path | None, variables: dict[str, str]
) -> Finished | None:
    """Ask, and write what was answered; `variables` gets what later commands need of the environment."""
    if common.json or template is not None:
        raise UsageError(
            "--live is a conversation, without --json and --template.", hint=f"{_NOTHING_WRITTEN} `payouts init --live`"
        )
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NotConfirmed(
            "--live asks, and there is no terminal to ask on.",
            hint=f"{_NOTHING_WRITTEN} `payouts init` writes a configuration to edit.",
        )
    if configuration.exists() or configuration.is_symlink():
        raise ConfigInvalid(
            f"{configuration} is there already.",
            hint=f"{_NOTHING_WRITTEN} Edit it and type `payouts doctor`, or name another file with --config.",
        )
    _say("This asks for what a first real payment needs, and sends nothing.")
    environment = _ask("sandbox or live (live moves real money)", "sandbox", _one_of("sandbox", "live"))
    account = _ask("Name of the paying account, for good", "main", _account)
    variables |= _ask_for_credentials()
    max_item, max_cycle = _ask_for_limits()
    new_receiver = _ask("Where a payee's address has changed: warn or refuse", "refuse", _one_of("warn", "refuse"))
    notified = _ask(
        "File with the Apprise URL of who is told how a run ends, readable by you alone; empty: nobody", "", _secret
    )
    signers = _ask("File of who must approve (allowed_signers); empty: nobody", "", _file_that_is_there)
    answers = verb.Answers(
        environment="live" if environment == "live" else "sandbox",
        account=account,
        max_item=max_item,
        max_cycle=max_cycle,
        new_receiver="warn" if new_receiver == "warn" else "refuse",
        notified=str(Path(notified).absolute()) if notified else None,
        signers=str(Path(signers).absolute()) if signers else None,
    )
    verb.write_live(answers, configuration=configuration)
    _say(f"Written: {configuration}.")
    own = verb.own_files(configuration)
    if own is not None:
        _say(f"Its database, lock folder and key are its own: {', '.join(own)}.")
    return None


def _ask_for_credentials() -> dict[str, str]:
    """Ask where PayPal's credentials lie, let our checks look there, and return what shells must set."""
    variables = dict[str, str]()
    for name, what in ((CLIENT_ID, "client id"), (CLIENT_SECRET, "secret")):
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            _say(f"The {what} is taken from ${name if os.environ.get(name) else f'{name}_FILE'}.")
            continue
        file = _ask(f"File with PayPal's {what}, readable by you alone; empty: later", "", _credential)
        if file:
            os.environ[f"{name}_FILE"] = str(Path(file).absolute())
        variables[f"{name}_FILE"] = shlex.quote(str(Path(file).absolute())) if file else "FILE"
    return variables


def _ask_for_limits() -> tuple[dict[str, str], dict[str, str]]:
    """Ask, for each currency that is paid, for the most that an item and a cycle may be."""
    answer = _ask(
        "Currencies of your payouts, for limits, such as EUR USD; any other has none; Enter alone: no limits at all",
        "",
        _currencies,
    )
    max_item, max_cycle = dict[str, str](), dict[str, str]()
    for currency in dict.fromkeys(answer.split()):
        item = _ask(f"The most that one item may be, in {currency}; Enter alone: any amount", "", _amount(currency))
        least = parse_amount(item, currency) if item else 0
        cycle = _ask(
            f"The most that one cycle may be, in {currency}; Enter alone: any amount",
            "",
            _amount(currency, least_minor=least),
        )
        max_item |= {currency: item} if item else {}
        max_cycle |= {currency: cycle} if cycle else {}
    return max_item, max_cycle


def _ask(question: str, default: str, check: _Check) -> str:
    """Ask until an answer is right.

    Raises:
        NotConfirmed: there are no more answers.

    """
    while True:
        lines = filled(f"{visible(question)}{f' [{default}]' if default else ''}:", width(sys.stderr) - 1, indent=0)
        sys.stderr.write("\n".join(lines) + " ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise NotConfirmed("The answers ended.", hint=_NOTHING_WRITTEN)
        answer = line.strip() or default
        wrong = check(answer)
        if wrong is None:
            return answer
        _say(wrong)


def _say(text: str) -> None:
    """Write prose, broken at blanks; a line that begins with a blank is to be copied, and never broken."""
    for line in map(visible, text.split("\n")):
        lines = [line] if line.startswith(" ") else filled(line, width(sys.stderr), indent=0)
        sys.stderr.write("".join(f"{each}\n" for each in lines or [""]))


def _one_of(*words: str) -> _Check:
    named = ", ".join(filter(None, words))
    return lambda answer: None if answer in words else f"Expected {named}."


def _account(answer: str) -> str | None:
    return None if is_account_name(answer) else f"Expected {ACCOUNT_ACCEPTED}."


def _amount(currency: str, *, least_minor: int = 0) -> _Check:
    def check(answer: str) -> str | None:
        try:
            if answer and parse_amount(answer, currency) < least_minor:
                return f"Expected at least {format_amount(least_minor, currency)}, the most that one item may be."
        except ValueError as wrong:
            return f"Expected {wrong}."
        return None

    return check


def _currencies(answer: str) -> str | None:
    if set(answer.split()) <= DECIMALS.keys():
        return None
    return f"Expected some of {' '.join(DECIMALS)}, with blanks between."


def _file_that_is_there(answer: str) -> str | None:
    return None if not answer or Path(answer).is_file() else "Expected the path of a file that is there."


def _secret(answer: str) -> str | None:
    wrong = _file_that_is_there(answer)
    if wrong is None and answer:
        try:
            secret_in_file(Path(answer).absolute(), key="file")
        except CredentialsMissing as error:
            return f"That file cannot be used. {error.message.removeprefix('file: ').rstrip('.')}."
    return wrong


def _credential(answer: str) -> str | None:
    """Check a file with one of PayPal's credentials: the other one lies in a file of its own."""
    wrong = _secret(answer)
    if wrong is None and answer and (other := os.environ.get(f"{CLIENT_ID}_FILE")):
        with suppress(OSError):
            if Path(answer).samefile(other):
                return f"That is the file with the client id, {other}. The secret is in a file of its own."
    return wrong
