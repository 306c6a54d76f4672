"""A bay as clients see it."""

from pydantic import Field, computed_field

from activities.agendas.planner import Affected
from activities.mongo.history import HistoryEntry
from domain.agenda.bookings import Booking, Hold
from domain.bay.lifecycle import BayAction
from domain.bay.state import Bay
from domain.kernel.events import RefusedCommand
from domain.kernel.values import Value, recast


class BayRepresentation(Bay):
    """Absent fields are left out."""

    untold_changes: int = Field(0, exclude=True)
    bookings: tuple[Booking, ...] = Field((), exclude=True)
    holds: tuple[Hold, ...] = Field((), exclude=True)
    disruption_unchecked: bool = Field(False, exclude=True)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice for mypy
    @property
    def active(self) -> bool:
        return self.is_active

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice for mypy
    @property
    def allowed_actions(self) -> tuple[BayAction, ...]:
        return super().allowed_actions

    @classmethod
    def of(cls, bay: Bay) -> "BayRepresentation":
        return recast(bay, cls)


class RearrangedBay(BayRepresentation):
    """The same after a change of the working time. `affected` is the work that is planned outside
    of it now; it stays until it is planned anew."""

    affected: tuple[Affected, ...] = ()


class BayList(Value):
    bays: list[BayRepresentation]
    next_cursor: str | None = None


class BayHistory(Value):
    """In order; `next_after` continues it, and is left out at the end. `refused` are the latest
    hundred commands that were refused, if asked for."""

    bay_id: str
    history: list[HistoryEntry]
    next_after: int | None = None
    refused: list[RefusedCommand] | None = None
