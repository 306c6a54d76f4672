"""Documents that live beside the snapshots and follow from them: holders of budgets, keys of
openings, and approvals of budgets."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

from activities.mongo.approvals import Approval, Approvals
from activities.mongo.audit import Discrepancy, DiscrepancyKind, Record
from activities.mongo.claims import KEYS_KEPT, Claims, budget_claim
from activities.mongo.client import Database
from domain.execution.state import Execution
from domain.fila.lifecycle import QueueAction
from domain.fila.state import QueueItem
from workflows.contract import Door


class ClaimsAudit:
    def __init__(self, database: Database) -> None:
        self._budgets, self._keys = Claims(database["claims"]), Claims(database["keys"])
        self._approvals = Approvals(database["aprovacoes"])

    async def discrepancies(self, record: Record) -> AsyncIterator[Discrepancy]:
        """Raises PyMongoError."""
        state = record.snapshot
        if state is None:
            return
        checks = [self._key(record)]
        if isinstance(state, Execution):
            checks.append(self._budget(state))
        if isinstance(state, QueueItem):
            checks.append(self._approval(state, record))
        for found in checks:
            async for finding in found:
                yield finding

    async def _budget(self, execution: Execution) -> AsyncIterator[Discrepancy]:
        what, holder = budget_claim(execution.budget_id), execution.execution_id
        held = await self._budgets.held(what)
        if held is None:
            yield Discrepancy(
                DiscrepancyKind.BUDGET_UNCLAIMED, partial(self._budgets.take, what, holder)
            )
        elif held.holder != holder:
            yield Discrepancy(DiscrepancyKind.BUDGET_CLAIMED_TWICE, None)

    async def _key(self, record: Record) -> AsyncIterator[Discrepancy]:
        key = record.key_claim
        if key is None or datetime.now(UTC) - key.at > KEYS_KEPT:
            return
        if await self._keys.held(key.what) is None:
            take = partial(self._keys.take, key.what, record.aggregate_id)
            yield Discrepancy(DiscrepancyKind.KEY_UNCLAIMED, take)

    async def _approval(self, item: QueueItem, record: Record) -> AsyncIterator[Discrepancy]:
        # What was signalled to the workflow alone was never written down for the order.
        by_message = any(
            event.command == QueueAction.BUDGET_APPROVED and event.via != Door.SIGNAL
            for event in record.events.values()
        )
        if not (by_message and item.approved_at):
            return
        number = item.service_order_id
        if await self._approvals.of(number) is None:
            approval = Approval(
                approved_at=item.approved_at,
                budget_id=item.budget_id,
                queue_item_id=item.queue_item_id,
            )
            record_it = partial(self._approvals.record, number, approval)
            yield Discrepancy(DiscrepancyKind.APPROVAL_MISSING, record_it)
