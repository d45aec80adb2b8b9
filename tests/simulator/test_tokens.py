"""The token service, and what happens without its token."""

import base64
import json

import pytest

from paypal_payouts.simulator.core import Simulator
from simulator.driver import PAYOUTS, TOKEN, Driver, answered, batch_request


def basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def test_a_token_is_handed_out_again_while_it_lives(paypal: Driver, simulator: Simulator) -> None:
    first = paypal.log_in()
    assert (first["expires_in"], first["token_type"]) == (32400, "Bearer")
    assert "https://uri.paypal.com/payments/payouts" in first["scope"].split()
    simulator.advance(32399)
    again = paypal.log_in()
    assert (again["access_token"], again["expires_in"]) == (first["access_token"], 1)
    assert paypal.ask("GET", f"{PAYOUTS}/ID")[0] == 404
    simulator.advance(1)
    assert paypal.ask("GET", f"{PAYOUTS}/ID") == (
        401,
        {"error": "invalid_token", "error_description": "Access Token not found in cache"},
    )
    assert paypal.log_in()["access_token"] != first["access_token"]
    assert paypal.ask("GET", f"{PAYOUTS}/ID")[0] == 404


def test_the_life_of_tokens_can_be_set(paypal: Driver, simulator: Simulator) -> None:
    simulator.configure(token_life_s=60)
    assert paypal.log_in()["expires_in"] == 60


def test_each_client_has_its_own_token(paypal: Driver) -> None:
    tokens = {
        answered(paypal.call("POST", TOKEN, "", b"grant_type=client_credentials", basic(client, "s")))[1][
            "access_token"
        ]
        for client in ("one", "two", "one")
    }
    assert len(tokens) == 2


@pytest.mark.parametrize(
    "headers",
    [{}, basic("", "secret"), basic("client", ""), {"Authorization": "Basic !"}, {"Authorization": "Bearer x"}],
    ids=str,
)
def test_a_token_needs_an_id_and_a_secret(paypal: Driver, headers: dict[str, str]) -> None:
    answer = paypal.call("POST", TOKEN, "", b"grant_type=client_credentials", headers)
    assert answered(answer) == (
        401,
        {"error": "invalid_client", "error_description": "Client Authentication failed"},
    )


def test_a_token_is_for_client_credentials(paypal: Driver) -> None:
    status, refusal = answered(paypal.call("POST", TOKEN, "", b"grant_type=password", basic("a", "b")))
    assert (status, refusal["error"]) == (400, "unsupported_grant_type")


def test_a_call_without_a_token_is_refused(paypal: Driver, simulator: Simulator) -> None:
    body = json.dumps(batch_request()).encode()
    missing = paypal.call("POST", PAYOUTS, "", body, {"Content-Type": "application/json"})
    assert answered(missing)[0] == 401
    assert answered(missing)[1]["name"] == "AUTHENTICATION_FAILURE"
    headers = {"Content-Type": "application/json", "Authorization": "Bearer made-up"}
    assert answered(paypal.call("POST", PAYOUTS, "", body, headers))[1]["error"] == "invalid_token"
    assert simulator.book()["batches"] == []
