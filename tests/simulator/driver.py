"""A client for tests: it talks to the simulator as PayPal's clients do, and checks every answer it gets."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from openapi.conformance import check_reply

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest

PAYOUTS: Final = "/v1/payments/payouts"
TOKEN: Final = "/v1/oauth2/token"
ITEMS: Final = "/v1/payments/payouts-item"
_BASIC: Final = "Basic " + base64.b64encode(b"client:secret").decode()


@dataclass
class Clock:
    """A time that stands until it is moved."""

    time: datetime = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def payout(receiver: str = "ann@example.com", value: str = "10.00", **more: Any) -> dict[str, Any]:
    """One item of a request; its `currency` is USD unless told."""
    currency = more.pop("currency", "USD")
    return {"recipient_type": "EMAIL", "receiver": receiver, "amount": {"currency": currency, "value": value}} | more


@dataclass
class Driver:
    """Speaks to one simulator with one token."""

    simulator: Simulator
    token: str = ""
    checks_conformance: bool = True
    last: Answer | None = field(default=None, init=False)

    def call(
        self, method: str, path: str, query: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer | Fault:
        """Send one request as it stands."""
        result = self.simulator.handle(IncomingRequest(method, path, query, headers or {}, body))
        if isinstance(result, Answer):
            self.last = result
            template = path_template(path)
            if self.checks_conformance and template is not None:
                check_reply(method, template, result.status, result.body)
        return result

    def log_in(self) -> dict[str, Any]:
        """Take a token and use it from now on."""
        answer = self.call("POST", TOKEN, "", b"grant_type=client_credentials", {"Authorization": _BASIC})
        assert isinstance(answer, Answer)
        document: dict[str, Any] = json.loads(answer.body)
        self.token = document["access_token"]
        return document

    def try_call(self, method: str, path: str, query: str = "", document: object = None) -> Answer | Fault:
        """Send one request with the token."""
        if not self.token:
            self.log_in()
        headers = {"authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return self.call(method, path, query, b"" if document is None else json.dumps(document).encode(), headers)

    def ask(self, method: str, path: str, query: str = "", document: object = None) -> tuple[int, dict[str, Any]]:
        """Send one request with the token, and read the answer."""
        return answered(self.try_call(method, path, query, document))

    def post(self, *items: dict[str, Any], batch: str | None = "b-1", **header: Any) -> tuple[int, dict[str, Any]]:
        """Ask for a batch."""
        return self.ask("POST", PAYOUTS, "", batch_request(*items, batch=batch, **header))

    def pay(self, *items: dict[str, Any], batch: str | None = "b-1") -> str:
        """Ask for a batch that must be accepted, and give PayPal's id of it."""
        status, document = self.post(*items, batch=batch)
        assert status == 201, document
        batch_id: str = document["batch_header"]["payout_batch_id"]
        return batch_id

    def read(self, batch_id: str, query: str = "") -> dict[str, Any]:
        """Read a batch that must be there."""
        status, document = self.ask("GET", f"{PAYOUTS}/{batch_id}", query)
        assert status == 200, document
        return document

    def states(self, batch_id: str) -> list[str | None]:
        """Read PayPal's words on the items of a batch."""
        return [item.get("transaction_status") for item in self.read(batch_id)["items"]]

    def item(self, item_id: str) -> dict[str, Any]:
        """Read an item that must be there."""
        status, document = self.ask("GET", f"{ITEMS}/{item_id}")
        assert status == 200, document
        return document

    def try_post(self, batch: str = "b-1") -> Answer | Fault:
        """Ask for a small batch, whatever comes back."""
        return self.try_call("POST", PAYOUTS, "", batch_request(batch=batch))

    def cancel(self, item_id: str) -> tuple[int, dict[str, Any]]:
        """Ask to have an item back."""
        return self.ask("POST", f"{ITEMS}/{item_id}/cancel")


def batches(simulator: Simulator) -> int:
    """How many batches PayPal has taken."""
    return len(simulator.book()["batches"])


def answered(result: Answer | Fault) -> tuple[int, dict[str, Any]]:
    """Read an answer that must be there."""
    assert isinstance(result, Answer), result
    return result.status, json.loads(result.body)


def batch_request(*items: dict[str, Any], batch: str | None = "b-1", **header: Any) -> dict[str, Any]:
    """The document of a request."""
    identity = {} if batch is None else {"sender_batch_id": batch}
    return {"sender_batch_header": identity | header, "items": list(items or [payout()])}


def path_template(path: str) -> str | None:
    """The specification's name for a path; `None` for a path that PayPal does not have."""
    path = path.rstrip("/?&")
    for pattern, template in (
        (TOKEN, TOKEN),
        (PAYOUTS, PAYOUTS),
        (PAYOUTS + "/[^/]+", PAYOUTS + "/{id}"),
        (ITEMS + "/[^/]+", ITEMS + "/{payout_item_id}"),
        (ITEMS + "/[^/]+/cancel", ITEMS + "/{payout_item_id}/cancel"),
    ):
        if re.fullmatch(pattern, path):
            return template
    return None
