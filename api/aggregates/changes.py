"""Requests that change an aggregate, from their preconditions to their responses."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus

from starlette.responses import Response

from api.aggregates.responses import Fields, Representations, signalled, weak_tags_explained
from api.aggregates.service import Aggregates
from api.http.preconditions import WritePreconditions
from domain.kernel.aggregate import Answer, Change, Command, State


async def changed(
    aggregates: Aggregates[State],
    representations: Representations[State],
    asked: WritePreconditions,
    aggregate_id: str,
    command: Command[State],
    status: HTTPStatus = HTTPStatus.OK,
    beside: Callable[[State], Awaitable[Fields]] | None = None,
) -> Response:
    """The response to a command, once it is carried out, or sent if nobody waits for it; `beside`
    finds what else its sender is told."""
    if asked.is_async:
        await aggregates.signal(aggregate_id, command, asked.origin)
        return signalled(representations.link(aggregate_id))
    with weak_tags_explained(asked):
        answer = await aggregates.execute(aggregate_id, command, asked.origin)
    more = await beside(answer.state) if beside else None
    return await representations.changed(answer, asked, aggregates, status, more)


async def put(
    aggregates: Aggregates[State],
    representations: Representations[State],
    asked: WritePreconditions,
    aggregate_id: str,
    answer: Awaitable[Answer[State] | None],
    opened: Callable[[datetime], Change[State]],
) -> Response:
    """The response to a PUT. Without an answer it has registered the aggregate, as `opened` has
    it."""
    with weak_tags_explained(asked):
        answered = await answer
    if answered is None:
        state, is_readable = await aggregates.created(aggregate_id, lambda at: opened(at)[0])
        return representations.created(state, is_readable=is_readable)
    if answered.state.version == 1:  # as it was registered
        return await representations.repeated(answered, asked, aggregates)
    return await representations.changed(answered, asked, aggregates)
