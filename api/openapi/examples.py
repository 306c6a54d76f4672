"""Examples for the API's document, made by the code that makes the real thing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from api.errors import (
    BodyTooLarge,
    BodyTooSlow,
    DatabaseUnavailable,
    Forbidden,
    ForeignHost,
    ForeignOrigin,
    HeadersTooLarge,
    InternalError,
    KeyReused,
    MethodNotAllowed,
    NestedTooDeeply,
    NotAcceptable,
    NotFound,
    OutcomeUnknown,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UriTooLong,
    WorkflowEnded,
    WorkflowStuck,
)
from api.http.bodies import not_json
from api.http.validation import refused
from api.middleware.origins import WRONG_HOST, WRONG_ORIGIN
from domain.kernel.aggregate import Aggregate, Command, State, decide
from domain.kernel.errors import DomainError

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CORRELATION_ID = "4bf92f3577b34da6a3ce929d0e0e4736"

_BROKEN = {
    "type": "json_invalid",
    "loc": ("body",),
    "msg": "not JSON at character 17: Expecting value",
}
_NO_BODY = {"type": "missing", "loc": ("body",), "msg": "Field required"}


def doors(place: str) -> Sequence[Exception]:
    """What may be refused anywhere; a field is spoken of in the language of the place."""
    return (
        refused(RequestValidationError([_BROKEN]), place),
        refused(RequestValidationError([_NO_BODY]), place),
        NotFound("GET /api/v1/execution"),
        MethodNotAllowed(f"PUT {place}", allowed="GET"),
        NotAcceptable("This is to be had as application/json or text/vnd.mermaid"),
        KeyReused("Idempotency-Key 7d1c was used with another command or body"),
        Unauthenticated("The token has expired"),
        Forbidden("None of the token's roles allows this"),
        ForeignHost(WRONG_HOST),
        ForeignOrigin(WRONG_ORIGIN),
        NestedTooDeeply("The body may be nested 32 levels deep"),
        BodyTooSlow("The body was not complete within 5 s; nothing was changed"),
        BodyTooLarge("The body may have 64 KiB"),
        not_json(place),
        UriTooLong("Path and query may have 8 KiB together"),
        TooManyRequests("Nothing was changed; try again in 2 s", 2),
        HeadersTooLarge("The headers may have 16 KiB together"),
        InternalError(
            "The service has failed at this request; the correlation id leads to its log"
        ),
        DatabaseUnavailable("The database cannot be reached; nothing was changed"),
        Unavailable("The workflow engine cannot be reached; nothing was changed"),
        WorkflowStuck("The workflow's task fails; its last failure is in Temporal's Web UI"),
        WorkflowEnded.of("execution-3f0c"),
        OutcomeUnknown("No worker has answered in time; this may still be done"),
    )


def by_schema(*values: BaseModel, **how: Any) -> dict[str, Any]:
    """As they travel, by the names of their schemas in the document."""
    return {type(each).__name__: each.model_dump(mode="json", **how) for each in values}


def after(state: State, *commands: Command[State]) -> State:
    for command in commands:
        state = decide(state, command, AT)[0]
    return state


def expectation_of(state: Aggregate, version: int) -> DomainError:
    try:
        state.expect({version})
    except DomainError as refusal:
        return refusal
    raise AssertionError(f"{version} is no example of another version")


def refusal_of(state: State, command: Command[State]) -> DomainError:
    try:
        after(state, command)
    except DomainError as refusal:
        return refusal
    raise AssertionError(f"{command!r} is no example of a refusal")
