"""`doctor --probe` against the simulator: to its end, past faults, weeks later; what it writes holds no secret."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from simulator.driver import Clock
from support.watching import QuietProgress

from paypal_payouts.domain.identity import Environment
from paypal_payouts.domain.probe import ProbeReport, StepEnd, agrees
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid, InputInvalid, Interrupted
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.simulator.core import Simulator
from paypal_payouts.simulator.mounts import SimulatorTransport
from paypal_payouts.verbs import probe as verb
from paypal_payouts.verbs.probe import ProbeQuery, probe
from paypal_payouts.verbs.probe_experiments import EXPERIMENTS

SECRET = "a-secret-that-is-long"
NAMED = {
    "{receiver}": "Good@example.com",
    "{payee_id}": "ABCDEFGHIJKLM",
    "{own_address}": "denyall@example.com",
    "{alias}": "Other.Good@example.com",
}
DAY_S = 24 * 3600


@dataclass
class Sandbox:
    """A PayPal, and somebody who probes it."""

    file: Path
    simulator: Simulator
    clock: Clock
    asked: list[tuple[str, str]] = field(default_factory=list)
    on_exchange: Callable[[], None] = lambda: None

    def open_paypal(self) -> PayPalClient:
        client = PayPalClient(
            base_url="http://simulator.invalid",
            client_id="a-client-id",
            client_secret=SecretStr(SECRET),
            timeout_s=30,
            now=self.clock,
            monotonic=time.monotonic,
            pause=self.clock.advance,
            chance=lambda: 1.0,
            transport=SimulatorTransport(self.simulator, pause=self.clock.advance),
        )
        exchange = client.exchange

        def noted(method: str, path: str, **more: Any) -> Any:
            self.asked.append(
                (method, json.loads(more["content"])["sender_batch_header"]["sender_batch_id"])
                if path.endswith("payouts")
                else (method, path)
            )
            self.on_exchange()
            return exchange(method, path, **more)

        client.exchange = noted  # type: ignore[method-assign]
        return client

    def probe(
        self,
        *,
        environment: Environment = "sandbox",
        continues: bool = False,
        base_url: str = "sandbox",
        agreed: Sequence[str] = (),
    ) -> Finished:
        return probe(
            ProbeQuery(self.file, continues=continues, named=NAMED, agreed=frozenset(agreed)),
            environment=environment,
            base_url=base_url,
            open_paypal=self.open_paypal,
            now=self.clock,
            pause=self.clock.advance,
            progress=QuietProgress(),
        )

    def ends(self, **asked: Any) -> dict[str, StepEnd]:
        report = self.probe(**asked).report
        assert isinstance(report, ProbeReport)
        return {step.step: step.end for step in report.steps}

    def came(self, step: str) -> str:
        return str(json.loads(self.file.read_text("ascii"))["steps"][step]["came"])

    def sends(self, batch: str) -> int:
        return sum(method == "POST" and name.endswith(f"-{batch}") for method, name in self.asked)


SHORT = {"empty", "1", "2", "3b", "9", "6c", "9c", "11a", "11b"}


@pytest.fixture
def sandbox(whole: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A few of the experiments, of each kind one."""
    monkeypatch.setattr(verb, "EXPERIMENTS", [each for each in EXPERIMENTS if each.name in SHORT])
    return whole


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Sandbox]:
    clock = Clock()
    with Simulator(None, clock) as simulator:
        simulator.configure(balances={"USD": "1000.00", "EUR": "10.00"})
        yield Sandbox(tmp_path / "probe.json", simulator, clock)


def test_it_runs_to_its_end_and_the_simulator_answers_as_the_experiments_expect(whole: Sandbox) -> None:
    finished = whole.probe()
    assert finished.exit_code == 0
    assert isinstance(finished.report, ProbeReport)
    assert [step for step in finished.report.steps if step.end in {StepEnd.OTHERWISE, StepEnd.LOST}] == []
    ends = [step.end for step in finished.report.steps]
    assert ends.count(StepEnd.EXPECTED) > 100
    assert finished.report.stopped is None
    assert whole.asked[-1][1].endswith("note-ERRPYO035"), "what is answered 429 comes last"
    sent = {name for method, name in whole.asked if method == "POST" and not name.startswith("/")}
    assert all(name.startswith("probe-") or name == "ERRPYO013" for name in sent)


def test_its_file_is_private_and_holds_no_secret_no_token_and_no_receiver(sandbox: Sandbox) -> None:
    sandbox.probe()
    text = sandbox.file.read_text("ascii")
    assert sandbox.file.stat().st_mode & 0o777 == 0o600
    for hidden in (SECRET, "Bearer", "a-client-id", *NAMED.values()):
        assert hidden.lower() not in text.lower()
    assert "{receiver}" in text
    assert {"expected", "came", "question", "exchanges"} <= set(json.loads(text)["steps"]["send-first"])
    (exchange,) = json.loads(text)["steps"]["send-first"]["exchanges"]
    assert (exchange["status"], exchange["headers"]["content-type"]) == (201, "application/json")


def test_a_second_run_asks_for_nothing_that_is_on_record(sandbox: Sandbox) -> None:
    first = sandbox.ends()
    before = list(sandbox.asked)
    assert sandbox.ends() == first
    assert sandbox.asked == before


def test_it_ends_at_the_first_429_and_the_next_run_goes_on_there(sandbox: Sandbox) -> None:
    sandbox.simulator.inject({"on": "create", "kind": "status", "status": 429, "name": "RATE_LIMIT_REACHED"})
    finished = sandbox.probe()
    assert finished.exit_code == 6
    assert isinstance(finished.report, ProbeReport)
    assert "429" in (finished.report.stopped or "")
    assert len(sandbox.asked) == 1
    assert set(sandbox.ends().values()) <= {StepEnd.EXPECTED, StepEnd.OPEN, StepEnd.LEFT_OUT}
    assert sandbox.sends("empty") == 2


def test_a_lost_answer_is_recorded_as_such_and_not_sent_again(sandbox: Sandbox) -> None:
    sandbox.simulator.inject({"on": "create", "kind": "timeout_after"})
    assert sandbox.ends()["send-nothing"] is StepEnd.LOST
    assert sandbox.came("send-nothing") == "no answer: TIMEOUT"
    sandbox.probe()
    assert sandbox.sends("empty") == 1


def test_a_send_that_the_program_did_not_outlive_is_not_made_again(sandbox: Sandbox) -> None:
    def stop() -> None:
        if sandbox.sends("first"):
            raise Interrupted("stopped")

    sandbox.on_exchange = stop
    with pytest.raises(Interrupted):
        sandbox.probe()
    sandbox.on_exchange = lambda: None
    assert sandbox.ends()["send-first"] is StepEnd.LOST
    assert sandbox.sends("first") == 3, "the lost one, and the two of experiment 2"


def test_nothing_is_on_record_of_what_was_not_sent(sandbox: Sandbox) -> None:
    sandbox.simulator.inject({"on": "create", "kind": "refused"})
    finished = sandbox.probe()
    assert (finished.exit_code, len(sandbox.asked)) == (6, 1)
    assert sandbox.ends()["send-nothing"] is StepEnd.EXPECTED


def test_later_looks_are_made_when_they_are_due_and_once(sandbox: Sandbox) -> None:
    sandbox.probe()
    begun = sandbox.clock.time
    before = len(sandbox.asked)
    sandbox.probe(continues=True)
    assert len(sandbox.asked) == before
    sandbox.clock.advance(26 * DAY_S)
    ends = sandbox.ends(continues=True)
    assert (ends["balance-hours-later"], ends["same-bytes-day-26"]) == (StepEnd.EXPECTED, StepEnd.EXPECTED)
    assert ends["read-day-31"] is StepEnd.LEFT_OUT
    sandbox.clock.time = begun
    sandbox.clock.advance(31 * DAY_S)
    ends = sandbox.ends(continues=True)
    assert (ends["read-day-31"], ends["same-bytes-day-31"]) == (StepEnd.EXPECTED, StepEnd.EXPECTED)
    before = len(sandbox.asked)
    report = sandbox.probe(continues=True).report
    assert isinstance(report, ProbeReport)
    assert (len(sandbox.asked), report.later) == (before, None)


@pytest.mark.parametrize("environment", ["live", "simulator"])
def test_anything_but_the_sandbox_is_refused_before_paypal_is_asked(sandbox: Sandbox, environment: Environment) -> None:
    with pytest.raises(ConfigInvalid, match=f"sandbox alone, and paypal.environment is {environment}"):
        sandbox.probe(environment=environment)
    assert not sandbox.file.exists()
    assert sandbox.asked == []


def test_the_file_of_something_else_is_left_alone(sandbox: Sandbox) -> None:
    with pytest.raises(InputInvalid, match="is not there"):
        sandbox.probe(continues=True)
    sandbox.file.write_text('{"format": 7}')
    with pytest.raises(InputInvalid, match="no file of a probe"):
        sandbox.probe()
    assert sandbox.file.read_text() == '{"format": 7}'
    sandbox.file.unlink()
    sandbox.probe()
    with pytest.raises(InputInvalid, match="of a probe of sandbox"):
        sandbox.probe(base_url="http://127.0.0.1:1")


def test_two_sends_at_once_are_one_batch(whole: Sandbox) -> None:
    whole.probe()
    step = json.loads(whole.file.read_text("ascii"))["steps"]["at-once"]
    assert sorted(each["status"] for each in step["exchanges"]) == [201, 400]
    assert whole.came("at-once") == "201 PENDING 400 USER_BUSINESS_ERROR"
    paid = [each for each in whole.simulator.book()["batches"] if each["sender_batch_id"].endswith("-at-once")]
    assert len(paid) == 1


def test_what_a_person_did_meanwhile_is_looked_at_later(whole: Sandbox) -> None:
    whole.probe()
    whole.clock.advance(26 * DAY_S)
    ends = whole.ends(continues=True)
    assert (ends["read-claimed-late"], ends["after-top-up"]) == (StepEnd.EXPECTED, StepEnd.LEFT_OUT)
    whole.simulator.configure(balances={"USD": "1100000.00"})
    assert whole.ends(continues=True, agreed=["{topped_up}"])["after-top-up"] is StepEnd.EXPECTED


def test_what_came_is_compared_word_by_word() -> None:
    assert agrees("200 or 403", "403 NOT_AUTHORIZED") is StepEnd.EXPECTED
    assert agrees("200 SUCCESS", "200 DENIED") is StepEnd.OTHERWISE
    assert agrees("", "200 DENIED") is StepEnd.OPEN
