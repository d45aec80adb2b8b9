"""PayPal's credentials: from the environment, or from files that only their owner can read.

Source: docs/design.md, 3. No message holds a value, and the type that carries them prints as stars.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any, Final

from msgspec import Struct
from pydantic import SecretStr

from paypal_payouts.domain.identity import Environment
from paypal_payouts.errors import CredentialsMissing
from paypal_payouts.trust import UntrustedFile, trusted_file

CLIENT_ID: Final = "PAYPAL_CLIENT_ID"
CLIENT_SECRET: Final = "PAYPAL_CLIENT_SECRET"  # noqa: S105 - the name of a variable
SIZE_MAX: Final = 4096
"""Bytes; PayPal's are 80 characters."""
_OPEN: Final = "others can use it"


class Credentials(Struct, frozen=True):
    """Who we are to PayPal; prints as stars."""

    client_id: SecretStr
    client_secret: SecretStr


class _Unusable(Exception):
    """One of the two cannot be used; the text says why, and where."""

    def __init__(self, problem: str, *, key: str, file: str | None = None) -> None:
        super().__init__(f"{key}: {file}: {problem}" if file else f"{key}: {problem}")
        self.is_open = problem.startswith(_OPEN)
        """All that is wrong is that others can use the file."""
        self.detail: dict[str, Any] = {"file": file, "key": key, "problem": problem}


def load_credentials(environ: Mapping[str, str], environment: Environment) -> Credentials:
    """Return the credentials that `environ` holds or names files of; the embedded simulator needs none.

    Raises:
        UntrustedFile: somebody else could have written a file that is named.
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
            hint=" ".join(_fixes(problems)),
            details=[problem.detail for problem in problems],
        )
    return Credentials(found[CLIENT_ID], found[CLIENT_SECRET])


def _fixes(problems: Sequence[_Unusable]) -> Iterator[str]:
    files = [quote(problem.detail["file"]) for problem in problems if problem.is_open]
    if files:
        yield f"See that nobody used them, then `chmod 600 {' '.join(files)}`."
    if len(files) < len(problems):
        yield f"Set {CLIENT_ID} and {CLIENT_SECRET}, or name files in {CLIENT_ID}_FILE and {CLIENT_SECRET}_FILE."


def fix_of(detail: Mapping[str, Any]) -> str:
    """Return what ends one problem alone, of those that a refusal of credentials lists."""
    if detail["problem"].startswith(_OPEN):
        return f"See that nobody used it, then `chmod 600 {quote(detail['file'])}`."
    variable = detail["key"].removesuffix("_FILE")
    return f"Set {variable}, or name a file in {variable}_FILE."


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
        with trusted_file(Path(file), chmod="600") as opened:
            if not opened.is_kept_secret():
                raise _Unusable(f"{_OPEN} (mode {opened.mode:04o}): chmod 600", key=key, file=file)
            data = os.read(opened.descriptor, SIZE_MAX + 1)
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else error
        raise _Unusable(f"cannot be read: {words}", key=key, file=file) from error
    if len(data) > SIZE_MAX:
        raise _Unusable(f"larger than {SIZE_MAX} bytes", key=key, file=file)
    return data.decode("latin-1").removesuffix("\n").removesuffix("\r")


def secret_in_file(file: Path, *, key: str) -> SecretStr:
    """Read a secret from a file that only its owner can read; `key` is what named the file.

    Raises:
        CredentialsMissing: it cannot be used, and why.

    """
    try:
        return SecretStr(_clean(_read_private(str(file), key=key), key=key, file=str(file)))
    except UntrustedFile as error:
        raise CredentialsMissing(f"{key}: {error.message}", hint=error.hint, details=error.details) from None
    except _Unusable as problem:
        # It ends with the command, which needs the file to be copied as it is.
        words = f"{problem} {quote(str(file))}" if problem.is_open else str(problem)
        raise CredentialsMissing(words, details=[problem.detail]) from None
