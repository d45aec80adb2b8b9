"""The settings of one invocation: the whole configuration, and what follows from it for a cycle."""

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from pydantic import Field

from paypal_payouts.config.checks import CYCLE
from paypal_payouts.config.sections import MESSAGE_MAX, SUBJECT_MAX, Sections
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.domain.words import GO_THERE
from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.paypal.error_rules import ErrorRules

DEFAULT_FILE: Final = "payouts.toml"

"""What to do where none was found."""


class Settings(Sections):
    """All settings of one invocation, checked; `file` is None where none was found and all are defaults."""

    file: Path | None
    base: Path
    """The folder that relative paths of the configuration start from."""
    names_environment: bool
    """Whether somebody chose where money is paid: a file was found, or a variable names paypal.environment."""
    variables: dict[str, str] = Field(default_factory=dict)
    """The variable of each key that the environment set, by dotted key."""

    def must_name_environment(self) -> None:
        """Let nobody pay in the simulator because the configuration was not found.

        Raises:
            ConfigInvalid: nobody chose where money is paid.

        """
        problem = self.nothing_chosen()
        if problem is None:
            return
        raise ConfigInvalid(
            f"There is no configuration: {problem}.",
            hint=f"Nothing was stored or sent. {GO_THERE} To begin one here: `payouts init`. "
            "PAYOUTS_PAYPAL__ENVIRONMENT alone would do, too.",
            details=[{"file": None, "key": None, "problem": problem}],
        )

    def nothing_chosen(self) -> str | None:
        """Say where a configuration was looked for; None where one was found, or a variable names the environment."""
        if self.names_environment:
            return None
        return f"no {DEFAULT_FILE} in {self.base}, and neither --config nor $PAYOUTS_CONFIG names another file"

    def nothing_here(self) -> str | None:
        """Say that there is neither a configuration nor a database, so that an answer is about nobody's payouts."""
        database = self.database.path
        if self.names_environment or database is None or os.path.lexists(database):
            return None
        name = database.name if database.parent == self.base else database
        return f"There is no {DEFAULT_FILE} in {self.base} and no database {name}: what was paid is not known here."

    def place(self) -> str:
        """Say where was looked, for who finds nothing: which payments, of whom, in which database."""
        database = self.database.path or self.database.masked_url
        return f"environment {self.paypal.environment}, account {self.paypal.account}, database {database}"

    def input_path(self, cycle: str) -> Path:
        """Return the file that a cycle is read from when no other is named."""
        return self.base / self.source.path.replace(CYCLE, cycle)

    def email_subject(self, cycle: str) -> str | None:
        """Return the subject of PayPal's mails for a cycle, None where PayPal chooses.

        Raises:
            ConfigInvalid: where the cycle's name makes it longer than PayPal takes.

        """
        return self._filled("subject", self.email.subject, cycle, SUBJECT_MAX)

    def email_message(self, cycle: str) -> str | None:
        """Return the message in PayPal's mails for a cycle, None where there is none.

        Raises:
            ConfigInvalid: where the cycle's name makes it longer than PayPal takes.

        """
        return self._filled("message", self.email.message, cycle, MESSAGE_MAX)

    def _filled(self, key: str, template: str | None, cycle: str, limit: int) -> str | None:
        text = template and template.replace(CYCLE, cycle)
        if text and len(text) > limit:
            problem = f"{len(text)} characters once {cycle} stands in it; up to {limit} are accepted"
            file = None if self.file is None else str(self.file)
            raise ConfigInvalid(
                f"{file or 'environment'}: email.{key}: {problem}",
                hint="Shorten it; nothing was sent.",
                details=[{"file": file, "key": f"email.{key}", "problem": problem}],
            )
        return text

    def error_rules(self) -> ErrorRules:
        """Return what the file says of PayPal's error codes."""
        return ErrorRules.of(self.retry.errors)

    def retry_policy(self, cycle: str) -> tuple[RetryPolicy, str]:
        """Return the policy of a cycle, and which part of the configuration it comes from; the first match wins."""
        policy = self.retry.over(RetryPolicy())
        for pattern, rules in self.retry.cycles.items():
            if fnmatchcase(cycle, pattern):
                return rules.over(policy), f'retry.cycles."{pattern}"'
        return policy, "retry" if self.retry.model_fields_set - {"cycles", "errors"} else "default"
