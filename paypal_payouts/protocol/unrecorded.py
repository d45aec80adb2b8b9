"""Counting the sends that the sent logs of many cycles know and the database does not, for the figures."""

from collections.abc import Iterable
from pathlib import Path

from paypal_payouts.domain.metrics import BatchFacts
from paypal_payouts.domain.sent_log import active, compare
from paypal_payouts.protocol.locks import cycles_with_a_sent_log, sent_lines
from paypal_payouts.storage import Store


def unrecorded_sends(stored: Iterable[BatchFacts], *, directory: Path, cycles: int, store: Store | None) -> int:
    """Count them in the `cycles` sent logs that were written to last; all batches that are `stored` are given.

    The batches of a cycle are read only where a line of its log looks unknown: years have thousands of cycles.

    Raises:
        ConfigInvalid: a sent log cannot be read.

    """
    known = {batch.batch: batch.last_sent_at for batch in stored}
    unrecorded = 0
    for cycle in _written_last(directory, cycles):
        lines = sent_lines(cycle, directory=directory)
        sent_at = ((line.at, known.get(str(line.batch))) for line in active(lines))
        if any(last is None or last < at for at, last in sent_at):
            unrecorded += len(compare(lines, [] if store is None else store.batches.of_cycle(cycle)).sends)
    return unrecorded


def _written_last(directory: Path, number: int) -> list[str]:
    def written_at(cycle: str) -> float:
        log = directory / f"{cycle}.sent"
        return log.stat().st_mtime if log.exists() else 0.0

    return sorted(cycles_with_a_sent_log(directory), key=written_at, reverse=True)[:number]
