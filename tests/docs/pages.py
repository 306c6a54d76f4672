"""Markdown pages of the repository, and what stands in each: headings, links, code, diagrams."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = {"node_modules"}
"""Folders that hold pages of others."""

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?\)|^\[[^\]]+\]:\s+<?(\S+?)>?$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?)\s*#*$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    path: Path
    text: str

    @property
    def prose(self) -> str:
        """All but the fenced blocks."""
        return _FENCE.sub("", self.text)

    @property
    def spans(self) -> list[str]:
        """Code within sentences and tables, each on one line."""
        paragraphs = re.split(r"\n\s*\n", self.prose)
        return [" ".join(span.split()) for each in paragraphs for span in _SPAN.findall(each)]

    @property
    def code(self) -> list[str]:
        """Spans and fenced commands; no diagrams and no data."""
        fences = [text for language, text in _FENCE.findall(self.text) if language in ("", "sh")]
        return self.spans + fences

    @property
    def diagrams(self) -> list[str]:
        return [text for language, text in _FENCE.findall(self.text) if language == "mermaid"]

    @property
    def links(self) -> list[str]:
        found = _LINK.findall(_SPAN.sub("", self.prose))
        return [inline or reference for inline, reference in found]

    @property
    def anchors(self) -> set[str]:
        """The anchors that GitHub gives to the headings."""
        seen: Counter[str] = Counter()
        anchors = set()
        for heading in _HEADING.findall(self.prose):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
            slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        return anchors

    def section(self, heading: str) -> "Page":
        """Text below a heading, up to the next one of its rank or above."""
        rank, _, _ = heading.partition(" ")
        rest = self.text.partition(f"\n{heading}\n")[2]
        return Page(self.path, re.split(rf"^#{{1,{len(rank)}}} ", rest, flags=re.MULTILINE)[0])


def read(path: Path) -> Page:
    return Page(path, path.read_text(encoding="utf-8"))


def files(root: Path = ROOT) -> Iterator[Path]:
    """All files that belong to the repository; hidden folders do not."""
    for path in sorted(root.iterdir()):
        if path.is_file():
            yield path
        elif not path.name.startswith(".") and path.name not in FOREIGN | {"__pycache__"}:
            yield from files(path)


PAGES = [read(path) for path in files() if path.suffix == ".md"]
