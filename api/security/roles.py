"""The roles that a token names, in any of the ways in which issuers write them.

A claim's name may contain dots itself (`https://workshop.example/roles`), and so may a client's in
Keycloak (`resource_access.my.client.roles`): at each level the longest name that is there counts.
A claim that holds no roles at all, such as a number, names none.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from activities.service_tokens import INTERNAL
from api.security.callers import EVERYTHING, READER, Permission, granted, is_known

_BETWEEN = re.compile(r'[\s,\[\]"]+')
"""Separators of roles in a text: as in OAuth's `scope`, or in a list that has become a text, as
where Cognito takes it over from SAML."""
_BEFORE = re.compile(r"^(/|role_)")
"""Keycloak writes groups as paths, Spring authorities with a prefix."""
_NAMING = ("authority", "name", "role")
"""Fields that hold the name of a role where each is an object, as Spring's authorities are."""


class Roles:
    """Permissions of a token, by its roles. `everybody_has_some` where an issuer publishes its
    keys: everybody with an account there has roles, and need not be one of the workshop's."""

    def __init__(self, claim: str = "roles", *, everybody_has_some: bool = False) -> None:
        self._claim = claim
        self._everybody_has_some = everybody_has_some

    def permissions(self, claims: Mapping[str, object]) -> frozenset[Permission]:
        said = found(claims, self._claim)
        roles = frozenset(filter(is_known, named(said)))
        if roles:
            return granted(roles)
        if self._everybody_has_some:
            return EVERYTHING if claims.get("tipo_token") == INTERNAL else READER
        return EVERYTHING if said is None else frozenset()


def found(claims: object, path: str) -> object:
    """The value at that path; None if there is none, or null."""
    if not isinstance(claims, Mapping):
        return None
    if claims.get(path) is not None:
        return claims[path]
    dots = [at for at, character in enumerate(path) if character == "."]
    inner = (found(claims.get(path[:dot]), path[dot + 1 :]) for dot in reversed(dots))
    return next((each for each in inner if each is not None), None)


def named(said: object) -> Iterator[str]:
    """The roles in the spelling of our table: small, without accents and without prefixes."""
    for name in _written(said):
        yield _BEFORE.sub("", _plain(name.strip()))


def _written(said: object) -> Iterator[str]:
    match said:
        case str():
            yield from _BETWEEN.split(said)
        case list():
            for each in said:
                yield from _one(each)
        case Mapping():  # Zitadel writes {role: {organization: domain}}, others {role: true}
            yield from (name for name in said if said[name] is True or _is_object(said[name]))


def _one(role: object) -> Iterator[str]:
    """A role in a list is one name, whatever it contains."""
    names = [role.get(name) for name in _NAMING] if isinstance(role, Mapping) else [role]
    yield from (name for name in names if isinstance(name, str))


def _is_object(held: object) -> bool:
    return isinstance(held, Mapping)


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
