"""Portuguese for the fila's clients, where the service itself speaks and not the fila's domain."""

from collections.abc import Mapping
from typing import Any

from activities.mongo.keyset import BadCursor
from api.errors import ServiceError
from domain.kernel.errors import VersionMismatch

_PORTUGUESE_UNDER = "/fila-execucao"

_TITLES: Mapping[type[Exception], str] = {
    BadCursor: "O cursor não serve para esta lista",
    VersionMismatch: "O item não está na versão esperada",
}
_DETAILS: Mapping[type[Exception], str] = {
    VersionMismatch: "O item já tem outra versão; consulte-o e decida outra vez",
}
"""Portuguese titles of errors that are no ServiceError, and that executions and the fila share."""
NOT_JSON = (
    "O Content-Type não diz que o corpo é JSON em UTF-8: envie `Content-Type: application/json`"
)
ENCODED = "O corpo tem um Content-Encoding: envie-o como é, sem compressão"
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
_HINTS = {
    "plus": "num endereço, envie o `+` do fuso horário como `%2B`",
    "etag": 'envie a `ETag` como foi respondida, com as aspas: `"3"`',
    "weak": "uma `ETag` fraca não vale para versão nenhuma em `If-Match`: envie-a sem o `W/`",
}


def is_portuguese(path: str) -> bool:
    return path == _PORTUGUESE_UNDER or path.startswith(f"{_PORTUGUESE_UNDER}/")


def translate_problem(kind: type[Exception], title: str, detail: str) -> tuple[str, str]:
    """The title and detail of a problem. Those of the fila's own domain are Portuguese already, and
    stay as they are."""
    if issubclass(kind, ServiceError):
        return kind.title_pt or title, kind.detail_pt or detail
    return _TITLES.get(kind, title), _DETAILS.get(kind, detail)


def translate_hint(name: str) -> str:
    return _HINTS[name]


def translate_field_error(error: Mapping[str, Any]) -> str:
    """The message of one of pydantic's errors; its own where there is no translation."""
    known = _FIELDS.get(error["type"])
    message = known.format_map(error.get("ctx", {})) if known else str(error["msg"])
    return message.replace("' or '", "' ou '")  # in the list of what may be chosen
