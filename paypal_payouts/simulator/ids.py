"""Ids as PayPal's look, made from the numbers of the book: nothing is drawn by chance, nothing is looked up."""

import string

from msgspec import Struct

_DIGITS = string.digits + string.ascii_uppercase
_PAIRS = [low + high for high in _DIGITS for low in _DIGITS]  # two digits at a time: a page writes thousands of ids
_NUMBER_MAX = 2**62


class IdShape(Struct, frozen=True):
    """Capitals and digits that stand for a number and do not look like one.

    The multiplier has no factor in common with 36, so the mapping can be turned back.
    """

    length: int
    multiplier: int
    offset: int

    def write(self, number: int) -> str:
        """Write a number of the book as an id."""
        rest = (number * self.multiplier + self.offset) % 36**self.length
        pairs = []
        while rest:
            rest, pair = divmod(rest, len(_PAIRS))
            pairs.append(_PAIRS[pair])
        return "".join(pairs).ljust(self.length, "0")[: self.length]

    def read(self, text: str) -> int | None:
        """Return the number, or `None` for a text that this shape never wrote."""
        if len(text) != self.length or not set(text) <= set(_DIGITS):
            return None
        rest = 0
        for digit in reversed(text):
            rest = rest * 36 + _DIGITS.index(digit)
        number = (rest - self.offset) * pow(self.multiplier, -1, 36**self.length) % 36**self.length
        return number if 0 < number < _NUMBER_MAX else None


BATCH_ID = IdShape(13, 98_764_321_577_531_903_281, 31_415_926_535_897_932_384)
ITEM_ID = IdShape(13, 76_543_987_123_456_654_325, 27_182_818_284_590_452_353)
TRANSACTION_ID = IdShape(17, 43_219_876_543_210_123_456_789_013, 14_142_135_623_730_950_488)
ACTIVITY_ID = IdShape(17, 51_966_787_654_321_098_765_432_127, 16_180_339_887_498_948_482)
DEBUG_ID = IdShape(13, 61_803_398_874_989_484_821, 17_320_508_075_688_772_935)


def payment_id(item: int) -> str:
    """Name the movement of an item's money to its receiver."""
    return TRANSACTION_ID.write(2 * item)


def return_id(item: int) -> str:
    """Name the movement that brings it back: that is one of its own."""
    return TRANSACTION_ID.write(2 * item + 1)
