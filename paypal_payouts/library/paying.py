"""The calls that pay: `run`, `run_open` and `retry`, and `preview`, which says what `run` would do."""

from collections.abc import Iterable
from functools import partial

from paypal_payouts.context.looking import look_at_payer
from paypal_payouts.domain.payout import Row
from paypal_payouts.domain.report import OpenRunReport
from paypal_payouts.errors import Interrupted, StorageFailed, UsageError
from paypal_payouts.library.results import OpenRunResult, RunResult
from paypal_payouts.library.session import Session, Source, report_of
from paypal_payouts.protocol.lookup import find_batch, find_cycles
from paypal_payouts.verbs import preview, retry, run_open
from paypal_payouts.verbs.arguments import checked_cycle
from paypal_payouts.verbs.marking import marked
from paypal_payouts.verbs.run import execute_transaction_with_retry


class Paying(Session):
    """What of a `Payouts` pays."""

    def run(
        self,
        cycle: str,
        *,
        rows: Iterable[Row] | None = None,
        input: Source = None,  # noqa: A002 - as the command line has it
        wait: bool = True,
        append: bool = False,
        allow_duplicate: bool = False,
        skip_invalid: bool = False,
        expect_digest: str | None = None,
        accept_new_receivers: bool = False,
        canary: int | None = None,
        same_account: bool = False,
    ) -> RunResult:
        """Bring a cycle as far as it can be: continue what is open, send what is new, read results. Safe to repeat.

        The cycle's debts are `rows`, or the file `input`, or the configured one; each time all of them, unless `append`
        says that these are new ones. `wait`: until PayPal has finished or `poll_timeout_s` is over. With
        `accept_new_receivers` payees are paid at a new receiver in spite of `guard.new_receiver`. `canary`: so many new
        items of each currency go first; the rest only once PayPal's final word on them is good.

        Raises:
            PayoutsError: as the class says; at InputInvalid `details` names each bad row.

        """
        typed = self._typed(cycle, input, skip_invalid=skip_invalid, append=append, allow_duplicate=allow_duplicate)
        with self._call(f"run {cycle}", acts=True, pays=True) as context:
            request = context.request(
                checked_cycle(cycle),
                append=append,
                allow_duplicate=allow_duplicate,
                expect_digest=expect_digest,
                accept_new_receivers=accept_new_receivers,
                canary=canary,
            )
            terms = context.terms(cycle, wait=wait)
            staged = self._read(context, cycle, rows, input, skip_invalid=skip_invalid)
            tools = context.tools(context.paypal(terms), same_account=same_account)
            finished = execute_transaction_with_retry(staged, request, terms=terms, tools=tools)
        return self._run_result(finished, typed)

    def run_open(self, *, wait: bool = True, same_account: bool = False) -> OpenRunResult:
        """Continue every cycle that has anything open, the oldest first, from what is stored; no input is read.

        What keeps one cycle from being continued is the `error` of its result, and keeps no other one.

        Raises:
            PayoutsError: as the class says; Interrupted with the result so far.

        """
        with self._call("run --open", acts=True, pays=True) as context:
            rules = run_open.OpenRules(context.request, partial(context.terms, wait=wait), context.max_age_days)
            tools = context.tools(context.paypal(), same_account=same_account)
            finished = marked(
                run_open.continue_open_cycles(rules, tools=tools, unrecorded=context.unrecorded(tools.store)),
                context.settings.paypal.environment,
            )
        report, error = report_of(finished, OpenRunReport), finished.error
        convert = self._converter(self._typed()).run
        cycles = [convert(each.report, each.exit_code, each.error) for each in report.cycles]
        result = OpenRunResult(finished.exit_code, cycles, report.warnings)
        if isinstance(error, Interrupted | StorageFailed):
            error.result = result
            raise error
        return result

    def preview(
        self,
        cycle: str,
        *,
        rows: Iterable[Row] | None = None,
        input: Source = None,  # noqa: A002 - as the command line has it
        append: bool = False,
        allow_duplicate: bool = False,
        skip_invalid: bool = False,
        expect_digest: str | None = None,
    ) -> RunResult:
        """Show what `run` would do now; writes and sends nothing. Its `plan_digest` is for `run`'s `expect_digest`.

        Raises:
            PayoutsError: what `run` would raise before it sends anything.

        """
        typed = self._typed(cycle, input, skip_invalid=skip_invalid, append=append, allow_duplicate=allow_duplicate)
        with self._call(f"preview {cycle}") as context:
            request = context.request(
                checked_cycle(cycle), append=append, allow_duplicate=allow_duplicate, expect_digest=expect_digest
            )
            store, terms = context.existing_store(), context.terms(cycle, wait=False)
            finished = preview.preview(
                self._read(context, cycle, rows, input, skip_invalid=skip_invalid),
                request,
                store=store,
                terms=terms,
                rules=context.settings.error_rules(),
                lines=context.sent_lines(cycle),
                now=context.now(),
                look_at_payer=partial(look_at_payer, context, terms, store),
            )
        return self._run_result(finished, typed)

    def retry(
        self,
        batch: str | None = None,
        *,
        cycle: str | None = None,
        failed_items: bool = False,
        include_payee_errors: bool = False,
        rows: Iterable[Row] | None = None,
        input: Source = None,  # noqa: A002 - as the command line has it
        wait: bool = True,
        max_retries: int | None = None,
        base_delay_s: float | None = None,
        max_delay_s: float | None = None,
        accept_new_receivers: bool = False,
        same_account: bool = False,
    ) -> RunResult:
        """Send a batch, or all of a cycle, again under their own ids; with `failed_items` pay what is proven unpaid.

        Then each unpaid item is taken as `rows`, `input` or the configured file have it now, else as it was stored.
        `max_retries` and the delays, in seconds, stand for those of the configuration.

        Raises:
            PayoutsError: as the class says.

        """
        if (batch is None) is (cycle is None):
            raise UsageError("Name one: a batch, or a cycle for all of its batches.", hint="Nothing was sent.")
        if not failed_items and (rows is not None or input is not None):
            raise UsageError("Rows and input are read for failed_items alone.", hint="Nothing was sent.")
        with self._call(f"retry {batch or cycle}", acts=True, pays=True) as context:
            store = context.existing_store()
            of_cycle = (
                find_batch(batch, store=store).name.cycle
                if batch is not None
                else find_cycles(checked_cycle(cycle or ""), store=store)[0]
            )
            terms = context.terms(
                of_cycle, wait=wait, max_retries=max_retries, base_delay_s=base_delay_s, max_delay_s=max_delay_s
            )
            staged = None
            if rows is not None:
                staged = self._read(context, of_cycle, rows, input)
            elif failed_items:
                staged = context.read_input_if_there(of_cycle, input)
            retry_one = retry.retry_cycle if batch is None else retry.retry_transaction
            finished = retry_one(
                batch or of_cycle,
                failed_items=failed_items,
                include_payee_errors=include_payee_errors,
                staged=staged,
                environment=context.settings.paypal.environment,
                account=context.settings.paypal.account,
                limits=context.limits(),
                guard=context.guard(accepts=accept_new_receivers),
                terms=terms,
                tools=context.tools(context.paypal(terms), same_account=same_account),
            )
        return self._run_result(finished, self._typed(of_cycle, input))
