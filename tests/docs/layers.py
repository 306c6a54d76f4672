"""The picture of the layers, held against import-linter's rules and the imports that there are."""

import ast
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT

Arrow = tuple[str, str]

_ARROW = re.compile(r"^\s*(\w+)(?:\[[^\]]*\])?\s*-->\s*(\w+)(?:\[[^\]]*\])?\s*$", re.MULTILINE)


def arrows(diagram: str) -> set[Arrow]:
    """Arrows of a Mermaid flowchart, each on a line of its own."""
    return set(_ARROW.findall(diagram))


@dataclass(frozen=True)
class Rules:
    """Contracts of import-linter that are about whole packages."""

    layers: tuple[str, ...]
    """The highest first."""
    forbidden: frozenset[Arrow]

    @classmethod
    def read(cls, path: Path = ROOT / "pyproject.toml") -> "Rules":
        configured = tomllib.loads(path.read_text(encoding="utf-8"))["tool"]["importlinter"]
        contracts: list[dict[str, Any]] = configured["contracts"]
        (layers,) = (
            contract["layers"]
            for contract in contracts
            if contract["type"] == "layers"
            and set(contract["layers"]) == set(configured["root_packages"])
        )
        return cls(
            tuple(layers),
            frozenset(
                (source, target)
                for contract in contracts
                if contract["type"] == "forbidden"
                for source in contract["source_modules"]
                for target in contract["forbidden_modules"]
            ),
        )


def imports(rooms: Collection[str], root: Path = ROOT) -> set[Arrow]:
    """Imports between the rooms (packages, or modules at the top)."""
    found = set()
    for room in rooms:
        module = (root / room).with_suffix(".py")
        for path in [module] if module.exists() else (root / room).rglob("*.py"):
            names = _imported(ast.parse(path.read_text(encoding="utf-8")))
            found |= {(room, name.partition(".")[0]) for name in names}
    return {(room, other) for room, other in found if other in rooms and other != room}


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module


def faults(drawn: Collection[Arrow], rules: Rules, real: Collection[Arrow]) -> Iterator[str]:
    """Differences between the arrows that are drawn, the rules, and the code's imports."""
    between_layers = {arrow for arrow in drawn if set(arrow) <= set(rules.layers)}
    for upper, lower in sorted(between_layers ^ set(pairwise(rules.layers))):
        yield f"{upper} --> {lower}: the picture and the layers differ"
    for source, target in sorted(rules.forbidden):
        if target in _reached(source, drawn):
            yield f"{source} --> {target}: drawn, and forbidden"
    for source, target in sorted(real):
        if target not in _reached(source, drawn):
            yield f"{source} --> {target}: imported, and not drawn"
    for source, target in sorted(set(drawn) - set(real)):
        yield f"{source} --> {target}: drawn, and not imported"


def _reached(source: str, drawn: Iterable[Arrow]) -> set[str]:
    reached, new = set[str](), {source}
    while new:
        new = {target for start, target in drawn if start in new} - reached
        reached |= new
    return reached
