"""The tokens that are trusted, as the settings say; contradictions end the process."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

from activities.http_delivery import http_client
from activities.service_tokens import ALGORITHMS as SHARED
from api.security.keys import KEY_TYPES, PublishedKeys, shared
from api.security.roles import Roles
from api.security.tokens import Key, Tokens
from settings import ApiSettings

SHORTEST_SECRET = 32
"""Bytes, when others than this machine can try to guess it."""
PUBLISHED = tuple(KEY_TYPES)

log = logging.getLogger("api")


@asynccontextmanager
async def trusted_tokens(settings: ApiSettings) -> AsyncIterator[Tokens | None]:
    """None if nobody is asked for one. Ends the process with a clear word if the settings
    contradict each other."""
    if settings.auth_disabled:
        log.warning("authentication is disabled: whoever reaches this API may do everything")
        yield None
    elif not settings.asks_for_tokens:
        log.warning("authentication is off, for want of a key: serving on this machine only")
        yield None
    elif wrong := contradiction(settings):
        raise SystemExit(wrong)
    else:
        async with _key(settings) as key:
            roles = Roles(settings.roles_claim, everybody_has_some=settings.algorithm in PUBLISHED)
            yield Tokens(key, settings.jwt_issuer, settings.jwt_audience, roles=roles)


@asynccontextmanager
async def _key(settings: ApiSettings) -> AsyncIterator[Key]:
    if settings.algorithm in SHARED:
        secret = shared(settings.secret_key.get_secret_value(), settings.algorithm)
        yield lambda _: secret
        return
    async with http_client() as http, asyncio.TaskGroup() as tasks:
        keys = PublishedKeys(settings.jwks_url, settings.algorithm, http)
        refreshing = tasks.create_task(keys.keep_fresh())
        yield keys.key
        refreshing.cancel()


def contradiction(settings: ApiSettings) -> str | None:
    algorithm, secret = settings.algorithm, settings.secret_key.get_secret_value()
    if algorithm in SHARED:
        return _unfit(secret, settings)
    if not settings.jwks_url:
        return (
            f"ALGORITHM={algorithm} needs JWKS_URL: "
            f"for tokens signed with SECRET_KEY choose one of {', '.join(SHARED)}"
        )
    return None


def _unfit(secret: str, settings: ApiSettings) -> str | None:
    if not secret:
        return (
            f"ALGORITHM={settings.algorithm} needs SECRET_KEY: "
            f"for keys from JWKS_URL choose one of {', '.join(PUBLISHED)}"
        )
    if len(secret.encode()) < SHORTEST_SECRET and not _is_loopback(settings.listen_host):
        return (
            f"SECRET_KEY is shorter than {SHORTEST_SECRET} bytes, "
            "which will do for this machine alone: take a longer one, or set HOST=127.0.0.1"
        )
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
