"""Known-bad variants of the program: each of these mistakes is caught by the tests that stand beside it.

A patch in `patches/` makes one mistake; its first line says which. It is applied to a copy, and every test named for it
must fail there by an assertion. What survives, hangs, does not import or no longer applies fails here.
"""

import compileall
import shutil
from pathlib import Path

import pytest
from support.signing import HAS_SSH_KEYGEN

from variants.applying import apply_patch
from variants.checking import PACKAGE, ROOT, TIMEOUT_S, try_out, why_not_caught, why_not_passed, why_not_the_copy

PATCHES = Path(__file__).parent / "patches"

DOMAIN, LOCKS, STORAGE = "tests/domain", "tests/protocol/test_locks.py", "tests/storage"
COMMANDS, NEWS = "tests/present/test_commands.py", "tests/notify/test_news.py"
SENT_FILE = "tests/protocol/test_sent_log_file.py"
ADOPTION, ATTACH, COMPARING, COPIES, DERIVED_IDS, LATER_WORDS, MEMORY, READING, SENT_LOG, SUBMISSION = (
    f"tests/protocol/test_{name}.py"
    for name in (
        "adoption",
        "attach",
        "comparing",
        "copies",
        "derived_ids",
        "later_words",
        "memory",
        "reading",
        "sent_log",
        "submission",
    )
)
ARCHIVE, BRAKE, CONTINUING, GUARD, OVERRIDE, OVERRIDE_ITEM, RETRY, RUN, SYNC = (
    f"tests/verbs/test_{name}.py"
    for name in ("archive", "brake", "run_open", "guard", "override", "override_item", "retry", "run", "sync")
)

APPROVAL, APPROVAL_RULES = "tests/protocol/test_approval.py", "tests/domain/test_approval.py"
SEALS = "tests/protocol/test_seals.py"
RECONCILE = "tests/verbs/test_reconcile.py"
UNTRUSTED = "tests/test_trust.py::test_what_somebody_else_could_have_written_is_not_used"
SIMULATED = "tests/simulation/test_few.py::test_a_few_schedules_keep_every_promise"
CONTRADICTED = f"{SUBMISSION}::test_books_that_contradict_ours_end_in_review_and_nothing_more_is_sent"

CAUGHT_BY: dict[str, list[str]] = {
    "201-of-another-batch-believed": [
        f"{ADOPTION}::test_an_acceptance_under_the_id_of_another_batch_is_an_unknown_outcome",
    ],
    "a-new-id-for-every-post": [
        f"{SUBMISSION}::test_whatever_a_post_is_answered_cron_pays_everyone_exactly_once[reset after]",
    ],
    "abandoned-by-our-clock": [
        f"{OVERRIDE}::test_a_clock_of_ours_that_is_a_day_ahead_calls_nothing_unpaid",
        f"{OVERRIDE}::test_without_paypals_clock_nothing_is_called_unpaid",
    ],
    "append-advised-to-whoever-gave-ids": [
        f"{DERIVED_IDS}::test_with_ids_added_nobody_is_paid_again[sqlite]",
        f"{DERIVED_IDS}::test_rows_that_are_alike_are_not_matched_and_nothing_says_append[sqlite]",
    ],
    "approval-by-whoever-runs-it": [
        f"{APPROVAL}::test_nobody_approves_for_himself",
        f"{APPROVAL_RULES}::test_who_runs_it_is_known_by_each_of_his_names",
    ],
    "approval-made-younger-unseen": [
        f"{APPROVAL}::test_an_approval_that_another_hand_made_younger_stops_the_run[sqlite]",
    ],
    "approval-of-another-plan-taken": [
        f"{APPROVAL}::test_the_approval_of_another_input_is_none",
        f"{APPROVAL_RULES}::test_an_approval_counts_for_its_plan_until_its_hours_are_over",
    ],
    "approval-without-a-look-at-its-signature": [
        f"{APPROVAL}::test_a_name_without_its_signature_approves_of_nothing",
        f"{APPROVAL}::test_who_is_no_longer_a_signer_has_approved_of_nothing",
    ],
    "archive-not-read-back": [
        f"{ARCHIVE}::test_what_cannot_be_read_back_leaves_nothing[sqlite-no receiver]",
        f"{ARCHIVE}::test_what_cannot_be_read_back_leaves_nothing[sqlite-cut off]",
    ],
    "archive-seal-not-checked": [
        f"{ARCHIVE}::test_whoever_writes_to_the_database_alone_gets_nobody_paid_again[sqlite-a receiver]",
        f"{ARCHIVE}::test_a_living_cycle_cannot_be_made_to_look_archived[sqlite]",
    ],
    "archived-cycle-not-known": [
        f"{ARCHIVE}::test_the_same_rows_appended_pay_nobody[sqlite]",
    ],
    "attempt-raised-on-any-refusal": [
        f"{SUBMISSION}::test_one_lost_answer_keeps_a_batch_in_flight_whatever_later_sends_are_told[sqlite]",
        f"{RETRY}::test_nothing_is_paid_again_without_proof[in_flight]",
    ],
    "canary-not-waited-for": [
        f"{BRAKE}::test_the_rest_waits_for_the_final_word_on_the_canary",
        f"{BRAKE}::test_the_canary_is_waited_for_without_wait_too",
    ],
    "cent-of-paypals-not-seen": [
        f"{RECONCILE}::test_a_payment_by_hand_a_missing_one_and_a_cent[sqlite]",
    ],
    "closed-item-stays-closed": [
        f"{LATER_WORDS}::test_a_closed_item_that_turns_out_to_be_paid_is_paid_and_a_conflict[sqlite]",
    ],
    "content-digest-as-id": [
        f"{RUN}::test_sequences_go_by_currency_code_and_items_by_code_point[sqlite]",
    ],
    "contradiction-does-not-stop-the-run": [
        f"{SUBMISSION}::test_an_answer_that_contradicts_our_books_stops_the_run[sqlite]",
    ],
    "conversion-booked-without-its-price": [
        "tests/present/test_books.py::test_what_is_converted_has_the_price_that_it_took",
    ],
    "cooldown-that-blocks-stored-work": [
        f"{RUN}::test_the_cooldown_never_stands_in_the_way_of_open_batches[sqlite]",
    ],
    "copy-guard-by-whole-file-checksum": [
        f"{COMPARING}::test_a_cycle_of_which_half_agrees_with_another_sent_of_late_is_a_copy[half of the rows]",
    ],
    "copy-looked-for-among-what-was-sent": [
        f"{COPIES}::test_a_copy_of_a_cycle_that_is_stored_and_not_sent_is_refused[sqlite]",
    ],
    "copy-looked-for-in-its-very-letters": [
        "tests/domain/test_plan.py::test_no_more_is_read_of_another_cycle_than_may_decide[1-some]",
    ],
    "copy-of-itself-not-seen": [
        f"{COPIES}::test_with_other_item_ids_a_cycle_is_a_copy_of_itself[sqlite]",
        f"{DERIVED_IDS}::test_with_ids_added_nobody_is_paid_again[sqlite]",
    ],
    "corrected-receiver-not-guarded": [
        f"{GUARD}::test_corrected_rows_are_looked_at_before_they_are_paid",
    ],
    "denied-freed-while-a-send-is-unanswered": [
        f"{RETRY}::test_a_denied_batch_with_a_lost_send_younger_than_a_day_is_not_paid_again[sqlite]",
    ],
    "denied-send-taken-for-unanswered": [
        f"{LATER_WORDS}::test_a_denied_batch_that_is_refused_when_sent_again_has_no_open_send[sqlite]",
    ],
    "derived-id-known-by-its-text-alone": [
        f"{DERIVED_IDS}::test_a_corrected_row_is_recognised_and_paid_under_the_stored_id[sqlite]",
    ],
    "duplicate-taken-as-success": [
        f"{CONTRADICTED}[lost, then a batch with another receiver]",
        f"{ATTACH}::test_where_the_money_differs_a_yes_is_not_enough_and_both_sides_are_shown[sqlite]",
    ],
    "failed-read-taken-for-a-contradiction": [
        f"{ADOPTION}::test_a_batch_that_cannot_be_read_just_now_stays_in_flight_and_is_adopted_later",
        f"{ADOPTION}::test_what_cannot_be_compared_yet_stays_in_flight_and_is_adopted_later[not found yet]",
    ],
    "failed-share-of-all-items": [
        f"{BRAKE}::test_a_run_stops_before_the_next_batch_once_too_much_is_unpaid[sqlite]",
        f"{DOMAIN}/test_brake.py::test_nothing_more_is_sent_once_too_much_is_unpaid[of finished items]",
    ],
    "folder-that-others-write-to-believed": [
        f"{UNTRUSTED}[read_trusted-everybody can write to the folder]",
    ],
    "header-of-the-last-page-taken": [
        f"{READING}::test_a_batch_is_final_only_if_the_header_of_its_first_page_said_so",
    ],
    "history-read-before-the-lock": [
        f"{RUN}::test_what_another_host_did_just_before_the_lock_was_ours_is_seen[sqlite-stored]",
    ],
    "item-settled-by-our-clock": [
        f"{OVERRIDE_ITEM}::test_the_24_hours_count_by_paypals_clock",
    ],
    "items-matched-by-position": [
        f"{READING}::test_items_are_known_by_their_ids_in_whatever_order_paypal_lists_them",
    ],
    "items-not-listed-yet-taken-for-missing": [
        f"{ADOPTION}::test_what_cannot_be_compared_yet_stays_in_flight_and_is_adopted_later[no items listed yet]",
    ],
    "late-refund-never-read": [
        f"{SYNC}::test_a_late_refund_of_a_finished_cycle_is_found_by_plain_sync[sqlite-REFUNDED]",
    ],
    "later-success-swallowed": [
        f"{LATER_WORDS}::test_an_attempt_paid_after_the_next_one_is_a_conflict_wherever_it_is_shown[sqlite]",
        f"{SIMULATED}[words+totals]",
    ],
    "live-not-set-again-at-a-permit": [
        f"{STORAGE}/test_sends.py::test_a_refused_batch_may_be_sent_again_and_is_live_again[sqlite]",
    ],
    "lost-answer-taken-for-never-sent": [
        f"{SUBMISSION}::test_one_lost_answer_keeps_a_batch_in_flight_whatever_later_sends_are_told[sqlite]",
    ],
    "lost-send-given-up-by-our-clock": [
        f"{SENT_LOG}::test_the_24_hours_count_by_the_clock_of_paypal",
    ],
    "lost-send-without-a-way-out": [
        f"{SENT_LOG}::test_the_way_out_of_a_lost_database_is_taken_as_it_is_printed",
    ],
    "moved-items-taken-for-two": [
        f"{ADOPTION}::test_items_that_move_between_pages_are_no_difference",
    ],
    "named-batch-abandoned": [
        f"{OVERRIDE}::test_what_paypal_is_known_to_have_is_never_called_unpaid[sqlite-named]",
    ],
    "newest-payment-counted-alone": [
        f"{LATER_WORDS}::test_the_money_of_both_attempts_is_counted[sqlite]",
    ],
    "no-25-day-guard": [
        f"{MEMORY}::test_at_25_days_an_unanswered_batch_becomes_review_and_is_not_sent_again[sqlite-lost before]",
        f"{RETRY}::test_an_unanswered_batch_of_25_days_goes_to_review_and_is_not_sent[sqlite]",
    ],
    "no-fence": [
        f"{STORAGE}/test_locks.py::test_a_fence_tells_two_leases_of_one_holder_apart[sqlite]",
        f"{LOCKS}::test_each_grant_has_a_higher_fence_and_the_older_holder_can_write_no_more[sqlite]",
    ],
    "no-second-look-for-copies": [
        f"{COPIES}::test_of_two_planned_copies_the_one_stored_first_goes[sqlite]",
        f"{COPIES}::test_a_copy_that_was_sent_between_comparing_and_storing_is_found[sqlite]",
    ],
    "no-unique-index": [
        f"{STORAGE}/test_intents.py::test_the_database_itself_refuses_a_second_payment[sqlite-live]",
        f"{STORAGE}/test_intents.py::test_the_database_itself_refuses_a_second_payment[sqlite-newest]",
        f"{STORAGE}/test_sends.py::test_the_index_refuses_a_permit_even_where_the_code_does_not_see[sqlite]",
    ],
    "old-state-under-a-run-not-seen": [
        f"{STORAGE}/test_commits.py::test_a_database_that_has_forgotten_our_last_write_is_not_written_to[sqlite]",
    ],
    "older-payment-paid-beside": [
        f"{LATER_WORDS}::test_an_item_is_not_paid_again_beside_an_older_payment_that_arrived[sqlite]",
    ],
    "only-the-last-attempt-read-again": [
        f"{LATER_WORDS}::test_so_are_the_attempts_before_it[sqlite]",
    ],
    "open-batches-continued-before-the-comparison": [
        f"{COMPARING}::test_a_changed_item_that_may_be_paid_stops_the_run_in_every_state[in_flight-amount]",
        f"{RUN}::test_an_expected_digest_that_differs_stops_before_open_batches_go_on[sqlite]",
    ],
    "open-cycle-told-to-nobody": [
        f"{NEWS}::test_a_cycle_that_is_open_for_too_long_is_told_in_the_same_words_every_day",
    ],
    "open-run-forgets-what-was-never-sent": [
        f"{CONTINUING}::test_every_open_cycle_is_continued_the_oldest_first_and_without_an_input[sqlite]",
    ],
    "other-credentials-believed": [
        f"{STORAGE}/test_account.py::test_another_one_is_refused_and_the_first_one_stays[sqlite]",
    ],
    "other-success-believed": [
        f"{ADOPTION}::test_any_success_that_names_our_batch_is_adopted_after_comparing",
    ],
    "other-success-not-adopted": [
        f"{ADOPTION}::test_any_success_that_names_our_batch_is_adopted_after_comparing",
    ],
    "page-2-forgotten": [
        f"{READING}::test_each_page_of_a_large_batch_may_fail_and_the_next_look_completes_it[status-2]",
    ],
    "payee-believed-without-a-seal": [
        f"{GUARD}::test_what_another_hand_wrote_of_an_earlier_payment_is_not_believed[sqlite-a receiver]",
    ],
    "permit-after-the-post": [
        f"{SUBMISSION}::test_at_every_post_its_permit_is_committed_and_no_transaction_is_open",
    ],
    "payee-paid-again-at-a-corrected-address": [
        "tests/protocol/test_payee_copies.py::test_a_corrected_address_under_a_new_item_id_pays_nobody_again[sqlite-hold]",
    ],
    "planned-copy-sent-by-retry": [
        f"{COPIES}::test_of_two_planned_copies_the_one_stored_first_goes[sqlite]",
    ],
    "planted-configuration-believed": [
        "tests/test_config_sources.py::test_a_file_that_everybody_can_write_is_not_followed",
    ],
    "printed-command-without-config": [
        f"{COMMANDS}::test_a_command_is_completed",
    ],
    "progress-not-sealed": [
        f"{SEALS}::test_a_change_by_another_hand_sends_nothing_more[sqlite-lost-status]",
    ],
    "receiver-compared-letter-by-letter": [
        f"{ADOPTION}::test_receivers_that_are_read_back_in_another_writing_are_adopted_and_ours_stay[sqlite]",
    ],
    "receiver-compared-with-what-never-arrived": [
        f"{GUARD}::test_where_the_money_did_not_arrive_is_nobody_s_receiver",
    ],
    "refusal-hidden-by-a-lost-answer": [
        f"{DOMAIN}/test_advice.py::test_every_batch_that_keeps_a_cycle_open_says_why_and_what_to_type",
    ],
    "refusal-told-to-nobody": [
        f"{NEWS}::test_a_refusal_that_stands_is_told_though_a_later_send_has_no_answer",
    ],
    "refused-by-the-last-answer-alone": [
        f"{SUBMISSION}::test_one_lost_answer_keeps_a_batch_in_flight_whatever_later_sends_are_told[sqlite]",
        f"{DOMAIN}/test_states.py::test_one_send_that_may_have_arrived_outweighs_every_refusal",
    ],
    "refused-contents-sent-again": [
        f"{CONTINUING}::test_a_cycle_refused_for_its_contents_has_nothing_open_and_is_named[sqlite]",
    ],
    "refused-permit-keeps-its-line": [
        f"{SENT_FILE}::test_a_send_that_is_refused_after_its_line_voids_it",
        f"{SENT_LOG}::test_a_permit_that_is_refused_leaves_no_line",
    ],
    "release-without-owner-check": [
        f"{LOCKS}::test_release_leaves_what_somebody_else_has_taken_over_alone[sqlite]",
    ],
    "request-id-of-the-denied-batch": [
        f"{SUBMISSION}::test_the_request_id_is_another_one_after_a_denial_and_else_stays",
    ],
    "retry-advised-where-refused": [
        f"{DOMAIN}/test_advice.py::test_the_state_says_what_to_type",
    ],
    "retry-pays-before-it-reads": [
        f"{LATER_WORDS}::test_what_is_paid_again_is_read_once_more_before[sqlite]",
    ],
    "retry-pays-what-it-could-not-read": [
        f"{LATER_WORDS}::test_what_cannot_be_read_first_is_not_paid_again",
    ],
    "seals-not-checked-under-the-lock": [
        f"{SEALS}::test_a_change_by_another_hand_sends_nothing_more[sqlite-done-receiver]",
        f"{SEALS}::test_what_a_person_closed_as_not_owed_stays_closed[sqlite]",
    ],
    "seals-removed-unseen": [
        f"{SEALS}::test_seals_that_were_removed_with_the_key_in_place_are_missed[sqlite]",
    ],
    "sending-advised-in-review": [
        f"{DOMAIN}/test_advice.py::test_nothing_is_sent_while_a_person_must_decide",
    ],
    "sent-log-in-the-lock-file": [
        f"{MEMORY}::test_a_library_that_empties_the_lock_file_takes_nothing_from_the_sent_log",
    ],
    "sent-log-written-after-the-permit": [
        f"{MEMORY}::test_before_a_permit_is_committed_its_line_stands_in_the_sent_log",
    ],
    "sent-log-written-before-the-decision": [
        f"{SENT_LOG}::test_the_line_is_written_only_once_the_permit_is_decided",
    ],
    "skip-invalid-advised-to-retry": [
        f"{COMMANDS}::test_no_command_gets_an_option_that_it_does_not_have",
    ],
    "stale-word-over-success": [
        f"{LATER_WORDS}::test_a_stale_pending_over_success_and_failed_after_it_free_nobody",
    ],
    "stored-attempt-sent-without-a-look": [
        f"{LATER_WORDS}::test_a_stored_attempt_is_not_sent_once_an_older_one_paid[sqlite-run-not read yet]",
        f"{LATER_WORDS}::test_a_stored_attempt_is_not_sent_once_an_older_one_paid[sqlite-retry-not read yet]",
    ],
    "sync-silent-on-stored-cycles": [
        f"{CONTINUING}::test_sync_names_a_cycle_that_was_never_sent_and_ends_with_6[sqlite]",
    ],
    "synchronous-normal": [
        f"{STORAGE}/test_opening.py::test_sqlite_is_set_for_safety",
    ],
    "text-of-a-receiver-forbids-accepted": [
        f"{ATTACH}::test_where_only_the_text_of_a_receiver_differs_a_person_says_yes[sqlite]",
    ],
    "token-renewed-between-permit-and-post": [
        f"{SUBMISSION}::test_nothing_stands_between_a_permit_and_its_post_not_even_a_dying_token",
    ],
    "trail-rows-not-chained": [
        f"{SEALS}::test_a_row_removed_from_the_middle_of_the_trail_is_missed[sqlite]",
    ],
    "unclaimed-typo-without-a-way-out": [
        f"{DERIVED_IDS}::test_an_unclaimed_typo_is_called_back_before_its_corrected_row_is_paid",
    ],
    "unknown-send-not-recalled": [
        f"{SENT_LOG}::test_a_refusal_after_a_death_between_line_and_permit_frees_nobody",
        f"{SENT_LOG}::test_a_planned_batch_that_an_old_database_would_give_up_is_asked_about_first",
    ],
    "unknown-sends-not-warned-of": [
        f"{SENT_LOG}::test_an_old_database_is_warned_of_wherever_its_cycle_is_shown",
    ],
    "unpaid-by-an-older-copy": [
        "tests/protocol/test_sent_log.py::test_nothing_is_called_unpaid_by_a_database_that_does_not_know_every_send",
    ],
    "unsent-typo-told-to-be-put-back": [
        f"{DERIVED_IDS}::test_a_typo_in_a_batch_that_was_never_sent_has_a_way_out[sqlite]",
    ],
    "window-by-the-hosts-clock-alone": [
        f"{MEMORY}::test_the_25_days_go_by_the_later_of_our_clock_and_paypals[sqlite]",
    ],
}


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the program as it is, compiled once."""
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
    trial = try_out(program, tests, aside=tmp_path, changed=[], timeout_s=10 * TIMEOUT_S)
    assert why_not_passed(trial, tests) is None, trial.output
    assert why_not_the_copy(trial, program) is None, trial.output


@pytest.mark.parametrize("variant", sorted(CAUGHT_BY))
def test_a_known_mistake_is_caught(program: Path, tmp_path: Path, variant: str) -> None:
    copy, tests = tmp_path / "variant", CAUGHT_BY[variant]
    if not HAS_SSH_KEYGEN and any(test.startswith(APPROVAL) for test in tests):
        pytest.skip("ssh-keygen is not installed (apt-get install openssh-client)")
    shutil.copytree(program, copy)
    changed = apply_patch(PATCHES / f"{variant}.patch", copy)
    for file in changed:
        # The bytes that were compiled before are never taken for those of the changed file.
        for compiled in (copy / file).parent.glob(f"__pycache__/{Path(file).stem}.*"):
            compiled.unlink()
    trial = try_out(copy, tests, aside=tmp_path, changed=changed)
    if trial.in_place and why_not_caught(trial, tests):
        # A function that is called when its module is imported was changed too late.
        (tmp_path / "whole").mkdir()
        trial = try_out(copy, tests, aside=tmp_path / "whole")
    assert why_not_caught(trial, tests) is None, trial.output
    assert why_not_the_copy(trial, copy) is None, trial.output
