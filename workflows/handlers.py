"""Gives a workflow its commands: each as an update with a validator, and as a signal.

An update can be refused and answers; a signal can do neither, so one that may not or cannot be
carried out is dropped with a log line, and never harms the workflow.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.model import Command
    from workflows.contract import Answer, Origin
    from workflows.journal import Journal


UNKNOWN = Origin()


class Journaled(Protocol):
    journal: Journal[Any, Any]


W = TypeVar("W", bound=type)


def handles(*commands: type[Command]) -> Callable[[W], W]:
    """Class decorator; goes under `@workflow.defn`. The command's action names both handlers."""

    def add_handlers(workflow_class: W) -> W:
        for command in commands:
            setattr(workflow_class, f"update_{command.ACTION}", _update(command))
            setattr(workflow_class, f"signal_{command.ACTION}", _signal(command))
        return workflow_class

    return add_handlers


def receive(
    journal: Journal[Any, Any], kind: type[Command], command: Command | None, origin: Origin
) -> None:
    """Applies a command that nobody waits for."""
    try:
        complete = _completed(kind, command)
        journal.check(complete, origin)
        journal.apply(complete, origin)
    except ApplicationError as refusal:
        workflow.logger.warning("ignored signal %s: %s", kind.ACTION, refusal.message)


def _update(kind: type[Command]) -> Any:
    def update(self: Journaled, command: Any = None, origin: Origin = UNKNOWN) -> Answer[Any]:
        return self.journal.apply(_completed(kind, command), origin)

    def check(self: Journaled, command: Any = None, origin: Origin = UNKNOWN) -> None:
        self.journal.check(_completed(kind, command), origin)

    _expect(kind, update, check)
    handler = workflow.update(name=kind.ACTION, description=kind.__doc__)(update)
    handler.validator(check)
    return handler


def _signal(kind: type[Command]) -> Any:
    def signal(self: Journaled, command: Any = None, origin: Origin = UNKNOWN) -> None:
        receive(self.journal, kind, command, origin)

    _expect(kind, signal)
    return workflow.signal(name=kind.ACTION, description=kind.__doc__)(signal)


def _expect(kind: type[Command], *handlers: Callable[..., Any]) -> None:
    """Tells the SDK, which reads annotations and wants none on `self`, what to decode."""
    for handler in handlers:
        handler.__annotations__["command"] = kind | None
        del handler.__annotations__["self"]


def _completed(kind: type[Command], command: Command | None) -> Command:
    """The command as sent, or with nothing but defaults when it was sent without any input."""
    try:
        return command or kind()
    except ValidationError as missing:
        raise ApplicationError(
            f"{kind.ACTION} needs an input: {missing.errors()[0]['loc'][0]} is missing",
            type="InvalidCommand",
            non_retryable=True,
        ) from missing
