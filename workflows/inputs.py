"""Reads the input of a workflow, whoever starts it, in whatever language.

The SDK could read it too, but what it cannot read fails the workflow's task, again and again, and
not the workflow: the starter would never know, and no other could take the workflow's id.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from domain.kernel.reading import read
from domain.kernel.validation import first_fault
from domain.kernel.values import Value
from workflows.contract import INVALID_INPUT

V = TypeVar("V", bound=Value)


def read_input(kind: type[V], sent: Sequence[Any]) -> V:
    """Raises the ApplicationError that the workflow is to fail with."""
    if len(sent) != 1 or sent[0] is None:
        raise _unreadable(kind, f"takes one input, and {_count(sent)} came")
    if isinstance(sent[0], RawValue):
        raise _unreadable(kind, "is JSON, and this cannot be decoded")
    try:
        return read(kind, sent[0])
    except ValidationError as invalid:
        raise _unreadable(kind, first_fault(invalid)) from None


def _count(sent: Sequence[Any]) -> str:
    return str(len(sent)) if len(sent) > 1 else "none"


def _unreadable(kind: type[Value], why: str) -> ApplicationError:
    return ApplicationError(f"{kind.__name__}: {why}", type=INVALID_INPUT, non_retryable=True)
