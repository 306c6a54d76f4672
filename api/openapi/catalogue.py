"""The catalogue of problems in Markdown: the meaning of each `type`, and what to do about it.

Prose is written by hand in `catalogue.toml`; the rest is what the API really answers.
"""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus

from api.http.locale_pt import translate_problem
from api.http.problems import Problem
from api.http.statuses import ErrorClass
from api.openapi import schedule
from api.openapi.advice import Bilingual, advice, kinds
from api.openapi.aggregates import AGGREGATES
from api.openapi.problem_examples import problem_examples

MARKDOWN = "text/markdown"

ABOUT = """# Problems

What the API answers when it cannot do what it is asked: `application/problem+json`, RFC 9457. The
`type` is `urn:execution-service:` and the `code` that heads each section, and the header
`Link: …; rel="help"` leads to the same text. The queue's clients are answered in Portuguese.

O que a API responde quando não pode fazer o que se pede: `application/problem+json`, RFC 9457. O
`type` é `urn:execution-service:` mais o `code` que dá nome a cada seção, e o cabeçalho
`Link: …; rel="help"` leva ao mesmo texto. Os clientes da fila são respondidos em português.
"""

_LATER = Bilingual(en="Safe: nothing was changed.", pt="Seguro: nada foi alterado.")
_SAME_KEY = Bilingual(
    en="Safe with the same `Idempotency-Key`, and only so: it may have been done.",
    pt="Seguro com a mesma `Idempotency-Key`, e somente assim: pode ter sido feito.",
)
_IN_VAIN = Bilingual(
    en="Safe, and in vain as long as nothing else has changed.",
    pt="Seguro, e inútil enquanto nada mais tiver mudado.",
)
_AGAIN: Mapping[HTTPStatus, Bilingual] = {
    HTTPStatus.REQUEST_TIMEOUT: _LATER,
    HTTPStatus.TOO_MANY_REQUESTS: _LATER,
    HTTPStatus.INTERNAL_SERVER_ERROR: _SAME_KEY,
    HTTPStatus.SERVICE_UNAVAILABLE: _LATER,
    HTTPStatus.GATEWAY_TIMEOUT: _SAME_KEY,
}
"""The safety of a repeat; with all other statuses it is in vain."""


def catalogue() -> str:
    return "\n".join([ABOUT, *map(entry, kinds())])


@cache
def _examples() -> Mapping[ErrorClass, Problem]:
    known = [(each.place(), each.problems()) for each in reversed(AGGREGATES)]
    return {
        kind: example
        for place, refusals in ((schedule.PLACE, schedule.problems()), *known)
        for kind, example in problem_examples(place, refusals).items()
    }


def entry(code: str) -> str:
    """Raises KeyError if there is no such problem."""
    kind = kinds()[code]
    example, advised = _examples()[kind], advice()[code]
    status = HTTPStatus(example.status)
    again = _AGAIN.get(status, _IN_VAIN)
    titles = dict.fromkeys([example.title, translate_problem(kind, example.title, "")[0]])
    return f"""## {code}

**{" / ".join(titles)}** ({status} {status.phrase})

- When: {advised.when.en}
- What to do: {advised.do.en}
- To repeat the request: {again.en}

* Quando: {advised.when.pt}
* O que fazer: {advised.do.pt}
* Repetir a requisição: {again.pt}

```json
{example.model_dump_json(by_alias=True, exclude_none=True, indent=2)}
```
"""
