"""The OpenAPI document's promises: of both APIs, and of executions."""

from http import HTTPStatus

import httpx
from jsonschema import Draft202012Validator

from api.errors import MethodNotAllowed
from api.http.problems import RETRIABLE, problem_code
from api.http.statuses import status_of
from api.openapi.advice import kinds
from api.openapi.document import RESPONSES
from api.openapi.responses import EVERYWHERE, RESPONSE_HEADERS
from domain.agenda.errors import StaleShifts
from domain.execution.errors import BudgetMismatch
from tests.api.openapi.document import (
    Document,
    operations,
    parameters,
    references,
    resolved,
    responses,
)

PATHS: dict[str, set[str]] = {
    "/executions": {"get", "post"},
    "/executions/{id}": {"get"},
    "/executions/{id}/history": {"get"},
    "/executions/{id}/explain": {"get"},
    "/executions/{id}/retry-delivery": {"post"},
    "/executions/{id}/start": {"patch"},
    "/executions/{id}/pause": {"patch"},
    "/executions/{id}/resume": {"patch"},
    "/executions/{id}/complete": {"patch"},
    "/executions/{id}/cancel": {"patch"},
    "/executions/{id}/invoice": {"patch"},
    "/executions/{id}/assign": {"patch"},
    "/executions/{id}/schedule": {"patch"},
    "/executions/{id}/plan": {"patch"},
    "/executions/{id}/unplan": {"patch"},
    "/executions/{id}/tasks": {"post"},
    "/executions/{id}/tasks/{taskId}": {"patch"},
    "/technicians": {"get"},
    "/technicians/{id}": {"get", "put"},
    "/technicians/{id}/agenda": {"get"},
    "/technicians/{id}/agenda.ics": {"get"},
    "/technicians/{id}/feed": {"get"},
    "/technicians/{id}/feed/rotate": {"post"},
    "/technicians/{id}/history": {"get"},
    "/technicians/{id}/explain": {"get"},
    "/technicians/{id}/retry-delivery": {"post"},
    "/technicians/{id}/shifts": {"put"},
    "/technicians/{id}/days/{date}": {"put", "delete"},
    "/technicians/{id}/time-off": {"post"},
    "/technicians/{id}/time-off/{timeOffId}": {"delete"},
    "/technicians/{id}/deactivate": {"patch"},
    "/technicians/{id}/reactivate": {"patch"},
    "/bays": {"get"},
    "/bays/{id}": {"get", "put"},
    "/bays/{id}/agenda.ics": {"get"},
    "/bays/{id}/feed": {"get"},
    "/bays/{id}/feed/rotate": {"post"},
    "/bays/{id}/agenda": {"get"},
    "/bays/{id}/history": {"get"},
    "/bays/{id}/explain": {"get"},
    "/bays/{id}/retry-delivery": {"post"},
    "/bays/{id}/closures": {"post"},
    "/bays/{id}/closures/{closureId}": {"delete"},
    "/bays/{id}/deactivate": {"patch"},
    "/bays/{id}/reactivate": {"patch"},
    "/closures": {"get"},
    "/closures/import": {"post"},
    "/closures/{date}": {"get", "put", "delete"},
    "/workload": {"get"},
    "/schedule/conflicts": {"get"},
    "/schedule/suggestions": {"post"},
    "/schedule/carry-over": {"get"},
    "/schedule/simulate": {"post"},
    "/meta/state-machine": {"get"},
    "/meta/state-machine/fila": {"get"},
    "/health": {"get"},
    "/health/live": {"get"},
    "/health/ready": {"get"},
}
FIELDS = {
    *("id", "executionId", "serviceOrderId", "budgetId", "technicianId", "status"),
    *("scheduledDate", "startDate", "endDate", "estimatedDuration", "actualDuration", "tasks"),
    *("notes", "createdAt", "updatedAt", "version", "allowedActions", "pausedSince"),
    *("pauseReason", "cancelReason", "paymentId", "health"),
}
INTERNAL = {"pausedMilliseconds", "paymentRequired", "untoldChanges"}
OF_NO_ROUTE = {BudgetMismatch, MethodNotAllowed, StaleShifts}
"""Refuses messages alone, what reaches no route, or is tried again inside."""


def _problems(document: Document) -> list[tuple[int, Document]]:
    """All responses that are problems, with their statuses; there are always some."""
    found = [
        (status, response)
        for operation in operations(document).values()
        for status, response in responses(document, operation).items()
        if "application/problem+json" in response.get("content", {})
    ]
    assert found
    return found


def _examples(response: Document) -> dict[str, Document]:
    found = response["content"]["application/problem+json"]["examples"]
    assert found
    return {code: example["value"] for code, example in found.items()}


def _but_health(document: Document) -> list[Document]:
    found = [each for (_, path), each in operations(document).items() if "health" not in path]
    assert found
    return found


def test_the_documentation_names_every_route_of_the_contract(document: Document) -> None:
    paths = {path: set(methods) for path, methods in document["paths"].items()}

    prefixed = {path for path in paths if path.startswith("/api/v1/")}
    assert document["openapi"].startswith("3.1")
    assert prefixed == {f"/api/v1{path}" for path in PATHS}
    assert all(paths[f"/api/v1{path}"] == methods for path, methods in PATHS.items())


def test_the_documented_representation_has_the_contracts_fields_and_nothing_internal(
    document: Document,
) -> None:
    properties = document["components"]["schemas"]["ExecutionRepresentation"]["properties"]

    assert set(properties) >= FIELDS
    assert not INTERNAL & set(properties)


def test_every_operation_has_a_name_of_its_own_that_a_method_can_bear(document: Document) -> None:
    names = [operation["operationId"] for operation in operations(document).values()]

    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name.isascii() and "_" not in name for name in names)


def test_every_operation_has_its_responses_and_no_response_lacks_its_operation(
    document: Document,
) -> None:
    named = {operation["operationId"] for operation in operations(document).values()}

    assert {name for table in RESPONSES for name in table()} == named


def test_every_problem_names_its_codes_and_shows_each(document: Document) -> None:
    for status, response in _problems(document):
        for code, example in _examples(response).items():
            assert f"`{code}`" in response["description"]
            assert (example["code"], example["status"]) == (code, status)
            assert set(example) >= {"type", "title", "detail", "instance", "correlationId"}


def test_every_problem_is_of_one_schema_and_nothing_else(document: Document) -> None:
    schemas = [list(response["content"].values()) for _, response in _problems(document)]

    assert all(
        [each["schema"] for each in content] == [{"$ref": "#/components/schemas/Problem"}]
        for content in schemas
    )


def test_every_error_that_leaves_by_http_is_documented_somewhere(document: Document) -> None:
    documented = {code for _, response in _problems(document) for code in _examples(response)}

    assert documented == {problem_code(kind) for kind in set(kinds().values()) - OF_NO_ROUTE}


def test_every_route_says_what_any_may_refuse(document: Document) -> None:
    anywhere = {int(status_of(kind)) for kind in EVERYWHERE}

    for operation in _but_health(document):
        assert set(responses(document, operation)) >= anywhere


def test_what_may_be_tried_again_says_that_it_says_when(document: Document) -> None:
    for status, response in _problems(document):
        assert ("Retry-After" in response["headers"]) == (HTTPStatus(status) in RETRIABLE)


def test_every_answer_documents_its_correlation_id(document: Document) -> None:
    for operation in _but_health(document):
        for response in responses(document, operation).values():
            assert "X-Correlation-ID" in response["headers"]


def test_every_header_that_is_described_is_used(document: Document) -> None:
    used = {each["$ref"].removesuffix(".pt") for each in references(document)}

    assert {f"#/components/headers/{name}" for name in RESPONSE_HEADERS} <= used


def test_every_parameter_is_described(document: Document) -> None:
    assert [each for each in parameters(document) if not each.get("description")] == []


def test_what_no_url_and_no_header_can_be_is_not_promised(document: Document) -> None:
    for parameter in parameters(document):
        assert {"type": "null"} not in parameter["schema"].get("anyOf", ())


def _bodies(document: Document) -> list[Document]:
    """All JSON with a schema of its own that is sent or shown, but for problems; there are always
    some."""
    found = [
        content
        for operation in operations(document).values()
        for body in (operation.get("requestBody", {}), *responses(document, operation).values())
        if (content := body.get("content", {}).get("application/json"))
        and any(references(content["schema"]))
    ]
    assert found
    return found


def test_every_body_that_has_a_schema_of_its_own_has_an_example(document: Document) -> None:
    assert [each["schema"] for each in _bodies(document) if not each.get("examples")] == []


def test_every_example_of_a_body_is_one(document: Document) -> None:
    for body in _bodies(document):
        schema = {**body["schema"], "components": document["components"]}
        for example in body["examples"].values():
            Draft202012Validator(schema).validate(resolved(document, example)["value"])


def test_every_reference_leads_somewhere(document: Document) -> None:
    found = list(references(document))

    assert found
    assert all(resolved(document, each) for each in found)


async def test_the_documentation_has_a_page_that_needs_no_internet(
    http: httpx.AsyncClient,
) -> None:
    page = await http.get("/api/v1/docs")

    assert page.status_code == 200
    assert "/api/v1/openapi.json" in page.text
    assert "https://" not in page.text
