"""Examples of bays: of what is sent, of what is shown, and of what is refused."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from activities.mongo.history import HistoryEntry
from activities.mongo.keyset import BadCursor
from api.aggregates.agendas import LONGEST_AGENDA
from api.bays.agenda import BayAgenda
from api.bays.closures import NewBayClosure
from api.bays.representation import BayHistory, BayList, BayRepresentation, RearrangedBay
from api.bays.service import link
from api.openapi.examples import (
    AT,
    after,
    booked,
    by_schema,
    expectation_of,
    range_too_long,
    refusal_of,
)
from api.openapi.plan_examples import affected
from api.openapi.problem_examples import EXAMPLE_CORRELATION_ID
from domain.agenda.errors import TooManyEntries
from domain.agenda.shifts import zone
from domain.bay.commands import (
    MOST_CLOSURES,
    AddClosure,
    DeactivateBay,
    ReactivateBay,
    RemoveClosure,
)
from domain.bay.errors import BayNotFound
from domain.bay.state import Bay, BayRegistration, NewBay, aggregate_id_of, register
from domain.kernel.values import widen

_ID = "lift-1"


def place() -> str:
    return link(aggregate_id_of(_ID))


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    shown = BayRepresentation.of(bay())
    return by_schema(
        _new(),
        NewBayClosure(from_="2026-03-09", to="2026-03-10", reason="The lift is inspected"),
        DeactivateBay(reason="The lift is worn out"),
        ReactivateBay(reason="The lift is repaired"),
        shown,
        widen(bay(), RearrangedBay, affected=(affected(),)),
        BayList(bays=[shown]),
        _agenda(),
        BayHistory(bay_id=_ID, history=[_entry()]),
        exclude_none=True,
    )


def problems() -> Sequence[Exception]:
    known = bay()
    return (
        BadCursor("cursor is not one that this list has given"),
        BayNotFound.of(_ID),
        expectation_of(known, 7),
        refusal_of(known, ReactivateBay()),
        refusal_of(known, _closure()),
        refusal_of(known, RemoveClosure(closure_id="lift-1-9")),
        range_too_long(LONGEST_AGENDA),
        TooManyEntries(f"A bay takes at most {MOST_CLOSURES} closures"),
    )


def _new() -> NewBay:
    return NewBay(name="Lift by the gate", kind="LIFT")


def _closure() -> AddClosure:
    begins = AT + timedelta(days=7)
    return AddClosure(from_=begins, to=begins + timedelta(hours=4), reason="The lift is inspected")


def bay() -> Bay:
    registered = register(widen(_new(), BayRegistration, bay_id=_ID), AT)[0]
    return after(registered, _closure())


def _agenda() -> BayAgenda:
    return BayAgenda.of(booked(bay()), "2026-03-02", "2026-03-03", zone("America/Sao_Paulo"))


def _entry() -> HistoryEntry:
    known = bay()
    return HistoryEntry(
        sequence=2,
        event_id=f"{known.aggregate_id}:2",
        type="BayClosed",
        occurred_at=AT,
        command="add_closure",
        from_status=known.status,
        to_status=known.status,
        actor="ana",
        correlation_id=EXAMPLE_CORRELATION_ID,
        via="http",
        detail={
            "bayId": _ID,
            "closureId": known.closures[0].closure_id,
            "from": "2026-03-09T08:00:00Z",
            "to": "2026-03-09T12:00:00Z",
        },
    )
