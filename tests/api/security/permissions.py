"""Permissions of each role, as the contract has them."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from tests.api.answers import BASE, BAYS, CLOSURES, FILA, SCHEDULE, TECHNICIANS

Route = tuple[str, str]

OPEN = {
    "/health",
    "/api/v1/health",
    "/api/v1/health/live",
    "/api/v1/health/ready",
    "/api/v1/docs",
    "/api/v1/docs/oauth2-redirect",
    "/api/v1/openapi.json",
    "/api/v1/asyncapi.json",
    "/api/v1/problems",
    "/api/v1/problems/{code}",
}
BY_A_KEY = {"/api/v1/technicians/{id}/agenda.ics", "/api/v1/bays/{id}/agenda.ics"}
"""Paths that ask for a key of their own, and for no token."""
MANAGEMENT = {
    ("PATCH", f"{BASE}/{{id}}/cancel"),
    ("PATCH", f"{BASE}/{{id}}/invoice"),
    ("POST", f"{BASE}/{{id}}/retry-delivery"),
    ("PUT", f"{BAYS}/{{id}}"),
    ("POST", f"{BAYS}/{{id}}/retry-delivery"),
    ("POST", f"{BAYS}/{{id}}/closures"),
    ("DELETE", f"{BAYS}/{{id}}/closures/{{closureId}}"),
    ("PATCH", f"{BAYS}/{{id}}/deactivate"),
    ("PATCH", f"{BAYS}/{{id}}/reactivate"),
    ("GET", f"{BAYS}/{{id}}/feed"),
    ("POST", f"{BAYS}/{{id}}/feed/rotate"),
    ("POST", f"{CLOSURES}/import"),
    ("PUT", f"{CLOSURES}/{{date}}"),
    ("DELETE", f"{CLOSURES}/{{date}}"),
    ("PATCH", f"{FILA}/{{fila_id}}/prioridade"),
    ("POST", f"{FILA}/{{fila_id}}/repetir-entrega"),
    ("DELETE", f"{FILA}/{{fila_id}}"),
    ("PUT", f"{TECHNICIANS}/{{id}}"),
    ("POST", f"{TECHNICIANS}/{{id}}/retry-delivery"),
    ("PUT", f"{TECHNICIANS}/{{id}}/shifts"),
    ("PUT", f"{TECHNICIANS}/{{id}}/days/{{date}}"),
    ("DELETE", f"{TECHNICIANS}/{{id}}/days/{{date}}"),
    ("POST", f"{TECHNICIANS}/{{id}}/time-off"),
    ("DELETE", f"{TECHNICIANS}/{{id}}/time-off/{{timeOffId}}"),
    ("PATCH", f"{TECHNICIANS}/{{id}}/deactivate"),
    ("PATCH", f"{TECHNICIANS}/{{id}}/reactivate"),
    ("GET", f"{TECHNICIANS}/{{id}}/feed"),
    ("POST", f"{TECHNICIANS}/{{id}}/feed/rotate"),
}
READS = {"GET", "HEAD"}
READING_POSTS = {
    ("POST", f"{SCHEDULE}/suggestions"),
    ("POST", f"{SCHEDULE}/simulate"),
}
"""Questions that are too long for a query; they change nothing."""
MAY: dict[str, list[Any]] = {
    "everything": [
        {"roles": ["leitor", "unknown", "admin"]},
        *({"roles": [role]} for role in ("administrador", "admin", "servico", "service")),
        *({"roles": "servico"}, {"roles": ["ROLE_ADMIN"]}),
    ],
    "work": [{"roles": ["mecanico"]}, {"roles": ["technician"]}, {"roles": "leitor Mec\u00e2nico"}],
    "read": [
        *({"roles": ["leitor"]}, {"roles": ["reader"]}, {"roles": ["reader", "unknown"]}),
        {"roles": ["leitor"], "tipo_token": "servico_interno"},
    ],
}
WITHOUT_A_KNOWN_ROLE: list[tuple[Any, str, str]] = [
    ({}, "everything", "read"),
    ({"roles": None}, "everything", "read"),
    ({"tipo_token": "usuario"}, "everything", "read"),
    ({"tipo_token": 7}, "everything", "read"),
    ({"tipo_token": "servico_interno"}, "everything", "everything"),
    ({"roles": []}, "nothing", "read"),
    ({"roles": ["unknown"]}, "nothing", "read"),
    ({"roles": 7}, "nothing", "read"),
    ({"roles": [7, None]}, "nothing", "read"),
]
"""Claims, and what they permit where they are signed with the secret, and with a published key."""


def guarded_routes(app: Any) -> list[Route]:
    """All that need a token, also those that no document mentions."""
    while not isinstance(app, FastAPI):  # that is inside all that goes around it
        app = app._app
    return [
        (method, route.path)
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if route.path and route.path not in OPEN | BY_A_KEY
    ]
