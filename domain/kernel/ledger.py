"""The rule by which every command is carried out: once under its key, on the aggregate and at the
version that it is meant for. Pure: workflows, the API and fakes all decide by it."""

from datetime import datetime
from typing import Generic, NamedTuple

from domain.kernel.aggregate import Aggregate, Answer, Change, Command, State, decide
from domain.kernel.events import Event, RefusedCommand
from domain.kernel.idempotency import RememberedAnswers, fingerprint
from domain.kernel.origin import Origin


class Entry(NamedTuple, Generic[State]):
    """The answer to a command, and the events that it led to: none for a repeat, or if there was
    nothing to change."""

    answer: Answer[State]
    events: tuple[Event, ...] = ()


class Ledger(Generic[State]):
    """The state of one aggregate, and the answers that it has given."""

    def __init__(self, state: State, answers: RememberedAnswers[State] | None = None) -> None:
        self.state = state
        self.answers = answers or RememberedAnswers[State]()

    def find_answer(self, key: str | None) -> Answer[State] | None:
        """The answer to a repeat; None for what has not been answered before."""
        return self.answers.find(key, self.state)

    def decide(self, command: Command[State], origin: Origin, at: datetime) -> Change[State]:
        """The state after a command that is no repeat, and its events; changes nothing.

        Raises the not-found error if the command is meant for another aggregate, VersionMismatch,
        and the DomainError that refuses it.
        """
        if origin.aggregate_id not in {None, self.state.aggregate_id}:
            raise self.state.not_found(origin.aggregate_id or "")
        self.state.expect(origin.expected_versions)
        return decide(self.state, command, at)

    def apply(self, command: Command[State], origin: Origin, at: datetime) -> Entry[State]:
        """Carries the command out, or gives its first answer again. Raises like `decide`."""
        if answer := self.find_answer(origin.key):
            return Entry(answer)
        self.state, events = self.decide(command, origin, at)
        return Entry(self.answer(fingerprint(command), origin), events)

    def answer(self, asked: str, origin: Origin) -> Answer[State]:
        """Answers what has the fingerprint `asked` with the present state, and remembers that."""
        answer: Answer[State] = Answer(
            state=self.state, fingerprint=asked, request_id=origin.request_id
        )
        self.answers.keep(origin.key, answer)
        return answer


def refused_command(
    action: str, state: Aggregate, code: str, reason: str, origin: Origin, at: datetime, id_: str
) -> RefusedCommand:
    return RefusedCommand(
        refusal_id=id_,
        occurred_at=at,
        command=action,
        status=state.status,
        version=state.version,
        code=code,
        reason=reason,
        actor=origin.actor,
        correlation_id=origin.correlation_id,
        causation_id=origin.causation_id,
        via=origin.via,
    )
