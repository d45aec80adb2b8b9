"""The applier of patches: exact or not at all, and in words."""

from pathlib import Path

import pytest

from variants.applying import PatchFailed, apply_patch

HEAD = "It says something else.\n--- a/poem.txt\n+++ b/poem.txt\n"
POEM = "roses are red\nviolets are blue\n\nroses\nla\nla\nend\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "poem.txt").write_text(POEM)
    return tmp_path


def applied(root: Path, patch: str) -> list[str]:
    path = root / "the-mistake.patch"
    path.write_text(patch)
    return apply_patch(path, root)


def test_a_hunk_finds_its_lines_wherever_they_stand(root: Path) -> None:
    first = "@@ -90,3 +91,3 @@ somewhere\n roses are red\n-violets are blue\n+violets are green\n \n"
    second = "@@ -2 +3,2 @@\n-end\n+the\n+end\n"
    assert applied(root, HEAD + first + second) == ["poem.txt"]
    assert (root / "poem.txt").read_text() == "roses are red\nviolets are green\n\nroses\nla\nla\nthe\nend\n"


def test_an_empty_line_may_have_lost_its_blank(root: Path) -> None:
    applied(root, f"{HEAD}@@ -2,3 +2,2 @@\n violets are blue\n\n-roses\n")
    assert (root / "poem.txt").read_text() == "roses are red\nviolets are blue\n\nla\nla\nend\n"


WRONG = {
    "gone": ("@@ -1 +1 @@\n-roses are pink\n+roses\n", "no longer applies: these lines stand 0 times in poem.txt"),
    "part of a line": ("@@ -1 +1 @@\n-are red\n+are pink\n", "stand 0 times"),
    "twice": ("@@ -5 +5 @@\n-la\n+lo\n", "stand 2 times in poem.txt, and must once"),
    "nowhere in particular": ("@@ -1,0 +1 @@\n+la\n", "stand 8 times"),
    "nothing": ("", "changes nothing: it has no hunk"),
    "the same": ("@@ -5 +5 @@\n-roses\n+roses\n", "changes nothing in poem.txt"),
    "cut": ("@@ -1,2 +1,2 @@\n roses are red\n", "shorter than its head says"),
    "too long": ("@@ -1,2 +1,1 @@\n-roses are red\n+x\n+y\n-violets are blue\n", "longer than its head says"),
    "more than its head says": ("@@ -1 +1 @@\n-roses are red\n+x\n violets are blue\n", "outside its hunks"),
    "no head": ("@@ roses @@\n", "no unified diff"),
    "a file that is not there": ("--- a/novel.txt\n+++ b/novel.txt\n@@ -1 +1 @@\n-x\n+y\n", "0 times in novel.txt"),
}


@pytest.mark.parametrize(("patch", "words"), list(WRONG.values()), ids=list(WRONG))
def test_what_does_not_fit_is_refused_in_words(root: Path, patch: str, words: str) -> None:
    with pytest.raises(PatchFailed, match=words) as refused:
        applied(root, HEAD + patch)
    assert "the-mistake.patch" in str(refused.value)


def test_who_finds_a_patch_that_no_longer_applies_is_told_what_to_do(root: Path) -> None:
    with pytest.raises(PatchFailed, match="What to do: make the same mistake in the code as it is now"):
        applied(root, HEAD + WRONG["gone"][0])
