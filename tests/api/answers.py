"""Readers of answers for the tests: every error is held against the contract wherever it comes
up."""

from typing import Any

import httpx

from api.http.problems import Problem

BASE, FILA = "/api/v1/executions", "/fila-execucao"
TECHNICIANS = "/api/v1/technicians"
BAYS = "/api/v1/bays"
CLOSURES = "/api/v1/closures"
SCHEDULE = "/api/v1/schedule"
NEW = {"serviceOrderId": "os-1", "budgetId": "budget-1", "estimatedDuration": 60}

# What libraries, stack traces and our own machinery would give away.
NOT_FOR_CLIENTS = (
    *("Traceback", "pymongo", "mongo", "motor", "temporal", "pydantic", "fastapi", "starlette"),
    *("127.0.0.1", "rpc", "Error(", ".py", "secret-of-the-house", "Value error"),
)


def problem(response: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem in an answer, once it has proved to be one as the contract has it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    Problem.model_validate(body)
    assert body["status"] == status
    assert body["type"] == f"urn:execution-service:{body['code']}"
    assert body["instance"] == response.url.path
    assert body["correlationId"] == response.headers["X-Correlation-ID"]
    assert ("Retry-After" in response.headers) == (status in {429, 503, 504})
    assert response.headers["Link"] == f'</api/v1/problems/{body["code"]}>; rel="help"'
    assert response.headers["Cache-Control"] == "no-store"
    assert not [word for word in NOT_FOR_CLIENTS if word.lower() in response.text.lower()]
    assert code in {None, body["code"]}, body
    return body


def shown(response: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The execution in an answer; its version is in the ETag too."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert response.headers["ETag"] == f'"{body["version"]}"'
    return body
