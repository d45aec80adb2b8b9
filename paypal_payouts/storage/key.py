"""The key that requests and trail are sealed with: HMACs that whoever can write to the database alone cannot make.

It is a file of its own, made once and never in the database. Source: docs/design.md, 11.5.
"""

import base64
import hmac
import json
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Final

import sqlalchemy as sa

from paypal_payouts.errors import ConfigInvalid
from paypal_payouts.private import create_private, sync_directory
from paypal_payouts.trust import trusted_file

KEY_BYTES: Final = 32

# Built once, and called back for nothing but a time: years of a trail are checked by it, row after row.
_encode: Final = json.JSONEncoder(
    separators=(",", ":"), default=lambda moment: moment.astimezone(UTC).isoformat()
).encode

Sealed = str | int | datetime | None
"""What a seal can be over."""


class Seal:
    """Makes seals with one key."""

    def __init__(self, key: bytes) -> None:
        """Take a key of `KEY_BYTES` random bytes."""
        self._key = key

    def over(self, what: str, *facts: Sealed) -> str:
        """Return the HMAC-SHA-256 of some facts, in hexadecimal; `what` keeps seals of different things apart."""
        text = _encode([what, *facts])
        return hmac.digest(self._key, text.encode("ascii"), "sha256").hex()

    def known_as(self, what: str, text: str) -> str:
        """Return what stands for a text that leaves the database: 128 bits of its HMAC, as 22 characters."""
        digest = hmac.digest(self._key, f"{what}\n{text}".encode(), "sha256")
        return base64.b64encode(digest[:16]).decode("ascii").rstrip("=")

    def matches(self, seal: str | None, what: str, *facts: Sealed) -> bool:
        """Return whether a seal is that of these facts; a missing one is not."""
        return seal is not None and hmac.compare_digest(seal.encode(), self.over(what, *facts).encode())


def seal_of(connection: sa.Connection) -> Seal:
    """Return what the rows that a connection reads and writes are sealed with."""
    seal: Seal = connection.get_execution_options()["payouts_seal"]
    return seal


class KeyFile:
    """Where the key lies; made when the first database is sealed with it.

    A new key has another name until the database says that it is sealed with it. So a process that dies in between
    leaves neither a key that no database knows, nor a sealed database without its key.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is read or made."""
        self.path = path
        self._new = path.with_name(path.name + ".new")

    def read(self) -> bytes | None:
        """Return the key; None where there is no such file.

        Raises:
            ConfigInvalid: it cannot be read, or is no key.

        """
        return _read(self.path)

    def new(self) -> bytes:
        """Return the key that will be ours once `keep` is called; made where there is none.

        Raises:
            ConfigInvalid: it cannot be made.

        """
        try:
            with suppress(FileExistsError):
                create_private(self._new, secrets.token_bytes(KEY_BYTES))
        except OSError as error:
            raise _unusable(self._new, error.strerror or str(error)) from error
        key = _read(self._new) or _read(self.path)
        if key is None:
            raise _unusable(self.path, "another process removed it")
        return key

    def read_new(self) -> bytes | None:
        """Return the key that a process made and died before it called `keep`."""
        return _read(self._new)

    def keep(self) -> None:
        """Give the new key its name: a database is sealed with it now."""
        with suppress(FileNotFoundError):
            self._new.replace(self.path)
            sync_directory(self.path.parent)


def _read(path: Path) -> bytes | None:
    try:
        with trusted_file(path, chmod="600") as opened:
            if not opened.is_kept_secret():
                raise _unusable(path, f"others can read it (mode {opened.mode:04o}): `chmod 600 {quote(str(path))}`")
            key = os.read(opened.descriptor, KEY_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    if len(key) != KEY_BYTES:
        raise _unusable(path, f"it is no key, which has {KEY_BYTES} bytes")
    return key


def _unusable(path: Path, why: str) -> ConfigInvalid:
    return ConfigInvalid(
        f"The seal key {path} cannot be used: {why}.",
        hint="Nothing was sent. Put the key back from its copy, or set seal.key_file to where it is.",
    )
