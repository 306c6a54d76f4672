"""The status flows as others read them, made of the tables that the code itself goes by."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Self

from api.fila.representation import DESCRIBED
from domain.execution.lifecycle import TASK, ExecutionAction
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Aggregate
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.values import Value


class Transition(Value):
    """What a command leads to; `forClients` is false where another service tells of it instead."""

    command: str
    from_status: str
    to_status: str
    for_clients: bool


class StateMachine(Value):
    """In `initial` everything begins; no transition leads out of those in `final`. A command can
    still be refused for another reason than the status."""

    initial: str
    final: tuple[str, ...]
    statuses: tuple[str, ...]
    transitions: tuple[Transition, ...]

    @classmethod
    def of(cls, aggregate: type[Aggregate]) -> Self:
        return cls.of_table(aggregate.LIFECYCLE, hidden=aggregate.NOT_FOR_CLIENTS)

    @classmethod
    def of_table(
        cls,
        table: Lifecycle[Any, Any],
        *,
        hidden: frozenset[StrEnum] = frozenset(),
        command: Callable[[StrEnum], str] = str,
    ) -> Self:
        return cls.model_validate(
            {
                "initial": table.initial,
                "final": [status for status in table.moves if table.is_final(status)],
                "statuses": list(table.moves),
                "transitions": [
                    {
                        "command": command(action),
                        "from_status": status,
                        "to_status": after,
                        "for_clients": action not in hidden,
                    }
                    for status, row in table.moves.items()
                    for action, after in row.items()
                ],
            }
        )


class QueueTransition(Transition):
    """Aonde uma ação leva; `para_clientes` é falso onde outro serviço a comunica."""

    model_config = DESCRIBED


class QueueStateMachine(StateMachine):
    """Tudo começa em `inicial`; nada sai de `finais`. Uma ação também pode ser recusada por outro
    motivo que não o status."""

    model_config = DESCRIBED

    transitions: tuple[QueueTransition, ...]

    @property
    def named(self) -> Mapping[str, StateMachine]:
        return {"fila": self}


class ExecutionStateMachines(Value):
    """That of an execution, and that of each of its tasks."""

    execution: StateMachine
    task: StateMachine

    @property
    def named(self) -> Mapping[str, StateMachine]:
        return {"execution": self.execution, "task": self.task}


StateMachines = ExecutionStateMachines | QueueStateMachine


@cache
def execution_machines() -> ExecutionStateMachines:
    return ExecutionStateMachines(
        execution=StateMachine.of(Execution),
        # A task is asked to take a status; the command is always the same.
        task=StateMachine.of_table(TASK, command=lambda _: ExecutionAction.UPDATE_TASK),
    )


@cache
def queue_machine() -> QueueStateMachine:
    return QueueStateMachine.of(QueueItem)
