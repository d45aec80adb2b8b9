"""A folder with a configuration, and PayPal as a server: what a program that pays is given."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paypal_payouts import Payouts, open_payouts
from paypal_payouts.simulator.core import Simulator

CONFIGURATION = """\
[paypal]
environment = "sandbox"
account = "{account}"
base_url = "{url}"
poll_interval_s = 0.05
poll_timeout_s = 5
[retry]
max_retries = {max_retries}
base_delay_s = {delay_s}
max_delay_s = {delay_s}
[lock]
cooldown_s = 0
"""


@dataclass
class Office:
    """Where programs pay from: a folder for each account, and one PayPal."""

    folder: Path
    simulator: Simulator
    url: str

    def configure(
        self, account: str = "main", *, url: str | None = None, max_retries: int = 0, delay_s: float = 0
    ) -> Path:
        """Write the configuration of an account."""
        folder = self.folder / account
        folder.mkdir(exist_ok=True)
        path = folder / "payouts.toml"
        path.write_text(
            CONFIGURATION.format(account=account, url=url or self.url, max_retries=max_retries, delay_s=delay_s)
        )
        return path

    def open(self, account: str = "main", **settings: Any) -> Payouts:
        """Open an account as a program does."""
        config = self.configure(account, **settings)
        return open_payouts(config, credentials=(f"id-{account}", "secret"), actor="billing", environ={})

    def paid(self) -> dict[str, list[str]]:
        """Ask PayPal's own book who got how much."""
        gone: dict[str, list[str]] = {}
        for payment in self.simulator.book()["payments"]:
            if payment["state"] == "SUCCESS":
                gone.setdefault(payment["receiver"], []).append(f"{payment['amount']} {payment['currency']}")
        return gone
