"""Taking stock of the database, as the rebuild does it, one record at a time."""

from typing import Any

from activities.mongo.audit import Drift, Record, Stock


def record_of(state: Any, events: Any, **more: Any) -> Record:
    return Record(
        state.aggregate_id,
        snapshot=state,
        reached=state.revision,
        events={event.metadata.sequence: event for event in events},
        **more,
    )


async def drift(stock: Stock, record: Record) -> list[Drift]:
    return [finding.drift async for finding in stock.findings(record)]


async def put_right(stock: Stock, record: Record) -> None:
    for finding in [each async for each in stock.findings(record)]:
        assert finding.mend is not None
        await finding.mend()
