"""`doctor`: each thing that an operator gets wrong has its line and its mend, always in the same order."""

import os
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from benchmarks.history import fill
from msgspec.structs import replace
from paypal.doubles import START, Step, bench, token
from support import readme
from support.sealed import open_sealed
from support.world import World

from paypal_payouts.config import load_credentials, load_settings
from paypal_payouts.domain.doctor import Check, CheckState, DoctorReport
from paypal_payouts.domain.report import Finished
from paypal_payouts.errors import ConfigInvalid, Interrupted
from paypal_payouts.paypal.client import PayPalClient
from paypal_payouts.paypal.error_rules import ErrorRules
from paypal_payouts.private import create_private, private_directory
from paypal_payouts.storage import Holder, Store, prove
from paypal_payouts.storage.metrics import Metrics
from paypal_payouts.verbs.doctor import Premises, doctor, misconfigured
from paypal_payouts.verbs.doctor_database import check_database, check_sent_log
from paypal_payouts.verbs.machine import Machine, file_system
from paypal_payouts.verbs.status_query import Selection

ORDER = [
    "configuration",
    "credentials",
    "token",
    "permission",
    "payouts",
    "account",
    "clock",
    "server",
    "time-outs",
    "rights",
    "database",
    "schema",
    "durability",
    "locks",
    "seals",
    "sent log",
    "database file",
    "lock directory",
    "file modes",
    "disk space",
    "notifier",
    "approval",
    "limits",
]

BALANCES = {
    "balances": [{"currency": "USD", "available_balance": {"currency_code": "USD", "value": "1250.50"}}],
    "account_id": "5JZK7XKL9A2Q4",
    "last_refresh_time": "2026-11-16T11:00:00Z",
}

OF_A_SERVER = ["server", "time-outs", "rights"]

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/srv /mnt/shared\\040folder nfs4 rw 0 0
//server/x /mnt/windows cifs rw 0 0
/dev/sdb1 /mnt/windows/local xfs rw 0 0
me@host: /mnt/over fuse.sshfs rw 0 0
/dev/sdc1 /mnt/over ext4 rw 0 0
broken
"""


@dataclass
class Patient:
    """An installation in a folder, healthy until a test spoils it."""

    folder: Path
    premises: Premises
    machine: Machine
    answers: list[Step]
    payouts: int = 404
    """The status with which PayPal answers for a batch that cannot exist."""
    balances: int = 200
    """The status with which it answers for balances."""
    living: bool | None = True
    notifier: Callable[[], Finished] | None = lambda: Finished(None)
    url: str = ""
    environment: str = "live"
    opened: list[Store] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "payouts.db"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"

    def open_database(self) -> Store | None:
        url = self.url or f"sqlite:///{self.database}"
        store = open_sealed(url, environment=self.environment, read_only=True)
        self.opened += [] if store is None else [store]
        return store

    def open_paypal(self) -> PayPalClient:
        first = self.answers[0] if self.answers else None
        told = first.headers.get("Date") if isinstance(first, httpx.Response) else None
        headers = {} if told is None else {"Date": told}
        answer = httpx.Response(self.payouts, headers=headers, json={"name": "ANY", "message": "Said."})
        balances = httpx.Response(self.balances, headers=headers, json=BALANCES)
        return bench(*self.answers, answer, balances).client

    def use(self) -> None:
        """Do what a first run leaves behind."""
        private_directory(self.locks)
        create_private(self.locks / "c.lock")
        store = open_sealed(f"sqlite:///{self.database}", environment="live")
        assert store is not None
        store.close()

    def checks(self) -> list[Check]:
        finished = doctor(
            self.premises,
            prove_server=lambda: prove(self.url) if self.url else [],
            open_database=self.open_database,
            open_paypal=self.open_paypal,
            is_living=lambda _host, _pid: self.living,
            machine=self.machine,
            look_at_notifier=self.notifier,
            errors=ErrorRules(),
        )
        assert isinstance(finished.report, DoctorReport)
        checks = list(finished.report.checks)
        names = list(dict.fromkeys(check.name for check in checks))
        assert names == [name for name in ORDER if name in names]
        assert all(check.mend for check in checks if check.state is not CheckState.OK)
        failed = [check for check in checks if check.state is CheckState.FAILED]
        assert finished.exit_code == (3 if failed else 0)
        assert (finished.error is not None) is bool(failed)
        return checks

    def sick(self) -> Check:
        """Give the one check that is not well."""
        (check,) = (check for check in self.checks() if check.state is not CheckState.OK)
        return check


def dated(response: httpx.Response, **behind: float) -> httpx.Response:
    """Let PayPal tell its time, which is ours but for what is named."""
    response.headers["Date"] = format_datetime(START - timedelta(**behind), usegmt=True)
    return response


SCOPE = "https://uri.paypal.com/payments/payouts"


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Patient]:
    premises = Premises(
        configuration=tmp_path / "payouts.toml",
        environment="live",
        account="main",
        lock_directory=tmp_path / "locks",
        database="sqlite:///payouts.db",
        database_file=tmp_path / "payouts.db",
        holds_password=False,
    )
    machine = Machine(mounts=lambda: "/dev/sda1 / ext4 rw 0 0\n", free_bytes=lambda _: 10**10, uid=os.geteuid())
    made = Patient(tmp_path, premises, machine, [dated(token(scope=f"openid {SCOPE}"))])
    made.use()
    yield made
    for store in made.opened:
        store.close()


def test_a_healthy_installation_has_every_check_in_the_same_order(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.notifier = lambda: Finished(None)
    signed_by(patient, monkeypatch, ssh_keygen="/usr/bin/ssh-keygen")
    patient.premises = replace(patient.premises, limited=frozenset({"USD"}))

    checks = patient.checks()

    assert [check.name for check in checks] == [name for name in ORDER if name not in OF_A_SERVER]
    assert {check.state for check in checks} == {CheckState.OK}
    assert {check.name: check.found for check in checks}["durability"] == "journal_mode wal, synchronous full"


def test_the_runbook_names_the_checks_in_their_order() -> None:
    assert f"in this order: {', '.join(ORDER)}." in " ".join(readme.section("Runbook").split())


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (403, CheckState.FAILED, "Apps & Credentials"),
        (400, CheckState.WARNING, "debug id"),
    ],
)
def test_only_404_for_a_batch_that_cannot_exist_proves_the_permission(
    patient: Patient, status: int, state: CheckState, words: str
) -> None:
    patient.payouts = status
    check = patient.sick()
    assert (check.name, check.state) == ("payouts", state)
    assert words in check.mend


def test_the_app_that_the_token_speaks_for_is_named(patient: Patient) -> None:
    patient.answers = [dated(token(scope=SCOPE, app_id="APP-80W284485P519543T"))]
    found = {check.name: check.found for check in patient.checks()}
    assert found["token"] == "PayPal's live gives one, as app APP-80W284485P519543T"


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (
            200,
            "PayPal account 5JZK7XKL9A2Q4, app the-clie… (APP-1) pays; available (2026-11-16 11:00 UTC): 1,250.50 USD",
        ),
        (403, "app the-clie… (APP-1) pays, from an account that PayPal names only to apps that may read balances"),
        (404, "app the-clie… (APP-1) pays, from an account that PayPal did not name"),
    ],
)
def test_the_account_that_pays_is_named_as_far_as_paypal_does(patient: Patient, status: int, found: str) -> None:
    patient.answers = [dated(token(scope=SCOPE, app_id="APP-1"))]
    patient.balances = status
    (account,) = [check for check in patient.checks() if check.name == "account"]
    assert (account.state, account.found) == (CheckState.OK, found)


def test_before_the_first_run_nothing_is_wrong(patient: Patient) -> None:
    for path in (patient.database, patient.locks / "c.lock"):
        path.unlink()
    patient.locks.rmdir()

    checks = patient.checks()

    assert {check.state for check in checks} == {CheckState.OK}
    assert sorted(path.name for path in patient.folder.iterdir()) == []


SENT = "2026-11-20T18:00:00+00:00 c-0001-1 sum\n"


def test_sends_that_the_database_does_not_know_are_told(patient: Patient) -> None:
    (patient.locks / "c.lock").write_text(SENT)
    (patient.locks / "d.sent").touch(0o600)

    check = patient.sick()

    assert (check.name, check.state) == ("sent log", CheckState.FAILED)
    assert check.found.startswith("This database is older than what was sent: c-0001-1.")
    assert "(2) If there is none: `payouts run c`" in check.mend


def test_sends_are_told_where_the_database_is_gone(patient: Patient) -> None:
    patient.database.unlink()
    (patient.locks / "c.sent").touch(0o600)
    (patient.locks / "c.sent").write_text(SENT)

    check = patient.sick()

    assert (check.name, check.state) == ("sent log", CheckState.FAILED)
    assert "older than what was sent: c-0001-1." in check.found


def test_sends_that_the_lock_directory_does_not_know_are_told(tmp_path: Path) -> None:
    with closing(World(tmp_path, f"sqlite:///{tmp_path}/payouts.db")) as world:
        world.run(["a,ann@x.example,1.00,USD"])
        with world.store() as store:
            look = partial(check_sent_log, world.folder / "locks", store, Selection(["c"]), errors=ErrorRules())
            assert look().state is CheckState.OK
            (world.folder / "locks" / "c.sent").unlink()
            check = look()
    assert (check.state, check.found.endswith("does not know of every batch that was sent: 1 of c")) == (
        CheckState.WARNING,
        True,
    )


def test_the_seals_of_old_cycles_are_looked_at_when_all_are_asked_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/payouts.db"
    fill(url, 25, spread_over=25)
    with closing(sqlite3.connect(tmp_path / "payouts.db", isolation_level=None)) as database:
        database.execute("UPDATE payout_items SET receiver = 'eve@example.com' WHERE id = 1")

    def seals(*, every_cycle: bool) -> tuple[CheckState, str]:
        store = open_sealed(url)
        assert store is not None
        with closing(store):
            checks = check_database(
                url,
                tmp_path / "locks",
                lambda: (),
                lambda: store,
                lambda *_: None,
                errors=ErrorRules(),
                every_cycle=every_cycle,
            )
            return next((check.state, check.found) for check in checks if check.name == "seals")

    assert seals(every_cycle=False) == (
        CheckState.OK,
        "of 20 cycles, and the trail: all as this program wrote it; `payouts doctor --all` looks at 5 older ones, too",
    )
    assert seals(every_cycle=True)[0] is CheckState.FAILED


def test_a_sent_log_that_holds_something_else_is_told(patient: Patient) -> None:
    (patient.locks / "c.sent").touch(0o600)
    (patient.locks / "c.sent").write_text("hello\n")

    check = patient.sick()

    assert (check.name, check.state) == ("sent log", CheckState.FAILED)


# PayPal


def test_credentials_of_the_other_environment_are_recognised_by_the_token_answer(patient: Patient) -> None:
    refused = {"error": "invalid_client", "error_description": "Client Authentication failed"}
    patient.answers = [dated(httpx.Response(401, json=refused))]

    check = patient.sick()

    assert (check.name, check.state) == ("token", CheckState.FAILED)
    assert "live does not know these credentials" in check.found
    assert "those of sandbox" in check.mend


def test_a_paypal_that_cannot_be_reached_says_nothing_against_the_credentials(patient: Patient) -> None:
    patient.answers = [httpx.ConnectError("no route")] * 3

    found = {check.name: check for check in patient.checks() if check.state is not CheckState.OK}

    assert found["token"].state is CheckState.FAILED
    assert "port 443" in found["token"].mend
    assert "does not know" not in found["token"].found
    assert found["clock"].state is CheckState.WARNING


@pytest.mark.parametrize(
    ("scope", "state"), [({"scope": "openid"}, CheckState.FAILED), ({}, CheckState.WARNING)], ids=["without", "untold"]
)
def test_an_app_without_payouts_is_told(patient: Patient, scope: dict[str, str], state: CheckState) -> None:
    patient.answers = [dated(token(**scope))]

    check = patient.sick()

    assert (check.name, check.state) == ("permission", state)
    assert "dashboard" in check.mend


@pytest.mark.parametrize(("behind_s", "words"), [(301, "301 s ahead"), (-301, "301 s behind")])
def test_a_clock_that_would_stop_every_send_is_told(patient: Patient, behind_s: int, words: str) -> None:
    patient.answers = [dated(token(scope=SCOPE), seconds=behind_s)]

    check = patient.sick()

    assert (check.name, check.state) == ("clock", CheckState.FAILED)
    assert words in check.found


def test_the_clock_is_compared_even_where_the_credentials_are_refused(patient: Patient) -> None:
    patient.answers = [dated(httpx.Response(401, json={"error": "invalid_client"}), hours=1)]

    names = [check.name for check in patient.checks() if check.state is CheckState.FAILED]

    assert names == ["token", "clock"]


def test_each_credential_that_cannot_be_used_has_its_line(patient: Patient, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush-9f3b")
    secret.chmod(0o644)

    def refuse() -> PayPalClient:
        load_credentials({"PAYPAL_CLIENT_SECRET_FILE": str(secret)}, "live")
        raise AssertionError("these are refused")

    patient.open_paypal = refuse  # type: ignore[method-assign]
    found = [check for check in patient.checks() if check.state is not CheckState.OK]

    assert [check.name for check in found] == ["credentials", "credentials"]
    assert "PAYPAL_CLIENT_ID: not set" in found[0].found
    assert "chmod 600" in found[1].found
    assert found[0].mend == "Set PAYPAL_CLIENT_ID, or name a file in PAYPAL_CLIENT_ID_FILE."
    assert found[1].mend == f"See that nobody used it, then `chmod 600 {secret}`."
    assert "hush" not in repr(found)


# The configuration


def test_each_problem_of_the_configuration_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "payouts.toml").write_text('paypal.acount = "x"\nlock.lease_s = -1\n')
    with pytest.raises(ConfigInvalid) as refused:
        load_settings(path=None, environ={"PAYOUTS_LOKC__LEASE_S": "1"}, cwd=tmp_path)

    finished = misconfigured(refused.value)

    assert isinstance(finished.report, DoctorReport)
    assert finished.exit_code == 3
    found = [check.found for check in finished.report.checks]
    assert [check.state for check in finished.report.checks] == [CheckState.FAILED] * 3
    for words in ("paypal.acount: unknown key", "lock.lease_s: -1", "PAYOUTS_LOKC__LEASE_S: unknown variable"):
        assert any(words in line for line in found), found


# The database


def test_a_database_of_another_account_is_told(patient: Patient) -> None:
    patient.environment = "sandbox"

    check = patient.sick()

    assert (check.name, check.state) == ("database", CheckState.FAILED)
    assert "live" in check.found


@pytest.mark.parametrize(("revision", "state"), [("0000", CheckState.WARNING), ("9999", CheckState.FAILED)])
def test_tables_of_another_version_are_told(patient: Patient, revision: str, state: CheckState) -> None:
    with closing(sqlite3.connect(patient.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.commit()

    check = patient.sick()

    assert (check.name, check.state) == ("schema", state)
    assert revision in check.found


def test_a_connection_that_could_forget_what_it_committed_is_told(patient: Patient) -> None:
    def careless() -> Store | None:
        store = Patient.open_database(patient)
        assert store is not None
        sa.event.listen(
            store.database._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = NORMAL") and None
        )
        store.close()
        return store

    patient.open_database = careless  # type: ignore[method-assign]
    check = patient.sick()

    assert (check.name, check.found) == ("durability", "journal_mode wal, synchronous normal")


def test_a_server_that_does_not_wait_for_its_disk_is_told(patient: Patient, postgres_database_url: str) -> None:
    made = open_sealed(postgres_database_url, environment="live")
    assert made is not None
    made.close()
    patient.url = postgres_database_url
    patient.premises = replace(patient.premises, database_file=None)
    found = {check.name: check for check in patient.checks()}
    with patient.opened[0].database.read() as connection:
        waits = connection.exec_driver_sql("SHOW fsync").scalar() == "on"

    assert ("fsync off" in found["durability"].found) is not waits
    assert ("fsync = on" in found["durability"].mend) is not waits
    assert found["durability"].state is (CheckState.OK if waits else CheckState.WARNING)
    assert "database file" not in found


def test_a_dead_holder_is_told_and_who_takes_over(patient: Patient) -> None:
    store = open_sealed(f"sqlite:///{patient.database}", environment="live")
    assert store is not None
    holder = Holder(socket.gethostname(), 1, "payouts run").at("directory")
    store.locks.acquire("c", holder=holder, now=datetime.now(UTC), lease_s=600, take_over_same_directory=False)
    store.close()
    patient.living = False

    check = patient.sick()

    assert (check.name, check.state) == ("locks", CheckState.WARNING)
    assert "payouts run c" in check.mend


# The machine


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/payouts", "ext4"),
        ("/mnt/shared folder/payouts", "nfs4"),
        ("/mnt/shared folders", "ext4"),
        ("/mnt/windows/payouts", "cifs"),
        ("/mnt/windows/local/payouts", "xfs"),
        ("/mnt/over/payouts", "ext4"),
    ],
)
def test_the_kind_of_file_system_is_that_of_the_deepest_and_latest_mount(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind


def test_a_system_that_tells_no_mounts_is_not_guessed_about(patient: Patient) -> None:
    assert file_system(Path("/srv"), "") is None

    patient.machine = replace(patient.machine, mounts=lambda: "")
    assert {check.state for check in patient.checks()} == {CheckState.OK}


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_files_on_another_machine_are_told(patient: Patient, kind: str) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {patient.folder.resolve()} {kind} rw 0 0\n"
    patient.machine = replace(patient.machine, mounts=lambda: mounts)

    sick = {check.name: check for check in patient.checks() if check.state is not CheckState.OK}

    assert set(sick) == {"database file", "lock directory"}
    assert sick["database file"].state is CheckState.FAILED
    assert sick["lock directory"].state is CheckState.WARNING
    assert all(f"({kind})" in check.found for check in sick.values())


def test_a_folder_that_is_not_there_is_told_before_the_first_run(patient: Patient) -> None:
    patient.premises = replace(patient.premises, database_file=patient.folder / "gone" / "payouts.db")

    check = patient.sick()

    assert (check.name, check.state) == ("database file", CheckState.FAILED)
    assert check.mend == f"`mkdir -p {patient.folder}/gone`"


def test_a_lock_directory_below_a_file_is_told(patient: Patient) -> None:
    patient.premises = replace(patient.premises, lock_directory=patient.database / "locks")

    assert (patient.sick().name, patient.sick().state) == ("lock directory", CheckState.FAILED)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("what", ["database", "locks"])
def test_what_this_user_cannot_write_is_told(patient: Patient, what: str) -> None:
    path: Path = getattr(patient, what)
    path.chmod(0o400 if path.is_file() else 0o500)
    try:
        check = patient.sick()
    finally:
        path.chmod(0o600 if path.is_file() else 0o700)

    assert (check.name, check.state) == (
        "database file" if what == "database" else "lock directory",
        CheckState.FAILED,
    )


def test_a_lock_directory_that_everyone_may_write_is_told(patient: Patient) -> None:
    patient.locks.chmod(0o777)
    sick = {check.name: check.mend for check in patient.checks() if check.state is not CheckState.OK}
    assert set(sick) == {"sent log", "lock directory"}
    assert sick["lock directory"] == f"`chmod go-w {patient.locks}`"

    patient.locks.chmod(0o1777)
    assert {check.state for check in patient.checks()} == {CheckState.OK}


@pytest.mark.parametrize(
    ("mode", "state"), [(0o640, CheckState.WARNING), (0o660, CheckState.FAILED)], ids=["read", "written"]
)
@pytest.mark.parametrize(
    "name", ["payouts.db", "payouts.db-wal", "payouts.db.simulator", "locks/c.lock", "locks/c.sent", "locks/id"]
)
def test_a_file_that_is_not_its_owners_alone_is_told(patient: Patient, name: str, mode: int, state: CheckState) -> None:
    path = patient.folder / name
    path.touch()
    path.chmod(mode)
    # SQLite gives its log files the mode of the database, and takes away a log that it did not write.
    patient.open_database = lambda: None  # type: ignore[method-assign]

    check = patient.sick()

    assert (check.name, check.state, check.mend) == ("file modes", state, f"`chmod 600 {path}`")
    assert f"mode {mode:04o}" in check.found


def test_a_file_of_another_user_is_told(patient: Patient) -> None:
    patient.machine = replace(patient.machine, uid=os.geteuid() + 1)

    sick = [check for check in patient.checks() if check.state is not CheckState.OK]

    assert {(check.name, check.state) for check in sick} == {("file modes", CheckState.WARNING)}
    assert all("belongs to uid" in check.found for check in sick)


@pytest.mark.parametrize("holds_password", [True, False])
def test_a_configuration_with_a_password_must_be_its_owners_alone(patient: Patient, *, holds_password: bool) -> None:
    path = patient.folder / "payouts.toml"
    path.touch()
    path.chmod(0o644)
    patient.premises = replace(patient.premises, holds_password=holds_password)

    states = {check.name: check.state for check in patient.checks()}

    assert states["file modes"] is (CheckState.WARNING if holds_password else CheckState.OK)


@pytest.mark.parametrize(("free", "state"), [(199_999_999, CheckState.WARNING), (200_000_000, CheckState.OK)])
def test_a_full_disk_is_told_in_time(patient: Patient, free: int, state: CheckState) -> None:
    asked: list[Path] = []

    def free_bytes(path: Path) -> int:
        asked.append(path)
        return free

    patient.machine = replace(patient.machine, free_bytes=free_bytes)
    (check,) = (check for check in patient.checks() if check.name == "disk space")

    assert check.state is state
    assert asked == [patient.folder]


# A second person


def signed_by(patient: Patient, monkeypatch: pytest.MonkeyPatch, *, ssh_keygen: str | None) -> None:
    """Let somebody approve, where ssh-keygen is installed or is not."""
    signers = patient.folder / "allowed_signers"
    create_private(signers, b'# Who may approve\nmaria,m@example.com namespaces="payouts" ssh-ed25519 AAAAC3Nz\n')
    patient.premises = replace(patient.premises, signers=signers)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: ssh_keygen)


def test_without_ssh_keygen_no_approval_can_be_verified(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_by(patient, monkeypatch, ssh_keygen=None)
    check = patient.sick()
    assert (check.name, check.state) == ("approval", CheckState.FAILED)
    assert "openssh-client" in check.mend


def test_a_signers_file_that_is_not_there_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_by(patient, monkeypatch, ssh_keygen="/usr/bin/ssh-keygen")
    (patient.folder / "allowed_signers").unlink()
    assert "cannot be read" in patient.sick().found


@pytest.mark.parametrize("text", ["abc\n", "", "# maria ssh-ed25519 AAAAC3Nz\n", "maria\n", "ssh-ed25519 AAAAC3Nz\n"])
def test_a_signers_file_that_names_nobody_fails(patient: Patient, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    signed_by(patient, monkeypatch, ssh_keygen="/usr/bin/ssh-keygen")
    (patient.folder / "allowed_signers").write_text(text)
    check = patient.sick()
    assert (check.name, check.state) == ("approval", CheckState.FAILED)
    assert "has no signer" in check.found


# Limits


def test_a_currency_that_was_paid_without_a_limit_is_told_where_others_have_one(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "limits" not in {check.name for check in patient.checks()}, "who uses no limits chose so"
    patient.premises = replace(patient.premises, limited=frozenset({"EUR"}))
    assert patient.checks()[-1].found == "of EUR; any other currency has none"
    monkeypatch.setattr(Metrics, "currencies", lambda _: frozenset({"EUR", "USD"}))
    check = patient.sick()
    assert (check.name, check.state) == ("limits", CheckState.WARNING)
    assert check.found.startswith("USD was paid and has no limit")


# Being told


def test_in_live_somebody_should_be_told(patient: Patient) -> None:
    patient.notifier = None
    check = patient.sick()
    assert (check.name, check.state) == ("notifier", CheckState.WARNING)
    assert check.found == "nobody is told how a run ends"


def test_a_missing_library_stops_every_run_and_is_told_so(patient: Patient) -> None:
    def look() -> Finished:
        raise ConfigInvalid("[notify] needs a library.", hint="pip install 'paypal-payouts[notify]'")

    patient.notifier = look

    check = patient.sick()

    assert (check.name, check.state) == ("notifier", CheckState.FAILED)
    assert "pip install" in check.mend


def test_somebody_who_cannot_be_told_is_a_warning(patient: Patient) -> None:
    error = ConfigInvalid("Not ready", details=[{"name": "on call", "problem": "the variable OPS is not set"}])
    patient.notifier = lambda: Finished(None, error.exit_code, error)

    check = patient.sick()

    assert (check.name, check.state) == ("notifier", CheckState.WARNING)
    assert check.found == "on call cannot be told: the variable OPS is not set"


def test_a_doctor_that_is_stopped_calls_nothing_bad(tmp_path: Path) -> None:
    def stop() -> Store:
        raise Interrupted("Stopped at a safe point.")

    with pytest.raises(Interrupted):
        list(check_database("url", tmp_path, lambda: (), stop, lambda *_: None, errors=ErrorRules()))
