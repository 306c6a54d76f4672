"""Evidence of a trial from outside: answers, workflows, history, snapshots, bus, queues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.agendas import Agenda, Planned, Promise


@dataclass(frozen=True)
class Answered:
    """A command that a client was told is done, under the key that it went by."""

    key: str
    aggregate_id: str
    version: int


@dataclass(frozen=True)
class Life:
    """One aggregate as its workflow has it; `keys` are those of the commands that it has taken,
    and `state` is all that it says of itself."""

    aggregate_id: str
    order: str
    budget: str | None
    version: int
    status: str
    keys: frozenset[str]
    state: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Event:
    """One event as the bus brought it; `content` is all of it, to tell a repeat from a change."""

    aggregate_id: str
    sequence: int
    event_id: str
    correlation_id: str
    content: str = ""
    type: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of an aggregate's history in the database."""

    aggregate_id: str
    sequence: int
    correlation_id: str
    command: str
    from_status: str | None
    to_status: str
    type: str = ""


@dataclass(frozen=True)
class Sight:
    """A snapshot as a reader saw it at some moment."""

    aggregate_id: str
    version: int
    status: str


@dataclass(frozen=True)
class Mail:
    """The messages of a trial, by their service order, and where they are now."""

    sent: frozenset[str] = frozenset()
    poisonous: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()
    waiting: int = 0


@dataclass(frozen=True)
class Evidence:
    answered: Sequence[Answered] = ()
    lives: Sequence[Life] = ()
    entries: Sequence[Entry] = ()
    snapshots: Sequence[Sight] = ()
    sights: Sequence[Sight] = ()
    heard: Sequence[Event] = ()
    mail: Mail = field(default_factory=Mail)
    outrages: Sequence[str] = ()
    """Answers that no outage excuses, such as 500."""
    agendas: Sequence[Agenda] = ()
    plans: Sequence[Planned] = ()
    promises: Sequence[Promise] = ()
    doubled: Sequence[str] = ()
    """Times that readers have seen given twice, at some moment."""

    @property
    def histories(self) -> Mapping[str, Sequence[Entry]]:
        """In order, by aggregate."""
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda each: each.sequence):
            found.setdefault(entry.aggregate_id, []).append(entry)
        return found

    @property
    def repeats(self) -> int:
        """Events that came again, which consumers drop by their id."""
        return len(self.heard) - len({event.event_id for event in self.heard})
