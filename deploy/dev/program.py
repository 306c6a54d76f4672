"""Programs that the stack runs, and the signs by which one can see from outside that each is
ready."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    name: str
    title: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    ready: Callable[["Output"], bool]
    ready_within: float = 60.0
    ends_within: float = 10.0
    detail: str = ""
    ports: Sequence[str] = ()
    leftovers: Sequence[Path] = ()  # what a killed one leaves and the next would stumble over


@dataclass(frozen=True)
class Output:
    """Output of the process since it was last started."""

    log: Path
    since: int

    def text(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self.since)
            return file.read().decode(errors="replace")

    def last_line(self) -> str:
        lines = self.text().strip().splitlines()
        return lines[-1].strip()[:200] if lines else "it wrote nothing"
