"""States of one aggregate, and the events that led to them."""

from itertools import cycle, islice

from activities.delivery import Delivery
from domain.kernel.aggregate import Aggregate, decide
from tests.domain.execution.builders import MINUTE, MORNING, recorded
from tests.every_aggregate.kinds import Kind


def versions(kind: Kind, count: int) -> list[Aggregate]:
    """The first versions of one aggregate, in order."""
    state, _ = kind.start().opened(MORNING)
    states = [state]
    for command in islice(cycle(kind.back_and_forth), count - 1):
        states.append(decide(states[-1], command, MORNING + len(states) * MINUTE)[0])
    return states


def delivery_of(kind: Kind, steps: int | None = None) -> Delivery:
    """Its life as far as the step, with all that was told of it."""
    start = kind.start()
    state, opened = start.opened(MORNING)
    told = recorded(None, state, opened, start.ACTION)
    for count, command in enumerate(kind.life[:steps], 1):
        before = state
        state, events = decide(before, command, MORNING + count * MINUTE)
        told += recorded(before, state, events, command.ACTION)
    return Delivery(snapshot=state, events=told)
