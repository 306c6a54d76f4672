"""Layout of the demo, and its end when something is missing."""

import re
import textwrap
from typing import Any

from deploy.dev.errors import StackError
from deploy.dev.screen import Screen

Document = dict[str, Any]

PATIENCE = 30.0
"""Seconds, for each thing that has to be seen."""

_UUID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_QUEUE_ITEM_ID = re.compile(r"[0-9a-f]{18}([0-9a-f]{6})")  # it begins with its order's number


class Unseen(StackError):
    """Something that had to be seen was not."""


class Page:
    def __init__(self, screen: Screen) -> None:
        self.line = screen.line

    def chapter(self, title: str) -> None:
        self.line()
        self.line((title, "bold"))

    def say(self, text: str) -> None:
        self.line(f"  {text}")

    def paragraph(self, text: str) -> None:
        for line in textwrap.wrap(text, width=96):
            self.line(f"    {line}")

    def fact(self, name: str, value: object) -> None:
        self.line((f"  {name:<16}", "dim"), str(value))


def short(text: str) -> str:
    """Long ids stand aside for what is worth reading."""
    return _QUEUE_ITEM_ID.sub(r"…\1", _UUID.sub(r"\1…", text))
