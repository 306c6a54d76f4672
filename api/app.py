"""Puts the API together."""

from functools import partial

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from activities.probes import Readiness
from api import PREFIX, VERSION
from api.bays import command_routes as bay_commands
from api.bays import routes as bays
from api.closures import routes as closures
from api.composition import Services
from api.executions import command_routes as execution_commands
from api.executions import plan_routes as execution_plans
from api.executions import routes as executions
from api.feeds import routes as feeds
from api.fila import command_routes as queue_commands
from api.fila import routes as queue
from api.http.dispatch import Dispatch
from api.http.problems import add_handlers
from api.middleware.cors import Cors
from api.middleware.equivalents import Equivalents
from api.middleware.limits import Limits
from api.middleware.origins import NO_OTHER_SITES, AllowedSites, SiteGuard
from api.middleware.rate_limit import UNLIMITED, Rate, address, limited, subject
from api.middleware.request_context import RequestContext
from api.openapi import meta
from api.openapi.document import complete
from api.operations import health
from api.operations.health import PROBES
from api.schedule import routes as schedule
from api.security.auth import Authentication
from api.security.tokens import Tokens
from api.technicians import command_routes as technician_commands
from api.technicians import routes as technicians

OPEN_TO_ALL = PROBES | {
    f"{PREFIX}/{path}"
    for path in ("docs", "docs-assets", "openapi.json", "asyncapi.json", "problems")
}
"""Paths that need no token, with all that is below them."""

ROUTERS = (
    *(executions.router, execution_commands.router, execution_plans.router),
    *(queue.router, queue_commands.router),
    *(technicians.router, technician_commands.router, bays.router, bay_commands.router),
    *(feeds.router, closures.router, schedule.router, meta.router, health.router, health.bare),
)

TAGS = [
    {"name": "executions", "description": "The paid work of a service order, task by task"},
    {"name": "fila de execução", "description": "As ordens de serviço que aguardam a oficina"},
    {"name": "technicians", "description": "Who works, with what skills, and when"},
    {"name": "bays", "description": "The lifts and other places, and when they are closed"},
    {"name": "closures", "description": "The days on which the whole workshop is closed"},
    {"name": "schedule", "description": "What is planned, what is wrong with it, what is free"},
    {"name": "health", "description": "Whether the service is up; needs no token"},
    {"name": "meta", "description": "What the service says of itself"},
]


def create_app(
    services: Services,
    readiness: Readiness,
    tokens: Tokens | None,
    address_rate: Rate = UNLIMITED,
    subject_rate: Rate = UNLIMITED,
    sites: AllowedSites = NO_OTHER_SITES,
) -> ASGIApp:
    """The application. Without `tokens` nobody is asked for one, so pages of other origins are kept
    out."""
    app = routed()
    app.state.services = services
    app.state.readiness = readiness
    counted = limited(Equivalents(Dispatch(app)), subject_rate, subject)
    door: ASGIApp = Limits(Authentication(counted, tokens, is_open))
    door = SiteGuard(door, sites, exempt=PROBES) if tokens is None else door
    cors = partial(Cors, origins=sites.origins) if sites.origins else None
    return RequestContext(limited(door, address_rate, address, exempt=PROBES), cors)


def is_open(path: str) -> bool:
    """True if a request of that path needs no token."""
    below = any(f"{path}/".startswith(f"{each}/") for each in OPEN_TO_ALL)
    return below or feeds.is_calendar(path)


def routed() -> FastAPI:
    """All routes and what is said of them, with nothing behind."""
    # Its documentation page brings its own scripts: a workshop may have no internet.
    app = FastAPIOffline(
        title="Execution Service",
        version=VERSION,
        description="Carries out a car workshop's paid repairs, and keeps its queue: "
        "*a fila de execução*.",
        openapi_tags=TAGS,
        docs_url=f"{PREFIX}/docs",
        openapi_url=f"{PREFIX}/openapi.json",
        redoc_url=None,
        redirect_slashes=False,  # a redirect would name a host that the client has made up
        static_url=f"{PREFIX}/docs-assets",
        swagger_ui_oauth2_redirect_url=f"{PREFIX}/docs/oauth2-redirect",
    )
    for router in ROUTERS:
        # Not `include_router`: FastAPI would look for the route of each request twice.
        app.router.routes.extend(router.routes)
    add_handlers(app)
    complete(app)
    return app
