"""The errors of the service itself, beside the refusals of the domain.

A class's name is the problem's code, and its docstring's first line the English title. The class
carries all else that a client reads of it; prose about each stands in `openapi/catalogue.toml`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, ClassVar


class ServiceError(Exception):
    """The request could not be served.

    `facts` are what a client may act on, as those of a DomainError are.
    """

    status: ClassVar[HTTPStatus]
    title_pt: ClassVar[str | None] = None
    """None for what the fila's clients never meet with."""
    detail_pt: ClassVar[str | None] = None
    """None where the detail is raised in the language of the path."""
    example: ClassVar[str]
    """An English detail, with `{place}` for the path."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Further headers of the response."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class UnreadableRequest(ServiceError):
    """The request cannot be read"""

    status = HTTPStatus.BAD_REQUEST
    title_pt = "A requisição não pode ser lida"


class InvalidRequest(ServiceError):
    """The request is not valid"""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title_pt = "A requisição não é válida"


class UnsupportedMediaType(ServiceError):
    """The body is not sent as JSON"""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title_pt = "O corpo não foi enviado como JSON"

    def __init__(self, message: str, accepted: Mapping[str, str]) -> None:
        super().__init__(message)
        self.headers = accepted


class KeyReused(ServiceError):
    """The Idempotency-Key was used for something else"""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title_pt = "A Idempotency-Key já foi usada para outra coisa"
    detail_pt = "Esta Idempotency-Key foi usada com outro comando ou outro corpo"
    example = "Idempotency-Key 7d1c was used with another command or body"


class NotFound(ServiceError):
    """Not Found"""

    status = HTTPStatus.NOT_FOUND
    title_pt = "Não encontrado"
    example = "GET /api/v1/execution"


class MethodNotAllowed(ServiceError):
    """Method Not Allowed"""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    title_pt = "Método não permitido"
    example = "PUT {place}"

    def __init__(self, message: str, allowed: str) -> None:
        super().__init__(message)
        self.headers = {"Allow": allowed}


class NotAcceptable(ServiceError):
    """The answer cannot be had in that form"""

    status = HTTPStatus.NOT_ACCEPTABLE
    example = "This is to be had as application/json or text/vnd.mermaid"


class Unavailable(ServiceError):
    """The service is not available just now

    Nothing was changed; a repeat is safe."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title_pt = "O serviço não está disponível no momento"
    detail_pt = "Nada foi alterado; tente outra vez em instantes"
    example = "The workflow engine cannot be reached; nothing was changed"


class WorkflowStuck(Unavailable):
    """The workflow cannot go on just now"""

    title_pt = "O workflow não consegue prosseguir no momento"
    detail_pt = "Nada foi alterado; a tarefa do workflow falha, e um operador precisa vê-la"
    example = "The workflow's task fails; its last failure is in Temporal's Web UI"


class WorkflowEnded(ServiceError):
    """The workflow was ended before its time"""

    status = HTTPStatus.CONFLICT
    title_pt = "O workflow foi encerrado antes da hora"
    detail_pt = "Nada foi alterado; um operador o retoma com `python -m api.reopen`"

    _DETAIL = (
        "{0} was terminated, timed out, failed or deleted before its work was over; nothing was "
        "changed. An operator brings it back by `python -m api.reopen {0}`"
    )
    example = _DETAIL.format("execution-3f0c")

    @classmethod
    def of(cls, workflow_id: str) -> "WorkflowEnded":
        return cls(cls._DETAIL.format(workflow_id))


class DatabaseUnavailable(ServiceError):
    """The database is not available just now"""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title_pt = "O banco de dados não está disponível no momento"
    detail_pt = "O banco de dados não responde; nada foi alterado"
    example = "The database cannot be reached; nothing was changed"


class OutcomeUnknown(ServiceError):
    """It is not known whether this was done

    A repeat with the same Idempotency-Key is safe."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    title_pt = "Não se sabe se isto foi feito"
    detail_pt = "Isto pode ter sido feito; repita com a mesma Idempotency-Key"
    example = "No worker has answered in time; this may still be done"


class InternalError(ServiceError):
    """Something went wrong"""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title_pt = "Algo deu errado"
    detail_pt = "O serviço falhou nesta requisição; o correlationId leva ao registro"
    example = "The service has failed at this request; the correlation id leads to its log"


class NoWorkflow(ServiceError):
    """There is no open workflow of that id

    No client meets it: the database knows why, and the callers of the gateway ask there."""


class UriTooLong(ServiceError):
    """The address of the request is too long"""

    status = HTTPStatus.REQUEST_URI_TOO_LONG
    title_pt = "O endereço da requisição é longo demais"
    detail_pt = "Caminho e consulta podem ter, juntos, no máximo 8 KiB"
    example = "Path and query may have 8 KiB together"


class HeadersTooLarge(ServiceError):
    """The headers are too large"""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    title_pt = "Os cabeçalhos são grandes demais"
    detail_pt = "Os cabeçalhos podem ter, juntos, no máximo 16 KiB"
    example = "The headers may have 16 KiB together"


class BodyTooLarge(ServiceError):
    """The body is too large"""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title_pt = "O corpo é grande demais"
    detail_pt = "O corpo pode ter no máximo 64 KiB"
    example = "The body may have 64 KiB"


class NestedTooDeeply(ServiceError):
    """The body is nested too deeply"""

    status = HTTPStatus.BAD_REQUEST
    title_pt = "O corpo tem níveis demais"
    detail_pt = "O corpo pode ter no máximo 32 níveis"
    example = "The body may be nested 32 levels deep"


class BodyTooSlow(ServiceError):
    """The body did not come in time"""

    status = HTTPStatus.REQUEST_TIMEOUT
    title_pt = "O corpo não chegou a tempo"
    detail_pt = "O corpo não chegou inteiro em 5 s; nada foi alterado"
    example = "The body was not complete within 5 s; nothing was changed"
    headers = MappingProxyType({"Connection": "close"})  # what is still to come is no new request


class TooManyRequests(ServiceError):
    """There were too many requests"""

    status = HTTPStatus.TOO_MANY_REQUESTS
    title_pt = "Houve requisições demais"
    detail_pt = "Nada foi alterado; tente outra vez depois do tempo em Retry-After"
    example = "Nothing was changed; try again in 2 s"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(retry_after)}


class Unauthenticated(ServiceError):
    """A valid token is needed"""

    status = HTTPStatus.UNAUTHORIZED
    title_pt = "É preciso um token válido"
    detail_pt = "Envie um token válido em `Authorization: Bearer <token>`"
    example = "The token has expired"
    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})


class Forbidden(ServiceError):
    """The token does not allow this"""

    status = HTTPStatus.FORBIDDEN
    title_pt = "O token não permite isto"
    detail_pt = "Nenhum dos papéis do token permite esta ação"
    example = "None of the token's roles allows this"


class ForeignHost(ServiceError):
    """The host is none of this service's"""

    status = HTTPStatus.FORBIDDEN
    title_pt = "O host não é deste serviço"
    detail_pt = "Use um endereço IP ou `localhost`; outros nomes vão em ALLOWED_HOSTS"
    example = "Ask by an IP address or `localhost`; further names of the service: ALLOWED_HOSTS"


class ForeignOrigin(ServiceError):
    """A page of another origin may not do this"""

    status = HTTPStatus.FORBIDDEN
    title_pt = "Uma página de outra origem não pode fazer isto"
    detail_pt = "Nada foi alterado; as origens cujas páginas podem isto vão em CORS_ORIGINS"
    example = "Nothing was changed; the origins whose pages may do this are named in CORS_ORIGINS"
