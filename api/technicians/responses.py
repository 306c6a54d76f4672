"""Technicians as HTTP responses."""

from starlette.requests import Request
from starlette.responses import Response

from activities.mongo.directory import DirectoryPage
from api.aggregates.responses import Representations, next_page, shown
from api.aggregates.service import HistoryPage
from api.technicians.agenda import TechnicianAgenda
from api.technicians.representation import (
    TechnicianHistory,
    TechnicianList,
    TechnicianRepresentation,
)
from api.technicians.service import link
from domain.technician.state import Technician, technician_id_of

TECHNICIAN = Representations(TechnicianRepresentation.of, link)


def listed(page: DirectoryPage[Technician], request: Request) -> Response:
    body = TechnicianList(
        technicians=[TechnicianRepresentation.of(each) for each in page.states],
        next_cursor=page.next_cursor,
    )
    return shown(body, headers=next_page(request, page.next_cursor))


def agenda(agenda: TechnicianAgenda) -> Response:
    return shown(agenda)


def history(aggregate_id: str, page: HistoryPage) -> Response:
    return shown(
        TechnicianHistory(
            technician_id=technician_id_of(aggregate_id),
            history=page.entries,
            next_after=page.next_after,
            refused=page.refused,
        )
    )
