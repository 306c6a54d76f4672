"""An update that Temporal aborts, because the workflow's task could not end, is sent again."""

from typing import Any

import pytest
from temporalio.client import OutboundInterceptor, StartWorkflowUpdateInput
from temporalio.service import RPCError, RPCStatusCode

from workflows.client import aborted_updates
from workflows.client.aborted_updates import ATTEMPTS, AbortedUpdates

ABORTED = (
    "Unable to perform workflow execution update due to unexpected workflow task failure.",
    "Unable to perform workflow execution update due to Workflow Task in failed state.",
)


class Server(OutboundInterceptor):
    """Fails as many updates as it has messages for, then takes one."""

    def __init__(self, *messages: str) -> None:
        self.messages, self.asked = list(messages), 0

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> Any:
        self.asked += 1
        if self.messages:
            raise RPCError(self.messages.pop(0), RPCStatusCode.FAILED_PRECONDITION, b"")
        return "taken"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aborted_updates, "FIRST_PAUSE_SECONDS", 0)


async def send_to(server: Server) -> Any:
    update: Any = None
    return await AbortedUpdates().intercept_client(server).start_workflow_update(update)


async def test_an_aborted_update_is_sent_again() -> None:
    server = Server(ABORTED[0], ABORTED[0])

    taken = await send_to(server)

    assert (taken, server.asked) == ("taken", 3)


async def test_it_is_not_sent_again_without_end() -> None:
    server = Server(*[ABORTED[0]] * 20)

    with pytest.raises(RPCError, match="unexpected workflow task failure"):
        await send_to(server)

    assert server.asked == ATTEMPTS


async def test_a_workflow_that_is_stuck_is_not_asked_twice() -> None:
    server = Server(ABORTED[1])

    with pytest.raises(RPCError, match="in failed state"):
        await send_to(server)

    assert server.asked == 1
