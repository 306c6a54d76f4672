"""Commands of the launcher; the docstrings are its help."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.dev import claim, demo, parts, temporal_cli
from deploy.dev.endings import Endings, Interrupted
from deploy.dev.ports import Ports
from deploy.dev.screen import Screen
from deploy.dev.stack import Stack
from deploy.dev.wiring import SERVICE_ORDERS

FOLDER = parts.ROOT / ".stack"


def run(screen: Screen, endings: Endings) -> int:
    """the whole service, until Ctrl-C"""
    try:
        with started(screen, endings) as stack:
            show_places(stack, screen)
            threading.Event().wait()
    except Interrupted:
        return 0
    return 1


def show_demo(screen: Screen, endings: Endings) -> int:
    """a paid repair, the queue and plans, followed to the end; starts the stack if none runs"""
    if where := claim.wait_for_running(FOLDER, timeout=120.0):
        screen.line(f"Using the stack that runs at {where.api_url}")
        parts.wait_for_api(where.api_url, timeout=30.0)
        demo.tell(where, screen)
        screen.line("\nAll of it was seen.")
    else:
        with started(screen, endings) as stack:
            demo.tell(stack.running(), screen)
            screen.line("\nAll of it was seen. `make run` brings the histories back at the links.")
    return 0


def prepare(screen: Screen, _: Endings) -> int:
    """obtains the Temporal CLI, which can take minutes once"""
    screen.line(f"Temporal CLI: {temporal_cli.find(screen)}")
    return 0


def reset(screen: Screen, _: Endings) -> int:
    """removes all data of the stack"""
    claim.clear(FOLDER)
    screen.line(f"{FOLDER.name}/ is empty.")
    return 0


@contextmanager
def started(screen: Screen, endings: Endings) -> Iterator[Stack]:
    """A stack on the standard ports that is stopped in good order whatever happens."""
    began = time.monotonic()
    stack = Stack(FOLDER, Ports.standard(), adopt=True, screen=screen)
    try:
        stack.start()
        screen.done("all ready", time.monotonic() - began)
        yield stack
    finally:
        endings.only_hurry(stack.hurry)
        if stack.up:
            screen.line("Stopping.")
        stack.stop()


def show_places(stack: Stack, screen: Screen) -> None:
    service_orders = "OS service (stand-in)" if stack.owns(SERVICE_ORDERS) else "OS service"
    places = {
        "API, with its docs": f"{stack.api_url}/docs",
        "Temporal Web UI": stack.ui_url,
        "Temporal": stack.env["TEMPORAL_ADDRESS"],
        "documents": stack.env["MONGODB_URI"],
        "bus and queues": stack.env["AWS_ENDPOINT_URL"],
        "the consumer's queue": stack.queue_url,
        service_orders: stack.service_orders_url,
    }
    screen.line()
    for what, where in places.items():
        screen.line(f"  {what:<24}", (where, "cyan"))
    screen.line("\n  Ctrl-C stops everything.")


COMMANDS = {"run": run, "demo": show_demo, "prepare": prepare, "reset": reset}
