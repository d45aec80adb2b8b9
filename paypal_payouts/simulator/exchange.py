"""One request from arrival to answer, through whatever faults were asked for."""

import json
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from paypal_payouts.simulator.calls import Call, Operation
from paypal_payouts.simulator.content import CONTENT
from paypal_payouts.simulator.faults import SILENCE_S, FaultKind, FaultRule, read_fault
from paypal_payouts.simulator.ids import DEBUG_ID
from paypal_payouts.simulator.messages import Answer, Fault, JsonObject, Silence
from paypal_payouts.simulator.problems import TokenRefusal, error_body, message_of, refusal_body
from paypal_payouts.simulator.replies import BuiltReply, http_date
from paypal_payouts.simulator.service import Desk, perform

_HTML: Final = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Unexpected failure</h1></body></html>"
_SILENCES: Final = {
    FaultKind.REFUSED: (Silence.REFUSED, False),
    FaultKind.RESET_BEFORE: (Silence.RESET, False),
    FaultKind.RESET_AFTER: (Silence.RESET, True),
    FaultKind.TIMEOUT_BEFORE: (Silence.TIMEOUT, False),
    FaultKind.TIMEOUT_AFTER: (Silence.TIMEOUT, True),
}
"""What the client hears, and whether the request reached the book."""

_RESHAPED: Final = frozenset({FaultKind.DOUBLE, FaultKind.TRUNCATED, FaultKind.HUGE, FaultKind.SLOW})
_BODILESS: Final = frozenset({204, 304})
_MALFORMED: Final = b'{"batch_header": {"payout_batch_id": '
_NAMES: Final = {
    400: "VALIDATION_ERROR",
    403: "AUTHORIZATION_ERROR",
    404: "INVALID_RESOURCE_ID",
    408: "REQUEST_TIMEOUT",
    409: "PREVIOUS_REQUEST_IN_PROGRESS",
    422: "UNPROCESSABLE_ENTITY",
    429: "RATE_LIMIT_REACHED",
    503: "SERVICE_UNAVAILABLE",
    504: "REQUEST_TIMEOUT_EXCEEDED",
}


class Exchange(Struct):
    """A call at the desk; `was_applied` tells afterwards whether it reached the book."""

    call: Call
    desk: Desk
    number: int
    was_applied: bool = False
    fault: FaultKind | None = None

    def run(self) -> Answer | Fault:
        """Answer the call, or fail in the way that is its turn."""
        rule = self._next_fault(lambda rule: rule.kind not in CONTENT)
        return self._apply().seal() if rule is None else self._travel(rule)

    @property
    def debug_id(self) -> str:
        """PayPal's name for this exchange."""
        return DEBUG_ID.write(self.number).lower()

    def headers(self) -> dict[str, str]:
        """Return the headers that every answer has."""
        return {"Date": http_date(self.desk.now_ms), "Paypal-Debug-Id": self.debug_id}

    def _next_fault(self, fits: Callable[[FaultRule], bool]) -> FaultRule | None:
        """Find the first fault that fits, count it, and give it if it is its turn."""
        for number, kept in self.desk.journal.faults().items():
            rule = read_fault(kept)
            if not (rule.fits(self.call) and fits(rule)):
                continue
            left = rule.used()
            self.desk.journal.change_fault(number, None if left is None else left.to_json())
            if not rule.skip:
                self.fault = self.fault or rule.kind
                return rule
        return None

    def _apply(self) -> BuiltReply:
        """Let the call reach the book, and let a fault of content change the answer."""
        self.was_applied = True
        reply = perform(self.call, self.desk, self.debug_id)
        reply.headers.update(self.headers())
        rule = self._next_fault(lambda rule: rule.kind in CONTENT and CONTENT[rule.kind].fits(reply, rule))
        if rule is not None:
            CONTENT[rule.kind].change(reply, rule, self.desk)
        return reply

    def _travel(self, rule: FaultRule) -> Answer | Fault:
        if rule.kind in _SILENCES:
            silence, is_applied = _SILENCES[rule.kind]
            if is_applied:
                self._apply()
            return Fault(silence, rule.argument("seconds") if silence is Silence.TIMEOUT else 0.0)
        if rule.kind is FaultKind.LATE:
            self._delay(rule)
            return Fault(Silence.TIMEOUT, SILENCE_S)
        if rule.kind in _RESHAPED:
            return self._reshaped(rule)
        return self._replaced(rule)

    def _reshaped(self, rule: FaultRule) -> Answer:
        """Return PayPal's own answer, and let it travel badly."""
        answer = self._apply().seal()
        match rule.kind:
            case FaultKind.DOUBLE:
                second = self._apply().seal()
                return answer if rule.argument("answer") == "first" else second
            case FaultKind.TRUNCATED:
                return replace(answer, sent_bytes=len(answer.body) // 2)
            case FaultKind.HUGE:
                return replace(answer, padding_bytes=rule.argument("bytes"))
            case _:
                return replace(answer, piece_bytes=rule.argument("piece_bytes"), pause_s=rule.argument("seconds"))

    def _replaced(self, rule: FaultRule) -> Answer:
        """Return an answer that is not PayPal's own, whether or not the request reached the book."""
        answer = self._apply().seal() if rule.argument("applied") else None
        status, headers, body = rule.argument("status"), self.headers(), b""
        match rule.kind:
            case FaultKind.STATUS:
                headers["Content-Type"] = "application/json"
                if rule.argument("retry_after") != "":
                    headers["Retry-After"] = str(rule.argument("retry_after"))
                body = json.dumps(self._error(status, rule.argument("name"))).encode()
            case FaultKind.REDIRECT:
                headers["Location"] = rule.argument("location")
            case FaultKind.HTML:
                headers["Content-Type"], body = "text/html", _HTML
            case _:
                headers["Content-Type"] = "application/json"
                body = b"" if rule.kind is FaultKind.EMPTY else _MALFORMED
                if answer is not None and "status" not in rule.given:
                    status = answer.status
        return Answer(status, headers, b"" if status in _BODILESS else body)

    def _error(self, status: int, name: str) -> JsonObject:
        if status == 401 and not name:  # noqa: PLR2004 - the token service has a shape of its own
            if self.call.operation is Operation.TOKEN:
                return {"error": "invalid_client", "error_description": "Client Authentication failed"}
            return {"error": "invalid_token", "error_description": "Access Token not found in cache"}
        if name.islower():
            return refusal_body(TokenRefusal(name, message_of(name), status=status), self.debug_id)
        return error_body(name or _NAMES.get(status, "INTERNAL_ERROR"), self.debug_id)

    def _delay(self, rule: FaultRule) -> None:
        by_clock = "delay_s" in rule.given
        by_count = "delay_requests" in rule.given or not by_clock
        self.desk.journal.delay(
            self.call.to_json(),
            self.number + rule.argument("delay_requests") if by_count else None,
            self.desk.now_ms + round(rule.argument("delay_s") * 1000) if by_clock else None,
        )
