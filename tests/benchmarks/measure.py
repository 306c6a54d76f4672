"""Clocks: wall time of calls, processor time of processes, and how to put them in words."""

import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_TICKS_PER_MS = os.sysconf("SC_CLK_TCK") / 1000


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Appends the milliseconds that the block takes."""
    begun = time.perf_counter()
    yield
    into.append((time.perf_counter() - begun) * 1000)


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def cpu_ms(pids: Mapping[str, int]) -> dict[str, float]:
    """Processor milliseconds that each process has used so far (Linux)."""
    used = {}
    for name, pid in pids.items():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used[name] = (int(fields[11]) + int(fields[12])) / _TICKS_PER_MS
    return used


def memory_kib(pid: int) -> int:
    """Memory of the process alone, and its share of what it has with others (Linux)."""
    fields = Path(f"/proc/{pid}/smaps_rollup").read_text().split()
    return int(fields[fields.index("Pss:") + 1])


class Table:
    """Rows that can be pasted into the README."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str]] = []

    def add(self, what: str, figure: str) -> None:
        self._rows.append((what, figure))
        print(f"{what}: {figure}", flush=True)

    def as_markdown(self) -> str:
        lines = [f"| {what} | {figure} |" for what, figure in self._rows]
        return "\n".join(["| what | measured |", "|---|---|", *lines])
