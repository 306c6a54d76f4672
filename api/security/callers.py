"""Who calls, and what they may do: roles as a table of permissions.

A token without roles may do everything, as its issuers have always relied on; one whose roles are
all unknown here may do nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    READ = "read"
    WORK = "work"
    """What a mechanic does in a day: open, assign, start, finish."""
    MANAGE = "manage"
    """What cannot be undone, or goes over the mechanics' heads: cancel, invoice, remove, rank."""


EVERYTHING = frozenset(Permission)
_READER = frozenset({Permission.READ})
_MECHANIC = _READER | {Permission.WORK}

ROLES: Mapping[str, frozenset[Permission]] = {
    "leitor": _READER,
    "reader": _READER,
    "mecanico": _MECHANIC,
    "technician": _MECHANIC,
    "servico": EVERYTHING,
    "service": EVERYTHING,
    "administrador": EVERYTHING,
    "admin": EVERYTHING,
}


def granted(roles: Iterable[str]) -> frozenset[Permission]:
    """What somebody with all of these roles may do."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


@dataclass(frozen=True)
class Caller:
    subject: str | None
    permissions: frozenset[Permission]


ANYONE = Caller(None, EVERYTHING)
"""Whoever calls where nobody is asked for a token."""
NOBODY = Caller(None, frozenset())
"""Whoever calls what needs no token."""
