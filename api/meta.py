"""What the service says of itself, for machines: its status flows and its events."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from api import asyncapi, mermaid
from api.desk import JSON
from api.negotiation import chosen
from api.problems import described
from api.state_machines import (
    EXECUTIONS,
    QUEUE,
    ExecutionStateMachines,
    QueueStateMachine,
)

router = APIRouter(tags=["meta"])

IN_EITHER_FORM: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK: {"content": {mermaid.MEDIA_TYPE: {"schema": {"type": "string"}}}},
    **described(HTTPStatus.NOT_ACCEPTABLE),
}


def _form(request: Request) -> str:
    accept = ",".join(request.headers.getlist("Accept"))
    return chosen(accept or "*/*", (JSON, mermaid.MEDIA_TYPE))


Form = Annotated[str, Depends(_form)]


@router.get("/meta/state-machine", response_model=ExecutionStateMachines, responses=IN_EITHER_FORM)
async def executions(form: Form) -> Response:
    """The status flow of executions, and that of their tasks."""
    return _shown(form, EXECUTIONS)


@router.get("/meta/state-machine/fila", response_model=QueueStateMachine, responses=IN_EITHER_FORM)
async def queue(form: Form) -> Response:
    """O fluxo de status dos itens da fila."""
    return _shown(form, QUEUE)


@router.get("/asyncapi.json", include_in_schema=False)
async def events() -> Response:
    """The AsyncAPI document."""
    return JSONResponse(asyncapi.document())


def _shown(form: str, shown: ExecutionStateMachines | QueueStateMachine) -> Response:
    text = shown.model_dump_json() if form == JSON else mermaid.diagram(shown.named)
    return Response(text, media_type=form, headers={"Vary": "Accept"})
