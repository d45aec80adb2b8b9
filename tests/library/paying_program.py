"""A careful program that pays from Python: `test_program.py` runs it for real and checks its types as a user would."""

from pathlib import Path

from paypal_payouts import LockHeld, NeedsReview, PayoutsError, Row, open_payouts


def pay(config: Path) -> int:
    rows = [
        Row("maria", "maria@example.com", "1250.50", "USD"),
        Row("tom", "fail.tom@example.com", "10.00", "USD"),
        Row("lena", "unclaimed.lena@example.com", "7.25", "EUR", note="for November"),
    ]
    with open_payouts(config, credentials=("id", "secret"), actor="billing") as payouts:
        planned = payouts.preview("2026-11", rows=rows)
        digest: str | None = planned.plan_digest
        try:
            result = payouts.run("2026-11", rows=rows, wait=True, expect_digest=digest)
        except LockHeld as error:
            print(error.message, error.hint)
            return error.exit_code
        except PayoutsError as error:
            print(error.code, error.message, error.details)
            return error.exit_code
        if isinstance(result.error, NeedsReview):
            print(result.error.hint)
        print(result.exit_code, result.outcome, result.next)
        for total in result.totals:
            print(total.currency, total.amount, total.paid, total.unpaid, total.open)
        for item in result.items():
            print(item.item_id, item.state, item.error_code, item.amount)
        corrected = [rows[0], Row("tom", "tom@example.com", "10.00", "USD"), rows[2]]
        again = payouts.retry(cycle="2026-11", failed_items=True, rows=corrected)
        print(again.exit_code, {str(state): count for state, count in again.counts.items()})
        status = payouts.status(cycle="2026-11")
        print([cycle.outcome for cycle in status.cycles], status.exit_code)
        print(payouts.status("2026-11-0001-1").batch.amount)
        print(payouts.explain("maria").answer)
        print(payouts.sync().exit_code)
        print(payouts.cancel("lena", cycle="2026-11", reason="left the company in October").to_state)
        payouts.request_stop()
        return result.exit_code


if __name__ == "__main__":
    raise SystemExit(pay(Path("payouts.toml")))
