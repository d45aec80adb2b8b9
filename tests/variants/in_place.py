"""Putting a mistake into functions of a program that is imported already: a trial then imports nothing again.

Only what stands inside functions can be changed so. A patch of anything else, such as a constant or a statement of a
module, is not put in here: then the changed program is imported as a whole.
"""

import gc
import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final

_TAKEN_AT_IMPORT: Final = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


def can_change_in_place(files: Sequence[tuple[Path, Path]]) -> bool:
    """Return whether changed files differ from those before in nothing but what stands in functions."""
    return None not in [_changes(old, new) for old, new in files]


def change_in_place(files: Sequence[tuple[Path, Path]]) -> None:
    """Give the functions of imported files the code that they have in changed ones."""
    functions = _imported({str(old) for old, _ in files})
    for file, changed in files:
        for old, new in _changes(file, changed) or ():
            functions[old].__code__ = new


def _imported(files: set[str]) -> dict[CodeType, FunctionType]:
    """Find the functions of some files that are in memory, whatever they are wrapped in."""
    gc.unfreeze()
    functions = (each for each in gc.get_objects() if isinstance(each, FunctionType))
    found = {function.__code__: function for function in functions if function.__code__.co_filename in files}
    gc.freeze()
    return found


def _compiled(file: Path, name: Path) -> CodeType:
    return compile(file.read_text(encoding="utf-8"), str(name), "exec", dont_inherit=True)


def _changes(file: Path, changed: Path) -> list[tuple[CodeType, CodeType]] | None:
    """Pair the functions that differ in two versions of a module; None where more differs than functions."""
    old, new = _compiled(file, file), _compiled(changed, file)
    if _at_import(old) != _at_import(new):
        return None
    pairs = list(zip(_functions(old), _functions(new), strict=True))
    if any(before.co_freevars != after.co_freevars for before, after in pairs):
        return None
    return [(before, after) for before, after in pairs if _whole(before) != _whole(after)]


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED) and code.co_name not in _TAKEN_AT_IMPORT


def _functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the functions of a module and of its classes, without those that stand in functions."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if _is_function(constant):
                yield constant
            else:
                yield from _functions(constant)


def _at_import(code: CodeType) -> tuple[object, ...]:
    """Return what happens when this is imported: all but what the functions do."""
    inner = (
        constant
        if not isinstance(constant, CodeType)
        else (constant.co_qualname, constant.co_flags)
        if _is_function(constant)
        else _at_import(constant)
        for constant in code.co_consts
    )
    return _own(code), *(map(repr, inner))


def _whole(code: CodeType) -> tuple[object, ...]:
    """Return all that code does, wherever it stands."""
    inner = (_whole(constant) if isinstance(constant, CodeType) else repr(constant) for constant in code.co_consts)
    return _own(code), *inner


def _own(code: CodeType) -> tuple[object, ...]:
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_exceptiontable
