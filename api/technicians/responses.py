"""Technicians as HTTP responses."""

from http import HTTPStatus

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from activities.mongo.technician_list import TechnicianPage
from api.aggregates.explanation import Explanation, Findings
from api.aggregates.responses import (
    NO_STORE,
    PENDING,
    Headers,
    etag,
    is_known,
    json_response,
    next_page,
    not_modified,
    progress_of,
)
from api.aggregates.service import HistoryPage
from api.http.preconditions import ReadPreconditions, WritePreconditions
from api.technicians.agenda import TechnicianAgenda
from api.technicians.representation import (
    TechnicianHistory,
    TechnicianList,
    TechnicianRepresentation,
)
from api.technicians.service import Technicians, link
from domain.kernel.aggregate import Answer
from domain.technician.state import Technician, technician_id_of


def shown(
    technician: Technician, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    body = TechnicianRepresentation.of(technician)
    kept = {} if technician.health.is_ok else NO_STORE
    return _json(body, status, etag(technician.version) | kept | (headers or {}))


def read(
    technician: Technician, preconditions: ReadPreconditions, *, is_fresh: bool = True
) -> Response:
    headers = {} if is_fresh else PENDING
    if is_known(technician, preconditions):
        return not_modified(technician.version, headers)
    return shown(technician, headers=headers)


async def changed(
    answer: Answer[Technician],
    preconditions: WritePreconditions,
    technicians: Technicians,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """The technician that a command led to, once readers can see it too."""
    progress = await progress_of(answer, preconditions, technicians.aggregates)
    return shown(answer.state, status, progress.headers | _location(answer.state, status))


def registered(technician: Technician, *, is_readable: bool) -> Response:
    created = HTTPStatus.CREATED
    headers = _location(technician, created) | ({} if is_readable else PENDING)
    return shown(technician, created, headers)


def listed(page: TechnicianPage, request: Request) -> Response:
    body = TechnicianList(
        technicians=[TechnicianRepresentation.of(each) for each in page.technicians],
        next_cursor=page.next_cursor,
    )
    return _json(body, headers=next_page(request, page.next_cursor))


def agenda(agenda: TechnicianAgenda) -> Response:
    return _json(agenda)


def history(aggregate_id: str, page: HistoryPage) -> Response:
    return _json(
        TechnicianHistory(
            technician_id=technician_id_of(aggregate_id),
            history=page.entries,
            next_after=page.next_after,
            refused=page.refused,
        )
    )


def explained(workflow_id: str, findings: Findings) -> Response:
    return _json(Explanation.of(workflow_id, findings))


def _location(technician: Technician, status: HTTPStatus) -> Headers:
    return {"Location": link(technician.aggregate_id)} if status is HTTPStatus.CREATED else {}


def _json(
    body: BaseModel, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    return json_response(body.model_dump_json(exclude_none=True), status, headers)
