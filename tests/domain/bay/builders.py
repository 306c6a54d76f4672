"""Bays in every status, and one command for each action."""

from datetime import datetime, timedelta

from domain.bay.commands import AddClosure, ChangeBay, DeactivateBay, ReactivateBay, RemoveClosure
from domain.bay.lifecycle import BayStatus
from domain.bay.state import Bay, BayCommand, BayRegistration, register
from domain.kernel.aggregate import decide
from tests.domain.execution.builders import MORNING


def closure(begins: datetime = MORNING, hours: int = 4) -> AddClosure:
    return AddClosure(from_=begins, to=begins + timedelta(hours=hours), reason="inspection")


def registered(**profile: object) -> Bay:
    return register(BayRegistration(bay_id="lift-1", **profile), MORNING)[0]


def after(bay: Bay, *commands: BayCommand) -> Bay:
    for command in commands:
        bay = decide(bay, command, MORNING)[0]
    return bay


def in_status(status: BayStatus) -> Bay:
    """One that has a closure, so that it can be taken back."""
    bay = after(registered(), closure())
    return after(bay, DeactivateBay()) if status is BayStatus.INACTIVE else bay


ONE_OF_EACH: tuple[BayCommand, ...] = (
    ChangeBay(kind="LIFT"),
    closure(MORNING + timedelta(days=1)),
    RemoveClosure(closure_id="lift-1-2"),
    DeactivateBay(reason="gone"),
    ReactivateBay(reason="back"),
)
