"""Whether a token is good, and for whom it speaks.

The algorithm comes from the settings, never from the token: or a token could choose `none`, or
pass a public key off as a shared secret.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated

import jwt
from jwt.types import Options
from pydantic import BaseModel, StringConstraints, ValidationError

from activities.service_tokens import INTERNAL
from api.errors import Unauthenticated
from api.security.callers import EVERYTHING, Caller, Permission, granted

LEEWAY = timedelta(seconds=10)
"""How far the issuer's clock and ours may be apart."""

Key = Callable[[str | None], jwt.PyJWK]
"""The key of that `kid`, bound to its algorithm; raises Unauthenticated if there is none."""
# It becomes the actor of history, events and log lines, so no control characters.
Subject = Annotated[str, StringConstraints(max_length=200, pattern=r"^\P{C}+$")]

_REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "The token has expired",
    jwt.ImmatureSignatureError: "The token is not valid yet",
}
_NOT_VALID = "The token is not valid"


class Claims(BaseModel):
    """What we read of a token whose signature, issuer and times are good."""

    sub: Subject
    aud: str | list[str] = []
    tipo_token: str = ""
    roles: list[str] = []

    def is_for(self, audience: str) -> bool:
        """Tokens of this company's other services name no audience, and are for everybody."""
        audiences = [self.aud] if isinstance(self.aud, str) else self.aud
        return "aud" not in self.model_fields_set or audience in audiences

    @property
    def permissions(self) -> frozenset[Permission]:
        if "roles" in self.model_fields_set:
            return granted(self.roles)
        return granted(["servico"]) if self.tipo_token == INTERNAL else EVERYTHING


class Tokens:
    def __init__(self, key: Key, issuer: str = "", audience: str = "") -> None:
        self._key = key
        self._issuer = issuer or None
        self._audience = audience
        # The audience is ours to check: PyJWT would insist on it.
        self._options: Options = {"require": ["exp"], "verify_aud": False}

    def caller(self, token: str) -> Caller:
        """Raises Unauthenticated, and Unavailable while no key is known."""
        try:
            claims = Claims.model_validate(self._verified(token))
        except (jwt.PyJWTError, ValidationError) as error:
            raise Unauthenticated(_REASONS.get(type(error), _NOT_VALID)) from None
        if self._audience and not claims.is_for(self._audience):
            raise Unauthenticated(_NOT_VALID)
        return Caller(claims.sub, claims.permissions)

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
