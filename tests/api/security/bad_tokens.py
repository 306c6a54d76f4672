"""Every kind of token that is not good: what each looks like, from an issuer that is trusted."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode

from tests.api.security.issuer import PUBLISHED, SUBJECT, Issuer, usual

BadToken = Callable[[Issuer], str]
LONG = 60
"""Seconds, more than any leeway."""


def _now() -> int:
    return int(time.time())


def by_hand(header: dict[str, Any], claims: object, secret: bytes | None = None) -> str:
    """For what no library would make; without a secret it is unsigned."""
    said = b".".join(base64url_encode(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.digest(secret, said, hashlib.sha256) if secret else b""
    return (said + b"." + base64url_encode(signature)).decode()


def _of_another_key(issuer: Issuer) -> str:
    return Issuer(issuer.algorithm, Issuer.of(issuer.algorithm).key, issuer.kid).token()


def _confused(issuer: Issuer) -> str:
    """Public parts of the key, passed off as a secret; or the other way round."""
    if issuer.algorithm not in PUBLISHED:
        return Issuer("RS256", Issuer.of("RS256").key, issuer.kid).token()
    public = issuer.key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return by_hand({"typ": "JWT", "alg": "HS256", "kid": issuer.kid}, usual(), pem)


def _altered(issuer: Issuer) -> str:
    header, _, signature = issuer.token().split(".")
    claims = base64url_encode(json.dumps(usual(sub="eva")).encode()).decode()
    return f"{header}.{claims}.{signature}"


def _without_signature(issuer: Issuer) -> str:
    return issuer.token().rpartition(".")[0] + "."


BAD: dict[str, BadToken] = {
    "expired": lambda issuer: issuer.token(exp=_now() - LONG),
    "not yet valid": lambda issuer: issuer.token(nbf=_now() + LONG),
    "that begins at no time": lambda issuer: issuer.token(nbf="soon"),
    "from the future": lambda issuer: issuer.token(iat=_now() + LONG),
    "of another issuer": lambda issuer: issuer.token(iss="outra"),
    "of no issuer": lambda issuer: issuer.token("iss"),
    "for another audience": lambda issuer: issuer.token(aud="os-service"),
    "for other audiences": lambda issuer: issuer.token(aud=["os-service", "billing"]),
    "for no audience": lambda issuer: issuer.token(aud=[]),
    "of an audience that is none": lambda issuer: issuer.token(aud=7),
    "without an end": lambda issuer: issuer.token("exp"),
    "with an end that is none": lambda issuer: issuer.token(exp="soon"),
    "with an end beyond all numbers": lambda issuer: issuer.token(exp=float("inf")),
    "without a subject": lambda issuer: issuer.token("sub"),
    "with an empty subject": lambda issuer: issuer.token(sub=""),
    "with a subject that is null": lambda issuer: issuer.by_hand(sub=None),
    "with a subject that is a truth": lambda issuer: issuer.by_hand(sub=True),
    "with a subject that is a fraction": lambda issuer: issuer.by_hand(sub=1.5),
    "with a subject that is a list": lambda issuer: issuer.by_hand(sub=["ana"]),
    "with a long subject": lambda issuer: issuer.token(sub="a" * 256),
    "with a subject of two lines": lambda issuer: issuer.token(sub="ana\nadmin"),
    "with a hidden subject": lambda issuer: issuer.token(sub="ana\x1b[8m"),
    "with half a character": lambda issuer: issuer.token(sub="\ud800"),
    "with an extension": lambda issuer: issuer.token(headers={"crit": ["x"], "x": 1}),
    "with a key id that is none": lambda issuer: by_hand(
        {"alg": issuer.algorithm, "kid": ["a"]}, usual()
    ),
    "signed with another key": _of_another_key,
    "signed by confusion": _confused,
    "changed afterwards": _altered,
    "without its signature": _without_signature,
    "of no algorithm": lambda issuer: by_hand({"alg": "none", "kid": issuer.kid}, usual()),
    "without an algorithm": lambda issuer: by_hand({"kid": issuer.kid}, usual()),
    "of deep brackets": lambda _: base64url_encode(b'{"alg":' + b"[" * 5_000).decode() + ".e30.e30",
    "of one part": lambda _: "garbage",
    "of empty parts": lambda _: "..",
    "of no letters": lambda _: "a.é.ção",
    "whose claims are a list": lambda issuer: by_hand({"alg": "none"}, [SUBJECT]),
}
BAD_WHERE_KEYS_ARE_PUBLISHED: dict[str, BadToken] = {
    "of an unknown key": lambda issuer: issuer.token(headers={"kid": "unknown"}),
    "of an unnamed key": lambda issuer: Issuer(issuer.algorithm, issuer.key).token(),
}
