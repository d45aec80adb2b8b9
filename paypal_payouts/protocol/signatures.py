"""SSH signatures, made and verified by ssh-keygen, as git does it: keys, agents and hardware keys are its business.

No shell is involved, nothing but named variables is handed on, and what was looked at is what ssh-keygen reads: a
private copy of the signers file.
"""

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from paypal_payouts.domain.signers import is_name, names_of_person
from paypal_payouts.errors import ConfigInvalid, UsageError
from paypal_payouts.trust import read_trusted

NAMESPACE: Final = "payouts"
"""What the signatures are for: one that was made for git or for a mail is none of a plan."""

_PROGRAM: Final = "ssh-keygen"
_USUAL_FOLDERS: Final = "/usr/bin:/bin:/usr/local/bin"
"""Looked at before PATH, which whoever runs this can choose: he could put a program there that says yes to all."""
_FOR_SIGNING: Final = frozenset({"HOME", "PATH", "SSH_AUTH_SOCK"})
_VERIFYING_S: Final = 30.0
_SIGNING_S: Final = 300.0
"""So long somebody may look for his hardware key, or for his passphrase."""
_SIGNERS_MAX: Final = 1 << 20

_SIGNER: Final = re.compile(r"\s*[^#\s]\S*\s(.*\s)?(ssh|ecdsa|sk)-\S+\s+AAAA")
"""A line of the signers file: names, options if there are any, and a public key."""

_HOW_TO_NAME: Final = (
    "Nothing was sent. Write into it who may approve: a line `NAME KEY` for each, as `man ssh-keygen` has it under "
    "ALLOWED SIGNERS."
)


def signed_text(digest: str) -> bytes:
    """Return what is signed to approve of a plan."""
    return f"{digest}\n".encode("ascii")


def sign(digest: str, *, key: Path, environ: Mapping[str, str]) -> str:
    """Sign a plan with a private key, or with the one that an agent holds for a public key.

    Raises:
        ConfigInvalid: ssh-keygen is not installed.
        UsageError: it did not sign, with what it said.

    """
    environment = {name: value for name, value in environ.items() if name in _FOR_SIGNING}
    # On a terminal ssh-keygen asks there for a touch of the hardware key; -q: what it reads is no news to a person.
    ended = _ssh_keygen(
        ["-q", "-Y", "sign", "-n", NAMESPACE, "-f", str(key)],
        signed_text(digest),
        environment,
        _SIGNING_S,
        is_heard=os.isatty(2),
    )
    if ended.returncode != 0:
        raise UsageError(
            f"{_PROGRAM} did not sign with {key}: {_said(ended)}.",
            hint="Nothing was stored. Name a key of yours with --key: a private one, or a public one whose private "
            "half your agent holds.",
        )
    return ended.stdout.decode("ascii", "replace")


def principals_of(signature: str, *, signers: Path) -> list[str]:
    """Name whom the signers file has for the key of a signature, which may be a signature of anything; patterns not.

    Raises:
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.

    """
    with _files(signers, signature) as (allowed, signed):
        ended = _verifying(["-Y", "find-principals", "-s", signed, "-f", allowed], b"")
    if ended.returncode != 0:
        return []
    names = ended.stdout.decode("utf-8", "replace").replace("\n", ",").split(",")
    return [name.strip() for name in names if is_name(name)]


def names_of_signer(signature: str, principal: str, *, signers: Path) -> frozenset[str]:
    """Return every name that the signers file has for `principal`, and for whoever has the key of the signature.

    ssh-keygen names those of the first line alone that has the key.

    Raises:
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.

    """
    lines = _read(signers).decode("utf-8", "replace").split("\n")
    names = {principal, *principals_of(signature, signers=signers)}
    return names_of_person(lines, names=names, key=_key_of(signature))


def verify(signature: str, digest: str, *, principal: str, signers: Path) -> str | None:
    """Say why a signature is not `principal`'s of this plan, by the signers file as it is now; None where it is.

    Raises:
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used.

    """
    with _files(signers, signature) as (allowed, signed):
        asked = ["-Y", "verify", "-n", NAMESPACE, "-I", principal, "-f", allowed, "-s", signed]
        ended = _verifying(asked, signed_text(digest))
    return None if ended.returncode == 0 else _said(ended)


def check_signers(signers: Path) -> None:
    """Look whether signatures could be verified, by at least one signer.

    Raises:
        ConfigInvalid: ssh-keygen is not installed, or the signers file cannot be used or names nobody.

    """
    lines = _read(signers).decode("utf-8", "replace").splitlines()
    if not any(_SIGNER.match(line) for line in lines):
        problem = "it has no signer"
        raise ConfigInvalid(
            f"approval.signers, {signers}, has no signer: nobody could approve.",
            hint=_HOW_TO_NAME,
            details=[{"file": str(signers), "key": "approval.signers", "problem": problem}],
        )
    _program()


def _key_of(signature: str) -> str | None:
    """Return the public key that stands in a signature, in base64; None where it is no signature."""
    armoured = "".join(line for line in signature.splitlines() if not line.startswith("-----"))
    try:
        data = base64.b64decode(armoured, validate=True)
    except ValueError:
        return None
    # After "SSHSIG" and the version: the length of the key, and the key.
    length = int.from_bytes(data[10:14], "big")
    return base64.b64encode(data[14 : 14 + length]).decode("ascii")


def _read(signers: Path) -> bytes:
    try:
        return read_trusted(signers, size_max=_SIGNERS_MAX)
    except OSError as error:
        raise ConfigInvalid(
            f"approval.signers, {signers}, cannot be read: {error.strerror or error}.",
            hint=_HOW_TO_NAME,
            details=[{"file": str(signers), "key": "approval.signers", "problem": error.strerror or str(error)}],
        ) from error


@contextmanager
def _files(signers: Path, signature: str) -> Iterator[tuple[str, str]]:
    """Give private copies of the signers file and of a signature, for as long as ssh-keygen needs them."""
    allowed = _read(signers)
    with TemporaryDirectory(prefix="payouts-") as folder:
        for name, data in (("signers", allowed), ("signature", signature.encode("utf-8"))):
            Path(folder, name).write_bytes(data)
        yield str(Path(folder, "signers")), str(Path(folder, "signature"))


def _verifying(arguments: Sequence[str], data: bytes) -> "subprocess.CompletedProcess[bytes]":
    return _ssh_keygen(arguments, data, {"PATH": _USUAL_FOLDERS}, _VERIFYING_S)


def _ssh_keygen(
    arguments: Sequence[str],
    data: bytes,
    environment: Mapping[str, str],
    deadline_s: float,
    *,
    is_heard: bool = False,
) -> "subprocess.CompletedProcess[bytes]":
    program = _program()
    try:
        return subprocess.run(  # noqa: S603 - no shell, and no word of somebody else's stands where an option could
            [program, *arguments],
            input=data,
            stdout=subprocess.PIPE,
            stderr=None if is_heard else subprocess.PIPE,
            env=dict(environment),
            timeout=deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConfigInvalid(
            f"{_PROGRAM} did not end within {deadline_s:.0f} s.", hint="Nothing was sent. Try it again."
        ) from None


def _program() -> str:
    program = shutil.which(_PROGRAM, path=_USUAL_FOLDERS) or shutil.which(_PROGRAM)
    if program is None:
        raise ConfigInvalid(
            f"{_PROGRAM} is not installed: signatures of a second person are made and verified by it.",
            hint="Nothing was sent. Install OpenSSH's client, 8.2 or newer: `apt-get install openssh-client`, or `dnf "
            "install openssh`.",
        )
    return program


def _said(ended: "subprocess.CompletedProcess[bytes]") -> str:
    """Return the last line of what ssh-keygen said, which is the one that says what was wrong."""
    lines = (ended.stderr or ended.stdout or b"").decode("utf-8", "replace").split("\n")
    said = [line.strip().rstrip(".") for line in lines if line.strip()]
    return said[-1] if said else f"it ended with exit code {ended.returncode}"
