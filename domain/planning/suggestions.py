"""Suggestions: offers of time as clients see them, with the reasons for each."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from domain.agenda.shifts import Zone
from domain.kernel.values import Instant, Value
from domain.planning.offers import Offer, Wanted, offers
from domain.planning.roster import Roster
from domain.planning.slots import Slot

_MINUTE = timedelta(minutes=1)


class ReasonCode(StrEnum):
    KEEPS_PROMISE = "KEEPS_PROMISE"
    EARLIEST = "EARLIEST"
    KNOWS_THE_CAR = "KNOWS_THE_CAR"
    LEAST_LOADED = "LEAST_LOADED"
    ONLY_ONE_WITH_SKILL = "ONLY_ONE_WITH_SKILL"


class Reason(Value):
    """A reason for a suggestion. The value is: KEEPS_PROMISE, the minutes between end and promise;
    EARLIEST, the end, which no other suggestion's precedes; KNOWS_THE_CAR, the technician's id;
    LEAST_LOADED, the minutes booked on that day, where another suggestion has more and none has
    fewer; ONLY_ONE_WITH_SKILL, the skill that nobody else has."""

    code: ReasonCode
    value: int | str | Instant


class Suggestion(Slot):
    """A plan that would be accepted at this moment."""

    technician_id: str
    bay_id: str | None = None
    reasons: tuple[Reason, ...]


def suggest(roster: Roster, wanted: Wanted, now: datetime, zone: Zone) -> list[Suggestion]:
    """At most `count` suggestions, in the order of `offers`; none begins before now."""
    found = offers(roster, wanted, now, zone)
    rare = [skill for skill in sorted(wanted.skills) if len(roster.skilled({skill})) == 1]
    return [_suggestion(each, tuple(_reasons(each, found, wanted, rare))) for each in found]


def _suggestion(offer: Offer, reasons: tuple[Reason, ...]) -> Suggestion:
    slot = Slot.of(offer.blocks)
    return Suggestion(
        start=slot.start,
        end=slot.end,
        blocks=slot.blocks,
        technician_id=offer.technician_id,
        bay_id=offer.bay_id,
        reasons=reasons,
    )


def _reasons(
    offer: Offer, among: Sequence[Offer], wanted: Wanted, rare: Sequence[str]
) -> Iterator[Reason]:
    if wanted.promised_at and offer.keeps(wanted.promised_at):
        spare = (wanted.promised_at - offer.end) // _MINUTE
        yield Reason(code=ReasonCode.KEEPS_PROMISE, value=spare)
    if offer.end == min(each.end for each in among):
        yield Reason(code=ReasonCode.EARLIEST, value=offer.end)
    if offer.technician_id == wanted.known_technician_id:
        yield Reason(code=ReasonCode.KNOWS_THE_CAR, value=offer.technician_id)
    loads = {each.booked for each in among}
    if len(loads) > 1 and offer.booked == min(loads):
        yield Reason(code=ReasonCode.LEAST_LOADED, value=offer.booked)
    for skill in rare:
        yield Reason(code=ReasonCode.ONLY_ONE_WITH_SKILL, value=skill)
