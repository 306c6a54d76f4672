"""Imports among the files of a repository, followed to their end."""

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path


def reached(root: Path, starts: Iterable[Path], rooms: Collection[str]) -> dict[Path, set[str]]:
    """The starts and whatever they import from the rooms below `root`, at any distance; each with
    the full names of its own imports."""
    found: dict[Path, set[str]] = {}
    ahead = list(starts)
    while ahead:
        path = ahead.pop()
        if path not in found:
            found[path] = set(_names(ast.parse(path.read_text(encoding="utf-8"))))
            ahead += [file for name in found[path] for file in _files(root, name, rooms)]
    return found


def _names(tree: ast.AST) -> Iterator[str]:
    """Names of what is imported. `from a import b` may mean the module `a.b`."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)


def _files(root: Path, name: str, rooms: Collection[str]) -> Iterator[Path]:
    """The files that an import of the name runs: those of the packages on its way, too."""
    room, *inner = name.split(".")
    if room not in rooms:
        return
    for length in range(len(inner) + 1):
        place = root.joinpath(room, *inner[:length])
        candidates = (place / "__init__.py", place.with_suffix(".py"))
        yield from (file for file in candidates if file.is_file())
