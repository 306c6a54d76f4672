"""What the queue's clients read where the service itself, and not the queue's domain, speaks."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

_SPOKEN_UNDER = "/fila-execucao"

_TITLES = {
    "not-found": "Não encontrado",
    "method-not-allowed": "Método não permitido",
    "bad-cursor": "O cursor não serve para esta lista",
    "key-reused": "A Idempotency-Key já foi usada para outra coisa",
    "unauthenticated": "É preciso um token válido",
    "forbidden": "O token não permite isto",
    "foreign-host": "O host não é deste serviço",
    "foreign-origin": "Uma página de outra origem não pode fazer isto",
    "unsupported-media-type": "O corpo não foi enviado como JSON",
    "unavailable": "O serviço não está disponível no momento",
    "workflow-stuck": "O workflow não consegue prosseguir no momento",
    "workflow-ended": "O workflow foi encerrado antes da hora",
    "outcome-unknown": "Não se sabe se isto foi feito",
    "version-mismatch": "O item não está na versão esperada",
    "database-unavailable": "O banco de dados não está disponível no momento",
    "invalid-request": "A requisição não é válida",
    "unreadable-request": "A requisição não pode ser lida",
    "internal-error": "Algo deu errado",
    "uri-too-long": "O endereço da requisição é longo demais",
    "headers-too-large": "Os cabeçalhos são grandes demais",
    "body-too-large": "O corpo é grande demais",
    "body-too-slow": "O corpo não chegou a tempo",
    "nested-too-deeply": "O corpo tem níveis demais",
    "too-many-requests": "Houve requisições demais",
}
_DETAILS = {
    "key-reused": "Esta Idempotency-Key foi usada com outro comando ou outro corpo",
    "unauthenticated": "Envie um token válido em `Authorization: Bearer <token>`",
    "forbidden": "Nenhum dos papéis do token permite esta ação",
    "foreign-host": "Use um endereço IP ou `localhost`; outros nomes vão em ALLOWED_HOSTS",
    "foreign-origin": "Nada foi alterado; as origens cujas páginas podem isto vão em CORS_ORIGINS",
    "unavailable": "Nada foi alterado; tente outra vez em instantes",
    "workflow-stuck": "Nada foi alterado; a tarefa do workflow falha, e um operador precisa vê-la",
    "workflow-ended": "Nada foi alterado; um operador o retoma com `python -m api.reopen`",
    "outcome-unknown": "Isto pode ter sido feito; repita com a mesma Idempotency-Key",
    "version-mismatch": "O item já tem outra versão; consulte-o e decida outra vez",
    "database-unavailable": "O banco de dados não responde; nada foi alterado",
    "internal-error": "O serviço falhou nesta requisição; o correlationId leva ao registro",
    "uri-too-long": "Caminho e consulta podem ter, juntos, no máximo 8 KiB",
    "headers-too-large": "Os cabeçalhos podem ter, juntos, no máximo 16 KiB",
    "body-too-large": "O corpo pode ter no máximo 64 KiB",
    "body-too-slow": "O corpo não chegou inteiro em 5 s; nada foi alterado",
    "nested-too-deeply": "O corpo pode ter no máximo 32 níveis",
    "too-many-requests": "Nada foi alterado; tente outra vez depois do tempo em Retry-After",
}
NOT_JSON = (
    "O Content-Type não diz que o corpo é JSON em UTF-8: envie `Content-Type: application/json`"
)
ENCODED = "O corpo tem um Content-Encoding: envie-o como é, sem compressão"
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
HEADERS = {
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
"""What the document says of them."""
TERMS = {
    "Idempotency-Key": "Uma repetição com a mesma chave recebe a primeira resposta",
    "Prefer": "`wait=0`: responder antes que a mudança apareça nas leituras; `respond-async`: "
    "responder antes que seja feita",
    "If-Match": "O `ETag` para o qual a mudança vale; 412 se já for outro",
    "If-None-Match": "O `ETag` já conhecido; 304 se ainda for o atual",
}
_FIELDS = {
    "missing": "campo obrigatório",
    "extra_forbidden": "campo desconhecido",
    "json_invalid": "não é JSON válido",
    "json_not_utf8": "o corpo não é UTF-8, a partir do byte {byte}",
    "json_constant": "{constant} não é um número em JSON",
    "json_digits": "um número tem {digits} dígitos, mais do que se pode ler ({most})",
    "json_repeated": "o campo {name} aparece duas vezes",
    "finite_number": "número grande demais",
    "string_unicode": "texto com meio par substituto (surrogate), que não é um caractere",
    "datetime_parsing": "deve ser uma data e hora como 2026-03-02T08:00:00Z",
    "datetime_from_date_parsing": "deve ser uma data e hora como 2026-03-02T08:00:00Z",
    "int_type": "deve ser um número inteiro",
    "int_parsing": "deve ser um número inteiro",
    "int_from_float": "deve ser um número inteiro",
    "int_parsing_size": "número grande demais",
    "greater_than": "deve ser maior que {gt}",
    "greater_than_equal": "deve ser no mínimo {ge}",
    "less_than": "deve ser menor que {lt}",
    "less_than_equal": "deve ser no máximo {le}",
    "enum": "deve ser um destes: {expected}",
    "literal_error": "deve ser um destes: {expected}",
    "string_type": "deve ser um texto",
    "string_too_short": "não pode ficar em branco",
    "string_too_long": "deve ter no máximo {max_length} caracteres",
    "string_pattern_mismatch": "não tem a forma que o documento da API descreve",
    "too_long": "tem itens demais: no máximo {max_length}",
    "text": "não pode conter o caractere NUL",
    "model_attributes_type": "deve ser um objeto JSON",
    "dict_type": "deve ser um objeto JSON",
}
HINTS = {
    "plus": "num endereço, envie o `+` do fuso horário como `%2B`",
    "etag": 'envie a `ETag` como foi respondida, com as aspas: `"3"`',
    "weak": "uma `ETag` fraca não vale para versão nenhuma em `If-Match`: envie-a sem o `W/`",
}


def is_spoken(path: str) -> bool:
    return path == _SPOKEN_UNDER or path.startswith(f"{_SPOKEN_UNDER}/")


def problem_text(code: str, title: str, detail: str) -> tuple[str, str]:
    """What the domain says is in Portuguese already, and stays as it is."""
    return _TITLES.get(code, title), _DETAILS.get(code, detail)


def phrase(status: HTTPStatus) -> str:
    return _PHRASES.get(status, status.phrase)


def field_message(error: Mapping[str, Any]) -> str:
    """In place of the validator's own words; those stand where we know no better."""
    known = _FIELDS.get(error["type"])
    said = known.format_map(error.get("ctx", {})) if known else str(error["msg"])
    return said.replace("' or '", "' ou '")  # in the list of what may be chosen
