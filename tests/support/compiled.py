"""One memory of compiled statements for a whole test process.

Each engine compiles every statement for itself, and each test has an engine of its own: that took a third of the
processor's time of the tests that work with a database.
"""

from typing import Final

from sqlalchemy import Engine, util
from sqlalchemy.engine.default import DefaultDialect

_COMPILED: Final = util.LRUCache[object, object](5000)


def share_compiled_statements() -> None:
    """Let every engine use what any other one of the same kind has compiled.

    A statement is looked up by its dialect too, which each engine has its own of; so dialects of one kind are taken for
    equal. Compiling depends on nothing else of them that the program sets.
    """
    DefaultDialect.__eq__ = lambda self, other: _kind(self) == _kind(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda self: hash(_kind(self))  # type: ignore[method-assign]
    Engine._compiled_cache = property(lambda _: _COMPILED, lambda _, __: None)  # type: ignore[assignment]


def _kind(dialect: object) -> object:
    return (type(dialect), dialect.paramstyle) if isinstance(dialect, DefaultDialect) else dialect
