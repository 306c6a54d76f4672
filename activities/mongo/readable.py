"""Snapshots of a list without what somebody else has made unreadable."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from activities.mongo.client import Document
from domain.kernel.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate)

log = logging.getLogger("api")


def readable(kind: type[A], documents: Sequence[Document]) -> list[A]:
    """The states of those that can be read: what is spoilt is no reason to show nobody anything,
    and the rebuild repairs it."""
    try:
        states: list[A] = _list_of(kind).validate_python(documents)
    except ValidationError:
        return [state for each in documents if (state := _read(kind, each))]
    return states


@cache
def _list_of(kind: type[Aggregate]) -> TypeAdapter[Any]:
    return TypeAdapter(list[kind])  # type: ignore[valid-type]  # at run time


def _read(kind: type[A], document: Document) -> A | None:
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        log.error(  # the document alone is at fault
            "snapshot cannot be read", extra={"id": str(document["_id"]), "reason": str(error)}
        )
        return None
