"""Gives the next item of the queue to a mechanic, and each item to one mechanic alone.

The item's workflow decides who gets it. Reservations only keep fifty mechanics from asking for the
same item fifty times over; one whose holder never came back stands for a few seconds.
"""

import asyncio

from activities.mongo.claims import Claim
from activities.mongo.fila_list import QueueList, Waiting
from activities.mongo.reservations import Reservations
from api.errors import KeyReused, Unavailable, WorkflowEnded
from api.fila.reservations import NextItemChoice, Reservation
from api.fila.service import Fila
from api.fila.wanted_work import WantedWork, Work
from domain.fila.commands import StartDiagnosis, StartRepair
from domain.fila.errors import ApprovalPending, InvalidQueueTransition, QueueItemNotFound
from domain.fila.lifecycle import QueueStage
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Answer
from workflows.contract import Origin

LOOKED_AT = 100
"""Items at the head of the queue that are tried before the list is read again."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.4
SEARCH_SECONDS = 7.0
"""Seconds, within the deadline of a request."""

_WAITING_FOR = {Work.DIAGNOSIS: QueueStage.AWAITS_DIAGNOSIS, Work.REPAIR: QueueStage.AWAITS_REPAIR}
_STARTS: dict[QueueStage, type[StartDiagnosis] | type[StartRepair]] = {
    QueueStage.AWAITS_DIAGNOSIS: StartDiagnosis,
    QueueStage.AWAITS_REPAIR: StartRepair,
}
_GONE = (InvalidQueueTransition, ApprovalPending, QueueItemNotFound, WorkflowEnded)
"""The refusals of an item that has moved on since the list was read, or that nobody can go on
with."""


class NextItem:
    def __init__(self, fila: Fila, queue: QueueList, reservations: Reservations) -> None:
        self._fila = fila
        self._queue = queue
        self._reservations = reservations

    async def take(self, wanted: WantedWork, origin: Origin) -> Answer[QueueItem] | None:
        """The item, started; None if nothing waits. With `origin.key`, a repeat gets the same.

        Raises what a command raises, and PyMongoError.
        """
        if answer := await self._repeat(wanted, origin):
            return answer
        stages = [_WAITING_FOR[work] for work in Work if wanted.stage in {None, work}]
        pause, deadline = FIRST_PAUSE, asyncio.get_running_loop().time() + SEARCH_SECONDS
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
        """The answer to what the key has led to before, if anything."""
        claim = await self._chosen_before(origin)
        if claim is None:
            return None
        choice = NextItemChoice.parse(claim.holder)
        try:
            return await self._start(choice, wanted, origin)
        except (InvalidQueueTransition, WorkflowEnded):
            # The request before this one died between its choice and the start, and somebody else
            # has the item by now; or it is all long ago, and the refusal stands.
            item = await self._fila.aggregates.get(choice.queue_item_id)
            if item.mechanic_id == wanted.mechanic_id:
                raise
            await self._forget(claim, origin)
            return None

    async def _try(
        self, item: Waiting, wanted: WantedWork, origin: Origin
    ) -> Answer[QueueItem] | None:
        reservation = Reservation.of(item).name
        if not await self._reservations.reserve(reservation, _holder(origin)):
            return None
        choice = NextItemChoice(item.queue_item_id, item.stage, wanted.stage)
        claim = await self._choose(choice, origin)
        try:
            # With a key it may be another item: a repeat of this request was quicker to choose.
            chosen = NextItemChoice.parse(claim.holder) if claim else choice
            return await self._start(chosen, wanted, origin)
        except _GONE as gone:
            if claim:
                await self._forget(claim, origin)
            if isinstance(gone, WorkflowEnded):  # it may be reopened as it is
                await self._reservations.release(reservation, _holder(origin))
            return None

    async def _start(
        self, choice: NextItemChoice, wanted: WantedWork, origin: Origin
    ) -> Answer[QueueItem]:
        if choice.asked != wanted.stage:
            raise KeyReused(f"Idempotency-Key {origin.key} was used for another kind of work")
        command = _STARTS[choice.stage](mechanic_id=wanted.mechanic_id)
        return await self._fila.execute_unrecorded(choice.queue_item_id, command, origin)

    async def _choose(self, choice: NextItemChoice, origin: Origin) -> Claim | None:
        """The choice that holds for the key; None without a key."""
        if origin.key is None:
            return None
        return await self._reservations.take(NextItemChoice.name(origin.key), str(choice))

    async def _chosen_before(self, origin: Origin) -> Claim | None:
        if origin.key is None:
            return None
        return await self._reservations.held(NextItemChoice.name(origin.key))

    async def _forget(self, claim: Claim, origin: Origin) -> None:
        if origin.key is not None:
            await self._reservations.drop(NextItemChoice.name(origin.key), claim)


def _holder(origin: Origin) -> str:
    return origin.key or origin.request_id or ""
