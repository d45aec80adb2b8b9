import io
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Any

import jsonschema_rs
import pytest

from paypal_payouts.domain.item import ItemReport
from paypal_payouts.domain.status import BatchStatusReport
from paypal_payouts.errors import Blocked, InputInvalid, InternalFault, UsageError
from paypal_payouts.present.envelope import result_of, schema_of, write_document
from paypal_payouts.results.document import RESULTS
from present import reports
from present.screens import COMMANDS, document


def check(command: str | None, written: Any) -> None:
    jsonschema_rs.Draft202012Validator(schema_of(command), validate_formats=True).validate(written)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_document_of_a_success_keeps_to_the_shipped_schema(command: str) -> None:
    written = document(command=command, report=reports.every()[command])
    check(command, written)
    assert list(written) == ["schema", "command", "exit_code", "ok", "error", "result"]
    assert written | {"result": None} == {
        "schema": 1,
        "command": command,
        "exit_code": 0,
        "ok": True,
        "error": None,
        "result": None,
    }
    # Of the commands that have several results, the sample is the first.
    assert list(written["result"]) == list(RESULTS[command][0].result.__struct_fields__)


@pytest.mark.parametrize(
    "command",
    ["audit", "cancel", "explain", "locks", "override", "report", "review", "run", "status BATCH", "sync"],
)
def test_a_result_says_of_which_account_it_is_and_when_it_was_made(command: str) -> None:
    known = reports.every() | {"status BATCH": reports.batch_status(), "run": reports.open_run()}
    result = document(command=command.split(maxsplit=1)[0], report=known[command])["result"]
    assert list(result)[:3] == ["environment", "account", "generated_at"]
    assert [result[key] for key in list(result)[:3]] == ["sandbox", "main", "2026-11-24T12:00:00.000000Z"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_document_of_a_failure_keeps_to_the_shipped_schema(command: str) -> None:
    error = Blocked("lock_held", "Locked.", hint="Wait.", details=[{"holder": "host-a:4711"}])
    for report in (None, reports.every()[command]):
        written = document(command=command, exit_code=4, error=error, report=report)
        check(command, written)
        assert (written["ok"], written["exit_code"]) == (False, 4)
        assert written["error"] == {
            "code": "lock_held",
            "message": "Locked.",
            "hint": "Wait.",
            "details": [{"holder": "host-a:4711"}],
        }


def test_a_command_line_without_a_command_has_a_document_too() -> None:
    written = document(command=None, exit_code=2, error=UsageError("No such command 'rum'."))
    check(None, written)
    assert written["command"] is None
    assert written["error"] == {"code": "usage", "message": "No such command 'rum'.", "hint": "", "details": []}


def test_a_fault_of_the_program_is_told_as_internal() -> None:
    written = document(exit_code=1, error=InternalFault(ValueError("boom")))
    check("run", written)
    assert written["error"]["code"] == "internal"


def test_bad_rows_stand_in_the_details() -> None:
    bad = {"line": 7, "column": "amount", "value": "12,50", "problem": "a point"}
    written = document(exit_code=3, error=InputInvalid("1 error.", details=[bad]))
    check("run", written)
    assert written["error"]["details"] == [bad]


@pytest.mark.parametrize("exit_code", [0, 5, 6])
def test_no_error_is_told_where_the_contract_has_none(exit_code: int) -> None:
    written = document(exit_code=exit_code, error=UsageError("Told elsewhere."), report=reports.run())
    check("run", written)
    assert written["error"] is None
    assert written["ok"] is (exit_code == 0)


def test_a_batch_has_the_keys_of_the_contract() -> None:
    (first, second, third) = result_of(reports.run(), reports.ORIGIN)["batches"]
    assert first | {"eligible_for_retry": None} == {
        "batch": "2026-11-0001-1",
        "cycle": "2026-11",
        "sequence": 1,
        "attempt": 1,
        "sender_batch_id": "main-sandbox-2026-11-0001-1",
        "paypal_batch_id": "5UXD2E8A7EBQ1",
        "status": "done",
        "items": 3,
        "currency": "USD",
        "amount": "12500.50",
        "fees": "0.75",
        "checksum": reports.DIGEST,
        "created_at": "2026-11-24T11:59:59.000000Z",
        "first_sent_at": "2026-11-24T12:00:00.000000Z",
        "completed_at": "2026-11-24T13:00:00.000000Z",
        "retry_count": 0,
        "last_retry_at": None,
        "last_retry_error": None,
        "eligible_for_retry": None,
        "paused_until": None,
    }
    assert second["eligible_for_retry"] == {
        "eligible": True,
        "reason": "2 items are known to be unpaid: `retry --failed-items`",
    }
    assert (third["amount"], third["fees"]) == ("98000", None)


def test_a_batch_of_a_preview_is_not_stored_yet() -> None:
    (batch,) = result_of(reports.preview(), reports.ORIGIN)["batches"]
    assert (batch["created_at"], batch["checksum"], batch["paypal_batch_id"]) == (None, None, None)


def test_a_run_has_the_values_of_the_contract() -> None:
    result = result_of(reports.run(), reports.ORIGIN)
    assert result["items"] == {"pending": 12, "success": 15000, "failed": 2, "unclaimed": 1}
    yen = [
        ("currency", "JPY"), ("items", 12), ("amount", "98000"), ("paid", "0"), ("unpaid", "0"), ("open", "98000"),
        ("unknown", "0"), ("closed", "0"), ("surplus", "0"), ("fees", None), ("debited", None),
    ]  # fmt: skip
    assert result["totals"] == [
        dict(yen),
        dict(yen)
        | {"currency": "USD", "items": 15003, "amount": "1247068.39", "paid": "1246068.39"}
        | {"unpaid": "990.00", "open": "10.00", "unknown": "0.00", "closed": "0.00", "surplus": "0.00"}
        | {"fees": "0.75"},
    ]
    assert result["open"][0] == {
        "batch": "2026-11-0003-1",
        "why": "PayPal works on 2026-11-0003-1: 12 pending",
        "error_code": None,
        "since": "2026-11-24T12:00:00.000000Z",
        "next": "payouts run 2026-11",
    }
    assert result["next"] == [
        "payouts run 2026-11",
        "payouts retry 2026-11-0002-1 --failed-items",
        "payouts sync --cycle 2026-11",
    ]
    assert result["skipped"] == [{"item_id": "inv-9", "reason": "PayPal paid it: it is not owed any more"}]
    assert result["invalid"][0] | {"problem": "", "expected": ""} == {
        "line": 7,
        "column": "amount",
        "value": "12,50",
        "problem": "",
        "expected": "",
    }
    assert [warning["code"] for warning in result["warnings"]] == ["same_receiver"]
    assert result["outcome"] == "pending"


def test_status_of_a_batch_has_its_attempts_and_its_items() -> None:
    report = reports.batch_status(with_items=True)
    written = document(command="status", report=report)
    check("status", written)
    result = written["result"]
    assert result["items"] == {"success": 14997, "failed": 2, "unclaimed": 1}
    assert [attempt["outcome"] for attempt in result["attempts"]] == ["unknown", "accepted", None]
    assert result["item_rows"][2] == {
        "item_id": "inv-3",
        "batch": "2026-11-0001-1",
        "attempt": 1,
        "receiver": "inv-3@example.com",
        "amount": "980",
        "currency": "JPY",
        "fee": None,
        "state": "unrecognized",
        "raw_state": "HATCHING",
        "paypal_item_id": "8AELMXH8UB2P8",
        "transaction_id": None,
        "activity_id": None,
        "time_processed": None,
        "debited": None,
        "debited_currency": None,
        "exchange_rate": None,
        "cycle": "2026-11",
        "payee_id": None,
        "error_code": "RECEIVER_UNREGISTERED",
        "error_message": "Receiver is unregistered",
        "error_class": "payee",
        "updated_at": "2026-11-24T12:00:00.000000Z",
    }


def test_status_of_cycles_has_locks_and_rows_only_when_asked() -> None:
    (without,) = result_of(reports.status(), reports.ORIGIN)["cycles"]
    assert (without["outcome"], without["exit_code"], without["conflicts"]) == ("pending", 6, [])
    assert without["first_sent_at"] == "2026-11-24T12:00:00.000000Z"
    assert list(without["lock"]) == ["key", "cycle", "holder", "acquired_at", "expires_at", "living"]
    assert without["item_rows"] is None
    (with_rows,) = result_of(reports.status(with_items=True), reports.ORIGIN)["cycles"]
    assert len(with_rows["item_rows"]) == 3


def test_locks_say_where_their_holder_works() -> None:
    locks = result_of(reports.every()["locks"], reports.ORIGIN)["locks"]
    assert [lock["host"] for lock in locks] == ["host-a", "host-a"]
    assert [lock["living"] for lock in locks] == [True, None]


def test_a_time_of_another_zone_is_told_in_utc() -> None:
    east = reports.NOON.astimezone(timezone(timedelta(hours=9)))
    report = BatchStatusReport(reports.batch(), [], [reports.item(updated_at=east + timedelta(microseconds=5))])
    assert result_of(report, reports.ORIGIN)["item_rows"][0]["updated_at"] == "2026-11-24T12:00:00.000005Z"


def test_what_is_no_text_becomes_text_that_every_reader_takes() -> None:
    hostile = "\ud800 and 👍 and \x1b and \u202e"
    written = document(
        exit_code=4,
        error=Blocked("lock_held", hostile, details=[{hostile: [hostile]}]),
        report=BatchStatusReport(reports.batch(), [], [reports.item(error_message=hostile)]),
        command="status",
    )
    kept = "\\ud800 and 👍 and \x1b and \u202e"
    assert written["error"]["message"] == kept
    assert written["error"]["details"] == [{kept: [kept]}]
    assert written["result"]["item_rows"][0]["error_message"] == kept


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1001])
def test_every_row_is_written_once(count: int) -> None:
    rows = (reports.item(f"inv-{number}") for number in range(count))
    result = result_of(BatchStatusReport(reports.batch(), [], rows), reports.ORIGIN)
    assert [row["item_id"] for row in result["item_rows"]] == [f"inv-{number}" for number in range(count)]


class Counting(io.StringIO):
    """A stream that counts, and keeps nothing."""

    length = 0

    def write(self, text: str) -> int:
        self.length += len(text)
        return len(text)


def test_memory_stays_flat_however_many_rows_pass() -> None:
    one = reports.item()

    def peak(count: int) -> int:
        stream = Counting()
        report = BatchStatusReport(reports.batch(), [], (one for _ in range(count)))
        tracemalloc.start()
        write_document(stream, command="status", exit_code=0, error=None, report=report, origin=reports.ORIGIN)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert stream.length > count * 300
        return most

    peak(10)
    assert peak(6_000) < peak(2_000) + 400_000


def test_a_read_that_fails_half_way_leaves_the_stream_untouched() -> None:
    def rows() -> Iterator[ItemReport]:
        yield from (reports.item(f"inv-{number}") for number in range(10_000))
        raise OSError("the database is gone")

    stream = io.StringIO()
    with pytest.raises(OSError, match="gone"):
        write_document(
            stream,
            command="status",
            exit_code=0,
            error=None,
            report=BatchStatusReport(reports.batch(), [], rows()),
            origin=reports.ORIGIN,
        )
    assert stream.getvalue() == ""


def test_rich_is_not_loaded_for_json() -> None:
    code = (
        "import paypal_payouts.present.envelope, paypal_payouts.present.progress, sys; sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_errors_are_told_by_kind_class_and_code_only_when_asked() -> None:
    cycle, batch = reports.status(), reports.batch_status()
    assert result_of(cycle, reports.ORIGIN)["cycles"][0]["errors"] is None
    assert result_of(batch, reports.ORIGIN)["errors"] is None
    told = result_of(reports.with_errors(batch), reports.ORIGIN)["errors"]
    assert result_of(reports.with_errors(cycle), reports.ORIGIN)["cycles"][0]["errors"] == told
    assert told[2:] == [
        {
            "kind": "item",
            "state": "denied",
            "error_class": None,
            "error_code": None,
            "count": 2,
            "who": "us",
            "sentence": "PayPal denied the whole batch.",
            "link": None,
        },
        {
            "kind": "send",
            "state": "not_sent",
            "error_class": "transient",
            "error_code": "CONNECT",
            "count": 3,
            "who": "nobody",
            "sentence": "The connection was refused.",
            "link": None,
        },
    ]
