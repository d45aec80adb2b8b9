"""Addresses whose domain looks like a common one that was mistyped: somebody else may own it, and be paid."""

from typing import Final

COMMON_DOMAINS: Final = frozenset(
    {
        "aol.com", "gmail.com", "googlemail.com", "gmx.at", "gmx.com", "gmx.de", "gmx.net", "hotmail.co.uk",
        "hotmail.com", "hotmail.fr", "icloud.com", "live.com", "msn.com", "outlook.com", "proton.me", "protonmail.com",
        "t-online.de", "web.de", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr",
    }
)  # fmt: skip
_SHORT: Final = len("gmx.de")
"""Domains as short as this have too many neighbours that are real."""

_LONG: Final = tuple(sorted(domain for domain in COMMON_DOMAINS if len(domain) > _SHORT))


def meant_domain(domain: str) -> str | None:
    """Return the common domain that is one letter from this one, two letters swapped too; None where none is."""
    if domain in COMMON_DOMAINS:
        return None
    return next((known for known in _LONG if _is_one_off(domain, known)), None)


def _is_one_off(one: str, other: str) -> bool:
    """Return whether two different texts are one letter apart: another one, one more, one less, or two swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]
