"""Verification of a token, and the caller that it speaks for.

The algorithm comes from the settings, never from the token: or a token could choose `none`, or
pass a public key off as a shared secret.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import jwt
from jwt.types import Options
from pydantic import BaseModel, BeforeValidator, StringConstraints, ValidationError

from api.errors import Unauthenticated
from api.security.callers import Caller
from api.security.roles import Roles

LEEWAY = timedelta(seconds=10)
"""Tolerance for the difference between the issuer's clock and ours."""

Key = Callable[[str | None], jwt.PyJWK]
"""The key of that `kid`, bound to its algorithm; raises Unauthenticated if there is none."""


def _text(subject: object) -> object:
    """Some issuers have numbers for their users, and write them as such."""
    if isinstance(subject, float) and subject.is_integer():
        subject = int(subject)  # JSON has one kind of number
    return str(subject) if type(subject) is int else subject


def _moment(said: object) -> object:
    """None for what is no time: `iat` decides only that a token is not used too early."""
    return said if isinstance(said, int | float) else None


# It becomes the actor of history, events and log lines, so no control characters. The length is
# the most that OpenID Connect allows.
Subject = Annotated[
    str, BeforeValidator(_text), StringConstraints(max_length=255, pattern=r"^\P{C}+$")
]

_EXPIRED, _NOT_VALID_YET = "The token has expired", "The token is not valid yet"
_NOT_VALID = "The token is not valid"


class TokenClaims(BaseModel):
    """The claims that we read of a token whose signature, issuer and end are good, beside its
    roles. A claim that decides nothing may be of any type, and null is as absent."""

    sub: Subject
    nbf: float | None = None
    iat: Annotated[float | None, BeforeValidator(_moment)] = None
    aud: Any = None

    def is_for(self, audience: str) -> bool:
        """Tokens of this company's other services name no audience, and are for everybody."""
        audiences = self.aud if isinstance(self.aud, list) else [self.aud]
        return self.aud is None or audience in audiences

    def is_valid_at(self, moment: float) -> bool:
        return max(self.nbf or 0, self.iat or 0) <= moment + LEEWAY.total_seconds()


class Tokens:
    def __init__(self, key: Key, issuer: str = "", audience: str = "", *, roles: Roles) -> None:
        self._key = key
        self._issuer = issuer or None
        self._audience = audience
        self._roles = roles
        # PyJWT is stricter with these than the tokens of other services are; they are checked here.
        self._options: Options = {
            "require": ["exp"],
            "verify_aud": False,
            "verify_sub": False,
            "verify_jti": False,
            "verify_iat": False,
            "verify_nbf": False,
        }

    def caller(self, token: str) -> Caller:
        """Raises Unauthenticated, and Unavailable while no key is known."""
        try:
            verified = self._verified(token)
            claims = TokenClaims.model_validate(verified)
        except (jwt.PyJWTError, ValidationError) as error:
            expired = isinstance(error, jwt.ExpiredSignatureError)
            raise Unauthenticated(_EXPIRED if expired else _NOT_VALID) from None
        if not claims.is_valid_at(time.time()):
            raise Unauthenticated(_NOT_VALID_YET)
        if self._audience and not claims.is_for(self._audience):
            raise Unauthenticated(_NOT_VALID)
        return Caller(claims.sub, self._roles.permissions(verified))

    def _verified(self, token: str) -> dict[str, object]:
        key = self._key(jwt.get_unverified_header(token).get("kid"))
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            options=self._options,
            issuer=self._issuer,
            leeway=LEEWAY,
        )
