"""People with SSH keys, and the file that says who of them may approve, all made by the real ssh-keygen."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

HAS_SSH_KEYGEN: Final = shutil.which("ssh-keygen") is not None
NEEDS_SSH_KEYGEN: Final = pytest.mark.skipif(
    not HAS_SSH_KEYGEN, reason="ssh-keygen is not installed (apt-get install openssh-client)"
)


class Signers:
    """A folder with the keys of people, by name, and their allowed_signers file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "allowed_signers"

    def key(self, name: str) -> Path:
        """Return somebody's private key, made where it is not there yet."""
        key = self.folder / f"{name}.key"
        if not key.exists():
            made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)]
            subprocess.run(made, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return key

    def allow(self, *lines: Sequence[str]) -> None:
        """Write who may approve: of each the names, the first of which is whose key it is."""
        keys = [(names, self.key(names[0]).with_name(f"{names[0]}.key.pub").read_text()) for names in lines]
        self.path.write_text("".join(f"{','.join(names)} {key}" for names, key in keys))
        self.path.chmod(0o600)

    def sign(self, name: str, digest: str, *, namespace: str = "payouts", end: str = "\n") -> str:
        """Sign as a person does by hand, without this program."""
        asked = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(self.key(name))]
        return subprocess.run(asked, input=f"{digest}{end}", text=True, check=True, capture_output=True).stdout
