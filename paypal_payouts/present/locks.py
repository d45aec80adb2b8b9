"""What `locks` and `unlock` show."""

from paypal_payouts.domain.locks import LockReport, LocksReport, UnlockReport
from paypal_payouts.present.page import Cell, Page


def write_locks(page: Page, report: LocksReport) -> None:
    """Show who holds which cycle, since when and until when."""
    if not report.locks:
        page.line("Nobody holds a lock.")
    for lock in report.locks:
        page.facts(_lock(page, lock))
        page.line()
    if report.locks:
        page.line(
            "`run` takes the lock of a dead process over at once. That of a machine that is off ends when it expires. "
            "To break it before that:"
        )
        page.command("payouts unlock CYCLE --reason TEXT")


def _lock(page: Page, lock: LockReport) -> list[tuple[str, Cell | str]]:
    living = {True: Cell("alive", "green"), False: Cell("dead", "red"), None: Cell("not known from here", "yellow")}
    return [
        ("cycle", Cell(lock.key, "bold")),
        ("holder", lock.holder),
        ("works on", lock.command),
        ("process is", living[lock.living]),
        ("held since", page.moment(lock.acquired_at, aged=True)),
        ("until", f"{page.moment(lock.expires_at, aged=True)} unless renewed"),
    ]


def write_unlock(page: Page, report: UnlockReport) -> None:
    """Show the lease that was broken, or that there was none."""
    if report.broken is None:
        page.line(f"Nobody held {report.cycle}: nothing was broken.")
        return
    page.line(f"The lease of {report.cycle} was broken by {report.operator}. Reason: {report.reason}", "bold")
    page.line()
    page.facts(_lock(page, report.broken))
    page.line()
    page.line("What its holder had sent is recorded and continued by:")
    page.command(f"payouts run {report.cycle}")
