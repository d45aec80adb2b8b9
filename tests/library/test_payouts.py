"""Paying from Python: what is returned, what is raised, and what never happens to the process."""

import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from support.office import Office

import paypal_payouts
from paypal_payouts import (
    Blocked,
    ConfigInvalid,
    CredentialsMissing,
    InputInvalid,
    Item,
    LockHeld,
    NeedsReview,
    NotFound,
    PayoutsError,
    PayPalRefused,
    Row,
    RunResult,
    UsageError,
    WrongAccount,
    open_payouts,
    open_wiring,
)
from paypal_payouts import errors as tree
from paypal_payouts.intake.rows import COLUMNS
from paypal_payouts.results.item import ItemJson

ANN = Row("a", "ann@example.com", "10.00", "USD")
BOB = Row("b", "bob@example.com", "20.00", "USD")
FAY = Row("f", "fail.fay@example.com", "3.00", "USD")
UMA = Row("u", "unclaimed.uma@example.com", "4.00", "USD")
REASON = "left the company in October"


def test_rows_are_paid_once_however_often_they_are_handed_in(office: Office) -> None:
    with office.open() as payouts:
        first = payouts.run("c", rows=[ANN, BOB])
        second = payouts.run("c", rows=iter([BOB, ANN]))
    assert (first.exit_code, first.outcome, first.error) == (0, "completed", None)
    assert (second.exit_code, second.plan_digest) == (0, first.plan_digest)
    assert [total.paid for total in second.totals] == ["30.00"]
    assert office.paid() == {"ann@example.com": ["10.00 USD"], "bob@example.com": ["20.00 USD"]}


def test_a_file_is_paid_as_rows_are(office: Office) -> None:
    config = office.configure()
    (config.parent / "cycles").mkdir()
    (config.parent / "cycles" / "c.csv").write_text("item_id,receiver,amount,currency\na,ann@example.com,10.00,USD\n")
    named = config.parent / "other.csv"
    named.write_text("item_id,receiver,amount,currency\nb,bob@example.com,20.00,USD\n")
    with office.open() as payouts:
        assert payouts.run("c").exit_code == 0
        assert payouts.run("d", input=named).exit_code == 0
        assert payouts.run("d", input=str(named)).exit_code == 0
    assert office.paid() == {"ann@example.com": ["10.00 USD"], "bob@example.com": ["20.00 USD"]}


def test_items_say_who_was_not_paid_and_are_read_when_they_are_asked_for(office: Office) -> None:
    with office.open() as payouts:
        result = payouts.run("c", rows=[ANN, FAY])
        assert result.exit_code == 5
        items = result.items()
        assert isinstance(items, Iterator)
        assert next(items).item_id == "a"
        assert [(item.item_id, item.state) for item in result.items()] == [("a", "success"), ("f", "failed")]
        retried = payouts.retry("c-0001-1", failed_items=True, rows=[ANN, Row("f", "fay@example.com", "3.00", "USD")])
        assert retried.exit_code == 0
        assert [(item.item_id, item.state) for item in result.items()] == [("a", "success"), ("f", "success")]
        assert [item.receiver for item in payouts.status("c-0001-2").items()] == ["fay@example.com"]
        assert [item.item_id for item in payouts.status(cycle="c").items()] == ["a", "f"]
    with pytest.raises(UsageError, match="closed"):
        result.items()


WRONG_ROWS = {
    "an amount": ([ANN, Row("b", "bob@example.com", "1.005", "USD")], [(1, "amount")]),
    "a float": ([ANN, Row("b", "bob@example.com", 10.5, "USD")], [(1, "amount")]),  # type: ignore[arg-type]
    "an integer": ([Row("b", "bob@example.com", 10, "USD")], [(0, "amount")]),  # type: ignore[arg-type]
    "a receiver": ([ANN, BOB, Row("c", "nobody", "1.00", "USD")], [(2, "receiver")]),
    "an id twice": ([ANN, Row("a", "bob@example.com", "1.00", "USD")], [(1, "item_id")]),
    "several": (
        [Row("a", "ann@example.com", "-1", "USD"), BOB, Row("c", "cy@example.com", "1.00", "usd")],
        [(0, "amount"), (2, "currency")],
    ),
}


@pytest.mark.parametrize(("rows", "places"), list(WRONG_ROWS.values()), ids=list(WRONG_ROWS))
def test_rows_that_cannot_be_paid_are_refused_with_their_index(
    office: Office, rows: list[Row], places: list[tuple[int, str]]
) -> None:
    with office.open() as payouts, pytest.raises(InputInvalid) as caught:
        payouts.run("c", rows=rows)
    assert [(cell["row"], cell["column"]) for cell in caught.value.details] == places
    assert caught.value.exit_code == 3
    assert "--" not in caught.value.hint
    if len(places) == 1:
        assert caught.value.message.startswith(f"rows[{places[0][0]}].{places[0][1]}: ")
    assert office.simulator.requests() == []


def test_bad_rows_are_left_out_where_that_is_asked_for(office: Office) -> None:
    with office.open() as payouts:
        result = payouts.run("c", rows=[ANN, Row("b", "nobody", "1.00", "USD")], skip_invalid=True)
    assert result.exit_code == 5
    assert [(bad.line, bad.column) for bad in result.invalid] == [(2, "receiver")]


def test_what_is_no_list_of_rows_is_wrong_use(office: Office) -> None:
    with office.open() as payouts:
        with pytest.raises(UsageError, match=r"rows\[1\] is a dict, not a Row"):
            payouts.run("c", rows=[ANN, {"item_id": "b"}])  # type: ignore[list-item]
        with pytest.raises(UsageError, match="Both"):
            payouts.run("c", rows=[ANN], input="rows.csv")
        with pytest.raises(UsageError, match="failed_items"):
            payouts.retry(cycle="c", rows=[ANN])
        with pytest.raises(UsageError, match="Name one"):
            payouts.retry()
        with pytest.raises(InputInvalid, match="no rows"):
            payouts.run("c", rows=[])
        with pytest.raises(UsageError, match="Up per case"):
            payouts.run("Up per case", rows=[ANN])
        with pytest.raises(UsageError, match="ten characters"):
            payouts.cancel("u", cycle="c", reason="because")
    assert office.simulator.requests() == []


def test_what_is_refused_before_anything_is_sent_is_raised(office: Office) -> None:
    with office.open() as payouts:
        payouts.run("c", rows=[ANN])
        with pytest.raises(Blocked) as caught:
            payouts.run("c", rows=[ANN, BOB])
        error = caught.value
        assert (error.code, error.exit_code) == ("extra_item", 4)
        assert isinstance(error.result, RunResult)
        assert error.result.outcome == "blocked"
        with pytest.raises(Blocked, match="b"):
            payouts.preview("c", rows=[ANN, BOB])
        with pytest.raises(NotFound):
            payouts.status(cycle="d")
        with pytest.raises(NotFound):
            payouts.explain("zoe")
        assert payouts.run("c", rows=[BOB], append=True).exit_code == 0
    assert office.paid() == {"ann@example.com": ["10.00 USD"], "bob@example.com": ["20.00 USD"]}


def test_what_nobody_has_approved_is_raised_and_nothing_is_sent(office: Office) -> None:
    config = office.configure()
    (config.parent / "allowed_signers").touch()
    asked = {"PAYOUTS_APPROVAL__REQUIRED": "always", "PAYOUTS_APPROVAL__SIGNERS": "allowed_signers"}
    with open_payouts(config, credentials=("id", "secret"), actor="billing", environ=asked) as payouts:
        for pay in (payouts.preview, payouts.run):
            with pytest.raises(Blocked, match="Nobody has approved this plan") as caught:
                pay("c", rows=[ANN])
            assert (caught.value.code, caught.value.exit_code) == ("not_approved", 4)
            assert "payouts approve c" in caught.value.hint
    assert office.paid() == {}


def test_what_paypal_refuses_is_a_result(office: Office) -> None:
    refusal = {"on": "create", "kind": "status", "status": 422, "name": "INSUFFICIENT_FUNDS"}
    office.simulator.inject(refusal)
    with office.open() as payouts:
        result = payouts.run("c", rows=[ANN])
        assert (result.exit_code, result.outcome) == (7, "refused")
        assert isinstance(result.error, PayPalRefused)
        assert "INSUFFICIENT_FUNDS" in result.error.message
        (open_,) = result.open
        assert open_.batch == "c-0001-1"
        assert payouts.run("c", rows=[ANN]).exit_code == 0


def test_what_a_person_must_decide_is_a_result(office: Office) -> None:
    office.simulator.inject({"on": "create", "kind": "reset_after"})
    office.simulator.inject({"on": "create", "kind": "duplicate_other_contents", "what": "receiver"})
    with office.open() as payouts:
        assert payouts.run("c", rows=[ANN]).exit_code == 6
        result = payouts.run("c", rows=[ANN])
        assert result.exit_code == 8
        assert isinstance(result.error, NeedsReview)
        assert payouts.status(cycle="c").exit_code == 8
        assert payouts.sync().exit_code == 8


def test_money_is_called_back_and_told_of(office: Office) -> None:
    with office.open() as payouts:
        assert payouts.run("c", rows=[ANN, UMA]).exit_code == 0
        office.simulator.inject({"on": "cancel", "kind": "status", "status": 400, "name": "ITEM_ALREADY_CANCELLED"})
        refused = payouts.cancel("u", cycle="c", reason=REASON)
        assert (refused.exit_code, refused.to_state) == (7, "unclaimed")
        assert isinstance(refused.error, PayPalRefused)
        done = payouts.cancel("u", cycle="c", reason=REASON)
        assert (done.exit_code, done.from_state, done.to_state, done.item.item_id) == (0, "unclaimed", "returned", "u")
        told = payouts.explain("uma")
        assert told.answer is not None
        assert "billing" in {event.by for event in told.events}


def test_open_cycles_are_continued_together(office: Office) -> None:
    office.simulator.inject({"on": "create", "kind": "reset_before", "times": 2})
    with office.open() as payouts:
        assert payouts.run("c", rows=[ANN]).exit_code == 6
        assert payouts.run("d", rows=[BOB]).exit_code == 6
        result = payouts.run_open()
    assert (result.exit_code, [cycle.cycle for cycle in result.cycles]) == (0, ["c", "d"])


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        ({"max_retries": -1}, "max_retries"),
        ({"max_retries": 21}, "max_retries"),
        ({"base_delay_s": float("nan")}, "base_delay_s"),
        ({"base_delay_s": 10.0, "max_delay_s": 5.0}, "shorter"),
    ],
    ids=str,
)
def test_a_policy_out_of_range_is_refused(office: Office, policy: dict[str, Any], named: str) -> None:
    office.simulator.inject({"on": "create", "kind": "reset_before"})
    with office.open() as payouts:
        assert payouts.run("c", rows=[ANN]).exit_code == 6
        with pytest.raises(UsageError, match=named):
            payouts.retry(cycle="c", **policy)
        assert payouts.retry(cycle="c", max_retries=1, base_delay_s=0).exit_code == 0


def test_other_credentials_send_nothing(office: Office) -> None:
    with office.open() as payouts:
        payouts.run("c", rows=[ANN])
    config = office.configure()
    with open_payouts(config, credentials=("another", "secret"), environ={}) as payouts:
        with pytest.raises(WrongAccount):
            payouts.run("c", rows=[ANN])
        assert payouts.run("c", rows=[ANN], same_account=True).exit_code == 0
    with pytest.raises(CredentialsMissing):
        open_payouts(config, credentials=("", "secret"), environ={})
    with open_payouts(config, environ={}) as payouts, pytest.raises(CredentialsMissing):
        payouts.run("c", rows=[ANN])


def test_nobody_pays_where_nobody_chose_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_payouts(environ={}) as payouts:
        for pay in (
            lambda: payouts.run("c", rows=[ANN]),
            lambda: payouts.retry(cycle="c"),
            lambda: payouts.cancel("a", cycle="c", reason=REASON),
            payouts.run_open,
        ):
            with pytest.raises(ConfigInvalid, match="no configuration"):
                pay()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigInvalid):
        open_payouts("not-there.toml")


def test_a_locked_cycle_is_told_with_who_works_on_it(office: Office) -> None:
    config = office.configure()
    with open_wiring(config) as wiring, wiring.hold(wiring.store())("c"), office.open() as payouts:
        with pytest.raises(LockHeld, match="from Python"):
            payouts.run("c", rows=[ANN])
        assert payouts.status().cycles == []


class _Terminal:
    """A terminal at which nobody answers: whoever asks waits for ever."""

    def isatty(self) -> bool:
        return True

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"stdin.{name} was used")


def test_nothing_is_asked_and_nothing_of_the_process_is_read_or_changed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(sys, "argv", ["billing.py", "--api-key", "sk-canary"])
    monkeypatch.setattr("signal.signal", None)
    folder, mask = Path.cwd(), os.umask(0o022)
    try:
        with office.open() as payouts:
            payouts.run("c", rows=[ANN, FAY, UMA])
            payouts.retry(cycle="c", failed_items=True, include_payee_errors=True)
            payouts.cancel("u", cycle="c", reason=REASON)
            payouts.sync()
        assert (Path.cwd(), os.umask(mask)) == (folder, 0o022)
    finally:
        os.umask(mask)
    written = [path for path in office.folder.rglob("*") if path.is_file()]
    assert not [path for path in written if b"canary" in path.read_bytes()]


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_long_life_leaves_nothing_open(office: Office) -> None:
    with office.open() as payouts:
        payouts.run("c", rows=[ANN])
        before, pace = open_files(), payouts._context._pace
        for _ in range(5):
            payouts.run("c", rows=[ANN])
            payouts.status()
            list(payouts.preview("c", rows=[ANN]).items())
        assert open_files() <= before
        assert pace is not None
        assert payouts._context._pace is pace, "how fast PayPal is asked holds for all calls together"


def test_commands_to_type_name_the_configuration(office: Office) -> None:
    with office.open() as payouts:
        result = payouts.run("c", rows=[FAY])
        config = office.configure()
        assert all(f"--config {config}" in command for command in result.next)
        with pytest.raises(NotFound) as caught:
            payouts.status(cycle="cc")
    assert f"--config {config}`" in caught.value.hint


def test_names_are_those_of_the_documents_and_of_the_input() -> None:
    assert tuple(field.name for field in fields(Item)) == ItemJson.__struct_fields__
    assert set(Row.__struct_fields__) == set(COLUMNS)


def test_every_name_and_every_error_is_listed() -> None:
    assert set(paypal_payouts.__all__) <= set(dir(paypal_payouts))
    kinds = {name for name, kind in vars(tree).items() if isinstance(kind, type) and issubclass(kind, PayoutsError)}
    assert kinds <= set(paypal_payouts.__all__)
