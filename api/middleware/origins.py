"""Protection against pages of other origins, where nobody is asked for a token.

A browser is then let in by its place in the network, and so are the pages that it shows, wherever
they come from: they may send what needs no answer, or give their own name our address (DNS
rebinding) and read all. Nobody can do that to an address, nor to a name that has no dot, such as
`localhost` or a container's.
"""

import re
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ForeignHost, ForeignOrigin, ServiceError
from api.http.problems import refusal

_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
_PORT = r"(?::[0-9]{0,5})?"
_HOST = re.compile(rf"({_NAME}\.?|\[[0-9a-f:.]+\]){_PORT}")
_ORIGIN = re.compile(rf"([a-z][a-z0-9+.-]*)://((?:{_NAME}|\[[0-9a-f:.]+\]){_PORT})/?")
_STANDARD_PORT = {"http": ":80", "https": ":443"}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_OURS = frozenset({"same-origin", "none"})
"""Values of `Sec-Fetch-Site` for our own pages, and for what a person has typed."""

HOSTS_REMEMBERED = 256
"""Clients name few; each is understood once."""

WRONG_HOST = "Ask by an IP address or `localhost`; further names of the service: ALLOWED_HOSTS"
WRONG_ORIGIN = "Nothing was changed; the origins whose pages may do this are named in CORS_ORIGINS"


def origin_of(text: str) -> str | None:
    """The origin as browsers write it; None if the text is no origin."""
    found = _ORIGIN.fullmatch(text.strip().lower())
    if not found:
        return None
    scheme, authority = found.groups()
    return f"{scheme}://{authority.removesuffix(_STANDARD_PORT.get(scheme, ':'))}"


def origins(setting: str) -> frozenset[str]:
    """The origins that CORS_ORIGINS names. Ends the process if one is none."""
    named = {each.strip(): origin_of(each) for each in setting.split(",") if each.strip()}
    for text, origin in named.items():
        if not origin:
            raise SystemExit(
                f"CORS_ORIGINS: {text} is no origin: name each as its pages' address has it, "
                "without a path, such as https://board.example or http://localhost:5173"
            )
    return frozenset(filter(None, named.values()))


def hosts(setting: str) -> frozenset[str]:
    """The hosts that ALLOWED_HOSTS names. Ends the process if one is none."""
    named = {each.strip().lower() for each in setting.split(",") if each.strip()}
    for name in named:
        if not re.fullmatch(_NAME, name):
            raise SystemExit(
                f"ALLOWED_HOSTS: {name} is no host name: name each without scheme, port and path, "
                "such as workshop.example"
            )
    return frozenset(named)


@dataclass(frozen=True)
class AllowedSites:
    """`origins` are those of other pages that may use the API, `names` further names of the
    host."""

    origins: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def check(self, method: str, headers: Headers) -> None:
        """Raises ForeignHost and ForeignOrigin. Programs send no header that names an origin."""
        sent = headers.getlist("Host")
        if any(sent) and not (len(sent) == 1 and self._is_host(sent[0])):
            raise ForeignHost(WRONG_HOST)
        if method not in _SAFE_METHODS and not self._may_change(headers):
            raise ForeignOrigin(WRONG_ORIGIN)

    def _is_host(self, sent: str) -> bool:
        name = _local_name(sent)
        return name is not None and (not name or name in self.names)

    def _may_change(self, headers: Headers) -> bool:
        sites, senders = headers.getlist("Sec-Fetch-Site"), headers.getlist("Origin")
        if sites:
            ours = _OF_OURS.issuperset(sites)
        else:
            ours = all(_is_at(each, headers.get("Host", "")) for each in senders)
        return ours or (bool(senders) and self.origins.issuperset(map(origin_of, senders)))


@lru_cache(HOSTS_REMEMBERED)
def _local_name(host: str) -> str | None:
    """The name of the host; empty if it is one that nobody else can have, None if it is none."""
    found = _HOST.fullmatch(host.lower())
    if not found:
        return None
    name = found[1].removesuffix(".")
    with suppress(ValueError):
        ip_address(name.strip("[]"))
        return ""
    return "" if "." not in name or name.endswith(".localhost") else name


NO_OTHER_SITES = AllowedSites()


class SiteGuard:
    """Pure ASGI. Paths that are `exempt` may be asked by any name: they change and show nothing."""

    def __init__(self, app: ASGIApp, sites: AllowedSites, exempt: Container[str]) -> None:
        self._app, self._sites, self._exempt = app, sites, exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and scope["path"] not in self._exempt:
            try:
                self._sites.check(scope["method"], Headers(scope=scope))
            except ServiceError as error:
                app = refusal(Request(scope), error)
        await app(scope, receive, send)


def _is_at(origin: str, host: str) -> bool:
    """True if the page is of this host. The scheme may be a proxy's."""
    scheme, _, authority = (origin_of(origin) or "").partition("://")
    standard = _STANDARD_PORT.get(scheme, ":")
    return bool(authority) and authority == host.lower().removesuffix(standard)
