"""Known-bad variants of the program: each of these mistakes is caught by the tests that stand beside it.

A patch in `patches/` makes one mistake; its first line says which. It is applied to a copy, and every test named for it
must fail there by an assertion. What survives, hangs, does not import or no longer applies fails here.
"""

import compileall
import shutil
from pathlib import Path

import pytest

from variants.applying import apply_patch
from variants.judging import PACKAGE, ROOT, try_out, why_not_caught, why_not_passed, why_not_the_copy

PATCHES = Path(__file__).parent / "patches"

DOMAIN, LOCKS, STORAGE = "tests/domain", "tests/test_locks.py", "tests/storage"
ACCOUNT, COMMANDS, NEWS, SENT_FILE = (
    "tests/e2e/test_account.py",
    "tests/present/test_commands.py",
    "tests/notify/test_news.py",
    "tests/test_sent_log.py",
)
ADOPTION, ATTACH, COMPARING, CONTINUING, COPIES, DERIVED_IDS, LATER_WORDS = (
    f"tests/orchestrator/test_{name}.py"
    for name in ("adoption", "attach", "comparing", "continuing", "copies", "derived_ids", "later_words")
)
MEMORY, OVERRIDE, OVERRIDE_ITEM, READING, RETRY, RUN, SENT_LOG, SUBMISSION = (
    f"tests/orchestrator/test_{name}.py"
    for name in ("memory", "override", "override_item", "reading", "retry", "run", "sent_log", "submission")
)

CONTRADICTED = f"{SUBMISSION}::test_books_that_contradict_ours_end_in_review_with_a_reason_and_nothing_more_is_sent"

CAUGHT_BY: dict[str, list[str]] = {
    "a-new-id-for-every-post": [
        f"{SUBMISSION}::test_whatever_a_post_is_answered_cron_pays_everyone_exactly_once[reset after]",
    ],
    "attempt-raised-on-any-refusal": [
        f"{SUBMISSION}::test_one_lost_answer_keeps_a_batch_in_flight_whatever_later_sends_are_told[sqlite]",
        f"{RETRY}::test_nothing_is_paid_anew_without_proof[in_flight]",
    ],
    "content-digest-as-id": [
        f"{RUN}::test_sequences_go_by_currency_code_and_items_by_code_point[sqlite]",
    ],
    "contradiction-does-not-stop-the-run": [
        f"{SUBMISSION}::test_an_answer_that_contradicts_our_books_stops_the_run[sqlite]",
    ],
    "cooldown-that-blocks-stored-work": [
        f"{RUN}::test_the_cooldown_never_stands_in_the_way_of_open_batches[sqlite]",
    ],
    "copy-guard-by-whole-file-checksum": [
        f"{COMPARING}::test_a_cycle_of_which_half_agrees_with_another_sent_of_late_is_a_copy[half of the rows]",
    ],
    "denied-freed-while-a-send-is-unanswered": [
        f"{RETRY}::test_a_denied_batch_with_a_lost_send_younger_than_a_day_is_not_paid_anew[sqlite]",
    ],
    "duplicate-taken-as-success": [
        f"{CONTRADICTED}[lost, then a batch with another receiver]",
        f"{ATTACH}::test_where_the_money_differs_a_yes_is_not_enough_and_both_sides_are_shown[sqlite]",
    ],
    "failed-read-taken-for-a-contradiction": [
        f"{ADOPTION}::test_a_batch_that_cannot_be_read_just_now_stays_in_flight_and_is_adopted_later",
        f"{ADOPTION}::test_what_cannot_be_compared_yet_stays_in_flight_and_is_adopted_later[not found yet]",
    ],
    "header-of-the-last-page-taken": [
        f"{READING}::test_a_batch_is_final_only_if_the_header_of_its_first_page_said_so",
    ],
    "history-read-before-the-lock": [
        f"{RUN}::test_what_another_host_did_just_before_the_lock_was_ours_is_seen[sqlite-stored]",
    ],
    "items-matched-by-position": [
        f"{READING}::test_items_are_known_by_their_ids_in_whatever_order_paypal_lists_them",
    ],
    "live-not-set-again-at-a-permit": [
        f"{STORAGE}/test_sends.py::test_a_refused_batch_may_be_sent_again_and_is_live_again[sqlite]",
    ],
    "lost-answer-taken-for-never-sent": [
        f"{SUBMISSION}::test_one_lost_answer_keeps_a_batch_in_flight_whatever_later_sends_are_told[sqlite]",
    ],
    "no-25-day-guard": [
        f"{MEMORY}::test_at_25_days_an_unanswered_batch_becomes_review_and_is_not_sent_again[sqlite-lost before]",
        f"{RETRY}::test_an_unanswered_batch_of_25_days_goes_to_review_and_is_not_sent[sqlite]",
    ],
    "no-fence": [
        f"{STORAGE}/test_locks.py::test_a_fence_tells_two_leases_of_one_holder_apart[sqlite]",
        f"{LOCKS}::test_each_grant_has_a_higher_fence_and_the_older_holder_can_write_no_more[sqlite]",
    ],
    "no-unique-index": [
        f"{STORAGE}/test_intents.py::test_the_database_itself_refuses_a_second_payment[sqlite-live]",
        f"{STORAGE}/test_intents.py::test_the_database_itself_refuses_a_second_payment[sqlite-newest]",
        f"{STORAGE}/test_sends.py::test_the_index_refuses_a_permit_even_where_the_code_does_not_see[sqlite]",
    ],
    "old-state-under-a-run-not-seen": [
        f"{STORAGE}/test_commits.py::test_a_database_that_has_forgotten_our_last_write_is_not_written_to[sqlite]",
    ],
    "open-batches-continued-before-the-comparison": [
        f"{COMPARING}::test_a_changed_item_that_may_be_paid_stops_the_run_in_every_state[in_flight-amount]",
        f"{RUN}::test_an_expected_digest_that_differs_stops_before_open_batches_go_on[sqlite]",
    ],
    "page-2-forgotten": [
        f"{READING}::test_each_page_of_a_large_batch_may_fail_and_the_next_look_completes_it[status-2]",
    ],
    "permit-after-the-post": [
        f"{SUBMISSION}::test_at_every_post_its_permit_is_committed_and_no_transaction_is_open",
    ],
    "refused-by-the-last-answer-alone": [
        f"{SUBMISSION}::test_one_lost_answer_keeps_a_batch_in_flight_whatever_later_sends_are_told[sqlite]",
        f"{DOMAIN}/test_states.py::test_one_send_that_may_have_arrived_outweighs_every_refusal",
    ],
    "release-without-owner-check": [
        f"{LOCKS}::test_release_leaves_what_somebody_else_has_taken_over_alone[sqlite]",
    ],
    "sent-log-written-after-the-permit": [
        f"{MEMORY}::test_before_a_permit_is_committed_its_line_stands_in_the_sent_log",
    ],
    "sent-log-written-before-the-decision": [
        f"{SENT_LOG}::test_the_line_is_written_only_once_the_permit_is_decided",
    ],
    "synchronous-normal": [
        f"{STORAGE}/test_opening.py::test_sqlite_is_set_for_safety",
    ],
    "token-renewed-between-permit-and-post": [
        f"{SUBMISSION}::test_nothing_stands_between_a_permit_and_its_post_not_even_a_token_that_is_nearly_dead",
    ],
    "unknown-send-not-recalled": [
        f"{SENT_LOG}::test_a_refusal_after_a_death_between_line_and_permit_frees_nobody",
        f"{SENT_LOG}::test_a_planned_batch_that_an_old_database_would_give_up_is_asked_about_first",
    ],
    "window-by-the-hosts-clock-alone": [
        f"{MEMORY}::test_the_25_days_go_by_the_later_of_our_clock_and_paypals[sqlite]",
    ],
}


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the program as it is, compiled once."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(folder / PACKAGE, quiet=1)
    return folder


def test_every_patch_has_its_tests_and_says_which_mistake_it_makes() -> None:
    patches = {path.stem: path.read_text(encoding="utf-8") for path in PATCHES.iterdir()}
    assert sorted(patches) == sorted(CAUGHT_BY)
    assert [name for name, text in patches.items() if not text[0].isupper()] == []
    assert all(CAUGHT_BY.values())


def test_the_program_as_it_is_passes_every_test_that_a_variant_must_fail(program: Path, tmp_path: Path) -> None:
    tests = list(dict.fromkeys(test for row in CAUGHT_BY.values() for test in row))
    trial = try_out(program, tests, aside=tmp_path)
    assert why_not_passed(trial, tests) is None, trial.output
    assert why_not_the_copy(trial, program) is None, trial.output


@pytest.mark.parametrize("variant", sorted(CAUGHT_BY))
def test_a_known_mistake_is_caught(program: Path, tmp_path: Path, variant: str) -> None:
    copy, tests = tmp_path / "variant", CAUGHT_BY[variant]
    shutil.copytree(program, copy)
    for file in apply_patch(PATCHES / f"{variant}.patch", copy):
        # The bytes that were compiled before are never taken for those of the changed file.
        for compiled in (copy / file).parent.glob(f"__pycache__/{Path(file).stem}.*"):
            compiled.unlink()
    trial = try_out(copy, tests, aside=tmp_path)
    assert why_not_caught(trial, tests) is None, trial.output
    assert why_not_the_copy(trial, copy) is None, trial.output
