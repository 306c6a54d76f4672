"""Audits of the database, as the rebuild makes them, one record at a time."""

from typing import Any

from activities.mongo.audit import Audit, DiscrepancyKind, Record


def record_of(state: Any, events: Any, **more: Any) -> Record:
    return Record(
        state.aggregate_id,
        snapshot=state,
        reached=state.revision,
        events={event.metadata.sequence: event for event in events},
        **more,
    )


async def drift(audit: Audit, record: Record) -> list[DiscrepancyKind]:
    return [each.kind async for each in audit.discrepancies(record)]


async def put_right(audit: Audit, record: Record) -> None:
    for found in [each async for each in audit.discrepancies(record)]:
        assert found.repair is not None
        await found.repair()
