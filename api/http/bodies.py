"""Bodies: JSON in UTF-8 (RFC 8259) as it stands. All else is refused with what to send, once it is
known who sends it and that the path takes a body at all."""

import json
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.responses import Response

from api import JSON
from api.errors import UnsupportedMediaType
from api.http.direct import MISSING, Call
from api.http.json_depth import check_depth
from api.http.locale_pt import ENCODED, NOT_JSON, is_portuguese

DIGITS_AT_MOST = 100
"""Digits of a whole number. Python reads no more than 4,300; ours have six."""
_UTF_8 = frozenset({"", "utf-8", "utf8", "us-ascii"})


class JsonRoute(APIRoute):
    """A route whose body, if it takes one, is read before its fields are looked at."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._call = Call.of(self.dependant)
        self._takes_body = self.body_field is not None  # else whatever comes is of no interest
        self._may_be_missing = (
            self.body_field is None or not self.body_field.field_info.is_required()
        )

    async def answer(self, request: Request) -> Response | None:
        """The answer of the route's function, called straight; None if FastAPI has to look at the
        request."""
        content = await self._read(request)
        values = await self._call.values(request, content) if self._call else None
        if self._call is None or values is None:
            request.scope[_CONTENT] = content
            return None
        response: Response = await self._call.function(**values)
        return response

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_parsed(request: Request) -> Response:
            known = _CONTENT in request.scope
            content = request.scope[_CONTENT] if known else await self._read(request)
            return await handle(_Parsed(request, content) if self._takes_body else request)

        return handle_parsed

    async def _read(self, request: Request) -> Any:
        content = await _content(request) if self._takes_body else MISSING
        # `null`, where there may be no body, is none: some clients send what they do not have.
        return MISSING if content is None and self._may_be_missing else content


_CONTENT = "execution_service.content"
"""The place in a scope of a body that has been read."""


class _Parsed(Request):
    def __init__(self, request: Request, content: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._content = content

    async def body(self) -> bytes:
        return b"" if self._content is MISSING else JSON.encode()

    async def json(self) -> Any:
        return self._content


async def _content(request: Request) -> Any:
    body = await request.body()
    if not body.strip():
        return MISSING
    _check_encoding(request.headers, request.url.path)
    _check_type(request.headers, request.url.path)
    check_depth(body)
    return parse(body)


def _check_encoding(headers: Headers, path: str) -> None:
    encodings = ",".join(headers.getlist("Content-Encoding")).lower().split(",")
    if not {"", "identity"}.issuperset(each.strip() for each in encodings):
        message = ENCODED if is_portuguese(path) else _ENCODED
        raise UnsupportedMediaType(message, {"Accept-Encoding": "identity"})


def _check_type(headers: Headers, path: str) -> None:
    sent = Message()  # as FastAPI reads it
    sent["Content-Type"] = headers.get("Content-Type", "text/plain")
    main, kind = sent.get_content_maintype(), sent.get_content_subtype()
    is_json = main == "application" and (kind == "json" or kind.endswith("+json"))
    if not is_json or (sent.get_content_charset() or "") not in _UTF_8:
        raise not_json(path)


def not_json(path: str) -> UnsupportedMediaType:
    message = NOT_JSON if is_portuguese(path) else _NOT_JSON
    return UnsupportedMediaType(message, {"Accept": JSON})


_ENCODED = "The body has a Content-Encoding: send it as it is, without compression"
_NOT_JSON = (
    f"The Content-Type does not say that the body is JSON in UTF-8: send `Content-Type: {JSON}`"
)


def parse(body: bytes) -> Any:
    """Raises RequestValidationError for what is no JSON, and for what readers of JSON take for
    different things (RFC 7493)."""
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_int=_whole,
            parse_constant=_constant,
            object_pairs_hook=_each_name_once,
        )
    except UnicodeDecodeError as error:
        message = f"The body is not UTF-8, from byte {error.start} on"
        raise _refused("json_not_utf8", message, byte=error.start) from error
    except json.JSONDecodeError as error:
        message = f"not JSON at character {error.pos}: {error.msg}"
        raise _refused("json_invalid", message) from error


def _whole(digits: str) -> int:
    if len(digits) > DIGITS_AT_MOST:
        message = f"A number has {len(digits)} digits, more than can be read ({DIGITS_AT_MOST})"
        raise _refused("json_digits", message, digits=len(digits), most=DIGITS_AT_MOST)
    return int(digits)


def _constant(name: str) -> None:
    raise _refused("json_constant", f"{name} is not a number in JSON", constant=name)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        # In ASCII, because half a surrogate pair may stand in it.
        name = json.dumps(next(each for each in names if names.count(each) > 1))
        raise _refused("json_repeated", f"The field {name} is there more than once", name=name)
    return content


def _refused(kind: str, message: str, **context: Any) -> RequestValidationError:
    return RequestValidationError(
        [{"type": kind, "loc": ("body",), "msg": message, "ctx": context}]
    )
