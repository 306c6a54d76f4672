"""Handlers of a workflow's commands: each is an update with a validator, and a signal.

An update can be refused and answers; a signal can do neither, so one that may not or cannot be
carried out is dropped with a log line, and never harms the workflow.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.kernel.aggregate import Command
    from domain.kernel.errors import DomainError
    from domain.kernel.reading import read, strictly
    from domain.kernel.validation import first_fault
    from workflows.contract import Origin
    from workflows.journal import Journal


READS_SIGNALS_LENIENTLY = "reads-signals-leniently"
"""The patch since which a signal that cannot be read is kept among the refused."""
ASKS_AGENDAS = "asks-agendas"
"""The patch since which what is planned without a hold is asked for on the agendas."""
LONGEST_NAME = 60

Read = Callable[[type[Command[Any]], Any], Command[Any]]


class Journaled(Protocol):
    @property
    def journal(self) -> Journal[Any]: ...

    @property
    def has_begun(self) -> bool: ...


W = TypeVar("W", bound=type)


def handles(*commands: type[Command[Any]]) -> Callable[[W], W]:
    """Adds `update_<action>` and `signal_<action>` to the class for each command. Goes under
    `@workflow.defn`, which collects them."""

    def add_handlers(workflow_class: W) -> W:
        for command in commands:
            action = command.ACTION.replace("-", "_")
            setattr(workflow_class, f"update_{action}", _update(command))
            setattr(workflow_class, f"signal_{action}", _signal(command))
        return workflow_class

    return add_handlers


def receive(journal: Journal[Any], kind: type[Command[Any]], *sent: Any) -> None:
    """Applies a command that nobody waits for."""
    try:
        command, origin = _read_signal(kind, sent)
    except ApplicationError as unreadable:
        _record_unreadable(journal, kind.ACTION, unreadable)
        return
    unattended = command.unattended(journal.state)
    if unattended is not command and workflow.patched(ASKS_AGENDAS):
        command = unattended
    try:
        _check_as_before(journal, command, origin)
        journal.check(command, origin)
        journal.apply(command, origin)
    except ApplicationError as refusal:
        workflow.logger.warning("ignored signal %s: %s", kind.ACTION, refusal.message)
        journal.refuse(kind.ACTION, refusal, origin)


def refuse_unknown(journal: Journal[Any], name: str) -> None:
    """Records a signal that is no command of ours."""
    unknown = ApplicationError("No command has this name", type="UnknownCommand")
    _record_unreadable(journal, name[:LONGEST_NAME], unknown)


def _read_signal(kind: type[Command[Any]], sent: Sequence[Any]) -> tuple[Command[Any], Origin]:
    """Reads as `_read` does; what an earlier release has dropped stays dropped where a history says
    so."""
    try:
        return _read(kind, sent, strictly)
    except ApplicationError:
        if not workflow.patched(READS_SIGNALS_LENIENTLY):
            raise
        return _read(kind, sent)


def _check_as_before(journal: Journal[Any], command: Command[Any], origin: Origin) -> None:
    """Refuses a signal that an earlier release refused, where a history says that it did."""
    if journal.ledger.find_answer(origin.key) or not _was_refused(command, journal):
        return
    if not workflow.patched(READS_SIGNALS_LENIENTLY):
        raise ApplicationError(
            f"{command.ACTION} was not allowed then", type="InvalidTransition", non_retryable=True
        )


def _was_refused(command: Command[Any], journal: Journal[Any]) -> bool:
    try:
        return command.was_refused(journal.state)
    except DomainError:
        return False  # it still is, and the journal says why


def _record_unreadable(journal: Journal[Any], action: str, refusal: ApplicationError) -> None:
    """Logs it and, unlike earlier releases, records it among the refused commands."""
    workflow.logger.warning("ignored signal %s: %s", action, refusal.message)
    if workflow.patched(READS_SIGNALS_LENIENTLY):
        journal.refuse(action, refusal, Origin())


# The handlers take whatever is sent, and read it themselves: the SDK decodes by types only when
# their number is that of the payloads, and people at a command line send one, or none.
def _update(kind: type[Command[Any]]) -> Any:
    def update(self: Journaled, *sent: Any) -> Any:
        command, origin = _read(kind, sent)
        return command.reply(self.journal.apply(command, origin))

    def check(self: Journaled, *sent: Any) -> None:
        self.journal.check(*_read(kind, sent))

    handler = workflow.update(name=kind.ACTION.value, description=kind.__doc__)(update)
    handler.validator(check)
    return handler


def _signal(kind: type[Command[Any]]) -> Any:
    def signal(self: Journaled, *sent: Any) -> None:
        if self.has_begun:  # what it has been started with says why it fails
            receive(self.journal, kind, *sent)

    return workflow.signal(name=kind.ACTION.value, description=kind.__doc__)(signal)


def _read(
    kind: type[Command[Any]], sent: Sequence[Any], reading: Read = read
) -> tuple[Command[Any], Origin]:
    """The command and its origin; either may be missing where it has defaults."""
    if len(sent) > 2:
        raise _unreadable(kind, "takes the command and its origin, and nothing more")
    command, origin, *_ = (*sent, None, None)
    try:
        return (
            reading(kind, {} if command is None else command),
            Origin.model_validate({} if origin is None else origin),
        )
    except ValidationError as invalid:
        raise _unreadable(kind, first_fault(invalid)) from invalid


def _unreadable(kind: type[Command[Any]], why: str) -> ApplicationError:
    return ApplicationError(f"{kind.ACTION}: {why}", type="InvalidCommand", non_retryable=True)
