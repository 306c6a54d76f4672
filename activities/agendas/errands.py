"""Activities that carry errands to agendas: commands to the workflows of technicians and bays, and
questions to those of executions.

Each may be run again after it has succeeded. A refusal for good is an ErrandRefused; whatever else
goes wrong is tried again.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.agendas.holds import hold_all
from activities.agendas.messages import (
    ASK_COMMITMENT,
    ERRAND_REFUSED,
    FIND_DISRUPTED,
    RESERVE_TIME,
    TELL_RESOURCE,
    Commitment,
    Disrupted,
    Disruption,
    Message,
    Question,
    TimeReserved,
    TimeWanted,
)
from activities.agendas.planner import Planner, utc_now
from activities.agendas.resources import CALL, Resources
from activities.heartbeat import with_heartbeat
from activities.mongo.store import Store
from domain.agenda.errors import StaleShifts
from domain.agenda.resource import ResourceAction
from domain.agenda.resource_commands import ResourceCommand
from domain.execution.plan import LEASE_LEFT, Slot
from domain.execution.state import Execution
from domain.kernel.errors import DomainError
from domain.kernel.values import dump_compact
from domain.technician.errors import TechnicianNotFound

ATTEMPTS = 3
PAUSE = timedelta(milliseconds=200)


class AgendaErrands:
    def __init__(
        self,
        client: Client,
        store: Store,
        planner: Planner,
        hold_seconds: int,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._client = client
        self._store = store
        self._resources = Resources(client, store)
        self._planner = planner
        self._hold_seconds = hold_seconds
        self._now = now

    @property
    def activities(self) -> list[Callable[..., Any]]:
        return [self.tell, self.ask, self.reserve, self.find_disrupted]

    @activity.defn(name=TELL_RESOURCE)
    async def tell(self, message: Message) -> None:
        """Gives a resource the command. Where there is no such resource any more, what is to be
        released is free already."""
        await with_heartbeat(self._tell(message))

    @activity.defn(name=ASK_COMMITMENT)
    async def ask(self, question: Question) -> Commitment:
        """Asks an execution, or its snapshot once it is closed."""
        return await with_heartbeat(self._ask(question))

    @activity.defn(name=RESERVE_TIME)
    async def reserve(self, wanted: TimeWanted) -> TimeReserved:
        """Holds the time of a plan at all its resources, or at none."""
        return await with_heartbeat(self._reserve(wanted))

    @activity.defn(name=FIND_DISRUPTED)
    async def find_disrupted(self, asked: Disruption) -> Disrupted:
        found = await with_heartbeat(self._planner.disrupted(asked.resource, self._now()))
        return Disrupted(execution_ids=tuple(each.execution_id for each in found))

    async def _tell(self, message: Message) -> None:
        try:
            await self._resources.command(
                message.resource, message.action, message.command, message.message_id
            )
        except DomainError as refusal:
            if message.action != ResourceAction.RELEASE:
                raise ApplicationError(
                    refusal.message, type=ERRAND_REFUSED, non_retryable=True
                ) from refusal

    async def _ask(self, question: Question) -> Commitment:
        async with asyncio.timeout(CALL.total_seconds()):
            execution = await self._execution(question)
        if execution is None or execution.plan_hold_id != question.hold_id:
            return Commitment()
        return Commitment(plan_revision=execution.plan_revision)

    async def _execution(self, question: Question) -> Execution | None:
        handle = self._client.get_workflow_handle(question.workflow_id)
        try:
            found: Execution = await handle.query(
                question.query, result_type=Execution, rpc_timeout=CALL
            )
            return found
        except RPCError as failure:
            if failure.status is not RPCStatusCode.NOT_FOUND:
                raise
        # Temporal forgets closed workflows after its retention; the database does not.
        return await self._store.get(Execution, question.execution_id)

    async def _reserve(self, wanted: TimeWanted) -> TimeReserved:
        begun = time.monotonic()
        for attempt in range(ATTEMPTS):
            try:
                return TimeReserved(slot=await self._held(wanted, begun))
            except StaleShifts:
                await asyncio.sleep(PAUSE.total_seconds() * (attempt + 1))
            except TechnicianNotFound as missing:
                return TimeReserved(problem=None if wanted.optional else missing.message)
            except (DomainError, ValueError) as refusal:
                return TimeReserved(problem=str(refusal))
        raise ApplicationError("The working time changes all the time")

    async def _held(self, wanted: TimeWanted, begun: float) -> Slot | None:
        """None if nothing is planned on such technicians."""
        plan = wanted.plan
        technicians = await self._planner.technicians(plan.technician_ids)
        if wanted.optional and not all(each.has_shifts for each in technicians):
            return None
        layout = await self._planner.lay_out(plan.work, technicians, self._now())
        slot = await hold_all(
            self._command,
            f"{wanted.execution_id}:{uuid4()}",  # of this attempt alone
            wanted.execution_id,
            wanted.service_order_id,
            layout,
            self._hold_seconds,
        )
        if slot.until and slot.until - _temporal_now(begun) < LEASE_LEFT + CALL:
            raise ApplicationError("The time is still held by an earlier attempt")
        return slot

    async def _command(self, resource: str, command: ResourceCommand) -> Any:
        return await self._resources.command(resource, command.ACTION, dump_compact(command))


def _temporal_now(begun: float) -> datetime:
    """The present by the clock that holds go by, which is Temporal's; ours may be wrong. `begun` is
    the start of the attempt, as `time.monotonic` counts."""
    return activity.info().started_time + timedelta(seconds=time.monotonic() - begun)
