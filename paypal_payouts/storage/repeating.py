"""Doing once more what a cut connection kept from taking place, as long as there is patience for its server."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from paypal_payouts.errors import DatabaseUnavailable
from paypal_payouts.storage.patience import Patience


class ConnectionLost(DatabaseUnavailable):
    """The connection to the database was cut, and the transaction that it carried did not take place."""


class _HasPatience(Protocol):
    patience: Patience


class _HasDatabase(Protocol):
    @property
    def _database(self) -> _HasPatience: ...


_Subject = TypeVar("_Subject", bound=_HasDatabase)
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def until_done(work: Callable[[], _Result], patience: Patience) -> _Result:
    """Do work that is one transaction, or only reads: again at once, and then as long as there is patience."""
    has_repeated = False
    while True:
        try:
            return work()
        except ConnectionLost:
            if has_repeated and not patience.pause():
                raise
            has_repeated = True


def repeated_when_cut(
    method: Callable[Concatenate[_Subject, _Arguments], _Result],
) -> Callable[Concatenate[_Subject, _Arguments], _Result]:
    """Do on a new connection what a cut one kept from taking place.

    Only for methods that are one transaction, or only read, and whose arguments can be read twice.
    """

    @wraps(method)
    def repeating(subject: _Subject, /, *arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        return until_done(partial(method, subject, *arguments, **named), subject._database.patience)  # noqa: SLF001 - ours

    return repeating
