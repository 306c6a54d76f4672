"""A status flow as a table, and what a refusal by it says."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from domain.kernel.errors import DomainError

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Wording:
    """Texts of refusals: of an action that moves the status, and of one that does not."""

    moving: str
    staying: str
    nothing: str


ENGLISH_WORDING = Wording(
    moving="Invalid {subject} status transition from {status} to {target}. "
    "Allowed transitions: {allowed}",
    staying="Command {action} is not allowed while the {subject} is {status}",
    nothing="none",
)
_NOT_NOW = (
    "A ação {action} não é permitida com {subject} em {status}. "
    "Próximos status possíveis: {allowed}"
)
PORTUGUESE_WORDING = Wording(moving=_NOT_NOW, staying=_NOT_NOW, nothing="nenhum")


@dataclass(frozen=True, eq=False)
class Lifecycle(Generic[S, A]):
    """`moves[status][action]` is the status that the action leads to; the first row is where
    everything begins.

    In the statuses of `over`, nobody waits for anything any more; where none are named, those
    are the ones that no action leads out of.
    """

    moves: Mapping[S, Mapping[A, S]]
    subject: str
    refusal: type[DomainError]
    wording: Wording = ENGLISH_WORDING
    over: frozenset[S] = field(default_factory=frozenset)

    @property
    def initial(self) -> S:
        return next(iter(self.moves))

    def after(self, status: S, action: A) -> S:
        """The status that `action` leads to from `status`; raises `refusal` if it may not."""
        try:
            return self.moves[status][action]
        except KeyError:
            raise self.refused(status, action, self.successors(status)) from None

    def refused(self, status: S, action: A, allowed: Sequence[S], **facts: Any) -> DomainError:
        """The refusal of `action`, where only `allowed` could follow."""
        return self.refusal(
            self._why(status, action, allowed),
            current_status=status,
            allowed_transitions=list(allowed),
            **facts,
        )

    @cache  # noqa: B019  # tables are few, and live as long as the process
    def actions(self, status: S, forbidden: Set[A] = frozenset()) -> tuple[A, ...]:
        """The actions of the status but those that are `forbidden`, in the table's order."""
        return tuple(each for each in self.moves[status] if each not in forbidden)

    def successors(self, status: S) -> tuple[S, ...]:
        """The other statuses that one action can reach, in the table's order."""
        return tuple(dict.fromkeys(to for to in self.moves[status].values() if to != status))

    def is_final(self, status: S) -> bool:
        return not self.successors(status)

    def is_over(self, status: S) -> bool:
        return status in self.over if self.over else self.is_final(status)

    def _why(self, status: S, action: A, allowed: Sequence[S]) -> str:
        target = self._target(action)
        words = self.wording.staying if target is None else self.wording.moving
        return words.format(
            subject=self.subject,
            status=status,
            action=action,
            target=target,
            allowed=", ".join(allowed) or self.wording.nothing,
        )

    def _target(self, action: A) -> str | None:
        """The status that `action` moves to wherever it moves at all; some actions are named
        after it."""
        moved = (row[action] for at, row in self.moves.items() if row.get(action, at) != at)
        return next(moved, action if action in set(self.moves) else None)
