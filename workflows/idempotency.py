"""What a workflow has answered under Idempotency-Keys: a repeat has no second effect.

The latest answers are kept as they were given. Of older ones only so much is kept that a repeat is
recognised; it is then answered with the state as it is.
"""

from collections.abc import Callable, Reversible
from copy import copy
from itertools import accumulate, islice, takewhile
from typing import Generic, TypeVar

from pydantic import JsonValue

from domain.kernel.aggregate import Answer, State
from domain.kernel.values import weight
from workflows.contract import ContinuedState, digest

REMEMBERED = 64
"""Answers that are kept as they were given."""
RECOGNISED = 4_096
"""Older commands whose repeats are recognised, at some 40 bytes each."""
CARRIED_BYTES = 256 * 1024
"""What the carried answers may weigh, and what the carried events: Temporal ends a workflow whose
messages pass 2 MB."""

T = TypeVar("T")


class Answered(Generic[State]):
    def __init__(self, carried: ContinuedState[State]) -> None:
        self._answers = dict(carried.answers)
        self._settled = dict(carried.settled)

    def find(self, key: str | None, state: State) -> Answer[State] | None:
        """What a repeat is answered; `state` is the present one. None if it is no repeat."""
        if key is None:
            return None
        if answer := self._answers.get(key):
            return answer
        settled = self._settled.get(digest(key))
        return Answer(state=state, fingerprint=settled) if settled else None

    def keep(self, key: str | None, answer: Answer[State]) -> None:
        if key is None:
            return
        self._answers[key] = answer
        while len(self._answers) > REMEMBERED:
            self._settle(next(iter(self._answers)))

    def packed(self) -> "Answered[State]":
        """Without the answers that there is no room for in the next run's input."""
        packed = copy(self)
        packed._answers, packed._settled = self.answers, self.settled
        room = newest(self._answers.items(), lambda item: weight(item[1]))
        for key in list(self._answers)[: len(self._answers) - len(room)]:
            packed._settle(key)
        return packed

    @property
    def answers(self) -> dict[str, Answer[State]]:
        return dict(self._answers)

    @property
    def settled(self) -> dict[str, str]:
        return dict(self._settled)

    @property
    def as_json(self) -> dict[str, JsonValue]:
        """The latest, as much of them as one message can take."""
        kept = newest(self._answers.items(), lambda item: weight(item[1]))
        return {key: answer.model_dump(mode="json") for key, answer in kept}

    def _settle(self, key: str) -> None:
        self._settled[digest(key)] = self._answers.pop(key).fingerprint
        while len(self._settled) > RECOGNISED:
            del self._settled[next(iter(self._settled))]


def newest(values: Reversible[T], weighed: Callable[[T], int]) -> tuple[T, ...]:
    """The latest values that there is room for in one message, in their order."""
    weights = accumulate(map(weighed, reversed(values)))
    room = sum(1 for _ in takewhile(lambda weight: weight <= CARRIED_BYTES, weights))
    return tuple(islice(reversed(values), room))[::-1]
