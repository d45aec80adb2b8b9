"""The engine of `doctor --probe`: it makes steps, one exchange after the other, and keeps what came."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, assert_never

from paypal_payouts.domain.probe import (
    Action,
    Ask,
    CancelItem,
    Experiment,
    ProbeItem,
    ReadBatch,
    SendBatch,
    SendTwice,
    Step,
)
from paypal_payouts.domain.progress import Progress
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.document import dig, identifier, listed, load
from paypal_payouts.paypal.reply import NoAnswer, Reply, RequestNotSent
from paypal_payouts.verbs.probe_experiments import EXPERIMENTS
from paypal_payouts.verbs.probe_file import ProbeFile, Record

_BATCHES: Final = "/v1/payments/payouts"
_TOO_MANY: Final = "429"
_READS_MAX: Final = 24
_BETWEEN_READS_S: Final = 5
_UNFINISHED: Final = frozenset({"PENDING", "PROCESSING", "NEW"})
_UNAUTHORIZED: Final = 401
_SENDS: Final = [
    step.action.send if isinstance(step.action, SendTwice) else step.action
    for experiment in EXPERIMENTS
    for step in experiment.steps
    if isinstance(step.action, SendBatch | SendTwice)
]
_RECEIVERS: Final = {send.batch: [item.receiver for item in send.items] for send in _SENDS}
"""By batch: to whom it was sent."""


class _Stopped(Exception):
    """The probe ends here; the next run goes on with the step that it ended at."""


class ProbeRun:
    """The engine: it makes steps, one exchange after the other, and keeps what came."""

    def __init__(
        self,
        file: ProbeFile,
        paypal: PayPalClient,
        named: Mapping[str, str],
        *,
        now: Callable[[], datetime],
        pause: Callable[[float], None],
        progress: Progress,
    ) -> None:
        self._file, self._paypal, self._progress = file, paypal, progress
        self._texts = {**named, "{word}": file.word}
        self._now, self._pause = now, pause

    def run(self, experiments: Sequence[Experiment]) -> str | None:
        """Make the steps that are not on record; return why it ended early, None where it did not."""
        for experiment in experiments:
            for step in experiment.steps:
                if self._file.is_done(step):
                    continue
                self._pause(experiment.pause_s)
                try:
                    self._make(experiment, step)
                except _Stopped as stop:
                    return str(stop)
                came = self._file.step_of(experiment, step)
                self._progress.note(f"{experiment.name} {step.name}: {came.came}")
        return None

    def _make(self, experiment: Experiment, step: Step) -> None:
        """Make one step and keep it; one that PayPal did not take is forgotten, so that the next run makes it."""
        lacking = self._paypal.ensure_token()
        if lacking is not None:
            raise _Stopped(f"PayPal gives no token: {lacking.failure.message} ({lacking.failure.code})")
        record = self._file.begin(experiment, step)
        if not isinstance(step.action, ReadBatch):
            self._file.save()
        try:
            came = self._act(step.action, record)
        except _Stopped:
            self._file.forget(step)
            self._file.save()
            raise
        record["came"] = came
        if _TOO_MANY in came.split() and not step.expected.startswith(_TOO_MANY):
            self._file.forget(step)
            self._file.save()
            raise _Stopped(f"PayPal has had too many requests ({came}, at {step.name}): wait an hour")
        self._file.save()

    def _act(self, action: Action, record: Record) -> str:
        """Make the exchanges of a step, and say in words what came."""
        match action:
            case SendBatch():
                return self._send(action, record)
            case SendTwice():
                return self._send_twice(action.send, record)
            case ReadBatch():
                return self._read(action, record)
            case CancelItem():
                item = self._item_of(action.batch)
                if item is None:
                    return "not asked: no item of the batch was ever shown"
                path = f"/v1/payments/payouts-item/{item}/cancel"
                return self._exchange(record, action.batch, "POST", path, content=b"{}")
            case Ask():
                content = b"{}" if action.method == "POST" else None
                return self._exchange(record, None, action.method, action.path, content=content)
            case _:
                assert_never(action)

    def _send(self, action: SendBatch, record: Record) -> str:
        own_id = f"probe-{self._file.word}-{action.batch}"
        header = {"sender_batch_id": action.literal_id or own_id}
        items = [self._item(item, number) for number, item in enumerate(action.items, 1)]
        content = json.dumps({"sender_batch_header": header, "items": items}).encode()
        request_id = f"probe-{self._file.word}-{action.request or action.batch}"
        return self._exchange(record, action.batch, "POST", _BATCHES, content=content, request_id=request_id)

    def _send_twice(self, action: SendBatch, record: Record) -> str:
        with ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(self._send, action, record) for _ in range(2)]
        return " ".join(
            dict.fromkeys(word for came in sorted(each.result() for each in answers) for word in came.split())
        )

    def _item(self, item: ProbeItem, number: int) -> dict[str, Any]:
        row: dict[str, Any] = {
            "recipient_type": item.kind,
            "receiver": self._filled(item.receiver),
            "amount": {"currency": item.currency, "value": item.value},
            "sender_item_id": f"item-{number}",
        }
        return row if item.note is None else row | {"note": item.note}

    def _filled(self, text: str) -> str:
        for name, value in self._texts.items():
            text = text.replace(name, value)
        return text

    def _read(self, action: ReadBatch, record: Record) -> str:
        """Read once, or every five seconds; of answers that are alike only the first one is kept."""
        headers = (dig(each, "batch_header", "payout_batch_id") for each in self._file.answers(action.batch))
        batch = next(filter(None, map(identifier, headers)), None)
        if batch is None:
            return "not asked: PayPal showed no batch"
        params = {"page": str(action.page), "page_size": str(action.page_size), "total_required": "true"}
        came = ""
        for _ in range(_READS_MAX if action.until_final else 1):
            if came:
                self._pause(_BETWEEN_READS_S)
            before, came = came, self._exchange(record, action.batch, "GET", f"{_BATCHES}/{batch}", params=params)
            if came == before:
                record["exchanges"].pop()
            if not came.startswith("200") or not _UNFINISHED.intersection(came.split()):
                break
        return came

    def _item_of(self, batch: str) -> str | None:
        """Return PayPal's id of the first item of a batch."""
        for answer in self._file.answers(batch):
            for item in listed(dig(answer, "items")):
                return identifier(dig(item, "payout_item_id"))
        return None

    def _exchange(
        self,
        record: Record,
        batch: str | None,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        request_id: str | None = None,
    ) -> str:
        """Make one exchange, keep it, and say in words what came.

        Raises:
            _Stopped: no connection could be made.

        """
        asked_at = self._now()
        answer = self._paypal.exchange(method, path, params=params, content=content, request_id=request_id)
        kept: Record = {
            "batch": batch,
            "at": asked_at.isoformat(),
            "took_s": round((self._now() - asked_at).total_seconds(), 3),
            "method": method,
            "path": path,
            "params": params,
            "request_id": request_id,
            "body": None if content is None else self._file.masked(content.decode()),
        }
        record["exchanges"].append(kept)
        match answer:
            case Reply():
                text = answer.body.decode("utf-8", "replace")
                headers = self._file.masked_headers(answer.headers)
                kept |= {"status": answer.status, "headers": headers, "answer": self._file.masked(text)}
                if answer.status == _UNAUTHORIZED:
                    self._paypal.drop_token()
                return _words(answer, [self._filled(each) for each in _RECEIVERS.get(batch or "", ())])
            case NoAnswer():
                kept |= {"no_answer": answer.code}
                return f"no answer: {answer.code}"
            case RequestNotSent():
                raise _Stopped(f"PayPal cannot be reached: {self._file.masked(answer.message)}")
            case _:
                assert_never(answer)


def _words(reply: Reply, sent: Sequence[str]) -> str:
    """Say what an answer comes to: its status, the words of batch and items, how many rows, and who was paid."""
    document = load(reply.body)
    items = listed(dig(document, "items"))
    found: list[object] = [reply.status, dig(document, "name"), dig(document, "batch_header", "batch_status")]
    for item in (document, *items):
        found += [dig(item, "transaction_status"), dig(item, "errors", "name")]
    total = dig(document, "total_items")
    if dig(document, "batch_header") is not None and "items" in (document if isinstance(document, dict) else {}):
        found.append(f"rows={len(items)}")
    if total is not None:
        found.append(f"total_items={total}")
    receivers = [dig(item, "payout_item", "receiver") for item in items]
    if receivers and sent:
        found.append("receiver=as-sent" if set(receivers) <= set(sent) else "receiver=other")
    return " ".join(dict.fromkeys(str(each) for each in found if each is not None))
