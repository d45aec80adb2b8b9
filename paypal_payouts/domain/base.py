"""What the reports of all commands have in common."""

from msgspec import Struct


class Report(Struct, frozen=True):
    """What a command returns: a frozen value that `present` shows and `results` writes as JSON."""
