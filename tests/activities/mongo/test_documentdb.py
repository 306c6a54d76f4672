"""Only what Amazon DocumentDB 5.0 has: code that asks for more works here and fails there.

What is allowed are the parts that we use of Amazon's own list for 5.0, "Supported MongoDB APIs,
operations, and data types": https://docs.aws.amazon.com/documentdb/latest/developerguide/mongo-apis.html
Whoever needs another one looks it up there, in the column 5.0, and adds it here.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_origin

import pytest

from activities.mongo.client import Collection, Cursor, Database

ROOT = Path(__file__).parents[3]
SOURCES = sorted([*(ROOT / "activities").rglob("*.py"), ROOT / "api" / "composition.py"])
"""Modules that ask the database, and those that hand it to them."""

QUERY_OPERATORS = {"$and", "$elemMatch", "$gt", "$gte", "$in", "$lt", "$lte", "$or", "$regex"}
REGEX_OPTIONS = {"$options"}

COMMANDS = {"ping", "count", "isMaster"}
METHODS = {
    *("find", "find_one", "insert_one", "insert_many", "replace_one", "delete_one", "delete_many"),
    *("create_indexes",),
    *("sort", "skip", "limit", "batch_size", "close", "to_list"),
    "command",
}
INDEX_OPTIONS = {"unique", "expireAfterSeconds"}
OURS = {"drop"}
"""Methods of our own classes that are called as the driver's are: Claims.drop."""

DRIVER = {
    name
    for kind in (get_origin(each) or each for each in (Collection, Database, Cursor))
    for name in dir(kind)
    if not name.startswith("_") and callable(getattr(kind, name))
}


def _operators(tree: ast.AST) -> Iterator[str]:
    """A lone `$` stands before what is put together, and so cannot be read here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
            if name.startswith("$") and (name[1:].isalpha() or name == "$"):
                yield name


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def _methods(tree: ast.AST) -> Iterator[str]:
    for name, call in _calls(tree):
        if isinstance(call.func, ast.Attribute) and name in DRIVER:
            yield name


def _commands(tree: ast.AST) -> Iterator[str]:
    for name, call in _calls(tree):
        if name == "command" and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def _index_options(tree: ast.AST) -> Iterator[str]:
    for name, call in _calls(tree):
        if name in {"IndexModel", "_index"}:
            yield from (option.arg for option in call.keywords if option.arg)


RULES: list[tuple[Callable[[ast.AST], Iterator[str]], set[str]]] = [
    (_operators, QUERY_OPERATORS | REGEX_OPTIONS),
    (_methods, METHODS | OURS),
    (_commands, COMMANDS),
    (_index_options, INDEX_OPTIONS),
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_asked_that_documentdb_does_not_have(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    beyond = {name for found, allowed in RULES for name in found(tree) if name not in allowed}

    assert beyond == set()


@pytest.mark.parametrize(
    ("source", "beyond"),
    [
        ("executions.find({'at': {'$dateTrunc': 1}})", "$dateTrunc"),
        ("[{'$facet': {}}]", "$facet"),
        ("{f'${operator}': 1}", "$"),
        ("executions.aggregate([])", "aggregate"),
        ("executions.count_documents({})", "count_documents"),
        ("executions.find_one_and_update({}, {})", "find_one_and_update"),
        ("database.watch()", "watch"),
        ("found.sort('a').collation(c)", "collation"),
        ("database.command('mapReduce')", "mapReduce"),
        ("IndexModel('a', wildcardProjection={})", "wildcardProjection"),
    ],
)
def test_what_is_beyond_it_is_seen(source: str, beyond: str) -> None:
    tree = ast.parse(source)

    seen = {name for found, allowed in RULES for name in found(tree) if name not in allowed}

    assert seen == {beyond}
