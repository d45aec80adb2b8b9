"""Which names in ssh-keygen's allowed_signers file are those of one person.

A name, or a key, that two lines share is the same person's. Source: docs/design.md, 11.6.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_KEY_STARTS_WITH: Final = "AAAA"
"""Every public key in base64 does: it begins with the length of the name of its kind."""
_PATTERN: Final = frozenset("*?!")


class _Signer(NamedTuple):
    names: frozenset[str]
    keys: frozenset[str]


def names_of_person(lines: Iterable[str], *, names: Iterable[str], key: str | None) -> frozenset[str]:
    """Return every name of whoever has some names already, or a public key, in base64."""
    left = list(_parsed(lines))
    known, keys = set(names), {key}
    while own := [line for line in left if not (known.isdisjoint(line.names) and keys.isdisjoint(line.keys))]:
        for line in own:
            known |= line.names
            keys |= line.keys
            left.remove(line)
    return frozenset(known)


def _parsed(lines: Iterable[str]) -> Iterator[_Signer]:
    for line in map(str.strip, lines):
        if not line or line.startswith("#"):
            continue
        names, *rest = line[1:].split('"', 1) if line.startswith('"') else line.split(maxsplit=1)
        words = " ".join(rest).split()
        # Of an authority the key is not that of a person: it says who has which key.
        has_own_key = not any("cert-authority" in word.casefold().split(",") for word in words)
        keys = frozenset(word for word in words if word.startswith(_KEY_STARTS_WITH)) if has_own_key else frozenset()
        yield _Signer(frozenset(name.strip() for name in names.split(",") if is_name(name)), keys)


def is_name(text: str) -> bool:
    """Return whether that is somebody's name, and no pattern, which could be anybody's."""
    return bool(text.strip()) and _PATTERN.isdisjoint(text)
