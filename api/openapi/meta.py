"""What the service says of itself, beside its API: its status flows, its events, its problems."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api import PREFIX
from api.aggregates.responses import JSON
from api.errors import NotAcceptable
from api.openapi import asyncapi, catalogue, mermaid
from api.openapi.examples import by_schema
from api.openapi.negotiation import chosen
from api.openapi.responses import FOR_CALLERS, Answers, Responses
from api.openapi.state_machines import (
    EXECUTIONS,
    QUEUE,
    ExecutionStateMachines,
    QueueStateMachine,
)
from api.security.auth import needs
from api.security.callers import Permission

router = APIRouter(tags=["meta"])

ANSWERS = Answers(f"{PREFIX}/meta/state-machine", [], always=FOR_CALLERS)
BODIES = by_schema(EXECUTIONS, QUEUE)


def _in_either_form(description: str) -> Responses:
    shown = ANSWERS.success(HTTPStatus.OK, description, "Vary")
    shown[HTTPStatus.OK]["content"] = {mermaid.MEDIA_TYPE: {"schema": {"type": "string"}}}
    return shown | ANSWERS.problems(NotAcceptable)


def _form(request: Request) -> str:
    accept = ",".join(request.headers.getlist("Accept"))
    return chosen(accept or "*/*", (JSON, mermaid.MEDIA_TYPE))


Form = Annotated[str, Depends(_form)]


@router.get(
    "/meta/state-machine",
    operation_id="getStateMachine",
    dependencies=[needs(Permission.READ)],
    response_model=ExecutionStateMachines,
    responses=_in_either_form("The tables, or a diagram of them"),
)
async def executions(form: Form) -> Response:
    """The status flow of executions, and that of their tasks."""
    return _shown(form, EXECUTIONS)


@router.get(
    "/meta/state-machine/fila",
    operation_id="consultarFluxoDaFila",
    dependencies=[needs(Permission.READ)],
    response_model=QueueStateMachine,
    responses=_in_either_form("A tabela, ou um diagrama dela"),
)
async def queue(form: Form) -> Response:
    """O fluxo de status dos itens da fila."""
    return _shown(form, QUEUE)


@router.get("/asyncapi.json", include_in_schema=False)
async def events() -> Response:
    """The AsyncAPI document."""
    return JSONResponse(asyncapi.document())


@router.get("/problems", include_in_schema=False)
async def problems() -> Response:
    return Response(catalogue.catalogue(), media_type=catalogue.MEDIA_TYPE)


@router.get("/problems/{code}", include_in_schema=False)
async def problem(code: str) -> Response:
    if code not in catalogue.by_code():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(catalogue.entry(code), media_type=catalogue.MEDIA_TYPE)


def _shown(form: str, shown: ExecutionStateMachines | QueueStateMachine) -> Response:
    text = shown.model_dump_json() if form == JSON else mermaid.diagram(shown.named)
    return Response(text, media_type=form, headers={"Vary": "Accept"})
