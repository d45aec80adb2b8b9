"""The simulator as an httpx transport: faults look like those of a real network."""

import json
from collections.abc import Iterator

import httpx
import pytest

from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.mounts import SimulatorTransport
from simulator.driver import PAYOUTS, Clock, batch_request


@pytest.fixture
def client(simulator: Simulator, clock: Clock) -> Iterator[httpx.Client]:
    """A client whose waiting moves the clock."""
    transport = SimulatorTransport(simulator, pause=clock.advance)
    with httpx.Client(transport=transport, base_url="https://api-m.sandbox.paypal.com", timeout=30) as client:
        answer = client.post("/v1/oauth2/token", auth=("any", "thing"), data={"grant_type": "client_credentials"})
        client.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
        yield client


def post(client: httpx.Client) -> httpx.Response:
    return client.post(PAYOUTS, json=batch_request())


def test_a_request_goes_through_whole(client: httpx.Client) -> None:
    answer = post(client)
    assert answer.status_code == 201
    assert answer.headers["date"] == "Sun, 01 Nov 2026 12:00:00 GMT"
    assert int(answer.headers["content-length"]) == len(answer.content)
    batch_id = answer.json()["batch_header"]["payout_batch_id"]
    page = client.get(f"{PAYOUTS}/{batch_id}", params={"page": 1, "total_required": "true"}).json()
    assert page["total_items"] == 1


@pytest.mark.parametrize(
    ("kind", "exception"),
    [
        ("refused", httpx.ConnectError),
        ("reset_before", httpx.ReadError),
        ("reset_after", httpx.ReadError),
        ("timeout_before", httpx.ReadTimeout),
        ("timeout_after", httpx.ReadTimeout),
        ("late", httpx.ReadTimeout),
        ("truncated", httpx.RemoteProtocolError),
    ],
)
def test_a_fault_is_an_exception_of_the_network(
    client: httpx.Client, simulator: Simulator, kind: str, exception: type[httpx.TransportError]
) -> None:
    simulator.inject({"on": "create", "kind": kind})
    with pytest.raises(exception):
        post(client)


def test_a_mute_connection_takes_the_clients_patience(client: httpx.Client, simulator: Simulator, clock: Clock) -> None:
    simulator.inject({"on": "create", "kind": "timeout_after"})
    started = clock.time
    with pytest.raises(httpx.ReadTimeout):
        post(client)
    assert (clock.time - started).total_seconds() == 30


def test_a_connection_that_closes_first_is_no_timeout(client: httpx.Client, simulator: Simulator, clock: Clock) -> None:
    simulator.inject({"on": "create", "kind": "timeout_before", "seconds": 5})
    started = clock.time
    with pytest.raises(httpx.RemoteProtocolError):
        post(client)
    assert (clock.time - started).total_seconds() == 5


def test_a_slow_answer_takes_its_time(client: httpx.Client, simulator: Simulator, clock: Clock) -> None:
    simulator.inject({"on": "create", "kind": "slow", "piece_bytes": 100, "seconds": 2})
    started = clock.time
    answer = post(client)
    assert answer.json()["batch_header"]["batch_status"] == "PENDING"
    assert (clock.time - started).total_seconds() == 2 * -(-len(answer.content) // 100)


def test_an_answer_slower_than_the_clients_patience_is_a_timeout(client: httpx.Client, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "slow", "seconds": 31})
    with pytest.raises(httpx.ReadTimeout):
        post(client)


def test_a_huge_answer_is_streamed(client: httpx.Client, simulator: Simulator) -> None:
    simulator.inject({"on": "create", "kind": "huge", "bytes": 10**12})
    with client.stream("POST", PAYOUTS, json=batch_request()) as answer:
        pieces = answer.iter_bytes()
        assert json.loads(next(pieces))["batch_header"]["batch_status"] == "PENDING"
        assert next(pieces).isspace()


def test_without_a_pause_nothing_waits(simulator: Simulator) -> None:
    simulator.inject({"kind": "timeout_before"}, {"kind": "slow", "seconds": 86_400})
    with httpx.Client(
        transport=SimulatorTransport(simulator), base_url="https://paypal.example", timeout=None
    ) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/v1/oauth2/token")
        assert client.post("/v1/oauth2/token").status_code == 401
