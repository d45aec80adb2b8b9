"""The cycles that have a file where `source.path` looks for it, and which of these files are the same."""

import filecmp
import glob
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from paypal_payouts.config import Settings
from paypal_payouts.domain.identity import is_cycle_name

_CYCLE: Final = "{cycle}"


def same_file(settings: Settings, cycle: str, others: Iterable[str]) -> str | None:
    """Name the first of other cycles whose file is the same byte for byte; None where there is none."""
    path = settings.input_path(cycle)
    for other in others:
        with suppress(OSError):  # it has none, or it has gone since
            if other != cycle and filecmp.cmp(path, settings.input_path(other), shallow=False):
                return other
    return None


def cycles_with_a_file(settings: Settings) -> list[str]:
    """Name them, the one whose file changed last first; a file whose name cannot name a cycle is left out."""
    template = str(settings.base / settings.source.path)
    first, *others = template.split(_CYCLE)
    if not others:
        return []
    name = re.compile(re.escape(first) + "(?P<cycle>[^/]+)" + "(?P=cycle)".join(map(re.escape, others)))
    found = {}
    pattern = glob.escape(first) + "".join(f"*{glob.escape(other)}" for other in others)
    for path in glob.iglob(pattern):  # noqa: PTH207 - the pattern is a whole path, absolute where the template is
        match = name.fullmatch(path)
        if match and is_cycle_name(match["cycle"]):
            with suppress(OSError):  # it has gone since
                found[match["cycle"]] = settings.input_path(match["cycle"]).stat().st_mtime_ns
    return sorted(found, key=lambda cycle: (-found[cycle], cycle))
