"""Offers of time: who could do some work, in which bay, and when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.agenda.intervals import Interval, clipped, minutes
from domain.agenda.shifts import Zone, day_span, local_day
from domain.planning.free_slots import next_free
from domain.planning.roster import Person, Roster

MOST_SUGGESTIONS = 10


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Work that seeks a technician who has all the skills, and a bay if it names a kind. It is to
    begin before `until`. `known_technician_id` is who worked on the order before; what the
    execution has booked itself is free for it. `count` is from 1 to 10."""

    duration: timedelta
    skills: frozenset[str]
    from_: datetime
    until: datetime
    bay_kind: str | None = None
    execution_id: str | None = None
    known_technician_id: str | None = None
    promised_at: datetime | None = None
    count: int = 3
    splittable: bool = True


class Offer(NamedTuple):
    """A slot of one technician. `booked` is the whole minutes that others' work has of them on the
    local day on which it begins."""

    technician_id: str
    bay_id: str | None
    blocks: tuple[Interval, ...]
    booked: int

    @property
    def start(self) -> datetime:
        return self.blocks[0].start

    @property
    def end(self) -> datetime:
        return self.blocks[-1].end

    def keeps(self, promised_at: datetime | None) -> bool:
        return promised_at is not None and self.end <= promised_at


class _Searched(NamedTuple):
    """A technician with what is taken of them, merged once for all searches."""

    person: Person
    taken: list[Interval]


_Bays = Sequence[tuple[str | None, Sequence[Interval]]]


def offers(roster: Roster, wanted: Wanted, now: datetime, zone: Zone) -> list[Offer]:
    """At most `count` offers, the best first: the promise is kept, then the earliest end, then who
    was there before, then the least booked on that day, then the id. Each technician offers their
    earliest slot. While that makes too few, each offers their next one after the end of their
    last, and the best of these are taken."""
    search, most = _Search(roster, wanted, zone), min(wanted.count, MOST_SUGGESTIONS)
    round_ = search.round({each: max(wanted.from_, now) for each in search.technicians})
    found: list[Offer] = []
    while round_ and len(found) < most:
        found += sorted(round_, key=_order(wanted))[: most - len(found)]
        round_ = search.round({each.technician_id: each.end for each in round_})
    return sorted(found, key=_order(wanted))


def _order(wanted: Wanted) -> Callable[[Offer], tuple[bool, datetime, bool, int, str]]:
    return lambda offer: (
        not offer.keeps(wanted.promised_at),
        offer.end,
        offer.technician_id != wanted.known_technician_id,
        offer.booked,
        offer.technician_id,
    )


class _Search:
    def __init__(self, roster: Roster, wanted: Wanted, zone: Zone) -> None:
        self._wanted, self._zone = wanted, zone
        own = wanted.execution_id
        self.technicians = {
            each.technician_id: _Searched(each, each.taken(own))
            for each in roster.skilled(wanted.skills)
        }
        self._bays = _bays(roster, wanted)

    def round(self, not_before: dict[str, datetime]) -> list[Offer]:
        """An offer of each technician who has one that begins then or later."""
        found = (self._offer(self.technicians[each], at) for each, at in not_before.items())
        return [offer for offer in found if offer]

    def _offer(self, searched: _Searched, not_before: datetime) -> Offer | None:
        best, until = None, self._wanted.until
        for bay_id, bay_taken in self._bays:
            if blocks := self._free(searched, bay_taken, not_before, until):
                # Of the bays that come later, only one that is free earlier is better.
                best, until = (bay_id, blocks), blocks[0].start
        return self._offered(searched.person, *best) if best else None

    def _free(
        self,
        searched: _Searched,
        bay_taken: Sequence[Interval],
        not_before: datetime,
        until: datetime,
    ) -> tuple[Interval, ...] | None:
        return next_free(
            searched.person.working,
            searched.taken,
            bay_taken,
            self._wanted.duration,
            splittable=self._wanted.splittable,
            not_before=not_before,
            until=until,
            zone=self._zone,
        )

    def _offered(self, person: Person, bay_id: str | None, blocks: tuple[Interval, ...]) -> Offer:
        day = day_span(local_day(blocks[0].start, self._zone), self._zone)
        booked = minutes(clipped(person.booked(self._wanted.execution_id), day))
        return Offer(person.technician_id, bay_id, blocks, booked)


def _bays(roster: Roster, wanted: Wanted) -> _Bays:
    """The bays to try, by id, with what is taken of each. Work that needs none tries nowhere."""
    if wanted.bay_kind is None:
        return [(None, [])]
    fit = (each for each in roster.bays if each.kind == wanted.bay_kind)
    by_id = sorted(fit, key=lambda each: each.bay_id)
    return [(each.bay_id, each.taken(wanted.execution_id)) for each in by_id]
