"""Callers and their permissions: roles as a table.

A token that is signed with the shared secret and names no roles may do everything, as its issuers
have always relied on; if its roles are all unknown here, nothing. Where an issuer publishes its
keys, either may read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    READ = "read"
    WORK = "work"
    """A mechanic's day: open, assign, start, finish."""
    MANAGE = "manage"
    """Permission for anything that cannot be undone, or goes over the mechanics' heads: cancel,
    invoice, remove, rank, close days."""


EVERYTHING = frozenset(Permission)
READER = frozenset({Permission.READ})
_MECHANIC = READER | {Permission.WORK}

ROLES: Mapping[str, frozenset[Permission]] = {
    "leitor": READER,
    "reader": READER,
    "mecanico": _MECHANIC,
    "technician": _MECHANIC,
    "servico": EVERYTHING,
    "service": EVERYTHING,
    "administrador": EVERYTHING,
    "admin": EVERYTHING,
}


def is_known(role: str) -> bool:
    return role in ROLES


def granted(roles: Iterable[str]) -> frozenset[Permission]:
    """The permissions of somebody with all of these roles; each must be known."""
    return frozenset().union(*(ROLES[role] for role in roles))


@dataclass(frozen=True)
class Caller:
    subject: str | None
    permissions: frozenset[Permission]


ANYONE = Caller(None, EVERYTHING)
"""The caller where nobody is asked for a token."""
NOBODY = Caller(None, frozenset())
"""The caller of what needs no token."""
