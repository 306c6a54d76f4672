"""The main jobs from their real ends: a payment on the bus and what has to come of it, three
service orders in the workshop's queue, a technician, and work that is planned.

Nothing is prepared: each line shows what was received, and what was not seen ends the demo.
"""

from contextlib import closing

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from pymongo.errors import PyMongoError
from temporalio.service import RPCError

from deploy.dev import bus
from deploy.dev.claim import Running
from deploy.dev.demo.asking import BAY, EXECUTION, QUEUE_ITEM, SERVICE_ORDER, TECHNICIAN, Asking
from deploy.dev.demo.execution import ExecutionStory
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Page, Unseen
from deploy.dev.demo.plan import PlanStory
from deploy.dev.demo.queue import QueueStory
from deploy.dev.demo.technician import TechnicianStory
from deploy.dev.screen import Screen
from deploy.dev.tap import Tap

_SOURCES = (
    *("execution.lifecycle", "execution.task", "execution.queue"),
    *("execution.technician", "execution.bay"),
)
_FAILURES = (
    *(httpx.HTTPError, BotoCoreError, ClientError, PyMongoError, RPCError),
    *(OSError, RuntimeError, LookupError),  # no connection, no field of that name
)


def tell(where: Running, screen: Screen) -> None:
    _refuse_foreign(where)
    try:
        with (
            closing(bus.clients(where.env)) as aws,
            Tap(aws, where.env["EVENT_BUS_NAME"], _SOURCES) as tap,
            _client(where.api_url) as api,
            _client(where.api_url.removesuffix("/api/v1")) as root,
            _client(where.env["URL_API_OS"]) as os_service,
        ):
            page = Page(screen)
            outside = Outside(page, where, aws, tap)
            executions = Asking(page, api, "/executions", EXECUTION)
            queue = Asking(page, root, "/fila-execucao", QUEUE_ITEM)
            orders = Asking(page, os_service, "/ordens_servico", SERVICE_ORDER)
            technicians = Asking(page, api, "/technicians", TECHNICIAN)
            bays = Asking(page, api, "/bays", BAY)
            ExecutionStory(page, outside, executions).tell()
            QueueStory(page, outside, queue, executions, orders).tell()
            TechnicianStory(page, outside, technicians).tell()
            PlanStory(page, outside, executions, technicians, bays).tell()
    except _FAILURES as error:
        raise Unseen(f"The demo broke off: {type(error).__name__}: {error}") from error


def _refuse_foreign(where: Running) -> None:
    if not bus.is_loopback(where.env["AWS_ENDPOINT_URL"]):
        raise Unseen("The demo makes a queue of its own, and does so only on this machine.")
    if not bus.is_loopback(where.env["URL_API_OS"]):
        raise Unseen(
            "The demo makes up service orders, and an OS service elsewhere (URL_API_OS) would "
            "hear of them: unset it for the demo."
        )


def _client(base_url: str) -> httpx.Client:
    return httpx.Client(base_url=base_url, trust_env=False, timeout=15.0)
