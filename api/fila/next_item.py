"""Gives the next item of the queue to a mechanic, and each item to one mechanic alone.

Its workflow decides who gets an item. Reservations only keep fifty mechanics from asking for the
same one, fifty times over; one whose holder never came back stands for a few seconds.
"""

import asyncio
from enum import StrEnum

from activities.mongo.claims import Reservations
from activities.mongo.fila_list import QueueList, Waiting
from api.errors import KeyReused, Unavailable, WorkflowEnded
from api.fila.service import QueueService
from domain.execution.lifecycle import QueueStage
from domain.fila.commands import StartDiagnosis, StartRepair
from domain.fila.state import MechanicNumber, QueueItem
from domain.fila.vocabulary import IN_PORTUGUESE
from domain.kernel.aggregate import Answer
from domain.kernel.errors import ApprovalPending, InvalidQueueTransition, QueueItemNotFound
from domain.kernel.values import Input
from workflows.contract import Origin

LOOKED_AT = 100
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.4
PATIENCE = 7.0
"""Seconds, within the deadline of a request."""


class Work(StrEnum):
    DIAGNOSIS = "DIAGNOSTICO"
    REPAIR = "REPARO"


_WAITING_FOR = {Work.DIAGNOSIS: QueueStage.AWAITS_DIAGNOSIS, Work.REPAIR: QueueStage.AWAITS_REPAIR}
_STARTS: dict[QueueStage, type[StartDiagnosis] | type[StartRepair]] = {
    QueueStage.AWAITS_DIAGNOSIS: StartDiagnosis,
    QueueStage.AWAITS_REPAIR: StartRepair,
}
_GONE = (InvalidQueueTransition, ApprovalPending, QueueItemNotFound, WorkflowEnded)
"""What an item answers that has moved on since the list was read, or that nobody can go on with."""


class WantedWork(Input):
    """What a mechanic could do next; without `stage`, whatever comes first."""

    model_config = IN_PORTUGUESE

    mechanic_id: MechanicNumber
    stage: Work | None = None


class NextItem:
    def __init__(self, service: QueueService, queue: QueueList, reservations: Reservations) -> None:
        self._service = service
        self._queue = queue
        self._reservations = reservations

    async def take(self, wanted: WantedWork, origin: Origin) -> Answer[QueueItem] | None:
        """The item, started; None if nothing waits. With `origin.key`, a repeat gets the same.

        Raises what a command raises, and PyMongoError.
        """
        if answer := await self._repeat(wanted, origin):
            return answer
        stages = [_WAITING_FOR[work] for work in Work if wanted.stage in {None, work}]
        pause, deadline = FIRST_PAUSE, asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            waiting = await self._queue.waiting(stages, LOOKED_AT)
            if not waiting:
                return None
            for item in waiting:
                if answer := await self._try(item, wanted, origin):
                    return answer
            # Others have reserved them all. What they do not get after all is free again.
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        raise Unavailable("All waiting items are just being taken by others")

    async def _repeat(self, wanted: WantedWork, origin: Origin) -> Answer[QueueItem] | None:
        """What the key has led to before, if anything."""
        chosen = await self._reservations.held(_chosen(origin.key)) if origin.key else None
        if chosen is None:
            return None
        try:
            return await self._start_chosen(chosen.holder, wanted, origin)
        except (InvalidQueueTransition, WorkflowEnded):
            # The request before this one died between its choice and the start, and somebody else
            # has the item by now; or it is all long ago, and the refusal stands.
            item = await self._service.get(chosen.holder.split(":")[0])
            if item.mechanic_id == wanted.mechanic_id:
                raise
            await self._reservations.drop(_chosen(origin.key), chosen)
            return None

    async def _try(
        self, item: Waiting, wanted: WantedWork, origin: Origin
    ) -> Answer[QueueItem] | None:
        if not await self._reserve(item, origin):
            return None
        choice = f"{item.queue_item_id}:{item.stage}:{wanted.stage or ''}"
        claim = await self._reservations.take(_chosen(origin.key), choice) if origin.key else None
        try:
            # With a key it may be another item: a repeat of this request was quicker to choose.
            return await self._start_chosen(claim.holder if claim else choice, wanted, origin)
        except _GONE as gone:
            if claim:
                await self._reservations.drop(_chosen(origin.key), claim)
            if isinstance(gone, WorkflowEnded):  # it may be taken up as it is
                await self._reservations.release(_step_of(item), _who(origin))
            return None

    async def _start_chosen(
        self, choice: str, wanted: WantedWork, origin: Origin
    ) -> Answer[QueueItem]:
        queue_item_id, stage, asked = choice.split(":")
        if asked != (wanted.stage or ""):
            raise KeyReused(f"Idempotency-Key {origin.key} was used for another kind of work")
        return await self._start(queue_item_id, QueueStage(stage), wanted, origin)

    async def _reserve(self, item: Waiting, origin: Origin) -> bool:
        # A version of its own for each step, so that nothing needs to be given back.
        return await self._reservations.reserve(_step_of(item), _who(origin))

    async def _start(
        self, queue_item_id: str, stage: QueueStage, wanted: WantedWork, origin: Origin
    ) -> Answer[QueueItem]:
        command = _STARTS[stage](mechanic_id=wanted.mechanic_id)
        return await self._service.attempt(queue_item_id, command, origin)


def _step_of(item: Waiting) -> str:
    return f"{item.queue_item_id}:{item.version}"


def _who(origin: Origin) -> str:
    return origin.key or origin.request_id or ""


def _chosen(key: str | None) -> str:
    return f"proximo:{key}"
