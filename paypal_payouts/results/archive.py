"""The result of `archive`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.archive import Archive, ArchiveReport
from paypal_payouts.domain.report import Origin
from paypal_payouts.results.values import Count, CycleText, JsonStruct, OfAccountJson, Operator, Time


class ArchivedCycleJson(JsonStruct, frozen=True):
    """Where the items of an archived cycle are."""

    cycle: CycleText
    file: Annotated[str, Meta(description="The file's name, in the folder `archive.directory`.")]
    sha256: Annotated[str, Meta(description="Of the file, in hexadecimal.")]
    archived_at: Annotated[Time, Meta(description="When its items left the database.")]
    items: Annotated[Count, Meta(description="How many items it has.")]
    payments: Annotated[Count, Meta(description="How many payments, with those that a later attempt took over.")]
    forgot_receivers: Annotated[bool, Meta(description="Whether its trail has receivers as hashes alone.")]

    @classmethod
    def of(cls, archive: Archive) -> Self:
        """Show where they are."""
        return cls.taken(archive)


class LeftCycleJson(JsonStruct, frozen=True):
    """A cycle that stays in the database."""

    cycle: CycleText
    reason: Annotated[str, Meta(description="Why.")]


class ArchiveJson(OfAccountJson, frozen=True):
    """The result of `archive`."""

    before: Annotated[Time, Meta(description="Nothing has happened since then to a cycle that is archived.")]
    directory: Annotated[str, Meta(description="The folder of the files.")]
    archived: Annotated[list[ArchivedCycleJson], Meta(description="What was archived now, the oldest cycle first.")]
    forgotten: Annotated[
        list[str],
        Meta(description="Cycles archived before, whose trail has receivers as hashes alone from now on."),
    ]
    left: Annotated[list[LeftCycleJson], Meta(description="Every cycle that stays in the database.")]
    operator: Operator

    @classmethod
    def of(cls, report: ArchiveReport, origin: Origin) -> Self:
        """Show what was archived, and what was not."""
        return cls.taken(
            report,
            **origin._asdict(),
            archived=[ArchivedCycleJson.of(archive) for archive in report.archived],
            forgotten=list(report.forgotten),
            left=[LeftCycleJson.taken(cycle) for cycle in report.left],
        )
