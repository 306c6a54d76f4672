"""Things that the pure rooms must not touch. Workflows run without the SDK's sandbox, so a clock, a
random number or I/O in their code would be found by nobody but this test."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.domain import imports

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
        "bisect",
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
# The rules of a zone change with the machine's database: a replay would decide differently.
ZONES = "zoneinfo"
# Where workflow code runs; of activities it uses the names alone.
ROOMS = ("domain", "workflows")
SHIFTS = ROOT / "domain" / "agenda" / "shifts.py"
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


def _knowing_zones(root: Path, starts: Iterable[Path]) -> set[Path]:
    """The files among what the starts reach that import time zones."""
    reached = imports.reached(root, starts, ROOMS)
    return {path for path, names in reached.items() if ZONES in {_first(name) for name in names}}


def _first(name: str) -> str:
    return name.partition(".")[0]


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

    zones = {ZONES} if path == SHIFTS else set()
    assert imported <= STANDARD | IMPORTABLE[path.relative_to(ROOT).parts[0]] | zones


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
        *("activities.agendas.messages", "activities.delivery", "activities.delivery_failure"),
        *("activities.heartbeat", "activities.service_orders"),
    }
    assert of_activities <= known
    assert not {each for each in modules if each and each.startswith("workflows.client")}


def test_no_time_zone_is_within_reach_of_a_workflow() -> None:
    workflows = list((ROOT / "workflows").rglob("*.py"))

    reached = set(imports.reached(ROOT, workflows, ROOMS))

    # So many are looked at that the walk did not stop at the first door.
    assert {ROOT / "domain" / "kernel" / "dates.py", *workflows} < reached
    assert _knowing_zones(ROOT, workflows) == set()


def test_shifts_alone_know_time_zones_in_the_domain() -> None:
    domain = list((ROOT / "domain").rglob("*.py"))

    assert _knowing_zones(ROOT, domain) == {SHIFTS}


@pytest.mark.parametrize(
    "source",
    [
        "import zoneinfo",
        "from zoneinfo import ZoneInfo",
        "def f():\n    from zoneinfo import ZoneInfo",
        "import domain.agenda.shifts",
        "import domain.agenda.shifts as times",
        "from domain.agenda import shifts",
        "from domain.agenda.shifts import working_time",
        "from domain.agenda.shifts import *",
        "from domain.booking import book",
        "import domain.zoned.rows",
        "from workflows.clock import now",
    ],
)
def test_a_time_zone_within_reach_would_be_found(source: str, tmp_path: Path) -> None:
    workflow = tmp_path / "workflows" / "technician.py"
    _write(
        {
            workflow: source,
            tmp_path / "workflows" / "clock.py": "import domain.booking",
            tmp_path / "domain" / "agenda" / "shifts.py": "from zoneinfo import ZoneInfo",
            tmp_path / "domain" / "booking.py": "from domain.agenda.shifts import zone",
            tmp_path / "domain" / "zoned" / "__init__.py": "import zoneinfo",
            tmp_path / "domain" / "zoned" / "rows.py": "",
        }
    )

    assert _knowing_zones(tmp_path, [workflow])


def test_zones_of_other_rooms_and_modules_are_no_concern_of_a_workflow(tmp_path: Path) -> None:
    workflow = tmp_path / "workflows" / "technician.py"
    intervals = tmp_path / "domain" / "intervals.py"
    _write(
        {
            workflow: "from domain import intervals\nfrom activities.delivery import Delivery",
            intervals: "import datetime",
            tmp_path / "domain" / "shifts.py": "import zoneinfo",
            tmp_path / "activities" / "delivery.py": "import domain.shifts",
        }
    )

    reached = imports.reached(tmp_path, [workflow], ROOMS)

    assert set(reached) == {workflow, intervals}
    assert _knowing_zones(tmp_path, [workflow]) == set()


def _write(files: Mapping[Path, str]) -> None:
    for path, source in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
