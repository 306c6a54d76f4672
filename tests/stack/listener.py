"""The bus as the tests hear it: what everybody hears, in the order of arrival."""

from deploy.dev.bus import Clients
from deploy.dev.tap import Heard, Tap, once
from tests.conftest import eventually

SOURCES = [
    *("execution.lifecycle", "execution.task"),
    *("execution.queue", "execution.technician", "execution.bay"),
]
NAMES = ("serviceOrderId", "executionId", "queueItemId")


class Listener(Tap):
    def __init__(self, aws: Clients, bus: str) -> None:
        super().__init__(aws, bus, SOURCES)

    def of(self, name: str) -> list[Heard]:
        """All that was heard of one service order, execution or item of the workshop's queue,
        repeats included."""
        self.receive()
        return [each for each in self.heard if name in map(each.detail.get, NAMES)]

    async def hears(self, name: str, type_: str, within: float = 15.0) -> Heard:
        """The first event of that type, as soon as it is heard."""
        heard = await eventually(
            lambda: [each for each in self.of(name) if each.type == type_], within=within
        )
        return heard[0]

    async def all_of(self, name: str, count: int, within: float = 15.0) -> list[Heard]:
        """At least `count` events in the order of their first arrival, each once."""
        return await eventually(
            lambda: once(self.of(name)), lambda seen: len(seen) >= count, within=within
        )
