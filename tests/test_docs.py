"""The documents hold together: links, what the code cites of them, recipes, language, releases."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support import readme

from paypal_payouts.simulator import guesses

PACKAGE = readme.ROOT / "paypal_payouts"
EACH_DOCUMENT = pytest.mark.parametrize("document", readme.DOCUMENTS)


# Links


def anchors(document: str) -> set[str]:
    """Return what can follow `#` in a link to a document: its headings, as GitHub writes them, and its anchors."""
    found = set(re.findall(r'<a id="([^"]+)"></a>', readme.text(document)))
    for heading in re.findall(r"^#+ (.*)$", readme.prose(document), re.MULTILINE):
        plain = re.sub(r"<[^>]*>|[^\w\- ]", "", heading).lower()
        found.add(plain.replace(" ", "-"))
    return found


@EACH_DOCUMENT
def test_every_link_leads_somewhere(document: str) -> None:
    folder = readme.DOCUMENTS[document].parent
    documents = {path: name for name, path in readme.DOCUMENTS.items()}
    for target in re.findall(r"\]\(([^)\s]+)\)", readme.prose(document)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        place = (folder / path).resolve() if path else readme.DOCUMENTS[document]
        assert place.is_file(), target
        assert place.is_relative_to(readme.ROOT), target
        if anchor:
            assert anchor in anchors(documents[place]), target


def test_the_top_of_readme_links_every_document() -> None:
    top = readme.text("README").partition("\n```")[0]
    for path in readme.DOCUMENTS.values():
        assert path.name == "README.md" or f"(docs/{path.name})" in top


def test_readme_is_short() -> None:
    assert len(readme.text("README").splitlines()) < 330


@EACH_DOCUMENT
def test_every_backtick_has_its_partner(document: str) -> None:
    """What is typed and named is read between them."""
    for paragraph in readme.prose(document).split("\n\n"):
        assert paragraph.count("`") % 2 == 0, paragraph


def test_what_readme_makes_in_the_folder_of_the_repository_is_not_committed() -> None:
    ignored = (readme.ROOT / ".gitignore").read_text().splitlines()
    for name in ("payouts.toml", "payouts.db*", "cycles/", ".payouts/", ".payouts.key"):
        assert f"/{name}" in ignored


# What the code cites


def cited() -> Iterator[tuple[str, str]]:
    """Yield each comment of the code that cites docs/design.md, with the sections that it names."""
    for folder in ("paypal_payouts", "tests"):
        for path in sorted((readme.ROOT / folder).rglob("*.py")):
            if path == Path(__file__):
                continue
            text = re.sub(r"\n\s*#?\s*", " ", path.read_text(encoding="utf-8"))
            for match in re.finditer(r"docs/design\.md(?P<sections>(?:(?:,| and| to) [\d.]*\d)*)", text):
                yield f"{path.relative_to(readme.ROOT)}: {match[0]}", match["sections"]


def test_what_the_code_cites_of_the_design_is_there() -> None:
    known, count = anchors("design"), 0
    for where, sections in cited():
        numbers = re.findall(r"\d[\d.]*", sections)
        assert numbers, where
        assert {f"s{number}" for number in numbers} <= known, where
        count += 1
    assert count > 70


def test_the_code_cites_no_paper_that_is_not_in_the_repository() -> None:
    for folder in ("paypal_payouts", "tests"):
        for path in (readme.ROOT / folder).rglob("*.py"):
            if path != Path(__file__):
                found = re.search(r"(?i)\b(contract|design|facts file), (section|\d)", path.read_text(encoding="utf-8"))
                assert found is None, f"{path}: {found}"


def test_the_sections_of_the_design_are_numbered_in_order_and_all_reachable() -> None:
    numbers = re.findall(r'^#+ <a id="s([\d.]+)"></a>([\d.]+) ', readme.text("design"), re.MULTILINE)
    assert all(anchor == number for anchor, number in numbers)
    in_order = [tuple(map(int, number.split("."))) for number, _ in numbers]
    assert in_order == sorted(set(in_order))
    assert len(numbers) == len(re.findall(r"^##+ ", readme.text("design"), re.MULTILINE))


# Recipes


def recipes() -> dict[str, dict[str, list[str]]]:
    """Return the tables of the recipes by their titles."""
    parts = readme.section("Recipes", "development").split("\n### ")[1:]
    return {part.partition("\n")[0]: readme.rows(part, "file") for part in parts}


def place(name: str) -> Path:
    """Return the file or folder that a recipe names."""
    return next(path for path in (PACKAGE / name, readme.ROOT / name) if path.exists())


def mentions(path: Path, word: str) -> bool:
    files = path.rglob("*") if path.is_dir() else [path]
    return any(word in each.read_text(encoding="utf-8", errors="ignore") for each in files if each.is_file())


def test_every_recipe_names_files_that_mention_what_it_says() -> None:
    assert len(recipes()) == 10
    for title, files in recipes().items():
        for name, (_, word) in files.items():
            assert mentions(place(name), word.strip("`")), f"{title}: {name}: {word}"


@pytest.mark.parametrize(
    ("title", "example"),
    [
        ("Add a column to the input", "recipient_wallet"),
        ("Add a state of an item", "onhold"),
        ("Add a code of PayPal's", "receiver_youth_account"),
    ],
)
def test_a_recipe_names_every_file_of_the_package_that_its_example_needed(title: str, example: str) -> None:
    named = {place(name) for name in recipes()[title]}
    needed = {
        path.parent if path.parent.name == "versions" else path
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".json"}
        and re.search(rf"\b{example}\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }
    assert needed - named == set()


# Language, and releases


def test_the_source_distribution_holds_what_its_tests_read() -> None:
    pyproject = tomllib.loads((readme.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = pyproject["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert all((readme.ROOT / name.lstrip("/")).exists() for name in included)
    assert {"/.ci", "/README.md", "/docs", "/tests", "/paypal_payouts", "/constraints.txt"} <= set(included)


def test_the_changelog_names_releases_with_their_dates() -> None:
    titles = re.findall(r"^## (.*)$", (readme.ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert titles[0] == "Unreleased"
    released = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) - (\d{4}-\d{2}-\d{2})", title) for title in titles[1:]]
    assert all(released), titles
    dates = [date.fromisoformat(match[4]) for match in released if match]
    assert dates == sorted(dates, reverse=True)
    if released:
        version = tomllib.loads((readme.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        assert titles[1].startswith(f"{version} - ")


# Guesses


def test_each_guess_about_paypal_is_a_row_of_its_own_and_a_constant_of_the_simulator() -> None:
    rows = [line for line in readme.text("paypal").splitlines() if re.match(r"\|.*\bguess\b", line)]
    constants = [name for name in vars(guesses) if name.isupper()]
    assert len(rows) == len(constants), f"{len(rows)} rows and {len(constants)} constants: {constants}"
