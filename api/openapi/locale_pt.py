"""The document's own Portuguese, for the routes of the fila."""

from http import HTTPStatus

RESPONSE_HEADERS_PT = {
    "X-Correlation-ID": "Leva às linhas de registro e aos eventos da requisição; é o do cliente, "
    "se ele enviou um neste cabeçalho ou em `traceparent`",
    "ETag": "A versão mostrada",
    "Location": "Onde encontrá-lo",
    "Link": '`rel="next"`: a página seguinte; ausente na última. `rel="help"`: o que um problema '
    "significa",
    "Retry-After": "Segundos a esperar antes de tentar outra vez",
    "WWW-Authenticate": "`Bearer`: como enviar um token",
    "Vary": "De que mais na requisição a resposta depende",
    "X-Snapshot": "`pending`: está feito, e pode ainda não aparecer nas leituras",
    "Idempotency-Replayed": "`true`: a resposta a uma requisição anterior com esta "
    "`Idempotency-Key`",
    "Preference-Applied": "O que foi feito de `Prefer`",
    "Accept": "O tipo a enviar em `Content-Type`",
    "Accept-Encoding": "`identity`: enviar o corpo sem compressão",
}
REQUEST_HEADERS = {
    "Idempotency-Key": "Uma repetição com a mesma chave recebe a primeira resposta",
    "Prefer": "`wait=0`: responder antes que a mudança apareça nas leituras; `respond-async`: "
    "responder antes que seja feita",
    "If-Match": "O `ETag` para o qual a mudança vale; 412 se já for outro",
    "If-None-Match": "O `ETag` já conhecido; 304 se ainda for o atual",
}
_PHRASES = {
    HTTPStatus.UNAUTHORIZED: "Falta um token válido",
    HTTPStatus.FORBIDDEN: "O token não permite isto",
    HTTPStatus.NOT_FOUND: "Não encontrado",
    HTTPStatus.METHOD_NOT_ALLOWED: "Método não permitido",
    HTTPStatus.BAD_REQUEST: "Requisição inválida",
    HTTPStatus.CONFLICT: "Conflito",
    HTTPStatus.REQUEST_TIMEOUT: "Requisição incompleta",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Corpo grande demais",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Outro tipo de conteúdo",
    HTTPStatus.REQUEST_URI_TOO_LONG: "Endereço longo demais",
    HTTPStatus.TOO_MANY_REQUESTS: "Requisições demais",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Cabeçalhos grandes demais",
    HTTPStatus.PRECONDITION_FAILED: "Outra versão",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Conteúdo inválido",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Erro interno",
    HTTPStatus.SERVICE_UNAVAILABLE: "Serviço indisponível; nada foi alterado",
    HTTPStatus.GATEWAY_TIMEOUT: "Resultado desconhecido; repita com a mesma `Idempotency-Key`",
}


def translate_phrase(status: HTTPStatus) -> str:
    """The reason phrase of a status; the English one where there is no translation."""
    return _PHRASES.get(status, status.phrase)
