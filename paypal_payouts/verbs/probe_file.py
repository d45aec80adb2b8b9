"""The file of a probe: every exchange as it was, but for secrets and receivers; written whole after each of them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from paypal_payouts.domain.probe import Experiment, ProbeStep, Step, StepEnd, agrees
from paypal_payouts.errors import InputInvalid
from paypal_payouts.paypal.document import load
from paypal_payouts.private import writing_private

Record = dict[str, Any]
"""A step, as it stands in the file."""

_FORMAT: Final = 1
_BEGUN: Final = "begun"
"""What came of a step whose exchange may have been made, and is not on record."""
_TEXT_MAX: Final = 200_000
"""Characters kept of a body."""
_LEFT_AWAY: Final = frozenset({"set-cookie", "authorization", "www-authenticate"})
_KEYS: Final = ("word", "base_url", "begun_at", "steps")


class ProbeFile:
    """What is known of one probe; `hidden` are the texts that stand in it by their names alone."""

    def __init__(self, path: Path, document: Record, hidden: Mapping[str, str]) -> None:
        """Take what was read, or what begins."""
        self.path = path
        self._document = document
        self._hidden = hidden

    @classmethod
    def begun(cls, path: Path, *, word: str, base_url: str, now: datetime, hidden: Mapping[str, str]) -> Self:
        """Begin a probe."""
        document = {"format": _FORMAT, "word": word, "base_url": base_url, "begun_at": now.isoformat(), "steps": {}}
        return cls(path, document, hidden)

    @classmethod
    def read(cls, path: Path, *, base_url: str, hidden: Mapping[str, str]) -> Self | None:
        """Read the file of an earlier run; None where there is none.

        Raises:
            InputInvalid: it is no such file, or that of another host.

        """
        document: Record = {}
        try:
            document = json.loads(path.read_bytes())
            is_ours = document["format"] == _FORMAT and all(key in document for key in _KEYS)
            datetime.fromisoformat(document["begun_at"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            is_ours = False
        if not is_ours or document["base_url"] != base_url:
            why = f"is that of a probe of {document['base_url']}" if is_ours else "is no file of a probe"
            raise InputInvalid(f"{path} {why}.", hint="Nothing was sent. Name another file with --output.")
        return cls(path, document, hidden)

    @property
    def word(self) -> str:
        """The word of this probe, which is part of every `sender_batch_id`."""
        return str(self._document["word"])

    @property
    def begun_at(self) -> datetime:
        """When its first run began."""
        return datetime.fromisoformat(self._document["begun_at"])

    def save(self) -> None:
        """Write it, whole or not at all.

        Raises:
            OSError: it cannot be written.

        """
        head = json.dumps({**self._document, "steps": {}}).removesuffix("{}}")
        steps = ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in self._document["steps"].items())
        with writing_private(self.path) as stream:
            stream.write(f"{head}{{\n{steps}\n}}}}\n".encode())

    def is_done(self, step: Step) -> bool:
        """Return whether a step is on record, and not to be made again."""
        return step.name in self._document["steps"]

    def begin(self, experiment: Experiment, step: Step) -> Record:
        """Put a step on record before its first exchange, so that it is never made twice."""
        record: Record = {
            "experiment": experiment.name,
            "question": experiment.question,
            "expected": step.expected,
            "came": _BEGUN,
            "exchanges": [],
        }
        self._document["steps"][step.name] = record
        return record

    def forget(self, step: Step) -> None:
        """Take a step off the record that PayPal did not answer for: the next run makes it."""
        del self._document["steps"][step.name]

    def masked(self, text: str) -> str:
        """Put names in place of what is hidden; one that is written in another case is told apart."""
        for name, value in self._hidden.items():
            text = re.sub(re.escape(value), _named(name, value), text, flags=re.IGNORECASE)
        return text if len(text) <= _TEXT_MAX else f"{text[:_TEXT_MAX]}... ({len(text)} characters)"

    def masked_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a reply that are kept."""
        return {name: self.masked(value) for name, value in headers.items() if name not in _LEFT_AWAY}

    def answers(self, batch: str) -> Iterator[object]:
        """Yield the bodies of what PayPal answered about a batch of the probe, the newest first."""
        for record in reversed(self._document["steps"].values()):
            for exchange in reversed(record["exchanges"]):
                if exchange["batch"] == batch and exchange.get("status") in {200, 201}:
                    yield load(exchange["answer"].encode())

    def step_of(self, experiment: Experiment, step: Step) -> ProbeStep:
        """Show a step that is on record."""
        came = str(self._document["steps"][step.name]["came"])
        if came == _BEGUN:
            came, end = "the program ended before the answer was on record", StepEnd.LOST
        elif came.startswith("no answer"):
            end = StepEnd.LOST
        elif came.startswith("not asked"):
            end = StepEnd.LEFT_OUT
        else:
            end = agrees(step.expected, came)
        return ProbeStep(experiment.name, step.name, step.expected, came, end)


def _named(name: str, value: str) -> Callable[[re.Match[str]], str]:
    return lambda match: name if match[0] == value else name.replace("}", ", in another case}")
