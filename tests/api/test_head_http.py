"""HEAD is GET without the content, wherever GET is."""

import httpx
import pytest

from tests.api.answers import BASE, CLOSURES, FILA
from tests.api.openapi.document import Document, operations

PLACES = [
    *("/health", "/api/v1/health", "/api/v1/health/live", "/api/v1/health/ready"),
    *(BASE, FILA, CLOSURES, "/api/v1/docs", "/api/v1/openapi.json", "/api/v1/asyncapi.json"),
    *("/api/v1/problems", "/api/v1/problems/not-found", "/api/v1/meta/state-machine"),
    *("/api/v1/docs-assets/swagger-ui.css", f"{BASE}/x", "/nowhere"),
]


@pytest.mark.parametrize("path", PLACES)
async def test_a_head_has_the_status_and_the_headers_of_a_get(
    http: httpx.AsyncClient, path: str
) -> None:
    get = await http.get(path)
    head = await http.head(path)

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert _lasting(head) == _lasting(get)


async def test_a_head_knows_the_version(http: httpx.AsyncClient, existing: str) -> None:
    head = await http.head(existing)
    known = await http.head(existing, headers={"If-None-Match": head.headers["ETag"]})

    assert head.headers["ETag"] == '"1"'
    assert int(head.headers["Content-Length"]) == len((await http.get(existing)).content)
    assert known.status_code == 304


async def test_what_takes_no_get_takes_no_head(http: httpx.AsyncClient, existing: str) -> None:
    answer = await http.head(f"{existing}/start")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "PATCH")


async def test_the_document_does_not_repeat_itself(document: Document) -> None:
    assert "head" not in {method for method, _ in operations(document)}


def _lasting(answer: httpx.Response) -> dict[str, str]:
    """The headers that do not change from one request to the next."""
    told = dict(answer.headers)
    return {name: told[name] for name in told.keys() - {"x-correlation-id", "last-modified"}}
