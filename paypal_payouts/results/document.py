"""The whole document of a command, and the JSON Schema that it keeps to (docs/design.md, 7)."""

from typing import Annotated, Any, Final, Literal, assert_never

from msgspec import Meta, json

from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.audit import AuditReport
from paypal_payouts.domain.configured import ConfigReport
from paypal_payouts.domain.doctor import CheckState, DoctorReport
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.override import LostSendsReport, OverrideReport
from paypal_payouts.domain.probe import ProbeReport, StepEnd
from paypal_payouts.domain.program import CompletionReport, HelpReport, VersionReport
from paypal_payouts.domain.reconcile import ActivityReport, FindingKind, ReconcileReport
from paypal_payouts.domain.report import (
    ApproveReport,
    CancelReport,
    InitReport,
    MetricsReport,
    NotifyReport,
    OpenRunReport,
    PageReport,
    Report,
    ResealReport,
    RunReport,
    ServeReport,
    SyncReport,
)
from paypal_payouts.domain.reviewed import ReviewReport
from paypal_payouts.domain.states import BatchStatus, ItemState, Money
from paypal_payouts.domain.status import BatchStatusReport, StatusReport
from paypal_payouts.domain.verdict import RunOutcome
from paypal_payouts.errors import PayoutsError
from paypal_payouts.results.approve import ApproveJson
from paypal_payouts.results.archive import ArchiveJson
from paypal_payouts.results.audit import AuditJson
from paypal_payouts.results.cancel import CancelJson
from paypal_payouts.results.config import ConfigJson
from paypal_payouts.results.doctor import DoctorJson
from paypal_payouts.results.error import WITHOUT_ERROR, ErrorJson
from paypal_payouts.results.explain import ExplainJson
from paypal_payouts.results.init import InitJson
from paypal_payouts.results.item import ItemJson
from paypal_payouts.results.locks import LocksJson, UnlockJson
from paypal_payouts.results.metrics import MetricsJson
from paypal_payouts.results.notify import NotifyJson
from paypal_payouts.results.override import LostSendsJson, OverrideJson
from paypal_payouts.results.probe import ProbeJson
from paypal_payouts.results.program import CompletionJson, HelpJson, VersionJson
from paypal_payouts.results.reconcile import ReconcileJson
from paypal_payouts.results.report import PageJson
from paypal_payouts.results.reseal import ResealJson
from paypal_payouts.results.review import ReviewJson
from paypal_payouts.results.run import OpenRunJson, RunJson
from paypal_payouts.results.simulator import ActivityJson, ServeJson
from paypal_payouts.results.status import BatchStatusJson, StatusJson
from paypal_payouts.results.sync import SyncJson
from paypal_payouts.results.values import ExitCode, JsonStruct

SCHEMA_VERSION: Final = 1

RESULTS: Final[dict[str, tuple[type[JsonStruct], ...]]] = {
    "approve": (ApproveJson,),
    "archive": (ArchiveJson,),
    "audit": (AuditJson,),
    "cancel": (CancelJson,),
    "completion": (CompletionJson,),
    "config": (ConfigJson,),
    "doctor": (DoctorJson, ProbeJson),
    "explain": (ExplainJson,),
    "help": (HelpJson,),
    "init": (InitJson,),
    "locks": (LocksJson,),
    "metrics": (MetricsJson,),
    "notify": (NotifyJson,),
    "override": (OverrideJson, LostSendsJson),
    "preview": (RunJson,),
    "reconcile": (ReconcileJson,),
    "report": (PageJson,),
    "reseal": (ResealJson,),
    "retry": (RunJson,),
    "review": (ReviewJson,),
    "run": (RunJson, OpenRunJson),
    "simulator": (ServeJson, ActivityJson),
    "status": (StatusJson, BatchStatusJson),
    "sync": (SyncJson,),
    "unlock": (UnlockJson,),
    "version": (VersionJson,),
}
"""What each command may have under `result`."""


class DocumentJson(JsonStruct, frozen=True):
    """The one document that a command writes with --json."""

    schema: Annotated[
        Literal[1], Meta(description="Which form of the documents this is; another one where a key went or changed.")
    ]
    command: Annotated[str | None, Meta(description="The command; null where none was recognised.")]
    exit_code: ExitCode
    ok: Annotated[bool, Meta(description="Whether `exit_code` is 0.")]
    error: Annotated[ErrorJson | None, Meta(description="What stopped the command; null at the exit codes 0, 5 and 6.")]
    result: Annotated[
        Any, Meta(description="What the command found or did; null where there is neither a plan nor a record.")
    ]


_WORDS: Final = (
    AttemptOutcome,
    BatchStatus,
    CheckState,
    ErrorClass,
    FindingKind,
    ItemState,
    Money,
    RunOutcome,
    StepEnd,
)

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


def document(command: str | None, exit_code: int, error: PayoutsError | None, report: Report | None) -> DocumentJson:
    """Make the document of a command that has ended."""
    return DocumentJson(
        schema=SCHEMA_VERSION,
        command=command,
        exit_code=exit_code,
        ok=exit_code == 0,
        error=ErrorJson.of(error, exit_code),
        result=None if report is None else result_of(report),
    )


def result_of(report: Report) -> JsonStruct:  # noqa: C901, PLR0911, PLR0912 - one case for each report
    """Make the `result` of a document."""
    match report:
        case RunReport():
            return RunJson.of(report)
        case OpenRunReport():
            return OpenRunJson.of(report)
        case StatusReport():
            return StatusJson.of(report)
        case BatchStatusReport():
            return BatchStatusJson.of(report)
        case OverrideReport():
            return OverrideJson.of(report)
        case LostSendsReport():
            return LostSendsJson.of(report)
        case SyncReport():
            return SyncJson.of(report)
        case CancelReport():
            return CancelJson.of(report)
        case LocksReport():
            return LocksJson.of(report)
        case ApproveReport():
            return ApproveJson.of(report)
        case ArchiveReport():
            return ArchiveJson.of(report)
        case ResealReport():
            return ResealJson.of(report)
        case UnlockReport():
            return UnlockJson.of(report)
        case AuditReport():
            return AuditJson.of(report)
        case DoctorReport():
            return DoctorJson.of(report)
        case MetricsReport():
            return MetricsJson.of(report)
        case PageReport():
            return PageJson.of(report)
        case NotifyReport():
            return NotifyJson.of(report)
        case InitReport():
            return InitJson.of(report)
        case ServeReport():
            return ServeJson.of(report)
        case ActivityReport():
            return ActivityJson.of(report)
        case ExplainReport():
            return ExplainJson.of(report)
        case ReviewReport():
            return ReviewJson.of(report)
        case ConfigReport():
            return ConfigJson.of(report)
        case HelpReport():
            return HelpJson.taken(report)
        case VersionReport():
            return VersionJson.of(report)
        case CompletionReport():
            return CompletionJson.of(report)
        case ReconcileReport():
            return ReconcileJson.of(report)
        case ProbeReport():
            return ProbeJson.of(report)
        case _:
            assert_never(report)


def schema_of(command: str | None) -> dict[str, Any]:
    """Derive the JSON Schema of a command's whole document; that of None is for a command line without a command."""
    kinds = RESULTS[command] if command else ()
    # Rows that are read as they are written are those of items; msgspec has no type for what is only iterated over.
    rows = {"type": "array", "items": {"$ref": f"#/$defs/{ItemJson.__name__}"}}
    found, definitions = json.schema_components((DocumentJson, ItemJson, *kinds), schema_hook=lambda _: rows)
    whole: dict[str, Any] = definitions.pop(DocumentJson.__name__)
    null = {"type": "null"}
    whole["properties"] |= {
        "command": whole["properties"]["command"] | {"const": command},
        "result": whole["properties"]["result"] | {"anyOf": [*found[2:], null]},
    }
    for words in _WORDS:
        if words.__name__ in definitions:
            # In the order that they are declared in, which is that of a payment's way.
            definitions[words.__name__]["enum"] = list(words)
    title = f"payouts {command} --json" if command else "a command line in which no command was recognised, with --json"
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    schema: dict[str, Any] = _published(whole | head | {"allOf": _RULES, "$defs": definitions})
    return schema


def published_name(name: str) -> str:
    """Return the name by which programs know an object: `RunResult` for `RunJson`; any other text is left alone."""
    return f"{name.removesuffix('Json')}Result" if name.endswith("Json") else name


def _published(schema: Any) -> Any:  # noqa: ANN401 - a JSON value
    match schema:
        case dict():
            return {published_name(key): _published(value) for key, value in schema.items()}
        case list():
            return [_published(value) for value in schema]
        case str():
            return published_name(schema)
        case _:
            return schema
