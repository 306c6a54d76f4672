"""Technicians of the tests, and what their clients send and are shown."""

from typing import Any

import httpx

from tests.api.answers import TECHNICIANS

ANA, BRUNO = f"{TECHNICIANS}/ana", f"{TECHNICIANS}/bruno"
PROFILE = {"name": "Ana", "number": 7, "subject": "ana@example", "skills": ["brakes"]}
WEEK = {"validFrom": "2026-11-30", "week": [{"day": "MON", "from": "08:00", "to": "12:00"}]}
SICK = {"from": "2026-12-01T09:00:00-03:00", "to": "2026-12-01T11:00:00-03:00", "kind": "SICK"}
KEY = {"Idempotency-Key": "key-1"}


def shown(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The technician in an answer; the version is in the ETag too."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    return body
