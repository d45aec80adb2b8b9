"""The container of docs/container.md, as far as it can be had without one: its user, variables, files and folders."""

import re
from pathlib import Path

from support import readme
from support.forks import Fork
from support.site import Site

BLOCKS = {block.kind: block.text for block in readme.blocks("container")}


def listed(name: str) -> list[str]:
    """Return the entries of a list of the service."""
    (found,) = re.findall(rf"^    {name}: \[(.*)\]$", BLOCKS["yaml"], re.MULTILINE)
    return [entry.strip('"') for entry in found.split(", ")]


def test_the_image_runs_the_program_as_its_own_user_with_the_pinned_versions() -> None:
    lines = BLOCKS["dockerfile"].splitlines()
    assert lines[0] == "FROM python:3.11-slim"
    assert 'requires-python = ">=3.11"' in (readme.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert lines[-1] == 'ENTRYPOINT ["payouts"]'
    users = [re.findall(r"\b(\d{5})\b", line) for line in lines if line.startswith(("USER", "RUN useradd"))]
    assert users == [["10001"], ["10001", "10001"]]
    assert 'user: "10001:10001"' in BLOCKS["yaml"]
    assert "-c /src/constraints.txt" in BLOCKS["dockerfile"]


def test_its_command_pays_and_writes_into_its_volume_alone(sqlite_site: Site, fork: Fork, tmp_path: Path) -> None:
    site = sqlite_site
    site.write("c", ["a,ann@example.com,10.00,USD"])
    site.simulator.inject({"on": "create", "kind": "reset_before"})
    assert site.run("run", "-c", "c", "--yes").code == 6
    secrets, home = tmp_path / "secrets", tmp_path / "home-of-nobody"
    home.mkdir(mode=0o500)
    secrets.mkdir()
    for name, value in (("id", "id"), ("secret", "s3cret-canary")):
        (secrets / name).write_text(f"{value}\n")
        (secrets / name).chmod(0o400)
    secrets.chmod(0o500)
    volumes = dict(re.findall(r"^      - (\S+?):(/[a-z/]+)", BLOCKS["yaml"], re.MULTILINE))
    places = {"/payouts": str(site.folder), "/run/secrets": str(secrets)}
    assert set(volumes.values()) == places.keys()
    given = dict(re.findall(r"^      ([A-Z_]+): (\S+)$", BLOCKS["yaml"], re.MULTILINE))
    for name, value in given.items():
        place = next(place for place in places if value.startswith(place))
        given[name] = value.replace(place, places[place], 1)
    absent = {"PAYPAL_CLIENT_ID": "", "PAYPAL_CLIENT_SECRET": "", "HOME": str(home)}
    before = sorted(tmp_path.iterdir())

    ended = fork.run(site, *listed("command"), environment=given | absent, is_unprivileged=True)

    assert ended.code == 0, ended.stderr
    assert site.paid() == {"ann@example.com": ["10.00 USD"]}
    assert not list(home.iterdir())
    assert sorted(tmp_path.iterdir()) == before
