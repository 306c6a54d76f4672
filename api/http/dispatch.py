"""The short way from the door to a route: past the layers of FastAPI that no route here needs."""

from collections import defaultdict

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.bodies import JsonRoute
from api.http.problems import answer_to


class Dispatch:
    """Leaves to FastAPI what is no request to a route of ours, and what it has to look at."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._routes = defaultdict[str, list[Route]](list)
        for route in app.routes:
            if isinstance(route, Route):
                for method in route.methods or ():
                    self._routes[method].append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp = self._app
        if scope["type"] == "http" and (route := self._route(scope)):
            answer = await self._answer(route, Request(scope, receive, send)) or self._app
        await answer(scope, receive, send)

    def _route(self, scope: Scope) -> JsonRoute | None:
        """The route that FastAPI would choose, if it can be called straight."""
        for route in self._routes.get(scope["method"], ()):
            if found := route.path_regex.match(scope["path"]):
                if not isinstance(route, JsonRoute):
                    return None
                scope.update(app=self._app, route=route, path_params=found.groupdict())
                return route
        return None

    async def _answer(self, route: JsonRoute, request: Request) -> Response | None:
        try:
            return await route.answer(request)
        except Exception as error:
            return await answer_to(request, error)
