"""`payouts explain`, as an operator types it."""

import shlex

import pytest
from support.site import Site

PAY_AGAIN = "payouts retry c1-0001-1 --failed-items"
HEADER = "item_id,receiver,amount,currency,payee_id\n"


@pytest.fixture
def asked(sqlite_site: Site) -> Site:
    """Return a site that has paid two cycles."""
    site = sqlite_site
    site.write("c1", ["a1,ann@x.example,10.00,USD,emp-17", "b1,fail@x.example,20.00,USD,"], header=HEADER)
    site.write("c2", ["a2,ann@y.example,30.00,USD,emp-17"], header=HEADER)
    assert site.run("run", "-c", "c1", "--yes").code == 5
    assert site.run("run", "-c", "c2", "--yes").code == 0
    return site


def test_explain_tells_who_has_his_money_and_what_to_type_is_accepted(asked: Site) -> None:
    several = asked.json("explain", "emp-17")
    assert several.code == 0
    told = several.result
    assert [(hit["cycle"], hit["item_id"], hit["money"], hit["amount"]) for hit in told["hits"]] == [
        ("c2", "a2", "paid", "30.00"),
        ("c1", "a1", "paid", "10.00"),
    ]
    assert (told["hits_in_all"], told["cycles_searched"], told["story"], told["money"]) == (2, 2, None, None)
    one = asked.json(*shlex.split(told["next"][0])[1:]).result
    assert [hit["item_id"] for hit in one["hits"]] == ["a2"]
    assert (one["money"]["money"], one["next"]) == ("paid", [])
    assert [event["what"] for event in one["story"]] == ["stored", "send", "word", "finish"]
    unpaid = asked.json("explain", "FAIL@").result
    assert (unpaid["money"]["money"], unpaid["next"]) == ("unpaid", [f"{PAY_AGAIN} --include-payee-errors"])
    assert "Correct its row before it is paid again." in unpaid["money"]["words"]
    asked.write("c1", ["a1,ann@x.example,10.00,USD,emp-17", "b1,bob@x.example,20.00,USD,"], header=HEADER)
    assert asked.run(*shlex.split(unpaid["next"][0])[1:], "--yes").code == 0
    paid = asked.json("explain", "b1").result
    assert (paid["money"]["money"], len(paid["money"]["payments"]), paid["next"]) == ("paid", 2, [])


def test_explain_reads_well_and_says_where_it_looked(asked: Site) -> None:
    screen = asked.run("explain", "b1", COLUMNS="80").stdout
    assert "UNPAID: The payee does not have the money: PayPal says that it failed (" in " ".join(screen.split())
    assert "stored from " in screen
    assert "c1.csv line 3: fail@x.example, 20.00 USD, by " in " ".join(screen.split())
    assert "Next:\n1 item in c1-0001-1 was not paid, and its payee must act first. Correct" in screen
    assert screen.endswith(f"\n  {PAY_AGAIN} --include-payee-errors\n")
    assert all(len(line) <= 80 for line in screen.splitlines())
    none = asked.run("explain", "no\x1bbody", COLUMNS="120")
    assert (none.code, none.stdout) == (3, "")
    assert "all 2 cycles that were ever stored were looked at" in none.stderr
    assert "\x1b" not in none.stderr
    refused = asked.json("explain", "nobody", "--cycle", "c1")
    assert (refused.code, refused.error_code, refused.result) == (3, "not_found", None)
    assert asked.run("explain", " ").code == 2
    assert asked.run("explain").code == 2
