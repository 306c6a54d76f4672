"""The catalogue of problems: what each `type` means, and what to do about it, in Markdown.

Prose is written by hand in `catalogue.toml`; the rest is what the API really answers.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path

from api.http.problems import STATUS, Problem, code_of, kind_of
from api.openapi import execution_examples as executions
from api.openapi import fila_examples as queue
from api.openapi.examples import CORRELATION_ID, doors
from domain.kernel.values import Value

MEDIA_TYPE = "text/markdown"

ABOUT = """# Problems

What the API answers when it cannot do what it is asked: `application/problem+json`, RFC 9457. The
`type` is `urn:execution-service:` and the `code` that heads each section, and the header
`Link: …; rel="help"` leads to the same text. The queue's clients are answered in Portuguese.

O que a API responde quando não pode fazer o que se pede: `application/problem+json`, RFC 9457. O
`type` é `urn:execution-service:` mais o `code` que dá nome a cada seção, e o cabeçalho
`Link: …; rel="help"` leva ao mesmo texto. Os clientes da fila são respondidos em português.
"""


class Words(Value):
    en: str
    pt: str


class Advice(Value):
    when: Words
    do: Words


_LATER = Words(en="Safe: nothing was changed.", pt="Seguro: nada foi alterado.")
_SAME_KEY = Words(
    en="Safe with the same `Idempotency-Key`, and only so: it may have been done.",
    pt="Seguro com a mesma `Idempotency-Key`, e somente assim: pode ter sido feito.",
)
_IN_VAIN = Words(
    en="Safe, and in vain as long as nothing else has changed.",
    pt="Seguro, e inútil enquanto nada mais tiver mudado.",
)
_AGAIN: Mapping[HTTPStatus, Words] = {
    HTTPStatus.REQUEST_TIMEOUT: _LATER,
    HTTPStatus.TOO_MANY_REQUESTS: _LATER,
    HTTPStatus.INTERNAL_SERVER_ERROR: _SAME_KEY,
    HTTPStatus.SERVICE_UNAVAILABLE: _LATER,
    HTTPStatus.GATEWAY_TIMEOUT: _SAME_KEY,
}
"""Whether a repeat is safe; with all other statuses it is in vain."""


def catalogue() -> str:
    return "\n".join([ABOUT, *map(entry, by_code())])


@cache
def by_code() -> Mapping[str, type[Exception]]:
    return {code_of(kind): kind for kind in STATUS}


@cache
def advice() -> Mapping[str, Advice]:
    written = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {code: Advice.model_validate(words) for code, words in written.items()}


@cache
def _examples() -> Mapping[type[Exception], tuple[Exception, str]]:
    """With the places that they happen at."""
    return {
        kind_of(each): (each, place)
        for place, errors in (
            (executions.PLACE, doors(executions.PLACE)),
            (queue.PLACE, queue.PROBLEMS),
            (executions.PLACE, executions.PROBLEMS),
        )
        for each in errors
    }


def entry(code: str) -> str:
    """Raises KeyError if there is no such problem."""
    error, place = _examples()[by_code()[code]]
    example = Problem.of(error, place, CORRELATION_ID)
    titles = dict.fromkeys([example.title, Problem.of(error, queue.PLACE, CORRELATION_ID).title])
    status = HTTPStatus(example.status)
    told, again = advice()[code], _AGAIN.get(status, _IN_VAIN)
    return f"""## {code}

**{" / ".join(titles)}** ({status} {status.phrase})

- When: {told.when.en}
- What to do: {told.do.en}
- To repeat the request: {again.en}

* Quando: {told.when.pt}
* O que fazer: {told.do.pt}
* Repetir a requisição: {again.pt}

```json
{example.model_dump_json(by_alias=True, exclude_none=True, indent=2)}
```
"""
