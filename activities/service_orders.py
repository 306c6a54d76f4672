"""Tells the OS service, which owns the service orders, how far the work on one has come.

A notice may be sent again without harm. What the service will never take is final, and all else
that goes wrong is for the caller to try again.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import aclosing, suppress
from datetime import timedelta

import httpx
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import with_heartbeat
from activities.log import CORRELATION_ID, begin
from domain.kernel.values import Value

log = logging.getLogger("worker")

NOTIFY_SERVICE_ORDER = "notify_service_order"
NOTICE_REFUSED = "NoticeRefused"
"""The error type of a notice that the OS service will never take."""
NOTICE_DELAYED = "NoticeDelayed"
"""The error type of an attempt that says nothing against the next one."""

CONNECTS_WITHIN = 2.0
DEADLINE = 5.0
"""Seconds until the service has said what it makes of the notice."""
READS_WITHIN = 1.0
"""Seconds more for the body, which only explains: an answer counts by its status."""
READS_AT_MOST = 2048
QUOTES_AT_MOST = 200
LONGEST_DELAY = 60

# A token, a rate or a moment that was wrong: a later attempt may fare better.
_PASSING = {401, 403, 408, 425, 429}
_SECONDS = re.compile("[1-9][0-9]{0,8}")  # not 0: that would be a loop without a pause
_UNREACHABLE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
_NO_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol)


class Notice(Value):
    service_order_id: int
    status: str
    correlation_id: str | None = None


def http_client() -> httpx.AsyncClient:
    """One for the whole process, closed after its worker."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(DEADLINE, connect=CONNECTS_WITHIN),
        # As many as a worker runs activities, so that none waits for another's connection; kept
        # for less time than servers keep them, or a notice may meet one that is being closed.
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2),
        headers={"Accept-Encoding": "identity"},  # or a small body may unfold into a huge one
        # A proxy that the environment names is used, but could not reach this very machine.
        mounts={"all://127.0.0.1": None, "all://localhost": None},
    )


class ServiceOrders:
    def __init__(self, http: httpx.AsyncClient, url: str, token: Callable[[], str | None]) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token

    @activity.defn(name=NOTIFY_SERVICE_ORDER)
    async def notify(self, notice: Notice) -> None:
        """Returns once the OS service has taken the notice."""
        begin({CORRELATION_ID: notice.correlation_id})
        await with_heartbeat(self._tell(notice))

    async def _tell(self, notice: Notice) -> None:
        if not self._url:
            raise _delayed("URL_API_OS não está definida neste worker")
        token = self._token()
        try:
            response = await self._send(notice, token)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as failure:
            # Without its cause: some of httpx's messages quote the header that carries the token.
            raise _delayed(_described(failure)) from None
        async with aclosing(response):
            said = await _beginning(response)
        if not response.is_success:
            raise _unsuccessful(response, _quoted(said, token))
        log.info(
            "OS service told",
            extra={"serviceOrderId": notice.service_order_id, "status": notice.status},
        )

    async def _send(self, notice: Notice, token: str | None) -> httpx.Response:
        request = self._http.build_request(
            "PATCH",
            f"{self._url}/ordens_servico/{notice.service_order_id}/status",
            json={"status": notice.status},
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        async with asyncio.timeout(DEADLINE):
            return await self._http.send(request, stream=True, follow_redirects=False)


async def _beginning(response: httpx.Response) -> str:
    """So much of the body as comes soon; short ones are read to the end, which lets the next
    notice use the connection."""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(READS_WITHIN):
            said = await anext(response.aiter_raw(READS_AT_MOST), b"")
            return said.decode(errors="replace")
    return ""


# In Portuguese, because it stands on the item, whose readers it is for.
def _described(failure: Exception) -> str:
    if isinstance(failure, _NO_ADDRESS):
        return "URL_API_OS não é um endereço que comece com http:// ou https://"
    if isinstance(failure, _UNREACHABLE):
        reason = str(failure)[:QUOTES_AT_MOST] or "não aceita a conexão"
        return f"o serviço de OS está fora de alcance: {reason}"
    if isinstance(failure, TimeoutError | httpx.TimeoutException):
        return f"o serviço de OS não respondeu em {DEADLINE:g} s"
    return f"a conversa com o serviço de OS foi interrompida ({type(failure).__name__})"


def _quoted(said: str, token: str | None) -> str:
    said = said.replace(token, "[token]") if token else said
    legible = "".join(character if character.isprintable() else " " for character in said)
    return " ".join(legible.split())[:QUOTES_AT_MOST]


def _unsuccessful(response: httpx.Response, said: str) -> ApplicationError:
    status = response.status_code
    message = f"o serviço de OS respondeu {status}" + (f": {said}" if said else "")
    if response.is_client_error and status not in _PASSING:
        return ApplicationError(message, type=NOTICE_REFUSED, non_retryable=True)
    return _delayed(message, _asked_delay(response))


def _asked_delay(response: httpx.Response) -> timedelta | None:
    asked = response.headers.get("Retry-After", "").strip()
    if response.status_code in (429, 503) and _SECONDS.fullmatch(asked):
        return timedelta(seconds=min(int(asked), LONGEST_DELAY))
    return None


def _delayed(message: str, delay: timedelta | None = None) -> ApplicationError:
    return ApplicationError(message, type=NOTICE_DELAYED, next_retry_delay=delay)
