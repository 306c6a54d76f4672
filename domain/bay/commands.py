"""Commands to a bay, and the change that each makes."""

from datetime import datetime
from typing import Any

from domain.agenda.errors import TooManyEntries
from domain.agenda.periods import GivenPeriod, Note, in_order, kept, overlapping
from domain.agenda.resource_commands import SENT_TO_RESOURCES
from domain.bay.errors import BayClosureNotFound, BayClosureOverlap
from domain.bay.events import BayChanged, BayClosed, BayDeactivated, BayOpened, BayReactivated
from domain.bay.lifecycle import BayAction
from domain.bay.state import Bay, BayClosure, BayCommand, NewBay
from domain.kernel.aggregate import Change, Command
from domain.kernel.values import Text, evolve, widen

MOST_CLOSURES = 100
"""The whole bay travels in each message and each snapshot."""


class ChangeBay(NewBay, BayCommand):
    """Replaces the profile."""

    ACTION = BayAction.CHANGE

    def change(self, state: Bay, at: datetime) -> Change[Bay]:
        changed = evolve(state, name=self.name, kind=self.kind)
        return changed, () if changed == state else (BayChanged(bay_id=state.bay_id),)


class AddClosure(BayCommand, GivenPeriod):
    """Closes the bay for a time."""

    ACTION = BayAction.ADD_CLOSURE

    reason: Note | None = None

    def change(self, state: Bay, at: datetime) -> Change[Bay]:
        if other := overlapping(state.closures, self):
            raise BayClosureOverlap(
                f"The bay is closed from {other} already", closure_id=other.closure_id
            )
        others = kept(state.closures, at)
        if len(others) >= MOST_CLOSURES:
            raise TooManyEntries(f"A bay takes at most {MOST_CLOSURES} closures")
        # Derived, so that a replay of the history finds the same id.
        new_id = f"{state.bay_id}-{state.version + 1}"
        added = widen(self, BayClosure, closure_id=new_id)
        event = BayClosed(bay_id=state.bay_id, closure_id=new_id, from_=self.from_, to=self.to)
        closures = in_order([*others, added])
        return state.with_disruption_unchecked(at, closures=closures), (event,)


class RemoveClosure(BayCommand):
    """Takes a closure back."""

    ACTION = BayAction.REMOVE_CLOSURE

    closure_id: str

    def change(self, state: Bay, at: datetime) -> Change[Bay]:
        left = tuple(each for each in state.closures if each.closure_id != self.closure_id)
        if len(left) == len(state.closures):
            raise BayClosureNotFound(f"{state.bay_id} has no closure {self.closure_id}")
        event = BayOpened(bay_id=state.bay_id, closure_id=self.closure_id)
        return evolve(state, closures=left), (event,)


class DeactivateBay(BayCommand):
    """Has nothing planned on the bay any more."""

    ACTION = BayAction.DEACTIVATE

    reason: Text | None = None

    def change(self, state: Bay, at: datetime) -> Change[Bay]:
        event = BayDeactivated(bay_id=state.bay_id, reason=self.reason)
        return state.with_disruption_unchecked(at, status_reason=self.reason), (event,)


class ReactivateBay(BayCommand):
    """Takes a bay back that was inactive."""

    ACTION = BayAction.REACTIVATE

    reason: Text | None = None

    def change(self, state: Bay, at: datetime) -> Change[Bay]:
        event = BayReactivated(bay_id=state.bay_id, reason=self.reason)
        return evolve(state, status_reason=self.reason), (event,)


BAY_COMMANDS: tuple[type[Command[Any]], ...] = (
    ChangeBay,
    AddClosure,
    RemoveClosure,
    DeactivateBay,
    ReactivateBay,
    *SENT_TO_RESOURCES,
)
