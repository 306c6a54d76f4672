"""The refusals of closures, which have no aggregate that could refuse anything."""

from http import HTTPStatus

from api.errors import ServiceError


class ClosureNotFound(ServiceError):
    """There is no such closure"""

    status = HTTPStatus.NOT_FOUND

    _DETAIL = "No closure is entered for {}"
    example = _DETAIL.format("2026-12-25")

    @classmethod
    def of(cls, day: str) -> "ClosureNotFound":
        return cls(cls._DETAIL.format(day))
