"""Refusals of commands to a bay."""

from domain.kernel.errors import DomainError


class BayNotFound(DomainError):
    """There is no such bay"""

    @classmethod
    def of(cls, bay_id: str) -> "BayNotFound":
        return cls(f"Bay {bay_id} is not registered")


class BayInactive(DomainError):
    """The bay is inactive"""


class BayClosureNotFound(DomainError):
    """The bay has no such closure"""


class BayClosureOverlap(DomainError):
    """The bay is closed then already"""


BAY_ERRORS: tuple[type[DomainError], ...] = (
    BayNotFound,
    BayInactive,
    BayClosureNotFound,
    BayClosureOverlap,
)
