"""Status flow of technicians, as a table."""

from enum import StrEnum

from domain.agenda.resource import ResourceAction
from domain.kernel.errors import InvalidTransition
from domain.kernel.lifecycle import Lifecycle


class TechnicianStatus(StrEnum):
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class TechnicianAction(StrEnum):
    CHANGE = "change"
    SET_SHIFTS = "set_shifts"
    SET_DAY = "set_day"
    CLEAR_DAY = "clear_day"
    ADD_TIME_OFF = "add_time_off"
    REMOVE_TIME_OFF = "remove_time_off"
    DEACTIVATE = "deactivate"
    REACTIVATE = "reactivate"


_Status, _Do = TechnicianStatus, TechnicianAction

TECHNICIAN: Lifecycle[TechnicianStatus, TechnicianAction | ResourceAction] = Lifecycle(
    subject="technician",
    refusal=InvalidTransition,
    # Nobody waits for an inactive one, whose workflow ends; the way back opens it again.
    over=frozenset({_Status.INACTIVE}),
    moves={
        _Status.ACTIVE: {
            _Do.CHANGE: _Status.ACTIVE,
            _Do.SET_SHIFTS: _Status.ACTIVE,
            _Do.SET_DAY: _Status.ACTIVE,
            _Do.CLEAR_DAY: _Status.ACTIVE,
            _Do.ADD_TIME_OFF: _Status.ACTIVE,
            _Do.REMOVE_TIME_OFF: _Status.ACTIVE,
            _Do.DEACTIVATE: _Status.INACTIVE,
            **dict.fromkeys(ResourceAction, _Status.ACTIVE),
        },
        _Status.INACTIVE: {
            _Do.REACTIVATE: _Status.ACTIVE,
            **dict.fromkeys(ResourceAction, _Status.INACTIVE),
        },
    },
)
