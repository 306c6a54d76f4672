"""Status flow of bays, as a table."""

from enum import StrEnum

from domain.agenda.resource import ResourceAction
from domain.kernel.errors import InvalidTransition
from domain.kernel.lifecycle import Lifecycle


class BayStatus(StrEnum):
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class BayAction(StrEnum):
    CHANGE = "change"
    ADD_CLOSURE = "add_closure"
    REMOVE_CLOSURE = "remove_closure"
    DEACTIVATE = "deactivate"
    REACTIVATE = "reactivate"


_Status, _Do = BayStatus, BayAction

BAY: Lifecycle[BayStatus, BayAction | ResourceAction] = Lifecycle(
    subject="bay",
    refusal=InvalidTransition,
    # Nothing is planned on an inactive one, whose workflow ends; the way back opens it again.
    over=frozenset({_Status.INACTIVE}),
    moves={
        _Status.ACTIVE: {
            _Do.CHANGE: _Status.ACTIVE,
            _Do.ADD_CLOSURE: _Status.ACTIVE,
            _Do.REMOVE_CLOSURE: _Status.ACTIVE,
            _Do.DEACTIVATE: _Status.INACTIVE,
            **dict.fromkeys(ResourceAction, _Status.ACTIVE),
        },
        _Status.INACTIVE: {
            _Do.REACTIVATE: _Status.ACTIVE,
            **dict.fromkeys(ResourceAction, _Status.INACTIVE),
        },
    },
)
