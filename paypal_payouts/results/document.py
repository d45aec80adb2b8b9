"""The whole document of a command, and the JSON Schema that it keeps to (docs/design.md, 7)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, NamedTuple, Protocol, TypeVar

from msgspec import Meta, json

from paypal_payouts.domain.archive import ArchiveReport
from paypal_payouts.domain.audit import AuditReport
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.configured import ConfigReport
from paypal_payouts.domain.doctor import CheckState, DoctorReport
from paypal_payouts.domain.explain import ExplainReport
from paypal_payouts.domain.locks import LocksReport, UnlockReport
from paypal_payouts.domain.notify import NotifyReport
from paypal_payouts.domain.outcome import AttemptOutcome, ErrorClass
from paypal_payouts.domain.override import LostSendsReport, OverrideReport
from paypal_payouts.domain.probe import ProbeReport, StepEnd
from paypal_payouts.domain.program import CompletionReport, HelpReport, VersionReport
from paypal_payouts.domain.reconcile import ActivityReport, FindingKind, ReconcileReport
from paypal_payouts.domain.refused_payees import RefusedPayeesReport
from paypal_payouts.domain.report import (
    ApproveReport,
    CancelReport,
    InitReport,
    MetricsReport,
    OpenRunReport,
    Origin,
    PageReport,
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
from paypal_payouts.results.refused_payees import RefusedPayeesJson
from paypal_payouts.results.report import PageJson
from paypal_payouts.results.reseal import ResealJson
from paypal_payouts.results.review import ReviewJson
from paypal_payouts.results.run import OpenRunJson, RunJson
from paypal_payouts.results.simulator import ActivityJson, ServeJson
from paypal_payouts.results.status import BatchStatusJson, StatusJson
from paypal_payouts.results.sync import SyncJson
from paypal_payouts.results.values import ExitCode, JsonStruct, OfAccountJson

SCHEMA_VERSION: Final = 1

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)


class _Made(Protocol[R_contra]):
    """A result that is made of a report."""

    @classmethod
    def of(cls, report: R_contra, /) -> JsonStruct: ...


class _MadeOfAccount(Protocol[R_contra]):
    """A result that is made of a report, and says of which account and when."""

    @classmethod
    def of(cls, report: R_contra, origin: Origin, /) -> OfAccountJson: ...


class Form(NamedTuple):
    """A kind of report, and the result that is made of it."""

    report: type[Any]
    result: type[Any]


def _form(report: type[R], result: type[_Made[R] | _MadeOfAccount[R]]) -> Form:
    return Form(report, result)


RESULTS: Final[dict[str, tuple[Form, ...]]] = {
    "approve": (_form(ApproveReport, ApproveJson),),
    "archive": (_form(ArchiveReport, ArchiveJson),),
    "audit": (_form(AuditReport, AuditJson),),
    "cancel": (_form(CancelReport, CancelJson),),
    "completion": (_form(CompletionReport, CompletionJson),),
    "config": (_form(ConfigReport, ConfigJson),),
    "doctor": (_form(DoctorReport, DoctorJson), _form(ProbeReport, ProbeJson)),
    "explain": (_form(ExplainReport, ExplainJson),),
    "help": (_form(HelpReport, HelpJson),),
    "init": (_form(InitReport, InitJson),),
    "locks": (_form(LocksReport, LocksJson),),
    "metrics": (_form(MetricsReport, MetricsJson),),
    "notify": (_form(NotifyReport, NotifyJson),),
    "override": (_form(OverrideReport, OverrideJson), _form(LostSendsReport, LostSendsJson)),
    "preview": (_form(RunReport, RunJson),),
    "reconcile": (_form(ReconcileReport, ReconcileJson),),
    "report": (_form(PageReport, PageJson),),
    "reseal": (_form(ResealReport, ResealJson),),
    "retry": (_form(RunReport, RunJson),),
    "review": (_form(ReviewReport, ReviewJson),),
    "run": (_form(RunReport, RunJson), _form(OpenRunReport, OpenRunJson)),
    "simulator": (_form(ServeReport, ServeJson), _form(ActivityReport, ActivityJson)),
    "status": (
        _form(StatusReport, StatusJson),
        _form(BatchStatusReport, BatchStatusJson),
        _form(RefusedPayeesReport, RefusedPayeesJson),
    ),
    "sync": (_form(SyncReport, SyncJson),),
    "unlock": (_form(UnlockReport, UnlockJson),),
    "version": (_form(VersionReport, VersionJson),),
}
"""What each command may have under `result`."""

_RESULT_OF: Final[Mapping[type[Any], type[Any]]] = MappingProxyType(
    {form.report: form.result for forms in RESULTS.values() for form in forms}
)


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


def document(
    command: str | None, exit_code: int, error: PayoutsError | None, report: Report | None, origin: Origin | None
) -> DocumentJson:
    """Make the document of a command that has ended; without an `origin` one that read no configuration."""
    return DocumentJson(
        schema=SCHEMA_VERSION,
        command=command,
        exit_code=exit_code,
        ok=exit_code == 0,
        error=ErrorJson.of(error, exit_code),
        result=None if report is None else result_of(report, origin),
    )


def result_of(report: Report, origin: Origin | None) -> JsonStruct:
    """Make the `result` of a document."""
    form: Any = _RESULT_OF[type(report)]
    result: JsonStruct = form.of(report, origin) if issubclass(form, OfAccountJson) else form.of(report)
    return result


def schema_of(command: str | None) -> dict[str, Any]:
    """Derive the JSON Schema of a command's whole document; that of None is for a command line without a command."""
    kinds = [form.result for form in RESULTS[command]] if command else []
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
