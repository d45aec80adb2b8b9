"""Running one command: its settings and its wiring, its work, and its result told once, whole, with its exit code."""

import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Final

from paypal_payouts import present
from paypal_payouts.cli import actions
from paypal_payouts.cli.actions.screens import screen
from paypal_payouts.cli.actions.wiring import Wiring
from paypal_payouts.cli.common import Common
from paypal_payouts.cli.interrupts import INTERRUPTS
from paypal_payouts.cli.streams import discard_output
from paypal_payouts.cli.terminal import colour, is_living, width
from paypal_payouts.context.process import now, settings_here
from paypal_payouts.domain.base import Report
from paypal_payouts.domain.report import Finished, Origin, RunReport
from paypal_payouts.errors import ExitCode, InternalFault, Interrupted, NotFound, PayoutsError, SealBroken
from paypal_payouts.log import event
from paypal_payouts.present.commands import Typed
from paypal_payouts.present.continuing import typed_after
from paypal_payouts.present.progress import SilentProgress, make_progress, stopping_words
from paypal_payouts.present.text import filled, visible
from paypal_payouts.verbs.marking import marked, of_nothing, of_reading

_LOG = logging.getLogger(__name__)
_MOVES_MONEY: Final = frozenset({"run", "retry", "cancel"})
"""These do not work by defaults alone."""
_SAYS_WHAT_IS_HERE: Final = frozenset({"config", "doctor", "simulator"})
"""These say themselves that there is no configuration."""


def execute(common: Common, action: Callable[[Wiring], Finished]) -> int:
    """Run the action of one command, tell its result, and return its exit code; no exception leaves here."""
    # A value that was forgotten makes an option swallow --json; a script still gets its one document.
    common = replace(common, json=common.json or "--json" in sys.argv[1:])
    common.set_up_logging()
    notifier: actions.notify.Notifier | None = None
    nothing_here: str | None = None
    with ExitStack() as stack:
        progress = SilentProgress()
        wiring: Wiring | None = None
        try:
            settings = settings_here(common.config)
            common = replace(common, log_format=common.log_format or settings.log.format)
            common.set_up_logging()
            progress = stack.enter_context(
                make_progress(
                    sys.stderr,
                    quiet=common.quiet or common.logs_lines,
                    plain=common.verbose or not is_living(sys.stderr),
                    colour=colour(sys.stderr),
                    columns=partial(width, sys.stderr),
                )
            )
            if not common.logs_lines and (sys.stderr.isatty() or not common.quiet):
                INTERRUPTS.say(
                    stopping_words(sys.stderr, timeout_s=settings.paypal.timeout_s, columns=width(sys.stderr)),
                    progress.go_on_below,
                )
            if settings.notify.targets:
                notifier = actions.notify.notifier_for(
                    common.command, settings, now, common.as_typed, _sentence(common)
                )
            wiring = Wiring(settings, common, progress=progress, stack=stack)
            if common.command in _MOVES_MONEY:
                settings.must_name_environment()
            elif common.command not in _SAYS_WHAT_IS_HERE:
                nothing_here = settings.nothing_here()
            finished = marked(action(wiring), settings.paypal.environment)
        except Exception as error:  # noqa: BLE001 - the one place where whatever ends the program is told
            finished = failed(error, verbose=common.verbose)
        # What was done is told whole: a signal could otherwise have two results told of one command.
        INTERRUPTS.begin()
        INTERRUPTS.say("")
        progress.close()
        if nothing_here is not None:
            finished = _of_nothing(finished, nothing_here, common)
        finished = of_reading(finished, common.command)
        origin = (
            None
            if wiring is None
            else Origin(wiring.settings.paypal.environment, wiring.settings.paypal.account, now())
        )
        code = tell(finished, common, origin)
        if notifier is not None and wiring is not None:
            notifier.gather(finished, wiring.existing_store)
    _log_end(finished, common.command)
    if notifier is not None:
        # Locks and database are free again: whoever waits for this to end waits for nothing that pays.
        notifier.tell()
    return code


def _sentence(common: Common) -> Callable[[str], None] | None:
    """Return what writes a warning below the result; None where stderr is a file or a mail, read line by line."""
    if common.logs_lines or not sys.stderr.isatty():
        return None

    def say(words: str) -> None:
        present.tables.show_warning(
            words, stream=sys.stderr, colour=colour(sys.stderr), width=width(sys.stderr), typed=common.as_typed
        )

    return say


def _of_nothing(finished: Finished, words: str, common: Common) -> Finished:
    """Say first of all, with --quiet too, that an answer is about nothing: cron mails what is written to stderr."""
    if not isinstance(finished.error, NotFound):
        if common.logs_lines:
            _LOG.warning(words)
        else:
            line = visible(f"warning: {words}")
            sys.stderr.write("".join(f"{part}\n" for part in filled(line, width(sys.stderr), indent=0)))
    # On the screen that has been said.
    return of_nothing(finished, words, is_said=not common.json and finished.report is not None)


def _log_end(finished: Finished, command: str | None) -> None:
    """Log how a command ended, with what came of the money where it was about a cycle."""
    report, error = finished.report, finished.error
    run = report if isinstance(report, RunReport) else None
    event(
        _LOG,
        "finished",
        f"{command} ended with exit code {finished.exit_code}",
        cycle=None if run is None else run.cycle,
        command=command,
        exit_code=finished.exit_code,
        error=None if error is None else error.code,
        outcome=None if run is None else str(run.outcome),
        items=None if run is None else {str(state): count for state, count in run.items.items() if count},
    )


def execute_without_settings(common: Common, action: Callable[[], Finished | None]) -> int:
    """Run the action of a command without configuration, tell its result unless it did, and return its exit code."""
    common.set_up_logging()
    try:
        finished = action()
    except Exception as error:  # noqa: BLE001 - as in `execute`
        finished = failed(error, verbose=common.verbose)
    if finished is None:
        return ExitCode.DONE
    code = tell(finished, common)
    _log_end(finished, common.command)
    return code


def failed(error: Exception, *, verbose: bool = False) -> Finished:
    """Turn whatever ended a command into its result; what is not ours is a fault of the program, exit 1."""
    if isinstance(error, PayoutsError):
        return Finished(None, error.exit_code, error)
    if verbose:
        logging.getLogger("paypal_payouts").error("The program failed.", exc_info=error)
    fault = InternalFault(error)
    return Finished(None, fault.exit_code, fault)


def log_error(error: PayoutsError) -> None:
    """Log what ended a command, for those who read stderr as lines of JSON."""
    if error.code == "lease_lost":
        event(_LOG, "lock_lost", "somebody else holds the cycle now; nothing more is sent", level=logging.ERROR)
    event(
        _LOG,
        "error",
        error.message,
        level=logging.ERROR,
        error=error.code,
        exit_code=error.exit_code,
        hint=error.hint,
    )


def tell(finished: Finished, common: Common, origin: Origin | None = None) -> int:
    """Write the result to stdout, an error to stderr or into the log, and give the exit code.

    It is 1 where stdout could not be written, and 130 where a signal cut a text short: a document is always whole. It
    stays what it is where whoever read stdout has gone, as in `payouts run | head`: it tells of the money.
    """
    common = replace(common, typed=typed_after(finished.report, common.typed))
    is_told = _told_before(finished, common)
    try:
        if common.json:
            present.envelope.write_document(
                sys.stdout,
                command=common.command,
                exit_code=finished.exit_code,
                error=finished.error,
                report=finished.report,
                origin=origin,
                typed=common.as_typed,
            )
        elif finished.report is not None and (common.as_csv or not common.quiet):
            with INTERRUPTS.at_once():
                _show(finished.report, common, None if origin is None else origin.environment)
                sys.stdout.flush()
    except Interrupted as error:
        if common.json:
            # A wait for the database was broken off: of the document nothing is written yet.
            return tell(failed(error), common, origin)
        discard_output()
        return error.exit_code
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        return unheard(error, common)
    except Exception as error:  # noqa: BLE001 - rows are read as they are written; a document is not begun before
        if INTERRUPTS.is_made and not common.json:
            # Broken off within a library, which may have made a fault of its own out of that.
            discard_output()
            return Interrupted.exit_code
        return tell(failed(error, verbose=common.verbose), common, origin)
    if not is_told:
        _tell_stderr(finished, common)
    return finished.exit_code


def _told_before(finished: Finished, common: Common) -> bool:
    """Tell what must be read before the result; return whether stderr gets no more of how the command ended."""
    error = finished.error
    if common.logs_lines:
        for line in present.last_line.cut_input(finished):
            _LOG.error(line)
        for line in present.last_line.ended_unpaid_lines(finished, common.as_typed):
            _LOG.warning(line)
        if error is not None:
            log_error(error)
        return True
    if isinstance(error, SealBroken) and not common.json:
        # Whoever reads what somebody else changed has read that first.
        _show_error(error, common.as_typed)
        return True
    return False


def _tell_stderr(finished: Finished, common: Common) -> None:
    """Show an error as people read it; where the result is for a program, or not shown, say in a line how it ended.

    And, where nobody looks on, whose money went to a receiver that is new for him: cron mails that.
    """
    if common.json or common.quiet or not sys.stderr.isatty():
        for line in present.last_line.cut_input(finished):
            sys.stderr.write(f"{line}\n")
    if (common.json or common.quiet) and not sys.stderr.isatty():
        for line in present.last_line.new_receiver_lines(finished):
            sys.stderr.write(f"{line}\n")
    if finished.error is not None and not common.json:
        _show_error(finished.error, common.as_typed, below=None if common.quiet else finished.report)
    elif common.json or common.quiet:
        for line in present.last_line.last_lines(finished, common.command, common.as_typed):
            sys.stderr.write(f"{line}\n")
    if common.json or common.quiet:
        for line in present.last_line.ended_unpaid_lines(finished, common.as_typed):
            sys.stderr.write(f"{line}\n")


def unheard(error: OSError, common: Common) -> int:
    """End where stdout cannot be written."""
    discard_output()
    fault = InternalFault(error)
    if common.logs_lines:
        log_error(fault)
    else:
        _show_error(fault, common.as_typed)
    return fault.exit_code


def _show(report: Report, common: Common, environment: str | None) -> None:
    if common.as_csv:
        sys.stdout.writelines(present.sheet.sheet_of(report))
        return
    how = screen(sys.stdout)
    present.tables.show(report, verbose=common.verbose, typed=common.as_typed, environment=environment, **how)


def _show_error(error: PayoutsError, typed: Typed, below: Report | None = None) -> None:
    if isinstance(error, Interrupted) and sys.stderr.isatty():
        # The `^C` of whoever typed it stands on the line.
        sys.stderr.write("\n")
    present.tables.show_error(
        error, stream=sys.stderr, colour=colour(sys.stderr), width=width(sys.stderr), typed=typed, below=below
    )
