"""Keys that an issuer publishes, and those of them that may have signed a token."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from api.security.keys import MOST_KEYS, BadKeys, usable
from tests.api.security.issuer import Issuer, key_set


def rsa_jwk(bits: int = 2048, **changed: Any) -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "other", **changed}


def private() -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {**RSAAlgorithm.to_jwk(key, as_dict=True), "kid": "other"}


def of_another_kind() -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {**ECAlgorithm.to_jwk(key, as_dict=True), "kid": "other"}


UNFIT: dict[str, Callable[[], dict[str, Any]]] = {
    "private": private,
    "of another kind": of_another_kind,
    "a secret": lambda: {"kty": "oct", "k": "c2VjcmV0", "kid": "other"},
    "for encryption": lambda: rsa_jwk(use="enc"),
    "for another algorithm": lambda: rsa_jwk(alg="RS512"),
    "short": lambda: rsa_jwk(bits=1024),
    "without a number": lambda: {"kty": "RSA", "e": "AQAB", "kid": "other"},
    "not in base 64": lambda: rsa_jwk(n="é"),
    "a number": lambda: rsa_jwk(n=7),
    "named by a list": lambda: rsa_jwk(kid=["other"]),
    "nothing": dict,
}


@pytest.mark.parametrize("kind", UNFIT)
def test_what_cannot_have_signed_a_token_does_not_count(kind: str) -> None:
    fit, unfit = Issuer.of("RS256"), UNFIT[kind]()

    found = usable(json.dumps({"keys": [unfit, fit.published]}).encode(), "RS256")

    assert set(found) == {fit.kid}
    with pytest.raises(BadKeys):
        usable(json.dumps({"keys": [unfit]}).encode(), "RS256")


def test_a_curve_must_be_the_algorithms() -> None:
    other = ec.generate_private_key(ec.SECP384R1()).public_key()

    with pytest.raises(BadKeys):
        usable(json.dumps({"keys": [ECAlgorithm.to_jwk(other, as_dict=True)]}).encode(), "ES256")


@pytest.mark.parametrize(
    "document",
    [
        *(b"", b"null", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [[]]}', b"\xff\xfe"),
        b'{"keys": ' + b"[" * 60_000,
        json.dumps({"keys": [rsa_jwk()] * (MOST_KEYS + 1)}).encode(),
    ],
    ids=["empty", "null", "list", "no keys", "no list", "lists", "no text", "deep", "many"],
)
def test_what_is_no_set_of_keys_is_told_from_one(document: bytes) -> None:
    with pytest.raises(BadKeys):
        usable(document, "RS256")


def test_an_issuer_of_one_key_need_not_name_it() -> None:
    nameless = Issuer("RS256", Issuer.of("RS256").key)

    assert set(usable(key_set(nameless), "RS256")) == {None}
