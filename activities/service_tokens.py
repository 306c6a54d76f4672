"""Tokens that the OS service knows us by: one that we were given, or our own, valid for minutes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt

ALGORITHMS = ("HS256", "HS384", "HS512")
"""Algorithms that need no more than the secret that both services know."""
INTERNAL = "servico_interno"
"""The kind of token that one service of the company shows to another."""
LIFETIME = timedelta(minutes=5)
RENEWED_BEFORE_END = timedelta(minutes=1)

_FITS_A_HEADER = re.compile(r"[!-~]*")


def _now() -> datetime:
    return datetime.now(UTC)


class ServiceTokens:
    """Token for a request, when called. Raises ValueError at once for settings that give no usable
    token. Neither its messages nor its repr show a secret."""

    def __init__(
        self,
        fixed: str = "",
        secret: str = "",
        algorithm: str = "HS256",
        issuer: str = "",
        audience: str = "",
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._fixed, self._secret, self._algorithm = fixed.strip(), secret, algorithm
        if not _FITS_A_HEADER.fullmatch(self._fixed):
            raise ValueError("TOKEN_API_OS is the token alone: no 'Bearer', no blanks, plain ASCII")
        if secret and not self._fixed and algorithm not in ALGORITHMS:
            raise ValueError(
                f"ALGORITHM={algorithm} cannot sign with SECRET_KEY: "
                f"choose one of {', '.join(ALGORITHMS)}, or set TOKEN_API_OS"
            )
        self._claims = {"sub": "execution-service", "tipo_token": INTERNAL}
        self._claims |= {"iss": issuer} if issuer else {}
        self._claims |= {"aud": audience} if audience else {}
        self._clock = clock
        self._minted, self._renewed_at = "", datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> str | None:
        if self._fixed or not self._secret:
            return self._fixed or None
        now = self._clock()
        if now >= self._renewed_at:
            self._minted = self._mint(now)
            self._renewed_at = now + LIFETIME - RENEWED_BEFORE_END
        return self._minted

    def _mint(self, now: datetime) -> str:
        claims = {**self._claims, "iat": now, "exp": now + LIFETIME}
        return jwt.encode(claims, self._secret, algorithm=self._algorithm)
