"""The facts that mechanics who ask for their next item leave behind for each other, and the texts
that they are stored as."""

from dataclasses import dataclass
from typing import Self

from activities.mongo.fila_list import Waiting
from api.fila.wanted_work import Work
from domain.fila.lifecycle import QueueStage


@dataclass(frozen=True)
class Reservation:
    """Key of one request's turn at one step of an item. The version names the step, so that a
    reservation need not be given back after it."""

    queue_item_id: str
    version: int

    @classmethod
    def of(cls, item: Waiting) -> Self:
        return cls(item.queue_item_id, item.version)

    @property
    def name(self) -> str:
        """The id under which it is stored."""
        return f"{self.queue_item_id}:{self.version}"


@dataclass(frozen=True)
class NextItemChoice:
    """The item that was chosen under an Idempotency-Key, for a repeat to get the same one. `asked`
    is the work that the mechanic wanted; None if any."""

    queue_item_id: str
    stage: QueueStage
    asked: Work | None

    @staticmethod
    def name(key: str) -> str:
        """The id under which the choice of a key is stored."""
        return f"proximo:{key}"

    @classmethod
    def parse(cls, stored: str) -> Self:
        queue_item_id, stage, asked = stored.split(":")
        return cls(queue_item_id, QueueStage(stage), Work(asked) if asked else None)

    def __str__(self) -> str:
        """The text that it is stored as."""
        return f"{self.queue_item_id}:{self.stage}:{self.asked or ''}"
