"""Things that the pure rooms must not touch. Workflows run without the SDK's sandbox, so a clock, a
random number or I/O in their code would be found by nobody but this test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "workflows" / "client"
PURE = [
    path
    for room in ("domain", "workflows")
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.is_relative_to(CLIENTS)
]
IMPORTABLE = {
    "domain": {"pydantic", "pydantic_core", "domain"},
    "workflows": {"pydantic", "pydantic_core", "temporalio", "domain", "activities", "workflows"},
}
STANDARD = {
    *(
        "__future__",
        "asyncio",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "itertools",
        "json",
    ),
    *("re", "typing", "unicodedata", "uuid"),
}
IMPURE_NAMES = {
    *("open", "input", "print", "exec", "eval", "__import__", "uuid1", "uuid4", "getrandbits"),
    *("urandom", "perf_counter", "monotonic", "time_ns", "to_thread", "create_subprocess_exec"),
}
IMPURE_CALLS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"),
    *("uuid.uuid1", "uuid.uuid4", "asyncio.sleep", "asyncio.open_connection", "asyncio.run"),
}
# Safe under workflow code: the SDK answers it from the history.
ALLOWED_CALLS = {"workflow.uuid4", "workflow.now", "workflow.sleep"}


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{_dotted(value)}.{name}"
    return "?"


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def _impure(tree: ast.AST) -> Iterator[str]:
    """Names that could read a clock, roll dice or touch the world, called or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if alias.name in IMPURE_NAMES)
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        dotted = _dotted(node)
        last_two, last = ".".join(dotted.split(".")[-2:]), dotted.split(".")[-1]
        if last_two not in ALLOWED_CALLS and (last_two in IMPURE_CALLS or last in IMPURE_NAMES):
            yield dotted


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PURE, ids=_name)
def test_a_pure_room_imports_nothing_that_reaches_outside(path: Path) -> None:
    imported = set(_imports(ast.parse(path.read_text(encoding="utf-8"))))

    assert imported <= STANDARD | IMPORTABLE[path.relative_to(ROOT).parts[0]]


@pytest.mark.parametrize("path", PURE, ids=_name)
def test_a_pure_room_has_no_clock_no_dice_and_no_io(path: Path) -> None:
    impure = list(_impure(ast.parse(path.read_text(encoding="utf-8"))))

    assert impure == []


@pytest.mark.parametrize(
    "source",
    [
        "from uuid import uuid4",
        "import uuid\nuuid.uuid4()",
        "at = datetime.now(UTC)",
        "import datetime\ndatetime.datetime.now()",
        "Field(default_factory=datetime.utcnow)",
        "open('x')",
        "import os\nos.urandom(3)",
        "await asyncio.sleep(1)",
        "await asyncio.to_thread(f)",
        "from time import monotonic",
    ],
)
def test_the_guard_would_find_it(source: str) -> None:
    found = list(_impure(ast.parse(source)))

    assert found


def test_the_delivery_names_that_workflows_import_bring_no_client_code_into_them() -> None:
    modules = {
        node.module
        for path in PURE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }

    of_activities = {each for each in modules if each and each.startswith("activities")}
    known = {
        *("activities.delivery", "activities.delivery_failure"),
        *("activities.heartbeat", "activities.service_orders"),
    }
    assert of_activities <= known
    assert not {each for each in modules if each and each.startswith("workflows.client")}
