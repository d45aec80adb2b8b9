"""Who asked PayPal what, in which order: the judge of whether two processes ever worked on one cycle at once."""

import base64
import json
import re
from collections.abc import Callable
from itertools import groupby
from threading import Lock
from typing import NamedTuple

from msgspec.structs import replace

from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest

Handle = Callable[[IncomingRequest], Answer | Fault]


class Asked(NamedTuple):
    """One request about a batch."""

    client: str
    """The client secret that the process was given: each has its own."""
    is_post: bool


class RequestRecorder:
    """Stands between the sockets and the simulator, and notes the order in which requests about batches came."""

    def __init__(self, handle: Handle) -> None:
        self._handle, self._lock = handle, Lock()
        self._client_of: dict[str, str] = {}
        self._asked: list[Asked] = []
        self.at_post: Callable[[], None] | None = None
        """Called at each POST of money, before PayPal sees it."""

    def __call__(self, request: IncomingRequest) -> Answer | Fault:
        secret = request.header("Authorization").partition(" ")[2]
        if request.path.rstrip("/").endswith("/oauth2/token"):
            client = base64.b64decode(secret).decode().partition(":")[2]
            # All are one account's, and PayPal gives a token to each client: so each has a token of its own.
            basic = base64.b64encode(f"{client}:{client}".encode()).decode()
            headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
            answer = self._handle(replace(request, headers={**headers, "Authorization": f"Basic {basic}"}))
            if isinstance(answer, Answer) and answer.status == 200:
                self._client_of[json.loads(answer.body)["access_token"]] = client
            return answer
        if re.search(r"/payments/payouts(/[^/]+)?/?$", request.path):
            asked = Asked(self._client_of[secret], is_post=request.method == "POST")
            with self._lock:
                self._asked.append(asked)
            if asked.is_post and self.at_post is not None:
                self.at_post()
        return self._handle(request)

    def turns(self) -> list[str]:
        """Report which clients took turns since the last call; one that comes twice was not alone meanwhile."""
        with self._lock:
            seen, self._asked = self._asked, []
        return [client for client, _ in groupby(asked.client for asked in seen)]
