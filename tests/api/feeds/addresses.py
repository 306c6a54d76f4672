"""Addresses of feeds, and what their managers are shown."""

from typing import Any

import httpx

from tests.api.answers import BAYS, TECHNICIANS

OF_ANA, OF_LIFT = f"{TECHNICIANS}/ana", f"{BAYS}/ana"
SUBJECTS = [OF_ANA, OF_LIFT]


async def feed(http: httpx.AsyncClient, url: str = OF_ANA) -> dict[str, Any]:
    return found(await http.get(f"{url}/feed"))


async def rotated(http: httpx.AsyncClient, url: str = OF_ANA) -> dict[str, Any]:
    return found(await http.post(f"{url}/feed/rotate"))


def found(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert body.keys() == {"path", "feedVersion"}
    return body
