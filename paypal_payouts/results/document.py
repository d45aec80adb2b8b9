"""The whole document of a command, and the JSON Schema that it keeps to (docs/design.md, 7)."""

from typing import Annotated, Any, Final, Literal, assert_never

from msgspec import Meta, json

from paypal_payouts.domain.doctor import CheckState, DoctorReport
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.report import (
    AuditReport,
    CancelReport,
    InitReport,
    LostSendsReport,
    MetricsReport,
    NotifyReport,
    OpenRunReport,
    OverrideReport,
    PageReport,
    Report,
    RunReport,
    ServeReport,
    SyncReport,
)
from paypal_payouts.domain.states import BatchStatus, ItemState, Money
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import PayoutsError
from paypal_payouts.results.audit import AuditResult
from paypal_payouts.results.cancel import CancelResult
from paypal_payouts.results.doctor import DoctorResult
from paypal_payouts.results.error import WITHOUT_ERROR, ErrorResult
from paypal_payouts.results.explain import ExplainResult
from paypal_payouts.results.init import InitResult
from paypal_payouts.results.item import ItemResult
from paypal_payouts.results.locks import LocksResult, UnlockResult
from paypal_payouts.results.metrics import MetricsResult
from paypal_payouts.results.notify import NotifyResult
from paypal_payouts.results.override import LostSendsResult, OverrideResult
from paypal_payouts.results.report import PageResult
from paypal_payouts.results.run import OpenRunResult, RunResult
from paypal_payouts.results.simulator import ServeResult
from paypal_payouts.results.status import BatchStatusResult, StatusResult
from paypal_payouts.results.sync import SyncResult
from paypal_payouts.results.values import ExitCode, Result

SCHEMA_VERSION: Final = 1

RESULTS: Final[dict[str, tuple[type[Result], ...]]] = {
    "audit": (AuditResult,),
    "cancel": (CancelResult,),
    "doctor": (DoctorResult,),
    "explain": (ExplainResult,),
    "init": (InitResult,),
    "locks": (LocksResult,),
    "metrics": (MetricsResult,),
    "notify": (NotifyResult,),
    "override": (OverrideResult, LostSendsResult),
    "preview": (RunResult,),
    "report": (PageResult,),
    "retry": (RunResult,),
    "run": (RunResult, OpenRunResult),
    "simulator": (ServeResult,),
    "status": (StatusResult, BatchStatusResult),
    "sync": (SyncResult,),
    "unlock": (UnlockResult,),
}
"""What each command may have under `result`."""


class DocumentResult(Result, frozen=True):
    """The one document that a command writes with --json."""

    schema: Annotated[
        Literal[1], Meta(description="Which form of the documents this is; another one where a key went or changed.")
    ]
    command: Annotated[str | None, Meta(description="The command; null where none was recognised.")]
    exit_code: ExitCode
    ok: Annotated[bool, Meta(description="Whether `exit_code` is 0.")]
    error: Annotated[
        ErrorResult | None, Meta(description="What stopped the command; null at the exit codes 0, 5 and 6.")
    ]
    result: Annotated[
        Any, Meta(description="What the command found or did; null where there is neither a plan nor a record.")
    ]


_RULES: Final = [
    {
        "if": {"properties": {"exit_code": {"const": 0}}},
        "then": {"properties": {"ok": {"const": True}}},
        "else": {"properties": {"ok": {"const": False}}},
    },
    {
        "if": {"properties": {"exit_code": {"enum": [int(code) for code in WITHOUT_ERROR]}}},
        "then": {"properties": {"error": {"type": "null"}}},
    },
]


def document(command: str | None, exit_code: int, error: PayoutsError | None, report: Report | None) -> DocumentResult:
    """Make the document of a command that has ended."""
    return DocumentResult(
        schema=SCHEMA_VERSION,
        command=command,
        exit_code=exit_code,
        ok=exit_code == 0,
        error=ErrorResult.of(error, exit_code),
        result=None if report is None else result_of(report),
    )


def result_of(report: Report) -> Result:  # noqa: C901, PLR0911, PLR0912 - one case for each report
    """Make the `result` of a document."""
    match report:
        case RunReport():
            return RunResult.of(report)
        case OpenRunReport():
            return OpenRunResult.of(report)
        case StatusReport():
            return StatusResult.of(report)
        case BatchStatusReport():
            return BatchStatusResult.of(report)
        case OverrideReport():
            return OverrideResult.of(report)
        case LostSendsReport():
            return LostSendsResult.of(report)
        case SyncReport():
            return SyncResult.of(report)
        case CancelReport():
            return CancelResult.of(report)
        case LocksReport():
            return LocksResult.of(report)
        case UnlockReport():
            return UnlockResult.of(report)
        case AuditReport():
            return AuditResult.of(report)
        case DoctorReport():
            return DoctorResult.of(report)
        case MetricsReport():
            return MetricsResult.of(report)
        case PageReport():
            return PageResult.of(report)
        case NotifyReport():
            return NotifyResult.of(report)
        case InitReport():
            return InitResult.of(report)
        case ServeReport():
            return ServeResult.of(report)
        case ExplainReport():
            return ExplainResult.of(report)
        case _:
            assert_never(report)


def schema_of(command: str | None) -> dict[str, Any]:
    """Derive the JSON Schema of a command's whole document; that of None is for a command line without a command."""
    kinds = RESULTS[command] if command else ()
    # Rows that are read as they are written are those of items; msgspec has no type for what is only iterated over.
    rows = {"type": "array", "items": {"$ref": f"#/$defs/{ItemResult.__name__}"}}
    found, definitions = json.schema_components((DocumentResult, ItemResult, *kinds), schema_hook=lambda _: rows)
    whole: dict[str, Any] = definitions.pop(DocumentResult.__name__)
    null = {"type": "null"}
    whole["properties"] |= {
        "command": whole["properties"]["command"] | {"const": command},
        "result": whole["properties"]["result"] | {"anyOf": [*found[2:], null]},
    }
    for words in (AttemptOutcome, BatchStatus, CheckState, ErrorClass, ItemState, Money, RunOutcome):
        if words.__name__ in definitions:
            # In the order that they are declared in, which is that of a payment's way.
            definitions[words.__name__]["enum"] = list(words)
    title = f"payouts {command} --json" if command else "a command line in which no command was recognised, with --json"
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return whole | head | {"allOf": _RULES, "$defs": definitions}
