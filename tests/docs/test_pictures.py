"""The pictures show what is so, and the text walks them."""

import re
from pathlib import Path

import pytest

from tests.docs.layers import Arrow, Rules, arrows, faults, imports
from tests.docs.pages import ROOT, read

ARCHITECTURE = read(ROOT / "docs" / "architecture.md")
ROOMS = {"domain", "activities", "workflows", "api", "deploy", "worker", "settings"}

RULES = Rules(("top", "middle", "bottom"), frozenset({("bottom", "settings")}))
RIGHT = {("top", "middle"), ("middle", "bottom"), ("top", "settings")}


def test_the_arrows_between_the_layers_are_the_rules_and_the_imports() -> None:
    (diagram,) = ARCHITECTURE.section("## The layers").diagrams

    drawn = arrows(diagram)

    assert list(faults(drawn, Rules.read(), imports(ROOMS))) == []
    assert {room for arrow in drawn for room in arrow} == ROOMS


def test_a_true_picture_has_no_faults() -> None:
    assert list(faults(RIGHT, RULES, {*RIGHT, ("top", "bottom")})) == []


@pytest.mark.parametrize(
    ("drawn", "real", "fault"),
    [
        (RIGHT - {("top", "middle")}, set(), "top --> middle: the picture and the layers differ"),
        (RIGHT | {("bottom", "top")}, set(), "bottom --> top: the picture and the layers differ"),
        (RIGHT | {("bottom", "settings")}, set(), "bottom --> settings: drawn, and forbidden"),
        (RIGHT, {("bottom", "top")}, "bottom --> top: imported, and not drawn"),
        (RIGHT, RIGHT - {("top", "settings")}, "top --> settings: drawn, and not imported"),
    ],
)
def test_a_false_picture_is_found(drawn: set[Arrow], real: set[Arrow], fault: str) -> None:
    assert fault in list(faults(drawn, RULES, real))


def test_arrows_are_read_from_a_flowchart() -> None:
    diagram = "flowchart TD\n  a[A b] --> b\n  b-->c[c.py]\n  a -. says .-> d\n"

    assert arrows(diagram) == {("a", "b"), ("b", "c")}


def test_imports_are_read_from_packages_and_modules(tmp_path: Path) -> None:
    (tmp_path / "upper" / "room").mkdir(parents=True)
    (tmp_path / "upper" / "room" / "door.py").write_text(
        "def f():\n    from lower.floor import x\n"
    )
    (tmp_path / "lower.py").write_text("import json, upper.room\nfrom . import own\n")

    assert imports({"upper", "lower"}, tmp_path) == {("upper", "lower"), ("lower", "upper")}


def test_the_text_walks_the_picture_number_by_number() -> None:
    section = ARCHITECTURE.section("## The picture")
    (diagram,) = section.diagrams

    shown = set(re.findall(r"(?<![\w-])\d(?![\w-])", diagram))

    walked = re.findall(r"^(\d)\. ", section.prose, re.MULTILINE)
    assert walked == sorted(shown) == [str(number) for number in range(1, 9)]
