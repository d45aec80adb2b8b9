"""PayPal's credentials: from the environment, or from files that only their owner can read.

Source: docs/design.md, 3. No message holds a value, and the type that carries them prints as stars.
"""

import errno
import os
import stat
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from paypal_payouts.domain.identity import Environment
from paypal_payouts.errors import CredentialsMissing

CLIENT_ID: Final = "PAYPAL_CLIENT_ID"
CLIENT_SECRET: Final = "PAYPAL_CLIENT_SECRET"  # noqa: S105 - the name of a variable
SIZE_MAX: Final = 4096
"""Bytes; PayPal's are 80 characters."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are to PayPal; prints as stars."""

    client_id: SecretStr
    client_secret: SecretStr


_ACL_VERSION: Final = 2
_ACL_USER, _ACL_MASK, _ACL_OWNER = 0x02, 0x10, 0x01
"""Tags of the kernel's access lists (linux/posix_acl.h)."""


class _Unusable(Exception):
    """One of the two cannot be used; the text says why, and where."""

    def __init__(self, problem: str, *, key: str, file: str | None = None) -> None:
        super().__init__(f"{key}: {file}: {problem}" if file else f"{key}: {problem}")
        self.detail: dict[str, Any] = {"file": file, "key": key, "problem": problem}


def load_credentials(environ: Mapping[str, str], environment: Environment) -> Credentials:
    """Return the credentials that `environ` holds or names files of; the embedded simulator needs none.

    Raises:
        CredentialsMissing: with {file, key, problem} in `details` for each variable that is missing or cannot be used.

    """
    if environment == "simulator":
        return Credentials(SecretStr("simulator"), SecretStr("unused"))
    found: dict[str, SecretStr] = {}
    problems: list[_Unusable] = []
    for variable in (CLIENT_ID, CLIENT_SECRET):
        try:
            found[variable] = SecretStr(_credential(environ, variable))
        except _Unusable as problem:
            problems.append(problem)
    if problems:
        raise CredentialsMissing(
            f"no usable PayPal credentials for {environment}: {'; '.join(map(str, problems))}",
            hint=f"Set {CLIENT_ID} and {CLIENT_SECRET}, or name files in {CLIENT_ID}_FILE and {CLIENT_SECRET}_FILE.",
            details=[problem.detail for problem in problems],
        )
    return Credentials(found[CLIENT_ID], found[CLIENT_SECRET])


def checked_credentials(client_id: str, client_secret: str) -> Credentials:
    """Take credentials that a program hands in.

    Raises:
        CredentialsMissing: one of them is empty, or no such text as PayPal gives.

    """
    try:
        return Credentials(
            SecretStr(_clean(client_id, key="the client id")), SecretStr(_clean(client_secret, key="the client secret"))
        )
    except _Unusable as problem:
        raise CredentialsMissing(
            f"The credentials cannot be used: {problem}.",
            hint="Nothing was sent. PayPal shows both with your app.",
            details=[problem.detail],
        ) from None


def _credential(environ: Mapping[str, str], variable: str) -> str:
    value, file = environ.get(variable, ""), environ.get(f"{variable}_FILE", "")
    if value and file:
        raise _Unusable(f"set together with {variable}_FILE: unset one of them", key=variable)
    if not (value or file):
        raise _Unusable(f"not set, and {variable}_FILE is not set either", key=variable)
    if not file:
        return _clean(value, key=variable)
    return _clean(_read_private(file, key=f"{variable}_FILE"), key=f"{variable}_FILE", file=file)


def _clean(value: str, *, key: str, file: str | None = None) -> str:
    if not value:
        raise _Unusable("empty", key=key, file=file)
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise _Unusable("printable ASCII without blanks is accepted", key=key, file=file)
    return value


def _read_private(file: str, *, key: str) -> str:
    try:
        data = _bytes_of_private(file, key=key)
    except (OSError, ValueError) as error:
        raise _Unusable(_why_not_read(error), key=key, file=file) from error
    if len(data) > SIZE_MAX:
        raise _Unusable(f"larger than {SIZE_MAX} bytes", key=key, file=file)
    return data.decode("latin-1").removesuffix("\n").removesuffix("\r")


def _bytes_of_private(file: str, *, key: str) -> bytes:
    """Look at the very file that was opened, then read it: between a look by name and the read it could be another."""
    # O_NONBLOCK: a pipe must not hold us up.
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        objection = refusal(os.fstat(descriptor), uid=os.geteuid(), access_list=_access_list(descriptor))
        if objection:
            raise _Unusable(objection, key=key, file=file)
        return os.read(descriptor, SIZE_MAX + 1)
    finally:
        os.close(descriptor)


def _why_not_read(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "a symbolic link; name the file itself"
    return f"cannot be read: {error.strerror if isinstance(error, OSError) else error}"


def secret_in_file(file: Path, *, key: str) -> SecretStr:
    """Read a secret from a file that only its owner can read; `key` is what named the file.

    Raises:
        CredentialsMissing: it cannot be used, and why.

    """
    try:
        return SecretStr(_clean(_read_private(str(file), key=key), key=key, file=str(file)))
    except _Unusable as problem:
        raise CredentialsMissing(str(problem), details=[problem.detail]) from None


def _access_list(descriptor: int) -> bytes | None:
    """Return the access list of an open file as the kernel keeps it; None where it has none."""
    if sys.platform != "linux":
        return None
    try:
        return os.getxattr(descriptor, "system.posix_acl_access")
    except OSError:
        return None


def _lets_us_alone(access_list: bytes, *, uid: int) -> bool:
    """Return whether an access list gives rights to the owner and to the user `uid`, and to nobody else."""
    if len(access_list) % 8 != 4 or struct.unpack_from("<I", access_list) != (_ACL_VERSION,):  # noqa: PLR2004 - bytes
        return False
    return all(
        not rights or tag in {_ACL_OWNER, _ACL_MASK} or (tag, of) == (_ACL_USER, uid)
        for tag, rights, of in struct.iter_unpack("<HHI", access_list[4:])
    )


def refusal(status: os.stat_result, *, uid: int, access_list: bytes | None = None) -> str | None:
    """Explain why a file is no place for a secret of the user `uid`; None where it is one.

    With an access list the mode shows for the group what the list allows at most to anybody: systemd's credentials are
    root's, with a list that lets the user of the service read them, and look as if a group could.
    """
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_uid not in {0, uid}:
        return f"belongs to another user (uid {status.st_uid})"
    alone = access_list is not None and _lets_us_alone(access_list, uid=uid)
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO) and not alone:
        return f"others can use it (mode {stat.S_IMODE(status.st_mode):04o}): chmod 600"
    return None
