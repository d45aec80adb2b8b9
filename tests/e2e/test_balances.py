"""The balances of the account beside a plan, as an operator sees them; nothing hangs on them."""

from datetime import UTC, datetime, timedelta

import pytest
from support.site import Site

ROWS = ["a,ann@example.com,100.00,USD", "b,bob@example.com,5.00,EUR"]


def test_what_is_missing_is_shown_before_anything_is_sent(sqlite_site: Site) -> None:
    sqlite_site.write("c", ROWS)
    sqlite_site.simulator.configure(balances={"USD": "100.00", "EUR": "5.10"})
    result = sqlite_site.json("preview", "c").result
    assert result["plan"]["payer"] == {
        "client_id": "id",
        "app_id": "APP-80W284485P519543T",
        "payer_id": "SAMPLEACCT234",
    }
    balances = result["plan"]["balances"]
    assert balances["by_currency"] == [
        {"currency": "EUR", "available": "5.10", "needed": "5.10", "missing": "0.00"},
        {"currency": "USD", "available": "100.00", "needed": "102.00", "missing": "2.00"},
    ]
    age = datetime.now(UTC) - datetime.fromisoformat(balances["refreshed_at"])
    assert age < timedelta(minutes=1)
    (warning,) = [each for each in result["warnings"] if each["code"] == "low_balance"]
    assert "2.00 USD are missing" in warning["message"]
    shown = sqlite_site.run("preview", "c")
    assert (shown.code, "Paid by: PayPal account SAMPLEACCT234" in shown.stdout) == (0, True)
    assert "AVAILABLE" in shown.stdout
    assert sqlite_site.simulator.book()["batches"] == []


@pytest.mark.parametrize("what", ["no scope", "a fault", "no credentials", "no token", "nothing said"])
def test_a_plan_is_shown_whatever_paypal_answers(sqlite_site: Site, what: str) -> None:
    sqlite_site.write("c", ROWS)
    more = {}
    match what:
        case "no scope":
            sqlite_site.simulator.configure(reports=False)
        case "a fault":
            sqlite_site.simulator.inject({"on": "balances", "kind": "status", "status": 500})
        case "no credentials":
            more["PAYPAL_CLIENT_ID"] = ""
        case "no token":
            sqlite_site.simulator.inject({"on": "token", "kind": "reset_before"})
    ended = sqlite_site.run("preview", "c", "--json", **more)
    plan = ended.result["plan"]
    assert (ended.code, [each["code"] for each in ended.result["warnings"]]) == (0, [])
    assert (plan["payer"] is None) is (what in {"no credentials", "no token"})
    assert (plan["balances"] is None) is (what != "nothing said")
    said = sqlite_site.run("preview", "c", **more).stdout
    assert said.count("Balance: not checked") == (what == "no scope")


def test_where_nothing_is_asked_or_sent_no_balance_is_looked_at(sqlite_site: Site) -> None:
    sqlite_site.write("c", ROWS)
    assert sqlite_site.run("run", "c", "--yes").code == 0
    assert sqlite_site.json("preview", "c").result["plan"]["payer"] is None
    assert not any("balances" in each["path"] for each in sqlite_site.simulator.requests())
