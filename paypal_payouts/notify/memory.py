"""What was sent lately, so that cron, which repeats a command, does not repeat its notifications: once a day each."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from paypal_payouts.notify.news import News
from paypal_payouts.private import private_directory, write_private
from paypal_payouts.trust import UntrustedFile, check_trusted, read_trusted

_AGAIN_AFTER: Final = timedelta(hours=20)
"""Less than a day: a daily cron tells what still stands every day."""


class NotificationLog:
    """A small file of digests. Where it is lost or damaged, something is told twice, and that is all."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Read what was told since yesterday."""
        self._path, self._now = path, now
        self._at: dict[str, datetime] = {}
        with suppress(UntrustedFile, OSError, ValueError, AttributeError, TypeError):
            written = json.loads(read_trusted(path).decode("ascii"))
            at = {key: datetime.fromisoformat(text) for key, text in written.items()}
            self._at = {key: then for key, then in at.items() if timedelta() <= now - then < _AGAIN_AFTER}

    def has(self, target: str, news: News) -> bool:
        """Return whether a target was sent exactly this lately."""
        return _key(target, news) in self._at

    def keep(self, told: Sequence[tuple[str, News]]) -> None:
        """Write down what was told.

        Raises:
            UntrustedFile: somebody else could write to it, or to the folder.
            OSError: it could not be written.

        """
        if not told:
            return
        self._at |= {_key(target, news): self._now for target, news in told}
        private_directory(self._path.parent)
        check_trusted(self._path)
        lines = {key: at.isoformat() for key, at in self._at.items()}
        write_private(self._path, json.dumps(lines, indent=1).encode("ascii"))


def _key(target: str, news: News) -> str:
    return sha256(f"{target}\0{news.event}\0{news.title}\0{news.body}".encode("utf-8", "replace")).hexdigest()
