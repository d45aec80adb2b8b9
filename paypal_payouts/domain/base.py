"""What the reports of all commands have in common."""


class Report:
    """What a command returns: a frozen value that `present` shows and `results` writes as JSON."""

    __slots__ = ()
