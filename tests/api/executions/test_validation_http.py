"""Requests that cannot be understood or are not allowed: 400 and 422, with the place."""

from typing import Any

import httpx
import pytest

from tests.api.answers import BASE, NEW, problem

FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"serviceOrderId": None}, "/serviceOrderId"),
    ({"serviceOrderId": ""}, "/serviceOrderId"),
    ({"serviceOrderId": "   "}, "/serviceOrderId"),
    ({"serviceOrderId": True}, "/serviceOrderId"),
    ({"serviceOrderId": 7.5}, "/serviceOrderId"),
    ({"serviceOrderId": "a\tb"}, "/serviceOrderId"),
    ({"serviceOrderId": "\u200b"}, "/serviceOrderId"),
    ({"serviceOrderId": "x" * 201}, "/serviceOrderId"),
    ({"budgetId": "\t"}, "/budgetId"),
    ({"budgetId": ["b"]}, "/budgetId"),
    ({"budgetId": "a\x00b"}, "/budgetId"),
    ({"estimatedDuration": 0}, "/estimatedDuration"),
    ({"estimatedDuration": -5}, "/estimatedDuration"),
    ({"estimatedDuration": 1.5}, "/estimatedDuration"),
    ({"estimatedDuration": "60"}, "/estimatedDuration"),
    ({"estimatedDuration": True}, "/estimatedDuration"),
    ({"estimatedDuration": 10**30}, "/estimatedDuration"),
    ({"scheduledDate": "tomorrow"}, "/scheduledDate"),
    ({"scheduledDate": "2026-05-01T09:00:00"}, "/scheduledDate"),
    ({"scheduledDate": 1_800_000_000}, "/scheduledDate"),
    ({"scheduledDate": "0001-01-01T00:00:00+01:00"}, "/scheduledDate"),
    ({"scheduledDate": "9999-12-31T23:59:59-01:00"}, "/scheduledDate"),
    ({"notes": "n" * 2001}, "/notes"),
    ({"paymentId": "p-1"}, "/paymentId"),
    ({"payment_required": True}, "/payment_required"),
    ({"technician_id": "t-1"}, "/technician_id"),
    ({"status": "COMPLETED"}, "/status"),
]
COMMANDS: list[tuple[str, str, Any, str]] = [
    ("PATCH", "start", {"technician": "t"}, "/technician"),
    ("PATCH", "start", {"technician_id": "t"}, "/technician_id"),
    ("PATCH", "assign", {"technicianId": ""}, "/technicianId"),
    ("PATCH", "resume", {"reason": "r"}, "/reason"),
    ("PATCH", "cancel", {}, "/reason"),
    ("PATCH", "cancel", {"reason": " "}, "/reason"),
    ("PATCH", "assign", {}, "/technicianId"),
    ("PATCH", "schedule", {"estimatedDuration": 5}, "/scheduledDate"),
    ("PATCH", "invoice", {"invoiceId": [7]}, "/invoiceId"),
    ("POST", "tasks", {"description": "d"}, "/estimatedDuration"),
    ("POST", "tasks", {"description": "", "estimatedDuration": 1}, "/description"),
    ("PATCH", "tasks/t-1", {}, "/"),
    ("PATCH", "tasks/t-1", {"status": "DONE"}, "/status"),
    ("PATCH", "tasks/t-1", {"status": "COMPLETED", "actualDuration": 0}, "/actualDuration"),
    ("PATCH", "tasks/t-1", {"status": "IN_PROGRESS", "taskId": "t-2"}, "/taskId"),
    ("PATCH", "tasks/t-1", {"status": "IN_PROGRESS", "actualDuration": 5}, "/"),
    ("PATCH", "tasks/%20", {"status": "IN_PROGRESS"}, "#path/taskId"),
    ("PATCH", "tasks/%00", {"status": "IN_PROGRESS"}, "#path/taskId"),
]


def _pointers(body: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in body["errors"]]


@pytest.mark.parametrize(("wrong", "pointer"), FIELDS)
async def test_a_field_that_is_wrong_is_pointed_at(
    http: httpx.AsyncClient, wrong: dict[str, Any], pointer: str
) -> None:
    answer = await http.post(BASE, json={**NEW, **wrong})

    assert _pointers(problem(answer, 422, "invalid-request")) == [pointer]
    assert (await http.get(BASE)).json()["total"] == 0


async def test_all_that_is_wrong_is_told_at_once(http: httpx.AsyncClient) -> None:
    answer = await http.post(BASE, json={"budgetId": "", "colour": "red"})

    body = problem(answer, 422, "invalid-request")
    assert sorted(_pointers(body)) == [
        "/budgetId",
        "/colour",
        "/estimatedDuration",
        "/serviceOrderId",
    ]
    assert all(error["message"] for error in body["errors"])


@pytest.mark.parametrize(("method", "path", "body", "pointer"), COMMANDS)
async def test_a_command_that_is_wrong_is_refused_before_anybody_is_asked(
    http: httpx.AsyncClient, existing: str, method: str, path: str, body: Any, pointer: str
) -> None:
    answer = await http.request(method, f"{existing}/{path}", json=body)

    assert _pointers(problem(answer, 422, "invalid-request")) == [pointer]
    assert (await http.get(existing)).json()["version"] == 1


@pytest.mark.parametrize("cursor", ["x", "çã", "bnVsbA==", "W10=", "e30="])
async def test_a_cursor_that_was_never_given_is_a_bad_request(
    http: httpx.AsyncClient, cursor: str
) -> None:
    problem(await http.get(BASE, params={"cursor": cursor}), 400, "bad-cursor")
