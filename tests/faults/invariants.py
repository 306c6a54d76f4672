"""Invariants that hold whatever has died, read from outside: I1 to I8, and P for the answers.

I1 what was answered with 2xx is in the workflow, the history, the snapshot and on the bus
I2 each command is applied once: versions 1..n without gaps, one event for each
I3 the snapshot converges to the workflow, and never goes back
I4 nothing illegal ever becomes visible
I5 there is one workflow per service order and per budget
I6 no message leaves the queue but to success or to the dead letters
I7 and I8 are those of agendas (`agenda_invariants.py`)
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from tests.domain.bay import contract as bay_contract
from tests.domain.execution import contract
from tests.domain.fila import contract as queue_contract
from tests.domain.technician import contract as technician_contract
from tests.faults.agenda_invariants import nothing_is_given_twice, plans_and_agendas_agree
from tests.faults.evidence import Entry, Event, Evidence

LOSSES, DOUBLINGS = ("I1", "I6", "I8"), ("I2", "I5", "I7")
OF_AGENDAS = {"claim", "release", "settle_hold", "record_disruption"}
"""Commands that agendas are given by plans; the status stays."""
OWN = OF_AGENDAS | {"settle_plan"}
"""Commands that no client has sent, and no key distinguishes."""
LEADS = queue_contract.LEADS | technician_contract.LEADS | bay_contract.LEADS


@dataclass(frozen=True)
class Violation:
    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


@dataclass(frozen=True)
class Verdict:
    """`repeats` is no violation: consumers drop them by their id."""

    violations: tuple[Violation, ...]
    repeats: int

    @property
    def holds(self) -> bool:
        return not self.violations

    @property
    def may_settle(self) -> bool:
        """True if there is a fault that may yet heal: an answer that was given stays."""
        return any(each.invariant != "P" for each in self.violations)

    @property
    def lost(self) -> int:
        return sum(1 for each in self.violations if each.invariant in LOSSES)

    @property
    def doubled(self) -> int:
        return sum(1 for each in self.violations if each.invariant in DOUBLINGS)


def judge(evidence: Evidence) -> Verdict:
    found = {
        "I1": _nothing_answered_is_lost(evidence),
        "I2": _nothing_is_done_twice(evidence),
        "I3": _snapshots_converge(evidence),
        "I4": _nothing_illegal_is_seen(evidence),
        "I5": _each_is_unique(evidence),
        "I6": _no_message_vanishes(evidence),
        "I7": nothing_is_given_twice(evidence),
        "I8": plans_and_agendas_agree(evidence),
        "P": iter(evidence.outrages),
    }
    violations = (Violation(name, what) for name, texts in found.items() for what in texts)
    return Verdict(tuple(violations), evidence.repeats)


def _nothing_answered_is_lost(evidence: Evidence) -> Iterator[str]:
    lives = {life.aggregate_id: life for life in evidence.lives}
    shown = {sight.aggregate_id: sight.version for sight in evidence.snapshots}
    sent = [entry for entry in evidence.entries if entry.command not in OWN]
    kept = {entry.correlation_id: entry.sequence for entry in sent}
    told = {(event.aggregate_id, event.correlation_id) for event in evidence.heard}
    for answer in evidence.answered:
        life = lives.get(answer.aggregate_id)
        wanting = {
            "the workflow": life and answer.key in life.keys and life.version >= answer.version,
            "the history": kept.get(answer.key, answer.version + 1) <= answer.version,
            "the snapshot": shown.get(answer.aggregate_id, 0) >= answer.version,
            "the bus": (answer.aggregate_id, answer.key) in told,
        }
        for place, there in wanting.items():
            if not there:
                yield f"{answer.aggregate_id} v{answer.version} ({answer.key}) is not in {place}"


def _nothing_is_done_twice(evidence: Evidence) -> Iterator[str]:
    events: dict[str, dict[str, Event]] = {}
    for event in evidence.heard:
        first = events.setdefault(event.aggregate_id, {}).setdefault(event.event_id, event)
        if first.content != event.content:
            yield f"{event.event_id} came with two contents"
    for life in evidence.lives:
        wanted = list(range(1, life.version + 1))
        entries = evidence.histories.get(life.aggregate_id, ())
        own = {entry.sequence for entry in entries if entry.command in OWN}
        told = events.get(life.aggregate_id, {}).values()
        for place, facts in (("history", entries), ("bus", told)):
            sequences = [fact.sequence for fact in facts]
            if sequences != wanted:
                yield f"{life.aggregate_id} v{life.version}: the {place} has {sequences}"
            sent = [fact for fact in facts if fact.sequence not in own]
            for key in _repeated(_effects(sent)):
                yield f"{life.aggregate_id}: {key} has had two effects in the {place}"


def _effects(facts: Sequence[Entry | Event]) -> Iterator[str]:
    """The key of each effect. One command may have several events, but they follow each other, and
    none is of the same type as another."""
    for key, together in groupby(facts, key=lambda fact: fact.correlation_id):
        most = max(Counter(fact.type for fact in together).values())
        yield from [key] * most


def _snapshots_converge(evidence: Evidence) -> Iterator[str]:
    shown = {each.aggregate_id: (each.version, each.status) for each in evidence.snapshots}
    for life in evidence.lives:
        if shown.get(life.aggregate_id) != (life.version, life.status):
            is_, meant = shown.get(life.aggregate_id), (life.version, life.status)
            yield f"{life.aggregate_id} is shown as {is_}, and is {meant}"
    seen: dict[str, int] = {}
    for sight in evidence.sights:
        if sight.version < seen.get(sight.aggregate_id, 0):
            yield f"{sight.aggregate_id} went back to v{sight.version}"
        seen[sight.aggregate_id] = sight.version


def _nothing_illegal_is_seen(evidence: Evidence) -> Iterator[str]:
    meant: dict[tuple[str, int], str] = {}
    for aggregate_id, entries in evidence.histories.items():
        meant |= {(aggregate_id, entry.sequence): entry.to_status for entry in entries}
        for before, after in pairwise(entries):
            if after.from_status != before.to_status or _leads(after) != after.to_status:
                yield f"{aggregate_id} v{after.sequence}: {after.command} from {before.to_status}"
    for sight in evidence.sights:
        if meant.get((sight.aggregate_id, sight.version), sight.status) != sight.status:
            yield f"{sight.aggregate_id} was seen as {sight.status} at v{sight.version}"


def _leads(entry: Entry) -> str | None:
    """Statuses to which the contract's tables, which are copied by hand, let the command lead."""
    status = entry.from_status or ""
    if entry.command in OF_AGENDAS:
        return status
    return LEADS.get((status, entry.command)) or contract.outcome(status, entry.command)


def _each_is_unique(evidence: Evidence) -> Iterator[str]:
    for order in _repeated(life.order for life in evidence.lives):
        yield f"service order {order} has two workflows"
    for budget in _repeated(life.budget for life in evidence.lives if life.budget):
        yield f"budget {budget} has two workflows"


def _no_message_vanishes(evidence: Evidence) -> Iterator[str]:
    mail, done = evidence.mail, {life.order for life in evidence.lives}
    if mail.waiting:
        yield f"{mail.waiting} messages are still in the queue"
    for order in sorted(mail.sent - mail.poisonous - mail.dead - done):
        yield f"the message of {order} has vanished"
    for order in sorted(mail.poisonous - mail.dead):
        yield f"the unreadable message of {order} is not among the dead letters"


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
