"""Bays as HTTP responses."""

from starlette.requests import Request
from starlette.responses import Response

from activities.mongo.directory import DirectoryPage
from api.aggregates.responses import Representations, next_page, shown
from api.aggregates.service import HistoryPage
from api.bays.agenda import BayAgenda
from api.bays.representation import BayHistory, BayList, BayRepresentation
from api.bays.service import link
from domain.bay.state import Bay, bay_id_of

BAY = Representations(BayRepresentation.of, link)


def listed(page: DirectoryPage[Bay], request: Request) -> Response:
    bays = [BayRepresentation.of(each) for each in page.states]
    body = BayList(bays=bays, next_cursor=page.next_cursor)
    return shown(body, headers=next_page(request, page.next_cursor))


def agenda(agenda: BayAgenda) -> Response:
    return shown(agenda)


def history(aggregate_id: str, page: HistoryPage) -> Response:
    return shown(
        BayHistory(
            bay_id=bay_id_of(aggregate_id),
            history=page.entries,
            next_after=page.next_after,
            refused=page.refused,
        )
    )
