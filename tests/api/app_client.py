"""The API's routes, built once for all tests, in front of whatever a test puts behind them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from starlette.types import ASGIApp

from activities.probes import Readiness
from api.app import create_app
from api.composition import Services
from api.middleware.origins import NO_OTHER_SITES, AllowedSites, hosts, origins
from api.security.tokens import Tokens

BOARD = "http://localhost:5173"
SITES = AllowedSites(origins(BOARD), hosts("workshop.example"))
"""Of an API that the board's page may use, and that has another name."""


class Behind:
    """Hands everything on to the one who is behind it just now."""

    target: object

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)


class Frontage:
    """Building the routes takes longer than most tests."""

    def __init__(self, sites: AllowedSites = NO_OTHER_SITES, *, guarded: bool = False) -> None:
        """One that is `guarded` asks for tokens."""
        self._services, self._readiness, self._tokens = Behind(), Behind(), Behind()
        self.app: ASGIApp = create_app(
            cast(Services, self._services),
            cast(Readiness, self._readiness),
            cast(Tokens, self._tokens) if guarded else None,
            sites=sites,
        )

    @asynccontextmanager
    async def of(
        self, services: Services, readiness: Readiness, tokens: Tokens | None = None
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A client of an API over these, until the next one is made."""
        self._services.target, self._readiness.target = services, readiness
        self._tokens.target = tokens
        # As behind a server: an error that nobody caught is logged there, the client sees a 500.
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://workshop") as client:
            yield client
