"""What a test watches the core through: its progress, and its requests to PayPal."""

from typing import Protocol

import httpx

from paypal_payouts.domain.progress import Progress


class _World(Protocol):
    sent: list[bytes]

    def tell_effect(self, kind: str) -> None: ...


class QuietProgress(Progress):
    """Keeps what is told instead of showing it."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def rows_read(self, count: int) -> None:
        self.told.append(f"rows {count}")

    def storing(self, items: int, of: int) -> None:
        self.told.append(f"storing {items}/{of}")

    def sending(self, items: int, of: int) -> None:
        """Each batch is told when it was sent."""

    def sent(self, batch: str, number: int, of: int, words: str) -> None:
        self.told.append(f"{batch} {number}/{of} {words}")

    def waiting(self, seconds: float, why: str) -> None:
        self.told.append(f"waiting {seconds:g}: {why}")

    def reading(self, final: int, of: int) -> None:
        self.told.append(f"final {final}/{of}")

    def note(self, text: str) -> None:
        self.told.append(text)

    def close(self) -> None:
        """Nothing is shown, so nothing is cleaned."""


class Watched(httpx.BaseTransport):
    """Carries requests on, keeps the bytes of every POST of money, and tells of each effect before and after."""

    def __init__(self, inner: httpx.BaseTransport, world: _World) -> None:
        self._inner, self._world = inner, world

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        is_payment = request.method == "POST" and request.url.path.endswith("/payments/payouts")
        self._world.tell_effect("post" if is_payment else "request")
        if is_payment:
            self._world.sent.append(request.read())
        response = self._inner.handle_request(request)
        self._world.tell_effect("answer")
        return response
