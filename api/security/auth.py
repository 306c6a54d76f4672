"""Authentication before a request is looked at, and the permission that each route needs."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer as BearerScheme
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import Forbidden, Unauthenticated, Unavailable
from api.http.problems import refusal
from api.security.callers import ANYONE, NOBODY, Caller, Permission
from api.security.tokens import Tokens


class Authentication:
    """Sets `request.state.caller`, or answers itself; no token is needed for a path that
    `is_open`. Pure ASGI, as `RequestContext` is."""

    def __init__(self, app: ASGIApp, tokens: Tokens | None, is_open: Callable[[str], bool]) -> None:
        self._app = app
        self._tokens = tokens
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http":
            try:
                scope.setdefault("state", {})["caller"] = self._caller(scope)
            except (Unauthenticated, Unavailable) as error:
                app = refusal(Request(scope), error)
        await app(scope, receive, send)

    def _caller(self, scope: Scope) -> Caller:
        if self._tokens is None:
            return ANYONE
        if self._is_open(scope["path"]):
            return NOBODY
        return self._tokens.caller(_bearer(Headers(scope=scope)))


def _bearer(headers: Headers) -> str:
    given = headers.getlist("Authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.lower() != "bearer":
        raise Unauthenticated("One token is needed, as `Authorization: Bearer <token>`")
    return token.strip()


class _Token(SecurityBase):
    """Documents tokens in OpenAPI, and checks the permissions that a route names as its scopes."""

    scheme_name = "token"
    model = BearerScheme(
        bearerFormat="JWT",
        description="Its roles, a text or a list in the claim that `ROLES_CLAIM` names (`roles` "
        "unless set; dots lead inward), decide in any case and with or without `ROLE_`: `leitor` "
        "(`reader`) may read, `mecanico` (`technician`) also work, `administrador` (`admin`) and "
        "`servico` (`service`) also manage: cancel, invoice, remove, set priorities, close days. "
        "Without a known role it may only read, where the issuer publishes its keys (`JWKS_URL`); "
        "where it is signed with `SECRET_KEY`, it may do everything if it names no roles, else "
        "nothing.",
    )

    async def __call__(self, request: Request, needed: SecurityScopes) -> None:
        caller: Caller = request.state.caller
        if not caller.permissions.issuperset(needed.scopes):
            raise Forbidden("None of the token's roles allows this")


_token = _Token()


def needs(permission: Permission) -> Any:
    """Declares, in a route's `dependencies`, what its callers must be allowed to do."""
    return Security(_token, scopes=[permission])
