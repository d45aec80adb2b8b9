"""An operator's folder, the real command in a process of its own, and the simulator as a server."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paypal_payouts.private import create_private
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.words import OUT

if TYPE_CHECKING:
    from support.forks import Fork

HEADER = "item_id,receiver,amount,currency\n"

QUICK = """\
[paypal]
environment = "sandbox"
base_url = "{url}"
timeout_s = {timeout_s}
poll_interval_s = 0.05
poll_timeout_s = {poll_timeout_s}
[database]
url = "{database_url}"
[retry]
max_retries = {max_retries}
base_delay_s = 0
[lock]
cooldown_s = {cooldown_s}
{more}
"""
"""A configuration for tests: everything real but the waiting."""

_READ_BY_THE_PROGRAM = re.compile(
    r"PATH|HOME|PAYPAL_\w+|PAYOUTS_\w+|PG\w+|OPS_URL|_PAYOUTS_COMPLETE|COMP_\w+|COLUMNS|NO_COLOR|TERM"
)
"""Variables that are read when they are needed; all others may be Python's own, which reads them once, at its start."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        document: dict[str, Any] = json.loads(self.stdout)
        assert document["exit_code"] == self.code, document
        return document

    @property
    def result(self) -> Any:
        return self.document["result"]

    @property
    def error_code(self) -> str | None:
        error = self.document["error"]
        return None if error is None else error["code"]


@dataclass
class Site:
    """A folder with a configuration, from which commands are run as an operator or cron runs them."""

    folder: Path
    database_url: str
    simulator: Simulator
    url: str
    settings: dict[str, Any] = field(default_factory=dict)
    forks: "Iterator[Fork] | None" = None
    """Where commands come from, one after the other; without, Python is started for each."""

    def __post_init__(self) -> None:
        self.configure()

    def configure(self, **settings: Any) -> None:
        """Write the configuration, with these changes from now on."""
        self.settings |= settings
        known = {"timeout_s": 10, "poll_timeout_s": 5, "max_retries": 0, "cooldown_s": 0, "more": ""}
        filled = {"url": self.url, "database_url": self.database_url, **known, **self.settings}
        (self.folder / "payouts.toml").write_text(QUICK.format(**filled))

    def write(self, cycle: str, rows: Sequence[str], *, header: str = HEADER) -> Path:
        """Write the file of a cycle."""
        path = self.folder / "cycles" / f"{cycle}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(header + "".join(f"{row}\n" for row in rows))
        return path

    def take_key_of(self, other: "Site") -> None:
        """Copy the seal key of another machine that uses the same database, as an operator does."""
        create_private(self.folder / ".payouts.key", (other.folder / ".payouts.key").read_bytes())

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment that cron would, and the credentials."""
        return {"PATH": os.defpath, "PAYPAL_CLIENT_ID": "id", "PAYPAL_CLIENT_SECRET": "s3cret-canary", **more}

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a command and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "paypal_payouts", *arguments],
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def afresh(self) -> "Site":
        """The same site, where each command has a Python of its own: its start is part of what is tested."""
        site = copy(self)
        site.forks = None
        return site

    def run_changed(self, before: str, *arguments: str, **environment: str) -> Ended:
        """Run a command in a process that first runs some Python, which changes the program."""
        assert self.forks is not None
        return next(self.forks).run(self, *arguments, environment=environment, before=before)

    def run(self, *arguments: str, stdin: str | None = None, **environment: str) -> Ended:
        """Run a command to its end."""
        if self.forks is None or stdin is not None or not all(map(_READ_BY_THE_PROGRAM.fullmatch, environment)):
            ended = self._run_afresh(arguments, stdin, environment)
        else:
            ended = next(self.forks).run(self, *arguments, environment=environment)
        assert "Traceback" not in ended.stderr, ended.stderr
        assert "s3cret-canary" not in ended.stdout + ended.stderr
        return ended

    def _run_afresh(self, arguments: Sequence[str], stdin: str | None, environment: dict[str, str]) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "paypal_payouts", *arguments],
            cwd=self.folder,
            env=self.environment(**environment),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def json(self, *arguments: str, **more: Any) -> Ended:
        """Run a command with --json; its output must be one document."""
        ended = self.run(*arguments, "--json", **more)
        assert ended.document["schema"] == 1
        return ended

    def paid(self) -> dict[str, list[str]]:
        """Ask PayPal's own book who got money, by receiver."""
        gone: dict[str, list[str]] = {}
        for payment in self.simulator.book()["payments"]:
            if payment["state"] in OUT:
                gone.setdefault(payment["receiver"], []).append(f"{payment['amount']} {payment['currency']}")
        return gone

    def posts(self) -> int:
        """Count the POSTs of money that reached PayPal."""
        return sum(
            request["method"] == "POST" and request["path"].endswith("/payments/payouts")
            for request in self.simulator.requests()
        )
