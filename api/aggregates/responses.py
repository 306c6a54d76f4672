"""Parts of HTTP responses that are the same for every aggregate."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Generic, NamedTuple
from urllib.parse import urlencode

from pydantic import BaseModel, JsonValue
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from api import JSON
from api.aggregates.explanation import Explanation, Findings
from api.aggregates.service import Aggregates
from api.http.preconditions import ASYNC, NO_WAIT, ReadPreconditions, WritePreconditions
from domain.kernel.aggregate import Aggregate, Answer, State
from domain.kernel.errors import VersionMismatch

PENDING = {"X-Snapshot": "pending"}
NO_STORE = {"Cache-Control": "no-store"}
"""The headers of what may look different without a new version."""
ONLY_WEAK = "weak"
"""The hint for an `If-Match` that can match nothing."""
_PLACE = frozenset({"cursor", "offset"})
"""The parameters that say where in a list a page begins."""
OUTCOME = ("X-Snapshot", "Preference-Applied", "Idempotency-Replayed")
"""The headers that say how a command was carried out, whether or not there is a body."""

Headers = dict[str, str]
Fields = Mapping[str, JsonValue]
"""Fields of a body, as JSON has them."""


class Progress(NamedTuple):
    """State of a command that was carried out: `is_readable` once readers can see its effect."""

    is_readable: bool
    headers: Headers


async def progress_of(
    answer: Answer[State], preconditions: WritePreconditions, aggregates: Aggregates[State]
) -> Progress:
    """Waits until readers see the state that a command led to, unless its sender does not."""
    headers: Headers = {}
    origin, state = preconditions.origin, answer.state
    if answer.request_id != origin.request_id and origin.key:
        headers["Idempotency-Replayed"] = "true"
    if not preconditions.waits:
        return Progress(False, headers | {"Preference-Applied": NO_WAIT})
    is_readable = await aggregates.show(state)
    return Progress(is_readable, headers if is_readable else headers | PENDING)


@contextmanager
def weak_tags_explained(preconditions: WritePreconditions) -> Iterator[None]:
    """Adds a hint to a VersionMismatch that only the weakness of its tags has led to."""
    try:
        yield
    except VersionMismatch as refusal:
        if preconditions.only_weak:
            refusal.add_note(ONLY_WEAK)
        raise


def signalled(location: str) -> Response:
    """The response to a command that nobody waits for (`Prefer: respond-async`)."""
    headers = {"Location": location, "Preference-Applied": ASYNC}
    return Response(status_code=HTTPStatus.ACCEPTED, headers=headers)


def is_known(state: Aggregate, preconditions: ReadPreconditions) -> bool:
    """True if a reader has this state already. Its health has no version, and a failure must be
    seen."""
    return state.health.is_ok and preconditions.knows(state.version)


def not_modified(version: int, headers: Headers) -> Response:
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=etag(version) | headers)


def etag(version: int) -> Headers:
    return {"ETag": f'"{version}"'}


def next_page(request: Request, cursor: str | None) -> Headers:
    """The link to the page behind `cursor`, if there is one: to the same list, from there on."""
    if cursor is None:
        return {}
    query = [each for each in request.query_params.multi_items() if each[0] not in _PLACE]
    # Without the host, which a client or a proxy may have made up.
    path = f"{request.scope['path']}?{urlencode([*query, ('cursor', cursor)])}"
    return {"Link": f'<{path}>; rel="next"'}


class Representations(Generic[State]):
    """Responses that show an aggregate of one kind; `represent` makes what clients see of it, and
    `link` its path from its id. What is absent is left out."""

    def __init__(self, represent: Callable[[State], BaseModel], link: Callable[[str], str]) -> None:
        self._represent = represent
        self.link = link

    def shown(
        self,
        state: State,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Headers | None = None,
        more: Fields | None = None,
    ) -> Response:
        kept = {} if state.health.is_ok else NO_STORE
        headers = etag(state.version) | kept | (headers or {})
        if not more:
            return shown(self._represent(state), status, headers)
        body = self._represent(state).model_dump(mode="json", exclude_none=True)
        return json_response(to_json(body | dict(more)), status, headers)

    def read(
        self, state: State, preconditions: ReadPreconditions, *, is_fresh: bool = True
    ) -> Response:
        headers = {} if is_fresh else PENDING
        if is_known(state, preconditions):
            return not_modified(state.version, headers)
        return self.shown(state, headers=headers)

    async def changed(
        self,
        answer: Answer[State],
        preconditions: WritePreconditions,
        aggregates: Aggregates[State],
        status: HTTPStatus = HTTPStatus.OK,
        more: Fields | None = None,
    ) -> Response:
        """The state that a command led to, once readers can see it too, and `more` beside it."""
        progress = await progress_of(answer, preconditions, aggregates)
        return self.shown(answer.state, status, progress.headers, more)

    async def repeated(
        self,
        answer: Answer[State],
        preconditions: WritePreconditions,
        aggregates: Aggregates[State],
    ) -> Response:
        """The answer to a creation that has been there before."""
        progress = await progress_of(answer, preconditions, aggregates)
        headers = self._location(answer.state) | progress.headers
        return self.shown(answer.state, HTTPStatus.CREATED, headers)

    def created(self, state: State, *, is_readable: bool) -> Response:
        headers = self._location(state) | ({} if is_readable else PENDING)
        return self.shown(state, HTTPStatus.CREATED, headers)

    def _location(self, state: State) -> Headers:
        return {"Location": self.link(state.aggregate_id)}


def shown(
    body: BaseModel, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    """The body without what is absent."""
    return json_response(body.model_dump_json(exclude_none=True), status, headers)


def explained(workflow_id: str, findings: Findings) -> Response:
    return shown(Explanation.of(workflow_id, findings))


def removed(changed: Response) -> Response:
    """The same without a body, if it was done."""
    if changed.status_code != HTTPStatus.OK:
        return changed
    headers = {name: changed.headers[name] for name in OUTCOME if name in changed.headers}
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


def json_response(
    body: str | bytes, status: HTTPStatus = HTTPStatus.OK, headers: Headers | None = None
) -> Response:
    return Response(body, status, headers, JSON)
