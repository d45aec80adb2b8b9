"""The tables of the configuration file: every key with its type, range and default.

Source: docs/design.md, 3. A field's `description` is what an error says is accepted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from msgspec.structs import asdict
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from paypal_payouts.config.checks import (
    ACCOUNT_ACCEPTED,
    BOOKS_ACCOUNT_ACCEPTED,
    VARIABLE_ACCEPTED,
    account_name,
    amounts,
    books_account,
    cycle_pattern,
    error_words,
    mail_text,
    no_literal_url,
    path_text,
    resolved_database_url,
    resolved_path,
    secret_file,
    variable_name,
)
from paypal_payouts.config.urls import BASE_ACCEPTED, DATABASE_ACCEPTED, loopback_url, masked, sqlite_path
from paypal_payouts.domain import ranges
from paypal_payouts.domain.guard import NewReceiverRule
from paypal_payouts.domain.identity import Environment
from paypal_payouts.domain.notify import NotifyEvent
from paypal_payouts.domain.retry import RetryPolicy

SUBJECT_MAX: Final = 255

MESSAGE_MAX: Final = 1000

_MONTH_S: Final = 30 * 86400

_POLICY: Final = RetryPolicy()


def _seconds(default: float, low: float, high: float) -> Any:  # noqa: ANN401 - Field() stands for any field's type
    return Field(
        default=float(default),
        ge=low,
        le=high,
        description=f"a number from {low:.6g} to {high:.7g}",
    )


def _count(default: int, low: int, high: int) -> Any:  # noqa: ANN401 - as above
    return Field(default=default, ge=low, le=high, description=f"a whole number from {low} to {high}")


class Table(BaseModel):
    """A table of the file: frozen, strict, without unknown keys; its defaults pass the same checks."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True, defer_build=True
    )


class PayPal(Table):
    """`[paypal]`: which PayPal, which account, and how long to wait for it, in seconds."""

    environment: Environment = Field(default="simulator", description="simulator, sandbox or live")
    account: Annotated[str, AfterValidator(account_name)] = Field(default="main", description=ACCOUNT_ACCEPTED)
    base_url: Annotated[str, AfterValidator(loopback_url)] | None = Field(default=None, description=BASE_ACCEPTED)
    timeout_s: float = _seconds(30, 0.1, 300)
    requests_per_minute: int = _count(400, 1, 100_000)
    reads_in_parallel: int = _count(4, 1, 16)
    poll_interval_s: float = _seconds(5, 0.05, 3600)
    poll_timeout_s: float = _seconds(900, 0, 86400)


class EmailSettings(Table):
    """`[email]`: what PayPal writes to each payee, `{cycle}` not yet filled; None leaves it to PayPal."""

    subject: Annotated[str, AfterValidator(mail_text(SUBJECT_MAX))] | None = Field(
        default=None, description=f"a text of up to {SUBJECT_MAX} characters"
    )
    message: Annotated[str, AfterValidator(mail_text(MESSAGE_MAX))] | None = Field(
        default=None, description=f"a text of up to {MESSAGE_MAX} characters"
    )


class DatabaseSettings(Table):
    """`[database]`: where the books are; an SQLite path is absolute."""

    url: Annotated[str, AfterValidator(resolved_database_url)] = Field(
        default="sqlite:///payouts.db", description=DATABASE_ACCEPTED
    )
    patience_s: float = _seconds(60, 0, 3600)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None where the database is a server."""
        return sqlite_path(self.url)

    @property
    def masked_url(self) -> str:
        """The URL as it may be shown: without its password."""
        return masked(self.url)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "url", self.masked_url
        yield "patience_s", self.patience_s


class SourceSettings(Table):
    """`[source]`: the template of the path that a cycle is read from; `Settings.input_path` fills it."""

    path: Annotated[str, AfterValidator(path_text)] = Field(
        default="cycles/{cycle}.csv", description="a path such as cycles/{cycle}.csv"
    )


class RetryRules(Table):
    """The keys of a retry policy; the default policy where a key is absent."""

    max_retries: int = _count(_POLICY.max_retries, *ranges.MAX_RETRIES)
    base_delay_s: float = _seconds(_POLICY.base_delay_s, *ranges.BASE_DELAY_S)
    max_delay_s: float = _seconds(_POLICY.max_delay_s, *ranges.MAX_DELAY_S)
    max_age_days: int = _count(_POLICY.max_age_days, *ranges.MAX_AGE_DAYS)

    def over(self, policy: RetryPolicy) -> RetryPolicy:
        """Return `policy` with the keys that were set here in place of its own."""
        own = {key: getattr(self, key) for key in self.model_fields_set if key in asdict(policy)}
        return RetryPolicy(**(asdict(policy) | own))


class Retry(RetryRules):
    """`[retry]`: the default policy, and those of the cycles that a pattern matches, in the order of the file."""

    cycles: dict[Annotated[str, AfterValidator(cycle_pattern)], RetryRules] = Field(
        default={}, description="a table of patterns"
    )
    errors: Annotated[dict[str, str], BeforeValidator(error_words)] = Field(
        default={}, description='a table such as { NEW_CODE = "payee", INTERNAL_ERROR = "never" }'
    )


class Lock(Table):
    """`[lock]`: the lease and the cooldown in seconds, and the folder of the lock files, absolute."""

    lease_s: float = _seconds(600, 0.2, _MONTH_S)
    cooldown_s: float = _seconds(60, 0, _MONTH_S)
    directory: Annotated[Path, BeforeValidator(resolved_path)] = Field(default=Path(".payouts"), description="a path")

    @property
    def notified(self) -> Path:
        """The file that keeps what was notified, beside the lock files."""
        return self.directory / "told.json"


_BooksAccount = Annotated[str, AfterValidator(books_account)]

_Amounts = Annotated[dict[str, int], BeforeValidator(amounts)]


class LimitSettings(Table):
    """`[limits]`: of items and cycles, in minor units by currency, and how far back copies are looked for."""

    max_item: _Amounts = Field(default={}, description='a table such as { USD = "5000.00" }')
    max_cycle: _Amounts = Field(default={}, description='a table such as { USD = "250000.00" }')
    min_item: _Amounts = Field(default={}, description='a table such as { USD = "1.00" }')
    max_failed_share: float | None = Field(default=None, gt=0, le=1, description="a number over 0, up to 1")
    duplicate_days: int = _count(5, 0, 36500)


class GuardSettings(Table):
    """`[guard]`: what is made of a payee whose receiver is not the one at which the money last arrived."""

    new_receiver: NewReceiverRule = Field(default="warn", description="warn, approve or refuse")


class SealSettings(Table):
    """`[seal]`: the file of the key that requests and trail are sealed with, absolute."""

    key_file: Annotated[Path, BeforeValidator(resolved_path)] = Field(
        default=Path(".payouts.key"), description="a path"
    )


class ArchiveSettings(Table):
    """`[archive]`: the folder of the files of archived cycles, absolute."""

    directory: Annotated[Path, BeforeValidator(resolved_path)] = Field(default=Path("archive"), description="a path")


class ApprovalSettings(Table):
    """`[approval]`: when a second person must approve, who may (an absolute path), and for how long it counts."""

    required: Literal["never", "live", "always"] = Field(default="never", description="never, live or always")
    above: _Amounts = Field(default={}, description='a table such as { USD = "10000.00" }')
    signers: Annotated[Path, BeforeValidator(resolved_path)] | None = Field(default=None, description="a path")
    valid_hours: float = Field(default=72.0, ge=0.001, le=8760, description="a number from 0.001 to 8760")

    @model_validator(mode="after")
    def _names_signers(self) -> "ApprovalSettings":
        if self.required != "never" and self.signers is None:
            raise ValueError("name in signers the file of who may approve; without one nobody could")
        return self


class BooksSettings(Table):
    """`[books]`: the accounts that `report --books` books to, and whether the file opens them."""

    paypal: _BooksAccount = Field(default="Assets:PayPal", description=BOOKS_ACCOUNT_ACCEPTED)
    payouts: _BooksAccount = Field(default="Expenses:Payouts", description=BOOKS_ACCOUNT_ACCEPTED)
    fees: _BooksAccount = Field(default="Expenses:Fees:PayPal", description=BOOKS_ACCOUNT_ACCEPTED)
    in_transit: _BooksAccount = Field(default="Assets:PayPal:InTransit", description=BOOKS_ACCOUNT_ACCEPTED)
    open: bool = Field(default=True, description="true or false")


class Log(Table):
    """`[log]`: how the log on stderr is written."""

    format: Literal["text", "json"] = Field(default="text", description="text or json")


BAD_NEWS: Final[tuple[NotifyEvent, ...]] = tuple(event for event in get_args(NotifyEvent) if event != "success")
"""What a target is notified of unless it says otherwise."""


class NotifyTarget(Table):
    """One of `[[notify.targets]]`: whom to tell of what. Where the URL is to be had, never the URL: it is a secret."""

    name: str = Field(default="", description="a text", max_length=100)
    url_env: Annotated[str, AfterValidator(variable_name)] | None = Field(default=None, description=VARIABLE_ACCEPTED)
    url_file: Annotated[Path, BeforeValidator(secret_file)] | None = Field(default=None, description="a path")
    events: list[NotifyEvent] = Field(
        default=[*BAD_NEWS], description=f"an array of {', '.join(get_args(NotifyEvent))}"
    )

    @model_validator(mode="before")
    @classmethod
    def _has_no_literal_url(cls, table: object) -> object:
        return no_literal_url(table)

    @model_validator(mode="after")
    def _names_one_place(self) -> "NotifyTarget":
        if (self.url_env is None) == (self.url_file is None):
            raise ValueError("give url_env, the name of a variable, or url_file, the path of a file; one of the two")
        return self

    @property
    def shown(self) -> str:
        """The name by which people know it."""
        return self.name or self.url_env or str(self.url_file)


class Notify(Table):
    """`[notify]`: who is told how commands ended."""

    unclaimed_days: int = _count(3, 0, 30)
    unfinished_hours: int = _count(6, 0, 720)
    targets: list[NotifyTarget] = Field(default=[], description="an array of tables")


class Sections(Table):
    """The whole file: every table of it."""

    paypal: PayPal = Field(description="a table")
    email: EmailSettings = Field(description="a table")
    database: DatabaseSettings = Field(description="a table")
    source: SourceSettings = Field(description="a table")
    retry: Retry = Field(description="a table")
    lock: Lock = Field(description="a table")
    limits: LimitSettings = Field(description="a table")
    guard: GuardSettings = Field(description="a table")
    seal: SealSettings = Field(description="a table")
    approval: ApprovalSettings = Field(description="a table")
    archive: ArchiveSettings = Field(description="a table")
    books: BooksSettings = Field(description="a table")
    log: Log = Field(description="a table")
    notify: Notify = Field(description="a table")
