"""The issuer of the tokens, and the ways in which the API comes to trust them."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from api.errors import ServiceError
from api.security.keys import PublishedKeys, shared
from api.security.roles import Roles
from api.security.tokens import Key, Tokens
from tests.conftest import eventually

NAME, AUDIENCE, SUBJECT = "oficina", "execution-service", "ana"
SHARED = ("HS256", "HS384", "HS512")
PUBLISHED = ("RS256", "ES256")
ALGORITHMS = SHARED + PUBLISHED
HOUR = 3600


def new_key(algorithm: str) -> Any:
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return secrets.token_urlsafe(64)


@dataclass(frozen=True)
class Issuer:
    algorithm: str
    key: Any
    kid: str | None = None

    @classmethod
    def of(cls, algorithm: str) -> "Issuer":
        kid = secrets.token_hex(4) if algorithm in PUBLISHED else None
        return cls(algorithm, new_key(algorithm), kid)

    def token(self, *without: str, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """One that is good for an hour, but for what is left out or put in."""
        said = {name: value for name, value in usual(**claims).items() if name not in without}
        named = {"kid": self.kid} if self.kid else {}
        return jwt.encode(said, self.key, self.algorithm, headers=named | (headers or {}))

    def by_hand(self, **claims: Any) -> str:
        """A token like `token`, also with claims of types that the library would refuse to
        write."""
        named = {"kid": self.kid} if self.kid else {}
        said = json.dumps(usual(**claims)).encode()
        return jwt.api_jws.encode(said, self.key, self.algorithm, headers=named)

    def bearer(self, *without: str, **claims: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(*without, **claims)}"}

    @property
    def published(self) -> dict[str, Any]:
        """The public half of its key, as a JWK."""
        kind = RSAAlgorithm if self.algorithm == "RS256" else ECAlgorithm
        named = {"kid": self.kid} if self.kid else {}
        return {**kind.to_jwk(self.key.public_key(), as_dict=True), **named}


def usual(**claims: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"sub": SUBJECT, "iss": NAME, "iat": now, "exp": now + HOUR, **claims}


def key_set(*issuers: Issuer) -> bytes:
    return json.dumps({"keys": [each.published for each in issuers]}).encode()


def knows(keys: PublishedKeys, issuer: Issuer) -> bool:
    try:
        keys.key(issuer.kid)
    except ServiceError:
        return False
    return True


@asynccontextmanager
async def fetching(keys: PublishedKeys) -> AsyncIterator[None]:
    """Serves its keys as long as the API runs."""
    refreshing = asyncio.create_task(keys.keep_fresh())
    try:
        yield
    finally:
        refreshing.cancel()
        await asyncio.wait({refreshing})


@asynccontextmanager
async def trusted(issuer: Issuer, claim: str = "roles") -> AsyncIterator[Tokens]:
    async with _key(issuer) as key:
        roles = Roles(claim, everybody_has_some=issuer.algorithm in PUBLISHED)
        yield Tokens(key, NAME, AUDIENCE, roles=roles)


@asynccontextmanager
async def _key(issuer: Issuer) -> AsyncIterator[Key]:
    if issuer.algorithm in SHARED:
        secret = shared(issuer.key, issuer.algorithm)
        yield lambda _: secret
        return
    answer = httpx.MockTransport(lambda _: httpx.Response(200, stream=_Body(key_set(issuer))))
    async with httpx.AsyncClient(transport=answer) as http:
        keys = PublishedKeys("http://issuer", issuer.algorithm, http)
        async with fetching(keys):
            await eventually(lambda: knows(keys, issuer))
            yield keys.key


class _Body(httpx.AsyncByteStream):
    """Not read yet, as from a real server."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content
