"""Finds out why nothing moves: asks Temporal, then the workflow, then the database."""

from contextlib import suppress
from dataclasses import replace
from typing import Generic

from pymongo.errors import PyMongoError

from api.aggregates.explanation import Findings
from api.aggregates.service import Aggregates
from api.errors import NoWorkflow, OutcomeUnknown, Unavailable, WorkflowStuck
from api.temporal.gateway import Gateway
from domain.kernel.aggregate import State
from domain.kernel.errors import DomainError


class Diagnosis(Generic[State]):
    def __init__(self, aggregates: Aggregates[State], gateway: Gateway[State]) -> None:
        self._aggregates = aggregates
        self._gateway = gateway

    async def findings(self, aggregate_id: str) -> Findings:
        """Raises the kind's not-found error, Unavailable, OutcomeUnknown, and PyMongoError where
        only the database could know of it."""
        described = await self._aggregates.describe(aggregate_id)
        workflow_id = self._aggregates.workflow_id(aggregate_id)
        findings = Findings(described, await self._gateway.has_worker(workflow_id))
        if not findings.is_running:
            return await self._of_closed(aggregate_id, findings)
        if not findings.has_worker:
            return findings
        try:
            pending = await self._gateway.undelivered(workflow_id)
        except WorkflowStuck:
            return replace(findings, task_fails=True)
        except (OutcomeUnknown, Unavailable, NoWorkflow):
            return findings
        return replace(findings, undelivered=pending)

    async def _of_closed(self, aggregate_id: str, findings: Findings) -> Findings:
        closed = self._aggregates.closed
        if findings.was_forced:
            with suppress(PyMongoError, DomainError):
                return replace(findings, is_over=(await closed.read(aggregate_id)).is_over)
            return findings
        if findings.described is None:
            return replace(findings, is_over=(await closed.read(aggregate_id)).is_over)
        return findings
