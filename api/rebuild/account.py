"""What openings and deliveries add up to: those of each run in whatever order they are read, and
the runs in the order in which they began."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from activities.delivery import Delivery
from activities.mongo.audit import KeyClaim, Record
from api.aggregates.creation_keys import opening_claim
from domain.kernel.events import RecordedEvent
from workflows.contract import Start


@dataclass
class Account:
    """What is recorded under one workflow id, which several aggregates may have had in turn."""

    records: dict[str, Record] = field(default_factory=dict)

    @property
    def is_owing(self) -> bool:
        return any(record.is_owed for record in self.records.values())

    def take_back(self, start: Start) -> None:
        """What other runs have led to, beyond what a run was started with that is not their
        continuation, does not count any more."""
        record = self._record(start.aggregate_id)
        known = start.carried.state.version if start.carried else 0
        record.events = {each: record.events[each] for each in record.events if each <= known}
        record.snapshot, record.answers, record.untold = None, {}, {}
        record.reached = record.version = 0

    def begin(self, start: Start, at: datetime) -> Record:
        """The record of what a run was started with."""
        record = self._record(start.aggregate_id)
        if start.carried is None:
            if start.origin.key:
                record.key_claim = KeyClaim(opening_claim(start.ACTION, start.origin), at)
            return record
        carried = start.carried
        record.version = max(record.version, carried.state.version)
        untold = {event.metadata.sequence for event in carried.outbox}
        _tell(record, (each for each in carried.recent if each.metadata.sequence not in untold))
        if carried.told == carried.state.revision:
            self.tell(Delivery(snapshot=carried.state, events=()))
        return record

    def tell(self, delivery: Delivery) -> None:
        """It has arrived."""
        state, record = delivery.snapshot, self._reach(delivery)
        if record.snapshot is None or state.revision >= record.snapshot.revision:
            record.snapshot = state
            record.answers = delivery.answers or record.answers
        _tell(record, delivery.events)
        record.refused |= {each.refusal_id: each for each in delivery.refused}

    def expect(self, delivery: Delivery) -> None:
        """It may arrive, or part of it."""
        record, events = self._reach(delivery), _by_sequence(delivery.events)
        record.untold |= {each: events[each] for each in events.keys() - record.events.keys()}

    def _reach(self, delivery: Delivery) -> Record:
        record = self._record(delivery.snapshot.aggregate_id)
        record.reached = max(record.reached, delivery.snapshot.revision)
        record.version = max(record.version, delivery.snapshot.version)
        return record

    def _record(self, aggregate_id: str) -> Record:
        return self.records.setdefault(aggregate_id, Record(aggregate_id))


def _by_sequence(events: Iterable[RecordedEvent]) -> dict[int, RecordedEvent]:
    return {event.metadata.sequence: event for event in events}


def _tell(record: Record, events: Iterable[RecordedEvent]) -> None:
    told = _by_sequence(events)
    record.events |= told
    for sequence in told:
        record.untold.pop(sequence, None)
