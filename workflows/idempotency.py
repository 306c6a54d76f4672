"""Room for the answers of a workflow in one message: what is carried to the next run, and what is
kept of an aggregate that is over."""

from collections.abc import Callable, Reversible
from itertools import accumulate, islice, takewhile
from typing import TypeVar

from pydantic import JsonValue

from domain.kernel.aggregate import State
from domain.kernel.idempotency import RememberedAnswers
from domain.kernel.values import json_size

CARRIED_BYTES = 256 * 1024
"""Most that the carried answers may weigh, and the carried events: Temporal ends a workflow whose
messages pass 2 MB."""

T = TypeVar("T")


def packed(answers: RememberedAnswers[State]) -> RememberedAnswers[State]:
    """The same, without the answers that there is no room for in the next run's input."""
    latest = answers.latest
    fitting = RememberedAnswers(latest, answers.settled)
    room = newest(latest.items(), lambda item: json_size(item[1]))
    for key in list(latest)[: len(latest) - len(room)]:
        fitting.settle(key)
    return fitting


def as_json(answers: RememberedAnswers[State]) -> dict[str, JsonValue]:
    """The latest, as much of them as one message can take."""
    kept = newest(answers.latest.items(), lambda item: json_size(item[1]))
    return {key: answer.model_dump(mode="json") for key, answer in kept}


def newest(values: Reversible[T], weighed: Callable[[T], int]) -> tuple[T, ...]:
    """The latest values that there is room for in one message, in their order."""
    weights = accumulate(map(weighed, reversed(values)))
    room = sum(1 for _ in takewhile(lambda weight: weight <= CARRIED_BYTES, weights))
    return tuple(islice(reversed(values), room))[::-1]
