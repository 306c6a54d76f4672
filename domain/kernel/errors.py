"""Refusals of commands: the class that all of them share, and their codes.

Each aggregate has its own beside its commands.
"""

import re
from typing import Any

_WORD_BEGINS = re.compile(r"(?<!^)(?=[A-Z])")


class DomainError(Exception):
    """The command was refused; nothing has changed. `facts` are what a client may act on."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class InvalidTransition(DomainError):
    """The status does not allow this"""


class VersionMismatch(DomainError):
    """It is not at the version that was expected"""


def code_of(name: str) -> str:
    """The code by which clients know an error class: `version-mismatch` for VersionMismatch."""
    return _WORD_BEGINS.sub("-", name).lower()
