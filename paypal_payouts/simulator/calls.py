"""Which of PayPal's operations a request asks for."""

import base64
import binascii
import hashlib
from enum import StrEnum
from typing import Self
from urllib.parse import parse_qsl, unquote

from msgspec import Struct

from paypal_payouts.simulator.messages import IncomingRequest, JsonObject
from paypal_payouts.simulator.problems import SimulatedRefusal


class Operation(StrEnum):
    """Everything that the simulator's PayPal can do."""

    TOKEN = "token"  # noqa: S105 - the word, not a secret
    CREATE = "create"
    BATCH = "batch"
    ITEM = "item"
    CANCEL = "cancel"
    TRANSACTIONS = "transactions"
    BALANCES = "balances"


class Call(Struct, frozen=True):
    """A request that found its operation; it can be kept, because it holds no credential, only a digest."""

    operation: Operation
    path: str
    target: str
    query: str
    credential: str | None
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        """Return the query's parameters; of a repeated one the last counts."""
        try:
            return dict(parse_qsl(self.query, keep_blank_values=True))
        except ValueError:
            return {}

    def to_json(self) -> JsonObject:
        """Write the call down."""
        return {
            "operation": self.operation,
            "path": self.path,
            "target": self.target,
            "query": self.query,
            "credential": self.credential,
            "body": self.body.decode("latin-1"),
        }

    @classmethod
    def from_json(cls, kept: JsonObject) -> Self:
        """Read a call that was written down."""
        return cls(**kept | {"operation": Operation(kept["operation"]), "body": kept["body"].encode("latin-1")})


def digest(text: str) -> str:
    """Reduce a credential to what may be kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_call(request: IncomingRequest) -> Call:
    """Find the operation of a request, in the forms that real clients send: a `/`, `?` or `&` may trail.

    Raises:
        SimulatedRefusal: 404, 405 or 415.

    """
    match [unquote(part, errors="replace") for part in request.path.rstrip("/?&").split("/")[1:]]:
        case ["v1", "oauth2", "token"]:
            operation, method, target = Operation.TOKEN, "POST", ""
        case ["v1", "payments", "payouts"]:
            operation, method, target = Operation.CREATE, "POST", ""
        case ["v1", "payments", "payouts", target]:
            operation, method = Operation.BATCH, "GET"
        case ["v1", "payments", "payouts-item", target]:
            operation, method = Operation.ITEM, "GET"
        case ["v1", "payments", "payouts-item", target, "cancel"]:
            operation, method = Operation.CANCEL, "POST"
        case ["v1", "reporting", "transactions"]:
            operation, method, target = Operation.TRANSACTIONS, "GET", ""
        case ["v1", "reporting", "balances"]:
            operation, method, target = Operation.BALANCES, "GET", ""
        case _:
            raise SimulatedRefusal(404, "RESOURCE_NOT_FOUND")
    if request.method.upper() != method:
        raise SimulatedRefusal(405, "METHOD_NOT_SUPPORTED", allow=method)
    media_type = request.header("content-type").partition(";")[0].strip().lower()
    if operation is Operation.CREATE and media_type != "application/json":
        raise SimulatedRefusal(415, "UNSUPPORTED_MEDIA_TYPE")
    scheme, _, credential = request.header("authorization").strip().partition(" ")
    known = _client_digest if operation is Operation.TOKEN else _token_digest
    return Call(operation, request.path, target, request.query, known(scheme.lower(), credential.strip()), request.body)


def _token_digest(scheme: str, credential: str) -> str | None:
    return digest(credential) if scheme == "bearer" and credential else None


def _client_digest(scheme: str, credential: str) -> str | None:
    """Reduce HTTP Basic credentials to the client's digest; `None` unless both id and secret are there."""
    try:
        client, _, secret = base64.b64decode(credential, validate=True).decode("latin-1").partition(":")
    except (binascii.Error, ValueError):
        return None
    return digest(client) if scheme == "basic" and client and secret else None
