"""The quick answer: unit and store tests, and beside them the linter, the types and the import contracts."""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
BESIDE: Final = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",))


def main() -> int:
    """Run all of it; 1 when anything of it failed, or no test ran."""
    here = Path(sys.executable).parent
    beside = [
        (command, subprocess.Popen([here / command[0], *command[1:]], cwd=ROOT, stdout=-1, stderr=-2, text=True))
        for command in BESIDE
    ]
    failed = subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], cwd=ROOT, check=False).returncode != 0
    for command, process in beside:
        said, _ = process.communicate()
        passed = process.returncode == 0
        failed |= not passed
        print(" ".join(command), "passed" if passed else f"failed:\n{said}", flush=True)  # noqa: T201 - a command
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
