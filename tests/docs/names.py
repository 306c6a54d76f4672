"""Checks of one page, each of which lists what the page names and the repository does not have."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from tests.docs.pages import ROOT, Page, files, read

ROOMS = ("domain", "workflows", "activities", "api", "deploy", "tests", "docs", ".ci")
PROGRAMS = {"pytest"}
"""Modules of others that `python -m` runs."""

_PATH = re.compile(rf"(?<![\w/.…-])(?:{'|'.join(map(re.escape, ROOMS))})/[\w./*<>{{}},-]*")
_FILE = re.compile(r"[\w.-]+\.(?:py|md|toml|json|ya?ml|lock|example)")
_MODULE = re.compile(r"python -m ([\w.]+)")
_TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_ASSIGNED = re.compile(r"\b([A-Z][A-Z0-9_]{2,})=")


def dead_links(page: Page) -> Iterator[str]:
    """Links of the repository to itself that lead to no file, or to no heading in it."""
    for link in page.links:
        if not re.match(r"[a-z]+:", link) and not _leads_somewhere(page, link):
            yield link


def _leads_somewhere(page: Page, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = page.path.parent / name if name else page.path
    if name.startswith("/") or not (target.exists() or target == page.path):
        return False
    return not anchor or anchor in _anchors(page, target)


def _anchors(page: Page, target: Path) -> set[str]:
    if target == page.path:
        return page.anchors
    return set() if target.is_dir() else read(target).anchors


def missing_files(page: Page, root: Path = ROOT) -> Iterator[str]:
    """Paths, bare names of files, and modules. `<name>` and `*` stand for anything."""
    for path in chain.from_iterable(_PATH.findall(text) for text in page.code):
        if not all(any(root.glob(each)) for each in _globs(path.rstrip(".,/"))):
            yield path
    here = {path.name for path in files(root)}
    yield from (name for name in page.spans if _FILE.fullmatch(name) and name not in here)
    for module in chain.from_iterable(_MODULE.findall(text) for text in page.code):
        path = root.joinpath(*module.split("."))
        if module not in PROGRAMS and not (
            path.with_suffix(".py").exists() or (path / "__main__.py").exists()
        ):
            yield module


def _globs(path: str) -> list[str]:
    """The path without placeholders, once for each of the names between braces."""
    path = re.sub(r"<[^>]*>", "*", path)
    before, brace, rest = path.partition("{")
    if not brace:
        return [path]
    names, _, after = rest.partition("}")
    return [each for name in names.split(",") for each in _globs(f"{before}{name}{after}")]


def missing_targets(page: Page, root: Path = ROOT) -> Iterator[str]:
    there = set(re.findall(r"^([a-z][a-z-]*):", _text(root / "Makefile"), re.MULTILINE))
    named = chain.from_iterable(_TARGET.findall(text) for text in page.code)
    yield from (target for target in named if target not in there)


def missing_variables(page: Page, root: Path = ROOT) -> Iterator[str]:
    """Variables that are neither in `.env.example` nor in the Makefile. What stands in capitals may
    also be a word of the code: a status, a constant."""
    settable = set(re.findall(r"[A-Z][A-Z0-9_]+", _text(root / ".env.example")))
    settable |= set(re.findall(r"\$\(([A-Z]+)\)", _text(root / "Makefile")))
    assigned = chain.from_iterable(_ASSIGNED.findall(text) for text in page.code)
    yield from (name for name in assigned if name not in settable)
    capitals = [span for span in page.spans if len(span) > 2 and _CAPITALS.fullmatch(span)]
    known = settable | set(_words(root, page)) if capitals else set()
    yield from (name for name in capitals if name not in known)


def _words(root: Path, page: Page) -> Iterable[str]:
    """Words in capitals of the service's code, and of the code beside the page."""
    ours = (path for path in files(root) if path.relative_to(root).parts[0] != "tests")
    beside = page.path.parent.rglob("*.py") if page.path.parent != root else ()
    for path in chain(ours, beside):
        if path.suffix == ".py":
            yield from re.findall(r"\b[A-Z][A-Z0-9_]+\b", _text(path))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
