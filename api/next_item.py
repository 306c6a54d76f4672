"""Gives the next item of the queue to a mechanic, and each item to one mechanic alone.

Its workflow decides who gets an item. Reservations only keep fifty mechanics from asking for the
same one, fifty times over; one whose holder never came back stands for a few seconds.
"""

import asyncio
from datetime import timedelta
from enum import StrEnum

from activities.claims import Claims
from activities.queue_list import QueueList, Waiting
from api.errors import Unavailable
from api.queue_service import QueueService
from domain.errors import ApprovalPending, InvalidQueueTransition, QueueItemNotFound
from domain.model import Input
from domain.queue_commands import StartDiagnosis, StartRepair
from domain.queue_item import MechanicNumber, QueueItem
from domain.queue_words import IN_PORTUGUESE
from domain.status import QueueStage
from workflows.contract import Answer, Origin

STALE = timedelta(seconds=10)
"""Longer than a request lives."""
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
_GONE = (InvalidQueueTransition, ApprovalPending, QueueItemNotFound)
"""What an item answers that has moved on since the list was read."""


class WantedWork(Input):
    """What a mechanic could do next; without `stage`, whatever comes first."""

    model_config = IN_PORTUGUESE

    mechanic_id: MechanicNumber
    stage: Work | None = None


class NextItem:
    def __init__(self, service: QueueService, queue: QueueList, reservations: Claims) -> None:
        self._service = service
        self._queue = queue
        self._reservations = reservations

    async def take(self, wanted: WantedWork, origin: Origin) -> Answer[QueueItem] | None:
        """The item, started; None if nothing waits. With `origin.key`, a repeat gets the same.

        Raises what a command raises, and PyMongoError.
        """
        if origin.key and (chosen := await self._reservations.held(_chosen(origin.key))):
            queue_item_id, stage = chosen.holder.split(":")
            return await self._start(queue_item_id, QueueStage(stage), wanted, origin)
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

    async def _try(
        self, item: Waiting, wanted: WantedWork, origin: Origin
    ) -> Answer[QueueItem] | None:
        if not await self._reserve(item, origin):
            return None
        chosen = f"{item.queue_item_id}:{item.stage}"
        claim = await self._reservations.take(_chosen(origin.key), chosen) if origin.key else None
        try:
            return await self._start(item.queue_item_id, item.stage, wanted, origin)
        except _GONE:
            if claim and origin.key:
                await self._reservations.drop(_chosen(origin.key), claim)
            return None

    async def _reserve(self, item: Waiting, origin: Origin) -> bool:
        # A version of its own for each step, so that nothing needs to be given back.
        what, who = f"{item.queue_item_id}:{item.version}", origin.key or origin.request_id or ""
        claim = await self._reservations.take(what, who)
        if claim.holder != who and claim.is_older_than(STALE):
            await self._reservations.drop(what, claim)
        return claim.holder == who

    async def _start(
        self, queue_item_id: str, stage: QueueStage, wanted: WantedWork, origin: Origin
    ) -> Answer[QueueItem]:
        command = _STARTS[stage](mechanic_id=wanted.mechanic_id)
        return await self._service.command(queue_item_id, command, origin)


def _chosen(key: str) -> str:
    return f"proximo:{key}"
