"""Refusals of commands to a technician, and of registering one."""

from domain.kernel.errors import DomainError


class TechnicianNotFound(DomainError):
    """There is no such technician"""

    @classmethod
    def of(cls, technician_id: str) -> "TechnicianNotFound":
        return cls(f"Technician {technician_id} is not registered")


class TechnicianTaken(DomainError):
    """The number or the subject is another technician's"""


class TimeOffNotFound(DomainError):
    """There is no such time off"""


class TimeOffOverlap(DomainError):
    """The technician has time off then already"""


class TechnicianInactive(DomainError):
    """The technician is inactive"""


TECHNICIAN_ERRORS: tuple[type[DomainError], ...] = (
    TechnicianNotFound,
    TechnicianTaken,
    TimeOffNotFound,
    TimeOffOverlap,
    TechnicianInactive,
)
