"""The result of `status --refused-payees`; its rows are those of the CSV form, too."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.refused_payees import RefusedPayeesReport
from paypal_payouts.results.values import AccountText, AtLeastOne, Count, CycleText, Environment, JsonStruct, Time


class RefusedPayeeJson(JsonStruct, frozen=True):
    """A payee whom PayPal refuses until the payee acts."""

    payee_id: Annotated[
        str | None, Meta(description="The operator's key of the person; null where the row had none: by receiver.")
    ]
    receiver: Annotated[str, Meta(description="Who was to be paid last.")]
    times: Annotated[AtLeastOne, Meta(description="How many payments ended so since the payee was last paid.")]
    cycles: Annotated[list[CycleText], Meta(description="Their cycles, the newest first; no more than five.")]
    cycles_in_all: Annotated[AtLeastOne, Meta(description="How many cycles these are.")]
    error_code: Annotated[str, Meta(description="PayPal's name for why the newest of them was not paid.")]
    sentence: Annotated[str, Meta(description="What it means.")]
    link: Annotated[str | None, Meta(description="Where PayPal says more; null where it documents nothing of it.")]
    next: Annotated[str, Meta(description="The command that shows the payments.")]


class RefusedPayeesJson(JsonStruct, frozen=True):
    """The result of `status --refused-payees`."""

    environment: Environment
    account: AccountText
    generated_at: Annotated[Time, Meta(description="When this was put together.")]
    payees: Annotated[list[RefusedPayeeJson], Meta(description="Who was refused last comes first.")]
    archived: Annotated[Count, Meta(description="Archived cycles: of these no refusal is known here.")]

    @classmethod
    def of(cls, report: RefusedPayeesReport) -> Self:
        """Show the list."""
        return cls.taken(report, payees=[RefusedPayeeJson.taken(payee) for payee in report.payees])
