"""Answers under Idempotency-Keys: a repeat has no second effect.

The latest answers are kept as they were given. Of older ones only so much is kept that a repeat is
recognised; it is then answered with the state as it is.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Generic

from domain.kernel.aggregate import Answer, Command, State

REMEMBERED_ANSWERS = 64
"""Answers that are kept as they were given."""
RECOGNISED = 4_096
"""Older commands whose repeats are recognised, at some 40 bytes each."""


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fingerprint(command: Command[Any]) -> str:
    """Digest by which two requests under one Idempotency-Key are compared: of what was asked for,
    without what the service has added."""
    asked = set(command.ASKED.model_fields) if command.ASKED else None
    return digest(f"{command.ACTION} {command.model_dump_json(include=asked, exclude_none=True)}")


class RememberedAnswers(Generic[State]):
    """The answers of one aggregate, oldest first; `settled` holds the fingerprints of those that
    are no longer kept, by the digest of their key."""

    def __init__(
        self,
        latest: Mapping[str, Answer[State]] | None = None,
        settled: Mapping[str, str] | None = None,
    ) -> None:
        self._latest = dict(latest or {})
        self._settled = dict(settled or {})

    def find(self, key: str | None, state: State) -> Answer[State] | None:
        """The answer to a repeat; `state` is the present one. None if it is no repeat."""
        if key is None:
            return None
        if answer := self._latest.get(key):
            return answer
        settled = self._settled.get(digest(key))
        return Answer(state=state, fingerprint=settled) if settled else None

    def keep(self, key: str | None, answer: Answer[State]) -> None:
        if key is None:
            return
        self._latest[key] = answer
        while len(self._latest) > REMEMBERED_ANSWERS:
            self.settle(next(iter(self._latest)))

    def settle(self, key: str) -> None:
        """Keeps no more of this answer than that there was one."""
        self._settled[digest(key)] = self._latest.pop(key).fingerprint
        while len(self._settled) > RECOGNISED:
            del self._settled[next(iter(self._settled))]

    @property
    def latest(self) -> dict[str, Answer[State]]:
        return dict(self._latest)

    @property
    def settled(self) -> dict[str, str]:
        return dict(self._settled)
