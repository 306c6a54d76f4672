"""Bodies as clients really send them: what is JSON is read, and the rest refused in words."""

import gzip
import json
import zlib
from collections.abc import Callable

import httpx
import pytest

from tests.api.answers import BASE, FILA, NEW, problem, shown

JSON = {"Content-Type": "application/json"}
BODY = json.dumps(NEW).encode()
OPTIONAL = ["start", "pause", "resume", "complete", "invoice"]
NONE = {
    "null": (b"null", "application/json"),
    "blanks around null": (b" null\n", "application/json"),
    "nothing": (b"", "application/json"),
    "nothing of a form": (b"", "application/x-www-form-urlencoded"),
    "blanks": (b" \r\n\t", "application/json"),
    "blanks of no type": (b" ", ""),
}


def typed(content_type: str) -> dict[str, str]:
    return {"Content-Type": content_type} if content_type else {}


@pytest.mark.parametrize(("content", "content_type"), NONE.values(), ids=NONE.keys())
async def test_a_body_that_may_be_missing_is(
    http: httpx.AsyncClient, existing: str, content: bytes, content_type: str
) -> None:
    for command in OPTIONAL:
        answer = await http.patch(
            f"{existing}/{command}", content=content, headers=typed(content_type)
        )

        assert answer.status_code == 200, command


@pytest.mark.parametrize(("content", "content_type"), NONE.values(), ids=NONE.keys())
async def test_so_may_those_of_a_repair(
    http: httpx.AsyncClient, queued: str, content: bytes, content_type: str
) -> None:
    for step in ("iniciar-reparo", "finalizar-reparo"):
        answer = await http.post(f"{queued}/{step}", content=content, headers=typed(content_type))

        assert answer.status_code == 200, step


@pytest.mark.parametrize(
    "content_type",
    [
        *("application/json", "application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8"),
        *("application/merge-patch+json", "application/vnd.workshop+json", "application/json;"),
        *('application/json; charset="utf8"', "application/json; profile=x"),
    ],
)
async def test_json_has_several_names(http: httpx.AsyncClient, content_type: str) -> None:
    answer = await http.post(BASE, content=BODY, headers=typed(content_type))

    assert answer.status_code == 201


@pytest.mark.parametrize("path", [BASE, FILA])
@pytest.mark.parametrize(
    "content_type",
    [
        *("application/x-www-form-urlencoded", "text/plain", "text/plain;charset=UTF-8", ""),
        *("multipart/form-data; boundary=x", "text/json", "application/xml", "json", "/"),
        *("application/json; charset=iso-8859-1", "application/json; charset=utf-16"),
        *("application/json, application/json", "application/octet-stream"),
    ],
)
async def test_another_type_is_refused_with_the_type_to_send(
    http: httpx.AsyncClient, path: str, content_type: str
) -> None:
    answer = await http.post(path, content=BODY, headers=typed(content_type))

    detail = problem(answer, 415, "unsupported-media-type")["detail"]
    assert "`Content-Type: application/json`" in detail
    assert answer.headers["Accept"] == "application/json"


@pytest.mark.parametrize("path", [BASE, FILA])
@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity, br", bytes), ("GZIP", bytes)],
)
async def test_an_encoded_body_is_refused_with_what_to_send(
    http: httpx.AsyncClient, path: str, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    answer = await http.post(
        path, content=encode(BODY), headers={**JSON, "Content-Encoding": encoding}
    )

    assert "Content-Encoding" in problem(answer, 415, "unsupported-media-type")["detail"]
    assert answer.headers["Accept-Encoding"] == "identity"


async def test_a_body_that_is_encoded_as_itself_is_read(http: httpx.AsyncClient) -> None:
    answer = await http.post(BASE, content=BODY, headers={**JSON, "Content-Encoding": "Identity"})

    assert answer.status_code == 201


async def test_who_may_not_ask_is_not_told_how_to(asking_for_tokens: httpx.AsyncClient) -> None:
    answer = await asking_for_tokens.post(BASE, content=BODY, headers=typed("text/plain"))

    problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("content", [BODY, b"\xff", b"[" * 1000, b"{"], ids=range(4))
@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain"])
async def test_a_body_that_nobody_needs_is_ignored(
    http: httpx.AsyncClient, existing: str, content: bytes, content_type: str
) -> None:
    answer = await http.post(
        f"{existing}/retry-delivery",
        content=content,
        headers={**typed(content_type), "Content-Encoding": "gzip"},
    )

    assert answer.status_code == 202


async def test_the_mark_of_an_editor_before_the_body_is_passed_over(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.post(BASE, content=b"\xef\xbb\xbf" + BODY, headers=JSON)

    assert shown(answer, 201)["serviceOrderId"] == NEW["serviceOrderId"]


@pytest.mark.parametrize(
    ("content", "words", "palavras"),
    [
        (b'{"x": %s}' % (b"9" * 5000), "5000 digits", "5000 dígitos"),
        (b'{"x": -%s}' % (b"9" * 5000), "digits", "dígitos"),
        (b'{"x": NaN}', "NaN is not a number", "NaN não é um número"),
        (b'{"x": -Infinity}', "-Infinity is not", "-Infinity não é"),
        (b'{"x": 1, "y": {"x": 1, "x": 2}}', 'field "x"', 'campo "x"'),
        (b'{"\\ud800": 1, "\\ud800": 2}', r"\ud800", r"\ud800"),
        ('{"x": "ç"}'.encode("latin-1"), "not UTF-8, from byte 7", "UTF-8, a partir do byte 7"),
        ('{"x": 1}'.encode("utf-16"), "not UTF-8", "UTF-8"),
        (b'{"x": ', "not JSON at character 6", "JSON"),
    ],
)
async def test_what_every_reader_takes_for_something_else_is_refused_in_words(
    http: httpx.AsyncClient, content: bytes, words: str, palavras: str
) -> None:
    english = await http.post(BASE, content=content, headers=JSON)
    portuguese = await http.post(FILA, content=content, headers=JSON)

    assert words in problem(english, 400, "unreadable-request")["detail"]
    assert palavras in problem(portuguese, 400, "unreadable-request")["detail"]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e30", "1E+308"])
async def test_a_number_beyond_all_bounds_is_pointed_at(
    http: httpx.AsyncClient, number: str
) -> None:
    body = json.dumps({**NEW, "estimatedDuration": 0}).replace(": 0", f": {number}")

    answer = await http.post(BASE, content=body.encode(), headers=JSON)

    assert "/estimatedDuration: " in problem(answer, 422, "invalid-request")["detail"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (BASE, "scheduledDate"),
        (BASE, "notes"),
        (BASE, "estimatedDuration"),
        (FILA, "ordem_servico_id"),
        (FILA, "prioridade"),
        (f"{FILA}/proximo", "etapa"),
        (f"{FILA}/proximo", "mecanico_responsavel_id"),
    ],
)
async def test_half_a_character_is_no_text_wherever_it_stands(
    http: httpx.AsyncClient, path: str, field: str
) -> None:
    body = f'{{"{field}": "\\ud83d", "{field}\\udfff": 1}}'

    answer = await http.post(path, content=body.encode(), headers=JSON)

    problem(answer, 422, "invalid-request")
