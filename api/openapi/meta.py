"""The routes of the service's own documents: its status flows, its events, its problems."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api import JSON, PREFIX
from api.errors import NotAcceptable
from api.openapi import asyncapi, catalogue, mermaid
from api.openapi.advice import kinds
from api.openapi.examples import by_schema
from api.openapi.negotiation import choose
from api.openapi.responses import FOR_CALLERS, ResponseDocs, Responses
from api.openapi.state_machines import (
    ExecutionStateMachines,
    QueueStateMachine,
    StateMachines,
    execution_machines,
    queue_machine,
)
from api.security.auth import needs
from api.security.callers import Permission

router = APIRouter(prefix=PREFIX, tags=["meta"])


def _form(request: Request) -> str:
    accept = ",".join(request.headers.getlist("Accept"))
    return choose(accept or "*/*", (JSON, mermaid.MERMAID))


Form = Annotated[str, Depends(_form)]


@router.get(
    "/meta/state-machine",
    operation_id="getStateMachine",
    dependencies=[needs(Permission.READ)],
    response_model=ExecutionStateMachines,
)
async def executions(form: Form) -> Response:
    """The status flow of executions, and that of their tasks."""
    return _shown(form, execution_machines())


@router.get(
    "/meta/state-machine/fila",
    operation_id="consultarFluxoDaFila",
    dependencies=[needs(Permission.READ)],
    response_model=QueueStateMachine,
)
async def queue(form: Form) -> Response:
    """O fluxo de status dos itens da fila."""
    return _shown(form, queue_machine())


@router.get("/asyncapi.json", include_in_schema=False)
async def events() -> Response:
    """The AsyncAPI document."""
    return JSONResponse(asyncapi.document())


@router.get("/problems", include_in_schema=False)
async def problems() -> Response:
    return Response(catalogue.catalogue(), media_type=catalogue.MARKDOWN)


@router.get("/problems/{code}", include_in_schema=False)
async def problem(code: str) -> Response:
    if code not in kinds():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(catalogue.entry(code), media_type=catalogue.MARKDOWN)


def _shown(form: str, machines: StateMachines) -> Response:
    text = machines.model_dump_json() if form == JSON else mermaid.diagram(machines.named)
    return Response(text, media_type=form, headers={"Vary": "Accept"})


def responses() -> Mapping[str, Responses]:
    """Responses, by operation id."""
    return {
        "getStateMachine": _in_either_form("The tables, or a diagram of them"),
        "consultarFluxoDaFila": _in_either_form("A tabela, ou um diagrama dela"),
    }


def _in_either_form(description: str) -> Responses:
    docs = ResponseDocs(f"{PREFIX}/meta/state-machine", always=FOR_CALLERS)
    shown = docs.success(HTTPStatus.OK, description, "Vary")
    shown[HTTPStatus.OK]["content"] = {mermaid.MERMAID: {"schema": {"type": "string"}}}
    return shown | docs.problems(NotAcceptable)


def bodies() -> Mapping[str, Any]:
    """Examples of bodies, by the names of their schemas."""
    return by_schema(execution_machines(), queue_machine())
