"""An execution as clients see it: what the service keeps for itself is left out."""

from pydantic import Field, computed_field

from activities.mongo.history import HistoryEntry
from domain.execution.lifecycle import ExecutionAction
from domain.execution.plan import PlanErrand
from domain.execution.state import Execution
from domain.kernel.events import RefusedCommand
from domain.kernel.values import Value, recast


class ExecutionRepresentation(Execution):
    """Durations are whole minutes; absent fields are left out."""

    paused_milliseconds: int = Field(0, exclude=True)
    payment_required: bool = Field(False, exclude=True)
    untold_changes: int = Field(0, exclude=True)
    plan_revision: int = Field(0, exclude=True)
    plan_hold_id: str | None = Field(None, exclude=True)
    plan_errands: tuple[PlanErrand, ...] = Field((), exclude=True)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice for mypy
    @property
    def id(self) -> str:
        return self.execution_id

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice for mypy
    @property
    def allowed_actions(self) -> tuple[ExecutionAction, ...]:
        return super().allowed_actions

    @classmethod
    def of(cls, execution: Execution) -> "ExecutionRepresentation":
        return recast(execution, cls)


class ExecutionList(Value):
    executions: list[ExecutionRepresentation]
    total: int | None = None
    next_cursor: str | None = None


class ExecutionHistory(Value):
    """In order; `next_after` continues it, and is left out at the end. `refused` are the latest
    hundred commands that were refused, if asked for."""

    execution_id: str
    history: list[HistoryEntry]
    next_after: int | None = None
    refused: list[RefusedCommand] | None = None
