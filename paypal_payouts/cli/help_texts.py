"""What `--help` shows below the options: two examples for each command, and what the exit codes mean."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from paypal_payouts.errors import ExitCode

EXAMPLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "run": (
            "payouts run 2026-11",
            "payouts run weekly --input weekly.csv --yes --json",
        ),
        "preview": (
            "payouts preview 2026-11",
            "payouts preview 2026-11 --input november.csv --skip-invalid",
        ),
        "approve": (
            "payouts approve 2026-11 --key ~/.ssh/id_ed25519",
            "payouts approve 2026-11 --signature maria.sig",
        ),
        "retry": (
            "payouts retry 2026-11-0001-1",
            "payouts retry 2026-11-0001-1 --failed-items --input corrected.csv",
        ),
        "status": (
            "payouts status --cycle 2026-11 --watch",
            "payouts status --items --state failed --state returned --csv unpaid.csv",
        ),
        "explain": (
            "payouts explain maria@example.com",
            "payouts explain inv-7 --cycle 2026-11 --json",
        ),
        "override": (
            'payouts override 2026-11-0001-1 --to abandoned --reason "not at PayPal"',
            'payouts override inv-7 -c 2026-11 --to failed --reason "ticket PP-4711"',
        ),
        "cancel": (
            'payouts cancel lena --cycle 2026-11 --reason "her address has a typo"',
            'payouts cancel inv-7 -c 2026-11 --close --reason "paid by bank transfer" --yes',
        ),
        "review": (
            "payouts review 2026-11-0001-1",
            "payouts review 2026-11-0001-1 --paypal-batch-id 5UXD2E8A7EBQJ --json",
        ),
        "sync": (
            "payouts sync",
            "payouts sync --paid-within 90 --json",
        ),
        "reconcile": (
            "payouts reconcile --from 2026-11-16 --to 2026-11-22 --activity Download.CSV",
            "payouts reconcile --cycle 2026-11 --json",
        ),
        "report": (
            "payouts report --cycle 2026-11 --html 2026-11.html",
            "payouts report --cycle 2026-11 --books 2026-11.beancount --format beancount",
        ),
        "audit": (
            "payouts audit --cycle 2026-11",
            "payouts audit --verify --json",
        ),
        "locks": (
            "payouts locks",
            "payouts locks --json",
        ),
        "metrics": (
            "payouts metrics --output -",
            "payouts metrics --output /var/lib/node_exporter/textfile/payouts.prom",
        ),
        "unlock": (
            'payouts unlock 2026-11 --reason "host-b has burnt down"',
            'payouts unlock weekly --reason "host-b was reinstalled" --operator maria',
        ),
        "reseal": (
            'payouts reseal --reason "the key was lost with host-b; compared with PayPal"',
            'payouts reseal --reason "copy of 2026-11-01 put back" --operator maria --yes',
        ),
        "archive": (
            "payouts archive --before 2026-01-01",
            "payouts archive --before 2026-01-01 --forget-receivers --yes --json",
        ),
        "doctor": (
            "payouts doctor",
            "payouts doctor --config /srv/payouts/payouts.toml --json",
        ),
        "config": (
            "payouts config show",
            "payouts config check --config /srv/payouts/payouts.toml",
        ),
        "notify": (
            "payouts notify --test",
            "payouts notify --test --json",
        ),
        "init": (
            "payouts init",
            "payouts init --live --config /srv/payouts/payouts.toml",
        ),
        "help": (
            "payouts help",
            "payouts help run",
        ),
        "version": (
            "payouts version",
            "payouts version --json",
        ),
        "completion": (
            "payouts completion bash",
            "payouts completion zsh",
        ),
        "simulator": (
            "payouts simulator serve --port 8000",
            "payouts simulator serve --port 8000 --book simulator.book",
        ),
    }
)
"""Two command lines for each command."""


def examples(command: str) -> str:
    """Return the examples of a command, as they stand below its options."""
    return "\n".join(["Examples:", *(f"  {example}" for example in EXAMPLES[command])])


def exit_codes() -> str:
    """Return the exit codes, one on each line."""
    return "\n".join(["Exit codes:", *(f"  {code:>3}  {code.meaning}" for code in ExitCode)])
