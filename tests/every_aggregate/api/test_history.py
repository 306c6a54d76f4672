"""History of an aggregate, and its refused commands, because people ask why nothing happened."""

from datetime import datetime

import httpx
import pytest

from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import OverHttp, Request

BACK_AND_FORTH = 4


async def test_an_entry_says_what_happened_and_who_asked(subject: Subject) -> None:
    new, begun, _ = subject.kind.statuses
    await subject.begins(X_Correlation_ID="corr-9")

    created, entry = (await subject.history())["history"]

    assert (created["sequence"], created["to_status"]) == (1, new)
    assert "from_status" not in created
    assert entry["event_id"] == f"{subject.id}:2"
    assert (entry["sequence"], entry["from_status"], entry["to_status"]) == (2, new, begun)
    assert (entry["via"], entry["correlation_id"]) == ("http", "corr-9")


@pytest.mark.parametrize(
    ("limit", "pages"),
    [(2, [[1, 2], [3, 4], [5]]), (4, [[1, 2, 3, 4], [5]]), (5, [[1, 2, 3, 4, 5]])],
)
async def test_a_history_comes_in_pages(
    subject: Subject, limit: int, pages: list[list[int]]
) -> None:
    for number in range(BACK_AND_FORTH):
        await subject.changes(subject.kind.changed if number % 2 else None)
    seen = []
    after: int | None = 0
    while after is not None:
        page = await subject.history(subject.kind.page.format(after=after, limit=limit))
        seen.append([entry["sequence"] for entry in page["history"]])
        after = page.get("next_after")

    assert seen == pages


async def test_behind_the_last_entry_there_is_nothing_yet(subject: Subject) -> None:
    page = await subject.history(subject.kind.page.format(after=2, limit=1))

    assert (page["history"], page.get("next_after")) == ([], None)


@pytest.mark.parametrize("after", [0, 1])
async def test_what_never_was_has_no_history(
    kind: OverHttp, http: httpx.AsyncClient, after: int
) -> None:
    nowhere = Subject(kind, http, f"{kind.url}/nowhere")

    answer = await nowhere.gets(kind.history + kind.page.format(after=after, limit=1))

    nowhere.refuses(answer, 404, kind.not_found)


async def test_a_refused_command_leaves_nothing_in_the_history_but_is_told_beside_it(
    subject: Subject,
) -> None:
    kind = subject.kind
    await subject.proceeds(X_Correlation_ID="corr-9")
    await subject.begins()
    await subject.begins(If_Match='"1"')

    told = await subject.history("?include=refused")

    first, second = told["refused"]
    assert [entry["sequence"] for entry in told["history"]] == [1, 2]
    assert (first["status"], first["version"], first["code"]) == (kind.statuses[0], 1, kind.refused)
    assert (first["correlation_id"], first["via"]) == ("corr-9", "http")
    assert kind.statuses[0] in first["reason"]
    assert (second["version"], second["code"]) == (2, "version-mismatch")
    assert second["command"] != first["command"]


async def test_a_history_tells_of_no_refusals_unless_asked(subject: Subject) -> None:
    await subject.proceeds()

    assert "refused" not in await subject.history()


async def test_what_an_ended_one_and_a_signal_were_refused_is_told_too(subject: Subject) -> None:
    await subject.proceeds(Prefer="respond-async")
    await subject.ends()
    await subject.begins()

    told = (await subject.history("?include=refused"))["refused"]

    assert [each["status"] for each in told] == [*subject.kind.statuses[::2]]
    assert {each["code"] for each in told} == {subject.kind.refused}


async def test_the_latest_hundred_refusals_are_kept(subject: Subject) -> None:
    for _ in range(103):
        await subject.proceeds()

    refused = (await subject.history("?include=refused"))["refused"]

    times = [datetime.fromisoformat(each["occurred_at"]) for each in refused]
    assert len(refused) == 100
    assert times == sorted(times)


async def test_of_what_never_was_no_refusal_is_kept(
    kind: OverHttp, http: httpx.AsyncClient
) -> None:
    nowhere = Subject(kind, http, f"{kind.url}/nowhere")
    await nowhere.begins()

    answer = await nowhere.gets(f"{kind.history}?include=refused")

    nowhere.refuses(answer, 404, kind.not_found)


@pytest.mark.parametrize("other", ["all", "refused,all"])
async def test_nothing_else_can_be_included(subject: Subject, other: str) -> None:
    answer = await subject.sends(Request("GET", f"{subject.kind.history}?include={other}"))

    subject.refuses(answer, 422, "invalid-request")
