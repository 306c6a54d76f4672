"""Plans of a world that has changed, placed again one after another.

Plans are looked at in the order of their old start, then of their id. One stays where it is unless
something is supposed of it, or a technician of it is absent then, or a plan that was placed before
it has taken its time. Else it is placed again: at the earliest slot of the same technicians and the
same bay that is clear of all plans before it and of whatever has no plan here. Plans after it yield
in their turn, so a delay runs through the day until a gap takes it up.

It begins no earlier than it did, as the car is not there before; with a delay, so much later; and
no earlier than its parts. Of a plan that has begun only the rest is placed, from now on, and a
delay makes the rest longer. If one technician of it has no working time left from then on, another
who has its skills takes their place: the one who ends first, then by id. Two are not replaced.

Extra jobs come last, in the order given, and take what is free: nothing yields to them.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.agenda.intervals import Interval, merged, subtracted
from domain.agenda.shifts import Zone
from domain.planning.blocks import bay_span, future_part, hit_until
from domain.planning.free_slots import whole_minute
from domain.planning.offers import Wanted, offers
from domain.planning.planned import Placement, Planned, UnplaceableReason
from domain.planning.roster import Bay, Person, Reserved, Roster
from domain.planning.slots import Work, earliest
from domain.planning.suppositions import ExtraJob, Suppositions

_Place = tuple[tuple[str, ...], tuple[Interval, ...]]


def replan(
    roster: Roster, plans: Iterable[Planned], supposed: Suppositions, now: datetime, zone: Zone
) -> "Replanning":
    """Carries the rule out on those of the plans that are not over yet."""
    now = whole_minute(now)  # the rest of what has begun then ends on the minute, as plans do
    ahead = sorted(
        (each for each in plans if future_part(each.blocks, now)),
        key=lambda each: (each.blocks[0].start, each.execution_id),
    )
    ids = {each.execution_id for each in ahead}
    replanning = Replanning(roster.without(ids), supposed, now, zone)
    for each in ahead:
        replanning.settle(each)
    for number, job in enumerate(supposed.extra_jobs, start=1):
        replanning.add(f"extra-{number}", job)
    missing = (each for each in supposed.executions if each not in ids)
    replanning.unplaceable |= dict.fromkeys(missing, UnplaceableReason.NOT_PLANNED)
    return replanning


class Replanning:
    """The rule at work: `roster` has what is placed so far, each plan where it is now."""

    def __init__(self, roster: Roster, supposed: Suppositions, now: datetime, zone: Zone) -> None:
        self._supposed, self._now, self._zone = supposed, now, zone
        self._lost = _lost(roster, supposed)
        self.roster = _with_absences(roster, supposed)
        self._horizon = max((e.working[-1].end for e in roster.people if e.working), default=now)
        self.placed: list[Placement] = []
        self.unplaceable: dict[str, UnplaceableReason] = {}

    def settle(self, plan: Planned) -> None:
        """Leaves the plan where it is, or places it again."""
        ahead = future_part(plan.blocks, self._now)
        if not self._is_touched(plan, ahead):
            self._reserve(plan, plan.technician_ids, ahead)
            return
        place = self._place(plan, ahead)
        if isinstance(place, UnplaceableReason):
            self.unplaceable[plan.execution_id] = place
        else:
            self._move(plan, *place)

    def _is_touched(self, plan: Planned, ahead: tuple[Interval, ...]) -> bool:
        parts = self._supposed.parts_of(plan.execution_id)
        return (
            bool(self._supposed.delay_of(plan.execution_id))
            or (parts is not None and parts > ahead[0].start)
            or self._has_lost(plan, ahead)
        )

    def _has_lost(self, plan: Planned, ahead: tuple[Interval, ...]) -> bool:
        """True if a technician is absent in the plan's time, or a moved plan has taken it."""
        people = (self._lost.person(each) for each in plan.technician_ids)
        bay = self._lost.bay(plan.bay_id) if plan.bay_id else None
        return any(hit_until(each.taken(), ahead) for each in people if each) or (
            bay is not None and hit_until(bay.taken(), [bay_span(ahead)]) is not None
        )

    def _place(self, plan: Planned, ahead: tuple[Interval, ...]) -> _Place | UnplaceableReason:
        """The technicians and the blocks of the plan's new place, or why it has none."""
        not_before, duration = self._demands(plan, ahead)
        crews = self._crews(plan, not_before)
        if not crews:
            return UnplaceableReason.NOBODY_WITH_SKILLS
        works = [Work(crew, plan.bay_id, duration, plan.splittable) for crew in crews]
        slots = (earliest(self.roster, each, not_before, self._zone) for each in works)
        places = [(crew, slot) for crew, slot in zip(crews, slots, strict=True) if slot]
        if not places:
            return UnplaceableReason.NO_FREE_TIME
        return min(places, key=lambda place: (place[1][-1].end, place[0]))

    def _demands(self, plan: Planned, ahead: tuple[Interval, ...]) -> tuple[datetime, timedelta]:
        """The earliest moment at which it may begin or go on, and how long it then takes."""
        start, delay = ahead[0].start, self._supposed.delay_of(plan.execution_id)
        duration = sum((each.end - each.start for each in ahead), timedelta())
        if self._began(plan):
            duration += delay
        else:
            start += delay
        return max(start, self._supposed.parts_of(plan.execution_id) or start), duration

    def _began(self, plan: Planned) -> datetime | None:
        start = plan.blocks[0].start
        return start if start < self._now else None

    def _crews(self, plan: Planned, not_before: datetime) -> list[tuple[str, ...]]:
        """Technicians who may do it together: the same ones, or one of them replaced."""
        away = [each for each in plan.technician_ids if self._is_away(each, not_before)]
        if not away:
            return [plan.technician_ids]
        if len(away) > 1:
            return []
        skilled = (each.technician_id for each in self.roster.skilled(plan.skills))
        return [
            tuple(other if each in away else each for each in plan.technician_ids)
            for other in skilled
            if other not in plan.technician_ids
        ]

    def _is_away(self, technician_id: str, since: datetime) -> bool:
        """True if it is for the technician's sake that they have no time from then on, and not
        because agendas go no further."""
        person = self.roster.person(technician_id)
        if person is None:
            return True
        time = subtracted(future_part(person.working, since), merged(person.busy))
        return not time and since < self._horizon

    def _move(
        self, plan: Planned, technician_ids: tuple[str, ...], blocks: tuple[Interval, ...]
    ) -> None:
        self._reserve(plan, technician_ids, blocks)
        reserved = Reserved(plan.execution_id, blocks)
        self._lost = self._lost.reserving(reserved, technician_ids, plan.bay_id)
        self.placed.append(
            Placement(
                execution_id=plan.execution_id,
                technician_ids=technician_ids,
                blocks=blocks,
                was=bay_span(plan.blocks),
                began=self._began(plan),
                promised_at=plan.promised_at,
            )
        )

    def _reserve(
        self, plan: Planned, technician_ids: tuple[str, ...], blocks: tuple[Interval, ...]
    ) -> None:
        reserved = Reserved(plan.execution_id, blocks)
        self.roster = self.roster.reserving(reserved, technician_ids, plan.bay_id)

    def add(self, execution_id: str, job: ExtraJob) -> None:
        """Places an extra job in free time."""
        wanted = Wanted(
            duration=job.duration,
            skills=frozenset(job.skills),
            from_=self._now,
            until=self._horizon,
            promised_at=job.promised_at,
            count=1,
        )
        found = offers(self.roster, wanted, self._now, self._zone)
        if not found:
            able = self.roster.skilled(wanted.skills)
            self.unplaceable[execution_id] = (
                UnplaceableReason.NO_FREE_TIME if able else UnplaceableReason.NOBODY_WITH_SKILLS
            )
            return
        who, blocks = (found[0].technician_id,), found[0].blocks
        self.roster = self.roster.reserving(Reserved(execution_id, blocks), who)
        self.placed.append(Placement(execution_id, who, blocks, promised_at=job.promised_at))


def _with_absences(roster: Roster, supposed: Suppositions) -> Roster:
    people = tuple(
        replace(each, busy=(*each.busy, *supposed.absences_of(each.technician_id)))
        for each in roster.people
    )
    return replace(roster, people=people)


def _lost(roster: Roster, supposed: Suppositions) -> Roster:
    """The same technicians and bays, with the time that plans cannot stay in, and no other."""
    return Roster(
        tuple(
            Person(
                technician_id=each.technician_id,
                busy=tuple(supposed.absences_of(each.technician_id)),
            )
            for each in roster.people
        ),
        tuple(Bay(bay_id=each.bay_id) for each in roster.bays),
    )
