"""Output of the launcher for a terminal, a pipe, or a test run's log file."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.status import Status
from rich.text import Text

_PLAIN_TICK = 15.0  # seconds between progress lines where a line cannot be rewritten


class Screen:
    """Prints whole lines from any thread; never fails because nobody looks any more."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self._file = file
        self._console = _SteadyConsole(file=file, highlight=False, soft_wrap=True, emoji=False)

    @classmethod
    def on_file(cls, path: Path) -> "Screen":
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(path.open("w", encoding="utf-8", buffering=1))

    def close(self) -> None:
        if self._file:
            self._console.quiet = True
            self._file.close()

    def line(self, *parts: str | tuple[str, str], clip: bool = False) -> None:
        """One line; a part may be given as (text, style). A terminal may clip it to its width."""
        text = Text.assemble(*parts)
        try:
            if clip and self._console.is_terminal:
                self._console.print(text, soft_wrap=False, no_wrap=True, overflow="ellipsis")
            else:
                self._console.print(text)
        except OSError:  # the terminal is gone; stopping in good order matters more
            self._console.quiet = True

    def done(self, what: str, seconds: float, detail: str = "") -> None:
        self.line(("  ✓ ", "green"), f"{what:<24}", (f"{seconds:5.1f} s   {detail}", "dim"))

    def warn(self, text: str) -> None:
        self.line(("  ! ", "yellow"), text)

    def refuse(self, text: str) -> None:
        self.line((text, "red"))

    @contextmanager
    def progress(self, what: str) -> Iterator["Progress"]:
        progress = Progress(self._console, self.line, what)
        with progress.showing():
            yield progress


class Progress:
    """A line that ticks while something long goes on, and says at what it is."""

    def __init__(self, console: Console, line: Callable[[str], None], what: str) -> None:
        self._line, self._what, self._at = line, what, ""
        self._began = self._last = time.monotonic()
        self._status = Status("", console=console) if console.is_terminal else None
        self._ended = threading.Event()

    def at(self, step: str) -> None:
        self._at = step

    @contextmanager
    def showing(self) -> Iterator[None]:
        ticker = threading.Thread(target=self._tick, name="progress", daemon=True)
        ticker.start()
        try:
            yield
        finally:
            self._ended.set()
            ticker.join()
            if self._status:
                self._status.stop()

    def _tick(self) -> None:
        if self._status is None:
            self._line(self._text())
        while not self._ended.wait(1.0):
            if self._status:
                self._status.update(Text(self._text(), no_wrap=True, overflow="ellipsis"))
                self._status.start()
            elif time.monotonic() - self._last >= _PLAIN_TICK:
                self._last = time.monotonic()
                self._line(self._text())

    def _text(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"  … {self._what} · {seconds // 60}:{seconds % 60:02d}  {self._at}"


class _SteadyConsole(Console):
    def on_broken_pipe(self) -> None:
        self.quiet = True  # the default ends the thread that printed, and with it its process
