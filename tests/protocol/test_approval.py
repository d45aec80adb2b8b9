"""Nothing new is stored or sent before a second person has signed the plan (docs/design.md, 11.6)."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from support.signing import NEEDS_SSH_KEYGEN, Signers
from support.tampering import CORRECTED, ROWS, refused_as_broken, tamper
from support.world import World, report_of

from paypal_payouts.domain.approval import Approval, ApprovalRules
from paypal_payouts.domain.guard import Guard
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import Blocked, ConfigInvalid
from paypal_payouts.protocol.approval import checked_approval
from paypal_payouts.protocol.signatures import principals_of

pytestmark = NEEDS_SSH_KEYGEN

GOOD = ["a,ann@x.example,10.00,USD", "b,bob@x.example,20.00,USD"]
MORE = [*GOOD, "c,cid@x.example,30.00,USD"]


@pytest.fixture
def signers(quick_path: Path) -> Signers:
    folder = quick_path / "people"
    folder.mkdir(mode=0o700)
    signers = Signers(folder)
    signers.allow(("maria", "maria@x.example"), ("tom",))
    return signers


def rules(signers: Signers, **changes: object) -> ApprovalRules:
    asked = ApprovalRules(signers.path, {}, 72, frozenset({"payouts"}))
    return replace(asked, **changes)


def guarded(world: World, signers: Signers, **changes: object) -> Signers:
    world.approval = rules(signers, **changes)
    return signers


def digest_of(world: World, rows: str | list[str], **request: Any) -> str:
    digest = report_of(world.preview(rows, **request)).plan_digest
    assert digest
    return digest


def approve(world: World, signers: Signers, rows: str | list[str], *, by: str = "maria", **request: Any) -> Approval:
    """Approve as `payouts approve` does."""
    digest = digest_of(world, rows, **request)
    given = checked_approval(digest, signers.sign(by, digest), rules=rules(signers), now=world.now())
    keep(world, given)
    return given


def keep(world: World, approval: Approval) -> None:
    with world.store() as store:
        store.approvals.record(approval, cycle="c", actor="tester")


def refused(finished: Finished) -> str:
    """Return why nobody's approval counts; nothing was stored or sent."""
    error = finished.error
    assert error is not None
    assert (finished.exit_code, error.code) == (4, "not_approved")
    assert "`payouts approve c`" in error.hint
    assert report_of(finished).outcome == "blocked"
    return error.message


def test_nothing_new_is_sent_before_a_second_person_has_signed_the_plan(world: World, signers: Signers) -> None:
    guarded(world, signers)
    for finished in (world.preview(GOOD), world.run(GOOD)):
        assert refused(finished) == f"Nobody has approved this plan of cycle c, {digest_of(world, GOOD)}."
    assert (world.statuses(), world.posts()) == ({}, 0)
    given = approve(world, signers, GOOD)
    assert given.principal == "maria"
    assert world.preview(GOOD).exit_code == 0
    assert world.run(GOOD).exit_code == 0
    world.check_paid_once(GOOD)


def test_what_was_approved_and_is_stored_needs_no_second_approval(world: World, signers: Signers) -> None:
    guarded(world, signers)
    approve(world, signers, GOOD)
    world.paypal.inject({"on": "token", "kind": "status", "status": 503, "times": 10})
    assert world.run(GOOD).exit_code == 6
    world.paypal.clear_faults()
    world.pass_time(days=4)
    signers.allow(("tom",))
    assert world.run(GOOD).exit_code == 0
    assert world.run(GOOD).exit_code == 0
    world.check_paid_once(GOOD)


def test_new_rows_need_an_approval_of_their_own(lite: World, signers: Signers) -> None:
    guarded(lite, signers)
    approve(lite, signers, GOOD)
    assert lite.run(GOOD).exit_code == 0
    lite.pass_time(hours=1)
    assert "it is of another plan" in refused(lite.run(MORE, append=True))
    approve(lite, signers, MORE, append=True)
    assert lite.run(MORE, append=True).exit_code == 0
    lite.check_paid_once(MORE)


def test_the_approval_of_another_input_is_none(lite: World, signers: Signers) -> None:
    guarded(lite, signers)
    approve(lite, signers, GOOD)
    assert "maria approved on 2026-11-20 18:00 UTC, and it is of another plan" in refused(lite.run(MORE))
    assert lite.posts() == 0


def test_an_approval_ends_after_its_hours(lite: World, signers: Signers) -> None:
    guarded(lite, signers)
    approve(lite, signers, GOOD)
    lite.pass_time(hours=72, seconds=1)
    assert "and it is older than approval.valid_hours, 72" in refused(lite.run(GOOD))
    approve(lite, signers, GOOD, by="tom")
    assert lite.run(GOOD).exit_code == 0


@pytest.mark.parametrize("user", ["maria", "maria@x.example"])
def test_nobody_approves_for_himself(lite: World, signers: Signers, user: str) -> None:
    guarded(lite, signers, users=frozenset({"payouts", user}))
    approve(lite, signers, GOOD)
    assert f"and that is {user}, who runs this" in refused(lite.run(GOOD))
    approve(lite, signers, GOOD, by="tom")
    assert lite.run(GOOD).exit_code == 0


@pytest.mark.parametrize("second", ['payouts namespaces="git"', "# a comment\npayouts", '"payouts,boss"'])
def test_a_key_that_stands_in_two_lines_has_the_names_of_both(lite: World, signers: Signers, second: str) -> None:
    guarded(lite, signers)
    key = signers.key("maria").with_name("maria.key.pub").read_text()
    signers.path.write_text(f"maria {key}{second} {key}")
    approve(lite, signers, GOOD)
    assert "and that is payouts, who runs this" in refused(lite.run(GOOD))
    assert lite.posts() == 0


def test_another_key_of_the_same_person_is_his(lite: World, signers: Signers) -> None:
    guarded(lite, signers)
    signers.allow(("payouts", "maria@x.example"), ("maria@x.example",))
    approve(lite, signers, GOOD, by="maria@x.example")
    assert "and that is payouts, who runs this" in refused(lite.run(GOOD))
    signers.allow(("payouts", "maria@x.example"), ("tom",))
    approve(lite, signers, GOOD, by="tom")
    assert lite.run(GOOD).exit_code == 0


def test_who_is_no_longer_a_signer_has_approved_of_nothing(lite: World, signers: Signers) -> None:
    guarded(lite, signers)
    approve(lite, signers, GOOD)
    signers.allow(("tom",))
    assert "ssh-keygen no longer accepts the signature" in refused(lite.run(GOOD))
    assert lite.posts() == 0


def test_a_name_without_its_signature_approves_of_nothing(lite: World, signers: Signers) -> None:
    """What stands in the trail is verified by the run that goes by it, whoever wrote it there."""
    guarded(lite, signers)
    digest = digest_of(lite, GOOD)
    for wrong in (
        signers.sign("eve", digest),
        signers.sign("maria", "0" * 64),
        signers.sign("maria", digest, namespace="git"),
        "",
    ):
        keep(lite, Approval(lite.now(), "maria", digest, wrong))
        assert "ssh-keygen no longer accepts the signature" in refused(lite.run(GOOD))
    assert lite.posts() == 0


@pytest.mark.parametrize(
    ("by", "signed", "why"),
    [
        ("eve", {}, "its key stands in no line of"),
        ("maria", {"namespace": "git"}, "verif"),
        ("maria", {"digest": "0" * 64}, "verif"),
        ("maria", {"end": ""}, "verif"),
    ],
    ids=["another key", "another namespace", "another digest", "no newline"],
)
def test_a_signature_of_something_else_is_not_kept(signers: Signers, by: str, signed: dict[str, str], why: str) -> None:
    digest = "1" * 64
    signature = signers.sign(by, **{"digest": digest, **signed})
    with pytest.raises(Blocked, match=why) as stopped:
        checked_approval(digest, signature, rules=rules(signers), now=World.clock)
    assert (stopped.value.code, stopped.value.exit_code) == ("not_approved", 4)


@pytest.mark.parametrize(
    "text", ["", "no signature", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"]
)
def test_what_is_no_signature_is_not_kept(signers: Signers, text: str) -> None:
    with pytest.raises(Blocked, match="or it is no signature"):
        checked_approval("1" * 64, text, rules=rules(signers), now=World.clock)


def test_a_line_for_other_uses_of_a_key_approves_of_nothing(signers: Signers) -> None:
    signers.path.write_text(f'maria namespaces="git" {signers.key("maria").with_name("maria.key.pub").read_text()}')
    with pytest.raises(Blocked):
        checked_approval("1" * 64, signers.sign("maria", "1" * 64), rules=rules(signers), now=World.clock)


def test_a_signer_is_somebody_and_no_pattern(signers: Signers) -> None:
    signers.path.write_text(f"*@x.example,maria {signers.key('maria').with_name('maria.key.pub').read_text()}")
    assert principals_of(signers.sign("maria", "1" * 64), signers=signers.path) == ["maria"]


def test_an_approved_plan_may_pay_at_new_receivers(lite: World, signers: Signers) -> None:
    header = "item_id,receiver,amount,currency,payee_id\n"
    assert lite.run(f"{header}a,ann@x.example,1.00,USD,emp-1\n", cycle="before").exit_code == 0
    moved = f"{header}a,other@x.example,2.00,USD,emp-1\n"
    lite.guard = Guard("approve", approval=rules(signers))
    for finished in (lite.preview(moved), lite.run(moved)):
        assert (finished.exit_code, finished.error and finished.error.code) == (4, "new_receiver")
    approve(lite, signers, moved)
    assert lite.run(moved).exit_code == 0
    assert lite.paid()["other@x.example"] == ["2.00 USD"]


def test_above_leaves_smaller_plans_alone(lite: World, signers: Signers) -> None:
    guarded(lite, signers, above_minor={"USD": 3000})
    assert "Nobody has approved" in refused(lite.run(MORE))
    assert lite.run(GOOD).exit_code == 0


def test_an_approval_that_one_host_keeps_lets_another_pay(world: World, signers: Signers) -> None:
    guarded(world, signers)
    approve(world, signers, GOOD)
    other = world.other_host()
    guarded(other, signers)
    try:
        assert other.run(GOOD).exit_code == 0
    finally:
        other.restart()
    world.check_paid_once(GOOD)


def test_an_approval_that_another_hand_made_younger_stops_the_run(world: World, signers: Signers) -> None:
    guarded(world, signers)
    approve(world, signers, GOOD)
    world.pass_time(days=4)
    tamper(world, f"UPDATE audit_events SET at = '{world.now():%Y-%m-%d %H:%M:%S}' WHERE action = 'approve'")
    refused_as_broken(lambda: world.run(GOOD))
    assert world.posts() == 0


def test_unpaid_items_are_paid_again_from_an_input_that_was_approved(world: World, signers: Signers) -> None:
    guarded(world, signers)
    approve(world, signers, ROWS)
    assert world.run(ROWS).exit_code == 5
    before = world.posts()
    retried = world.retry("c-0001-1", CORRECTED, failed_items=True)
    assert "it is of another plan" in refused(retried)
    assert world.posts() == before
    approve(world, signers, CORRECTED)
    assert world.retry("c-0001-1", CORRECTED, failed_items=True).exit_code == 0
    world.check_nobody_twice()


def test_without_an_input_nothing_can_have_been_approved(lite: World, signers: Signers) -> None:
    assert lite.run(ROWS).exit_code == 5
    guarded(lite, signers)
    retried = lite.retry("c-0001-1", failed_items=True, payee_errors=True)
    assert retried.error is not None
    assert (retried.error.code, retried.exit_code) == ("not_approved", 4)
    assert "--input" in retried.error.hint
    signers.allow(("tom",))
    approve(lite, signers, ROWS, by="tom")
    assert lite.retry("c-0001-1", ROWS, failed_items=True, payee_errors=True).exit_code == 5


def test_an_approval_is_part_of_the_trail_of_its_cycle_and_makes_none(lite: World, signers: Signers) -> None:
    given = approve(lite, signers, GOOD)
    with lite.store() as store:
        (event,) = store.audit.events(cycle="c")
        assert (event.cycle, event.action, event.actor, event.at) == ("c", "approve", "tester", given.at)
        assert event.evidence["signature"] == given.signature
        assert store.audit.events(cycle="d") == []
        assert store.history.glances() == []
        store.audit.check()


def test_without_ssh_keygen_it_says_what_to_install(
    lite: World, signers: Signers, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded(lite, signers)
    approve(lite, signers, GOOD)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(ConfigInvalid, match="ssh-keygen is not installed") as stopped:
        lite.run(GOOD)
    assert "apt-get install openssh-client" in stopped.value.hint
    assert lite.posts() == 0


def test_a_signers_file_that_others_can_write_to_is_not_used(lite: World, signers: Signers) -> None:
    guarded(lite, signers)
    approve(lite, signers, GOOD)
    signers.path.chmod(0o666)
    with pytest.raises(ConfigInvalid, match="so others can write to it"):
        lite.run(GOOD)
    signers.path.unlink()
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        lite.run(GOOD)
    assert lite.posts() == 0
