"""The keys that tokens are verified with: a shared secret, or what an issuer publishes (JWKS).

Published keys are fetched beside the requests, never during one. Before the first one is there, a
good token looks like a bad one, and callers are answered that the service is unavailable. Keys that
were good stay so while the issuer cannot be reached: that, one deadline for the whole fetch, and
the refusal of private and weak keys are why `jwt.PyJWKClient` is not used.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx
from jwt import InvalidKeyError, PyJWK, PyJWTError
from jwt.utils import base64url_encode
from pydantic import BaseModel, Field, ValidationError

from api.errors import Unauthenticated, Unavailable

log = logging.getLogger("api")

FETCH_SECONDS = 5.0
"""Seconds for one fetch, however slowly the issuer answers."""
LARGEST_SET_BYTES = 64 * 1024
MOST_KEYS = 50
APART = 5.0
"""Seconds between two fetches at least, also while many tokens name unknown keys."""
REFRESH = 300.0
"""Seconds after which a key that the issuer no longer publishes stops being good."""

KEY_TYPES: Mapping[str, Mapping[str, str]] = {
    "RS256": {"kty": "RSA"},
    "ES256": {"kty": "EC", "crv": "P-256"},
}
"""The algorithms of published keys, and what a key of each must be."""

Keys = dict[str | None, PyJWK]
"""Keys by `kid`; a token without one is signed with the key without one."""


class BadKeys(Exception):
    """The issuer's answer is no set of keys that we can use"""


class KeySet(BaseModel):
    keys: list[dict[str, Any]] = Field(max_length=MOST_KEYS)


def shared(secret: str, algorithm: str) -> PyJWK:
    return PyJWK({"kty": "oct", "k": base64url_encode(secret.encode()).decode()}, algorithm)


class PublishedKeys:
    def __init__(self, url: str, algorithm: str, http: httpx.AsyncClient) -> None:
        self._url = url
        self._algorithm = algorithm
        self._http = http
        self._keys: Keys = {}
        self._wanted = asyncio.Event()

    def key(self, kid: str | None) -> PyJWK:
        if not self._keys:
            raise Unavailable("The keys of the tokens' issuer are not known yet")
        if kid not in self._keys:
            self._wanted.set()
            raise Unauthenticated("The token is signed with an unknown key")
        return self._keys[kid]

    async def keep_fresh(self) -> None:
        """Renews the keys until it is cancelled."""
        while True:
            self._wanted.clear()
            await self._refresh()
            await asyncio.sleep(APART)
            with suppress(TimeoutError):
                async with asyncio.timeout(REFRESH):
                    await self._wanted.wait()

    async def _refresh(self) -> None:
        try:
            self._keys = usable(await self._fetched(), self._algorithm)
        except (httpx.HTTPError, TimeoutError, BadKeys) as failure:
            self._wanted.set()
            reason = str(failure) if isinstance(failure, BadKeys) else type(failure).__name__
            log.warning("the issuer's keys were not renewed", extra={"reason": reason})

    async def _fetched(self) -> bytes:
        body = b""
        async with asyncio.timeout(FETCH_SECONDS), self._http.stream("GET", self._url) as answer:
            answer.raise_for_status()
            async for part in answer.aiter_raw():  # decompressed, it could be of any size
                body += part
                if len(body) > LARGEST_SET_BYTES:
                    raise BadKeys("too large")
        return body


def usable(document: bytes, algorithm: str) -> Keys:
    """The keys that sign with the algorithm; others may be published beside them."""
    try:
        published = KeySet.model_validate_json(document).keys
    except ValidationError:
        raise BadKeys("not a set of keys") from None
    keys: Keys = {}
    for each in published:
        if _is_meant_for(algorithm, each):
            with suppress(PyJWTError):
                keys[each.get("kid")] = _read(each, algorithm)
    if not keys:
        raise BadKeys(f"no key for {algorithm}")
    return keys


def _is_meant_for(algorithm: str, key: Mapping[str, Any]) -> bool:
    wanted = {**KEY_TYPES[algorithm], "use": "sig", "alg": algorithm}
    # A private key that is published belongs to everybody.
    private, named = "d" in key, isinstance(key.get("kid", ""), str)
    return (
        named and not private and all(key.get(at, value) == value for at, value in wanted.items())
    )


def _read(key: dict[str, Any], algorithm: str) -> PyJWK:
    read = PyJWK(key, algorithm)
    if weakness := read.Algorithm.check_key_length(read.key):
        raise InvalidKeyError(weakness)
    return read
