"""What deliveries and openings add up to, in whatever order they are read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from activities.delivery import Delivery
from activities.stock import KeyClaim, Record
from api.openings import opening_claim
from domain.events import RecordedEvent
from workflows.contract import Start, StartExecution, execution_id


@dataclass
class Account:
    """What is recorded under one workflow id, which several aggregates may have had in turn."""

    records: dict[str, Record] = field(default_factory=dict)
    is_owing: bool = False
    """Whether a delivery is still on its way."""

    def begin(self, start: Start, at: datetime) -> None:
        if start.carried:
            carried = start.carried
            untold = {event.metadata.sequence for event in carried.outbox}
            told = [event for event in carried.recent if event.metadata.sequence not in untold]
            _add(self._record(carried.state.aggregate_id), told)
            if carried.told == carried.state.revision:
                self.tell(Delivery(snapshot=carried.state, events=()))
        elif start.origin.key:
            claim = KeyClaim(opening_claim(start.ACTION, start.origin), at)
            self._record(_opened_by(start)).key_claim = claim

    def tell(self, delivery: Delivery) -> None:
        """It has arrived."""
        state, record = delivery.snapshot, self.expect(delivery)
        if record.snapshot is None or state.revision >= record.snapshot.revision:
            record.snapshot = state
            record.answers = delivery.answers or record.answers
        _add(record, delivery.events)
        record.refused |= {each.refusal_id: each for each in delivery.refused}

    def expect(self, delivery: Delivery) -> Record:
        """It may arrive, or part of it."""
        record = self._record(delivery.snapshot.aggregate_id)
        record.reached = max(record.reached, delivery.snapshot.revision)
        return record

    def _record(self, aggregate_id: str) -> Record:
        return self.records.setdefault(aggregate_id, Record(aggregate_id))


def _add(record: Record, events: Iterable[RecordedEvent]) -> None:
    record.events |= {event.metadata.sequence: event for event in events}


def _opened_by(start: Start) -> str:
    """The id of the aggregate."""
    if isinstance(start, StartExecution):
        return execution_id(start.service_order_id)
    return start.queue_item_id
