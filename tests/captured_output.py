"""Output of a process of ours while something happens, line by line."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from activities.log import Line


class Printed:
    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(Line())
        self.handler.addFilter(lambda record: record.name != "httpx")  # the test's own client

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["message"] == message]


@contextmanager
def printing(level: int = logging.INFO) -> Iterator[Printed]:
    printed, root = Printed(), logging.getLogger()
    before = root.level
    root.addHandler(printed.handler)
    root.setLevel(level)
    try:
        yield printed
    finally:
        root.removeHandler(printed.handler)
        root.setLevel(before)
