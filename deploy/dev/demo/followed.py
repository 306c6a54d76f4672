"""An aggregate that the demo goes along with, from its first event to the end of its workflow."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from deploy.dev.demo.asking import Asking, Step
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Document
from deploy.dev.tap import Heard


@dataclass
class Followed:
    """`id` stands in paths, `aggregate_id` in events; `caused` are the types of all events that
    have to come of it, in their order."""

    asking: Asking
    outside: Outside
    id: str
    aggregate_id: str
    workflow_id: str
    caused: list[str] = field(default_factory=list)

    @property
    def version(self) -> int:
        return len(self.caused)

    def take(self, *steps: Step) -> Document:
        """Carries the steps out; returns the aggregate as it is after the last."""
        content: Document = {}
        for step in steps:
            self.caused.extend(step.events)
            content = self.asking.take(step, self.version)
        return content

    def wait_for(self, *types: str) -> Sequence[Heard]:
        """All its events, as soon as these have come too: they follow from what others do."""
        self.caused.extend(types)
        return self.outside.events_of(self.aggregate_id, self.caused)

    def show_events(self) -> None:
        self.outside.show_events(self.aggregate_id, self.caused)

    def show_history(self) -> None:
        self.outside.show_history(self.workflow_id)


def execution(asking: Asking, outside: Outside, execution_id: str) -> Followed:
    """One that has just been scheduled."""
    workflow_id = f"execution-{execution_id}"
    first = ["ExecutionScheduled"]
    return Followed(asking, outside, execution_id, execution_id, workflow_id, first)


def resource(asking: Asking, outside: Outside, kind: str, resource_id: str) -> Followed:
    """A technician or a bay that is still to be registered."""
    aggregate_id = f"{kind}-{resource_id}"
    return Followed(asking, outside, resource_id, aggregate_id, aggregate_id)
