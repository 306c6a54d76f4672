"""The state of aggregates as Temporal has recorded it: the sum of openings and deliveries, those of
each run in any order, and the runs in the order in which they began."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from activities.delivery import Delivery
from activities.mongo.audit import KeyClaim, Record
from api.aggregates.creation_keys import creation_claim
from domain.kernel.aggregate import Aggregate
from domain.kernel.events import RecordedEvent
from workflows.start_inputs import StartInput


@dataclass
class RecordedState:
    """All that is recorded under one workflow id, which several aggregates may have had in turn."""

    records: dict[str, Record] = field(default_factory=dict)

    @property
    def has_pending(self) -> bool:
        return any(record.has_pending for record in self.records.values())

    def discard_later(self, start: StartInput[Any]) -> None:
        """Discards the results of other runs, beyond what a run was started with that does not
        continue them."""
        record = self._record(start.aggregate_id)
        known = start.carried.state.version if start.carried else 0
        record.events = {each: record.events[each] for each in record.events if each <= known}
        record.snapshot, record.answers, record.pending = None, {}, {}
        record.reached = record.version = 0

    def begin(self, start: StartInput[Any], at: datetime) -> Record:
        """Adds what a run was started with; returns its record."""
        record = self._record(start.aggregate_id)
        if start.carried is None:
            if start.origin.key:
                record.key_claim = KeyClaim(creation_claim(start.ACTION, start.origin), at)
            return record
        carried = start.carried
        record.version = max(record.version, carried.state.version)
        pending = {event.metadata.sequence for event in carried.outbox}
        delivered = (each for each in carried.recent if each.metadata.sequence not in pending)
        _mark_delivered(record, delivered)
        if carried.told == carried.state.revision:
            self.add_delivered(Delivery(snapshot=carried.state, events=()))
        return record

    def add_shown(self, state: Aggregate) -> None:
        """Adds a state that a command was answered with: readers may see it before its delivery."""
        self._reach(state)

    def add_delivered(self, delivery: Delivery) -> None:
        """Adds a delivery that has arrived."""
        state, record = delivery.snapshot, self._reach(delivery.snapshot)
        if record.snapshot is None or state.revision >= record.snapshot.revision:
            record.snapshot = state
            record.answers = delivery.answers or record.answers
        _mark_delivered(record, delivery.events)
        record.refused |= {each.refusal_id: each for each in delivery.refused}

    def add_pending(self, delivery: Delivery) -> None:
        """Adds a delivery that may still arrive, or part of it."""
        record, events = self._reach(delivery.snapshot), _by_sequence(delivery.events)
        record.pending |= {each: events[each] for each in events.keys() - record.events.keys()}

    def _reach(self, state: Aggregate) -> Record:
        record = self._record(state.aggregate_id)
        record.reached = max(record.reached, state.revision)
        record.version = max(record.version, state.version)
        return record

    def _record(self, aggregate_id: str) -> Record:
        return self.records.setdefault(aggregate_id, Record(aggregate_id))


def _by_sequence(events: Iterable[RecordedEvent]) -> dict[int, RecordedEvent]:
    return {event.metadata.sequence: event for event in events}


def _mark_delivered(record: Record, events: Iterable[RecordedEvent]) -> None:
    delivered = _by_sequence(events)
    record.events |= delivered
    for sequence in delivered:
        record.pending.pop(sequence, None)
