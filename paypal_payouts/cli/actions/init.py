"""What `payouts init` does."""

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from paypal_payouts.cli.actions import doctor
from paypal_payouts.cli.actions.execution import execute_without_settings
from paypal_payouts.cli.common import Common
from paypal_payouts.config.checks import ACCOUNT_ACCEPTED
from paypal_payouts.config.credentials import secret_in_file
from paypal_payouts.domain.identity import is_account_name
from paypal_payouts.domain.money import DECIMALS, format_amount, parse_amount
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid, CredentialsMissing, NotConfirmed, UsageError
from paypal_payouts.present.text import visible
from paypal_payouts.verbs import init as verb

_Check = Callable[[str], str | None]
"""Says what an answer must be; None where it is right."""

_NOTHING_WRITTEN: Final = "Nothing was written."


def init(common: Common, *, live: bool, template: Path | None) -> int:
    """Write a configuration and a sample cycle to begin with, an empty input, or what a person answers."""
    configuration = common.config or Path("payouts.toml")
    if live:
        return _live(common, configuration, template)
    if template is not None:
        return execute_without_settings(common, lambda: verb.write_template(template))
    return execute_without_settings(common, lambda: verb.init(configuration=configuration))


def _live(common: Common, configuration: Path, template: Path | None) -> int:
    """Ask, write, and check the installation; the exit code is that of the checks."""
    code = execute_without_settings(common, lambda: _conversation(common, configuration, template))
    if code:
        return code
    _say("Checking the installation, PayPal included: up to half a minute.")
    return doctor.doctor(common)


def _conversation(common: Common, configuration: Path, template: Path | None) -> Finished:
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
    _ask_for_credentials()
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
    return verb.write_live(answers, configuration=configuration)


def _ask_for_credentials() -> None:
    """Ask where PayPal's credentials lie, and let the checks of this process look there."""
    for name, what in (("PAYPAL_CLIENT_ID", "client id"), ("PAYPAL_CLIENT_SECRET", "secret")):
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            _say(f"The {what} is taken from ${name if os.environ.get(name) else f'{name}_FILE'}.")
            continue
        file = _ask(f"File with PayPal's {what}, readable by you alone; empty: later", "", _file_that_is_there)
        if file:
            os.environ[f"{name}_FILE"] = str(Path(file).absolute())
            _say(f"For every later command:\n  export {name}_FILE={shlex.quote(str(Path(file).absolute()))}")
        else:
            _say(f"Before the first command: export {name}_FILE=FILE")


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
        sys.stderr.write(f"{visible(question)}{f' [{default}]' if default else ''}: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise NotConfirmed("The answers ended.", hint=_NOTHING_WRITTEN)
        answer = line.strip() or default
        wrong = check(answer)
        if wrong is None:
            return answer
        _say(f"Expected {wrong}.")


def _say(text: str) -> None:
    sys.stderr.write("".join(f"{visible(line)}\n" for line in text.splitlines()))


def _one_of(*words: str) -> _Check:
    named = ", ".join(filter(None, words))
    return lambda answer: None if answer in words else named


def _account(answer: str) -> str | None:
    return None if is_account_name(answer) else ACCOUNT_ACCEPTED


def _amount(currency: str, *, least_minor: int = 0) -> _Check:
    def check(answer: str) -> str | None:
        try:
            if answer and parse_amount(answer, currency) < least_minor:
                return f"at least {format_amount(least_minor, currency)}, the most that one item may be"
        except ValueError as wrong:
            return str(wrong)
        return None

    return check


def _currencies(answer: str) -> str | None:
    return None if set(answer.split()) <= DECIMALS.keys() else f"some of {' '.join(DECIMALS)}, with blanks between"


def _file_that_is_there(answer: str) -> str | None:
    return None if not answer or Path(answer).is_file() else "the path of a file that is there"


def _secret(answer: str) -> str | None:
    wrong = _file_that_is_there(answer)
    if wrong is None and answer:
        try:
            secret_in_file(Path(answer).absolute(), key="file")
        except CredentialsMissing as error:
            return f"a file that can be used; {error.message}"
    return wrong
