"""Notices to the OS service, which owns the service orders, of how far the work on one has come.

A notice may be sent again without harm. What the service will never take is final, and all else
that goes wrong is for the caller to try again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

import httpx
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import http_delivery
from activities.heartbeat import with_heartbeat
from activities.http_delivery import FAILURES, QUOTES_AT_MOST, HttpAnswer, deliver
from activities.log import CORRELATION_ID, begin
from domain.kernel.values import Value

log = logging.getLogger("worker")

NOTIFY_SERVICE_ORDER = "notify_service_order"
NOTICE_REFUSED = "NoticeRefused"
"""The error type of a notice that the OS service will never take."""
NOTICE_DELAYED = "NoticeDelayed"
"""The error type of an attempt that says nothing against the next one."""

_UNREACHABLE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
_NO_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol)


class Notice(Value):
    service_order_id: int
    status: str
    correlation_id: str | None = None


class ServiceOrders:
    def __init__(self, http: httpx.AsyncClient, url: str, token: Callable[[], str | None]) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token

    @activity.defn(name=NOTIFY_SERVICE_ORDER)
    async def notify(self, notice: Notice) -> None:
        """Returns once the OS service has taken the notice."""
        begin({CORRELATION_ID: notice.correlation_id})
        await with_heartbeat(self._send(notice))

    async def _send(self, notice: Notice) -> None:
        if not self._url:
            raise _delayed("URL_API_OS não está definida neste worker")
        token = self._token()
        try:
            answer = await deliver(self._http, self._request(notice, token), token)
        except FAILURES as failure:
            # Without its cause: some of httpx's messages quote the header that carries the token.
            raise _delayed(_described(failure)) from None
        if not answer.is_success:
            raise _unsuccessful(answer)
        log.info(
            "OS service notified",
            extra={"serviceOrderId": notice.service_order_id, "status": notice.status},
        )

    def _request(self, notice: Notice, token: str | None) -> httpx.Request:
        return self._http.build_request(
            "PATCH",
            f"{self._url}/ordens_servico/{notice.service_order_id}/status",
            json={"status": notice.status},
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )


# In Portuguese, because it stands on the item, whose readers it is for.
def _described(failure: Exception) -> str:
    if isinstance(failure, _NO_ADDRESS):
        return "URL_API_OS não é um endereço que comece com http:// ou https://"
    if isinstance(failure, _UNREACHABLE):
        reason = str(failure)[:QUOTES_AT_MOST] or "não aceita a conexão"
        return f"o serviço de OS está fora de alcance: {reason}"
    if isinstance(failure, TimeoutError | httpx.TimeoutException):
        return f"o serviço de OS não respondeu em {http_delivery.CALL_SECONDS:g} s"
    return f"a conversa com o serviço de OS foi interrompida ({type(failure).__name__})"


def _unsuccessful(answer: HttpAnswer) -> ApplicationError:
    message = f"o serviço de OS respondeu {answer.status}"
    message += f": {answer.quote}" if answer.quote else ""
    if answer.is_final:
        return ApplicationError(message, type=NOTICE_REFUSED, non_retryable=True)
    return _delayed(message, answer.retry_after)


def _delayed(message: str, delay: timedelta | None = None) -> ApplicationError:
    return ApplicationError(message, type=NOTICE_DELAYED, next_retry_delay=delay)
