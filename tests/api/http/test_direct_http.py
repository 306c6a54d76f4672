"""A request means the same, whether its route is called straight or FastAPI reads all of it."""

import httpx
import pytest
from fastapi.routing import APIRoute

from api.closures import routes as closures
from api.executions import command_routes as execution_commands
from api.executions import routes as executions
from api.fila import command_routes as fila_commands
from api.fila import routes as fila
from api.http.bodies import JsonRoute
from api.http.direct import Call
from tests.api.answers import BASE

REQUESTS = [
    ("GET", "", {}, None),
    ("GET", "?status=PAUSED&status=SCHEDULED&limit=2&count=false", {}, None),
    ("GET", "?sort=-createdAt&offset=1", {}, None),
    ("GET", "?limit=0", {}, None),
    ("GET", "?limit=1&limit=2", {}, None),
    ("GET", "?colour=red", {}, None),
    ("GET", "?service_order_id=os-1", {}, None),
    ("GET", "/{id}", {}, None),
    ("GET", "/{id}?minVersion=1&consistency=strong", {}, None),
    ("GET", "/{id}?minVersion=no", {}, None),
    ("GET", "/{id}?consistency=weak&minVersion=0", {}, None),
    ("GET", "/{id}?colour=red", {}, None),
    ("GET", "/{id}", {"If-None-Match": '"1"'}, None),
    ("GET", "/{id}", {"If-None-Match": "1"}, None),
    ("GET", "/nowhere", {}, None),
    ("GET", "/{id}/history?after=0&limit=5&include=refused", {}, None),
    ("GET", "/{id}/history?after=-1", {}, None),
    ("GET", "/{id}/explain", {}, None),
    ("PUT", "/{id}", {}, None),
    ("PATCH", "/{id}/assign", {"Idempotency-Key": "k 1"}, {"technicianId": "t-1"}),
    ("PATCH", "/{id}/assign", {"If-Match": "nonsense"}, {"technicianId": "t-1"}),
    ("PATCH", "/{id}/assign", {}, {"technicianId": ""}),
    ("PATCH", "/{id}/assign", {}, {"technicianId": "t-1", "colour": "red"}),
    ("PATCH", "/{id}/assign", {}, {}),
    ("PATCH", "/{id}/assign", {}, None),
    ("PATCH", "/{id}/pause", {}, None),
    ("PATCH", "/{id}/complete", {}, [1]),
]
HEADERS = ("ETag", "Cache-Control", "Link", "Allow", "X-Snapshot", "Content-Type")


@pytest.mark.parametrize(("method", "path", "headers", "body"), REQUESTS)
async def test_both_ways_lead_to_the_same_answer(
    http: httpx.AsyncClient,
    existing: str,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    headers: dict[str, str],
    body: object,
) -> None:
    url = path.replace("/{id}", existing) if "{id}" in path else BASE + path

    async def asked() -> tuple[int, str, list[str | None]]:
        answer = await http.request(
            method, url, headers={"X-Correlation-ID": "corr-1", **headers}, json=body
        )
        return answer.status_code, answer.text, [answer.headers.get(name) for name in HEADERS]

    straight = await asked()
    with monkeypatch.context() as patch:
        patch.setattr(Call, "values", _doubtful)
        whole = await asked()

    assert straight == whole


async def _doubtful(*_: object) -> None:
    """Leaves every request to FastAPI."""


def test_every_route_of_a_room_can_be_called_straight() -> None:
    rooms = (executions, execution_commands, fila, fila_commands, closures)
    routes = [each for room in rooms for each in room.router.routes if isinstance(each, APIRoute)]

    assert len(routes) > 20
    assert {type(each) for each in routes} == {JsonRoute}
    assert [each.name for each in routes if Call.of(each.dependant) is None] == []
