"""A second person, with the real program and the real ssh-keygen: by key, by agent, and from elsewhere."""

import getpass
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import readme
from support.signing import NEEDS_SSH_KEYGEN, Signers
from support.site import Site

pytestmark = NEEDS_SSH_KEYGEN

ANN = "a,ann@example.com,10.00,USD"
BOB = "b,bob@example.com,20.00,USD"
REQUIRED = '[approval]\nrequired = "always"\nsigners = "people/allowed_signers"\n{}\n'


def approving(site: Site, more: str = "") -> Signers:
    """Let a site ask for a second person; maria may approve."""
    folder = site.folder / "people"
    folder.mkdir(mode=0o700)
    signers = Signers(folder)
    signers.allow(("maria", "maria@example.com"))
    site.configure(more=REQUIRED.format(more))
    return signers


@contextmanager
def agent_of(signers: Signers, name: str) -> Iterator[str]:
    """Yield the socket of an agent that holds somebody's key, which is then in no file any more."""
    socket = signers.folder / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE, text=True) as agent:
        try:
            assert agent.stdout is not None
            agent.stdout.readline()
            known = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
            subprocess.run(["ssh-add", "-q", str(signers.key(name))], env=known, check=True, capture_output=True)
            signers.key(name).unlink()
            yield str(socket)
        finally:
            agent.terminate()


def test_nobody_pays_alone(site: Site) -> None:
    signers = approving(site)
    site.write("c", [ANN, BOB])
    refused = site.json("run", "c")
    assert (refused.code, refused.error_code, refused.result["outcome"]) == (4, "not_approved", "blocked")
    assert "`payouts approve c`" in refused.document["error"]["hint"]
    assert site.json("preview", "c").error_code == "not_approved"
    approved = site.json("approve", "c", "--key", str(signers.key("maria")))
    assert approved.code == 0, approved.stdout
    assert approved.result["plan_digest"] == refused.result["plan_digest"]
    assert approved.result["own_name"] is None
    assert (approved.result["principal"], approved.result["totals"][0]["amount"]) == ("maria", "30.00")
    assert site.json("status").result["cycles"] == []
    assert site.json("run", "c", "--expect-digest", approved.result["plan_digest"]).code == 0
    assert site.json("run", "c").code == 0
    assert site.json("audit", "--verify").code == 0
    (kept,) = [event for event in site.json("audit", "-c", "c").result["events"] if event["action"] == "approve"]
    assert (kept["evidence"]["principal"], kept["evidence"]["signature"]) == ("maria", approved.result["signature"])


def test_the_command_for_the_approver_carries_what_was_typed(sqlite_site: Site) -> None:
    approving(sqlite_site)
    path = sqlite_site.write("c", [ANN, "b,,1.00,USD"]).rename(sqlite_site.folder / "mine.csv")
    hint = sqlite_site.json("run", "c", "--input", path.name, "--skip-invalid").document["error"]["hint"]
    assert "`payouts approve c --input mine.csv --skip-invalid`" in hint


def test_who_runs_it_cannot_approve(sqlite_site: Site) -> None:
    signers = approving(sqlite_site)
    signers.allow(("maria", getpass.getuser()))
    sqlite_site.write("c", [ANN])
    said = sqlite_site.run("approve", "c", "--key", str(signers.key("maria")))
    assert f"This does not count where {getpass.getuser()} runs it" in said.stdout
    approved = sqlite_site.json("approve", "c", "--key", str(signers.key("maria")))
    assert (approved.code, approved.result["own_name"]) == (0, getpass.getuser())
    refused = sqlite_site.json("run", "c")
    assert refused.error_code == "not_approved"
    assert f"{getpass.getuser()}, who runs this" in refused.document["error"]["message"]
    assert sqlite_site.simulator.book()["payments"] == []


def test_an_approval_of_what_run_refuses_ends_with_what_stops_it_and_what_to_type(sqlite_site: Site) -> None:
    site = sqlite_site
    signers = approving(site)
    key = ("--key", str(signers.key("maria")))
    site.write("c", [ANN, BOB])
    assert site.json("approve", "c", *key).result["refused"] is None
    assert site.json("run", "c").code == 0
    site.write("d", [ANN, BOB])
    said = site.run("approve", "d", *key, "--yes")
    end = " ".join(said.stdout.split())
    assert "warning: `payouts run d` stops all the same: 2 of 2 new rows of cycle d agree" in end
    assert "Only if everyone is owed again: `payouts run d --allow-duplicate`." in end
    assert "To pay it:" not in end
    assert (said.code, site.json("run", "d").error_code) == (0, "duplicate_cycle")
    assert "agree" in site.json("approve", "d", *key).result["refused"]
    insisted = site.run("approve", "d", *key, "--yes", "--allow-duplicate")
    assert insisted.stdout.rstrip().endswith("To pay it:\n  payouts run d --allow-duplicate")
    assert site.json("run", "d", "--allow-duplicate").code == 0


def test_a_new_receiver_that_the_approval_lets_pass_stops_nothing_any_more(sqlite_site: Site) -> None:
    site = sqlite_site
    signers = approving(site)
    header = "item_id,payee_id,receiver,amount,currency\n"
    key = ("--key", str(signers.key("maria")))
    site.configure(more=f'{REQUIRED.format("")}[guard]\nnew_receiver = "approve"\n')
    site.write("c", ["a,p1,ann@example.com,10.00,USD"], header=header)
    assert site.json("approve", "c", *key).code == 0
    assert site.json("run", "c").code == 0
    site.write("d", ["a,p1,elsewhere@example.com,11.00,USD"], header=header)
    assert site.json("preview", "d").error_code == "new_receiver"
    assert site.json("approve", "d", *key).result["refused"] is None
    assert site.json("run", "d").code == 0


def test_an_agent_signs_for_a_public_key(sqlite_site: Site) -> None:
    signers = approving(sqlite_site)
    sqlite_site.write("c", [ANN])
    public = str(signers.key("maria").with_name("maria.key.pub"))
    with agent_of(signers, "maria") as socket:
        assert sqlite_site.afresh.json("approve", "c", "--key", public, SSH_AUTH_SOCK=socket).code == 0
    assert sqlite_site.json("run", "c").code == 0
    without = sqlite_site.json("approve", "c", "--key", public)
    assert (without.code, without.error_code) == (2, "usage")
    assert "ssh-keygen did not sign" in without.document["error"]["message"]


def test_without_a_key_it_says_how_to_sign_elsewhere_and_that_is_taken(sqlite_site: Site) -> None:
    site = sqlite_site
    signers = approving(site)
    site.write("c", [ANN])
    told = site.json("approve", "c", HOME=str(site.folder)).document["error"]
    assert told["code"] == "usage"
    command = told["hint"].split("`")[1].replace("KEY", str(signers.key("maria")))
    subprocess.run(["sh", "-c", command], cwd=site.folder, check=True, capture_output=True)
    (site.folder / "eve.sig").write_text(signers.sign("eve", "1" * 64))
    assert site.json("approve", "c", "--signature", "eve.sig").error_code == "not_approved"
    assert site.json("approve", "c", "--signature", "none.sig").error_code == "usage"
    assert site.json("approve", "c", "--signature", "c.sig", "--key", "x").error_code == "usage"
    shown = site.run("approve", "c", "--signature", "c.sig")
    assert shown.code == 0, shown.stderr
    assert "10.00 USD" in shown.stderr
    assert "maria has approved plan" in shown.stdout
    assert site.json("run", "c").code == 0


def test_it_is_the_first_key_in_the_home_folder_that_signs(sqlite_site: Site) -> None:
    signers = approving(sqlite_site)
    (sqlite_site.folder / ".ssh").mkdir(mode=0o700)
    signers.key("maria").rename(sqlite_site.folder / ".ssh" / "id_ed25519")
    sqlite_site.write("c", [ANN])
    assert sqlite_site.json("approve", "c", HOME=str(sqlite_site.folder)).code == 0


def test_what_was_kept_is_verified_by_ssh_keygen_alone(sqlite_site: Site) -> None:
    """As the documentation shows it, with nothing of this program but the signature."""
    site = sqlite_site
    signers = approving(site)
    site.write("2026-11", [ANN])
    assert site.json("approve", "2026-11", "--key", str(signers.key("maria"))).code == 0
    (block,) = (block.text for block in readme.blocks("operations") if block.section == "A second person")
    (site.folder / "allowed_signers").write_text(signers.path.read_text())
    environment = {**site.environment(), "PATH": f"{Path(sys.executable).parent}:{os.defpath}"}

    def verify() -> "subprocess.CompletedProcess[str]":
        typed = ["bash", "-euc", block]
        return subprocess.run(typed, cwd=site.folder, env=environment, capture_output=True, text=True, check=False)

    verified = verify()
    assert (verified.returncode, verified.stderr) == (0, "")
    assert 'Good "payouts" signature for maria with ED25519 key' in verified.stdout
    signers.allow(("tom",))
    (site.folder / "allowed_signers").write_text(signers.path.read_text())
    assert verify().returncode != 0


@pytest.mark.parametrize("required", ["live", "always"])
def test_required_without_signers_is_refused(sqlite_site: Site, required: str) -> None:
    sqlite_site.configure(more=f'[approval]\nrequired = "{required}"\n')
    sqlite_site.write("c", [ANN])
    refused = sqlite_site.json("run", "c")
    assert (refused.code, refused.error_code) == (3, "config_invalid")
    assert "name in signers the file of who may approve" in refused.document["error"]["message"]


def test_without_signers_there_is_nobody_to_approve(sqlite_site: Site) -> None:
    sqlite_site.write("c", [ANN])
    refused = sqlite_site.json("approve", "c")
    assert (refused.code, refused.error_code) == (3, "config_invalid")
