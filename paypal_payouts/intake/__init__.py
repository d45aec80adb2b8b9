"""Intake: a cycle's file, or standard input, to checked rows that wait in a private temporary database.

    path or stream -> source -> csv_form | jsonl_form -> usual | rows -> staging -> StagedInput

Source: docs/design.md, 4.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from msgspec.structs import asdict

from paypal_payouts.errors import InputInvalid
from paypal_payouts.intake.csv_form import csv_rows
from paypal_payouts.intake.findings import KEPT_MAX, InputFindings, ReadingEnds
from paypal_payouts.intake.jsonl_form import jsonl_rows
from paypal_payouts.intake.rows import Staged, check_row
from paypal_payouts.intake.source import LINE_BYTES_MAX, Lines, Source, Stream, open_source, without_mark
from paypal_payouts.intake.staged import Repeated, StagedInput
from paypal_payouts.intake.staging import drop_refused, open_staging, settle_ids, stage

__all__ = ["Repeated", "StagedInput", "Stream", "read_input"]

_ROWS_PER_CHUNK: Final = 10_000

_CUT: Final = (
    "The last line is wrong and has no line end: was the file cut? Then who stood behind it is missing, too: have it "
    "written again."
)


def ignore(_rows: int) -> None:
    """Report to nobody how far the reading is."""


def read_input(
    source: Path | Stream,
    *,
    name: str,
    skip_invalid: bool = False,
    is_live: bool = False,
    progress: Callable[[int], None] = ignore,
) -> StagedInput:
    """Read and check a whole input in one pass; what comes back is complete and right, or nothing comes back.

    `name` is what messages call the input. With `skip_invalid` bad rows are left out and listed in the result. Where
    it is paid in `live`, a note that is a test value of PayPal's sandbox is wrong.

    Raises:
        InputInvalid: it cannot be read, has no rows, or has bad ones; `details` lists what is wrong.
        InputChanged: the file changed while it was read.

    """
    findings = InputFindings(is_live=is_live)
    try:
        with ExitStack() as undo:
            database = undo.enter_context(closing(open_staging()))
            is_cut = _read(source, database, findings, name=name, progress=progress)
            derived_ids = settle_ids(database, findings)
            if findings.count and (findings.unskippable or not skip_invalid):
                raise _refusal(name, findings)
            staged = _accepted(database, findings, name=name, derived_ids=derived_ids, is_cut=is_cut)
            undo.pop_all()  # from here on the caller closes it
            return staged
    except sqlite3.OperationalError as error:
        raise InputInvalid(
            f"{name} cannot be staged: {error}", hint="Is there space left in the directory for temporary files?"
        ) from error


def _read(
    source: Path | Stream,
    database: sqlite3.Connection,
    findings: InputFindings,
    *,
    name: str,
    progress: Callable[[int], None],
) -> bool:
    """Stage every row that has the shape of one, and note what is wrong; True: the last one may be cut."""
    with open_source(source, name=name) as opened:
        is_jsonl = isinstance(source, Path) and source.suffix == ".jsonl"
        try:
            is_jsonl = _stage_rows(opened, database, findings, is_jsonl=is_jsonl, progress=progress)
        except ReadingEnds as end:
            findings.end(end)
        opened.check_unchanged()
    findings.is_cut = opened.ends_within_line and findings.last_line == opened.line_ends + 1
    # A line of JSON that was cut is none.
    return opened.ends_within_line and not is_jsonl


def _accepted(
    database: sqlite3.Connection, findings: InputFindings, *, name: str, derived_ids: bool, is_cut: bool
) -> StagedInput:
    """Return what may be paid; refuse an input without any of it."""
    left_out = findings.rows + (drop_refused(database) if findings.count else 0)
    staged = StagedInput(
        database,
        name=name,
        derived_ids=derived_ids,
        is_cut=is_cut,
        invalid=findings.listed(),
        invalid_count=left_out,
    )
    if staged.count:
        return staged
    if left_out:
        raise InputInvalid(f"{name} has no row that can be paid: {_told(findings)}", details=_details(findings))
    raise InputInvalid(f"{name} has no rows")


def _stage_rows(
    opened: Source,
    database: sqlite3.Connection,
    findings: InputFindings,
    *,
    is_jsonl: bool,
    progress: Callable[[int], None],
) -> bool:
    """Stage the rows; True: they are JSON Lines, which of a stream only its first byte says."""
    blocks = without_mark(opened.blocks())
    if not is_jsonl:
        is_json, blocks = _begins_with_brace(blocks)
        if is_json and opened.is_file:
            raise ReadingEnds(1, "this is JSON", "CSV, as the name says; the name of JSON Lines ends with .jsonl")
        is_jsonl = is_json  # a stream has no name that tells its form
    lines = Lines(blocks, findings)
    checked = _checked_jsonl(lines, findings) if is_jsonl else chain.from_iterable(csv_rows(lines, findings))
    read = 0
    while staged := stage(database, islice(checked, _ROWS_PER_CHUNK)):
        read += staged
        progress(read)
    return is_jsonl


def _checked_jsonl(lines: Lines, findings: InputFindings) -> Iterator[Staged]:
    return (check_row(line, cells, findings) for line, cells in jsonl_rows(lines, findings))


def _begins_with_brace(blocks: Iterable[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Look at the first byte that is not blank, as far as a line may reach, and give all blocks again."""
    blocks = iter(blocks)
    looked_at: list[bytes] = []
    while sum(map(len, looked_at)) <= LINE_BYTES_MAX and (block := next(blocks, None)) is not None:
        looked_at.append(block)
        if start := block.lstrip():
            return start.startswith(b"{"), chain(looked_at, blocks)
    return False, chain(looked_at, blocks)


def _refusal(name: str, findings: InputFindings) -> InputInvalid:
    first = findings.listed()[0]
    if findings.count == 1:
        place = f"{name}, line {first.line}" + (f", column {first.column}" if first.column else "")
        message = f"{place}: {first.problem}; expected {first.expected}"
    else:
        message = f"{name} has {_told(findings)}"
    hint = "Correct the file, or leave the bad rows out with --skip-invalid."
    if findings.unskippable:
        hint = "Correct the file; --skip-invalid does not help here."
    if findings.is_cut:
        # An option that leaves out whom the file lost is not offered.
        hint = f"{hint} {_CUT}" if findings.unskippable else _CUT
    return InputInvalid(message, hint=hint, details=_details(findings))


def _told(findings: InputFindings) -> str:
    listed = f", of which the first {KEPT_MAX:,} are listed" if findings.count > KEPT_MAX else ""
    return f"{findings.count:,} errors{listed}"


def _details(findings: InputFindings) -> list[dict[str, Any]]:
    return [asdict(cell) for cell in findings.listed()]
