"""Keys of feeds: what opens a calendar, and what nobody learns who has none."""

from typing import Any

import httpx
import pytest

from api.feeds.keys import FeedKeys
from api.feeds.subjects import TECHNICIAN, Subject
from tests.api.answers import BASE, BAYS, TECHNICIANS, problem
from tests.api.feeds.addresses import OF_ANA, SUBJECTS, feed, rotated
from tests.api.feeds.agendas import ANA, LIFT
from tests.api.feeds.conftest import SECRET
from tests.captured_output import printing


async def test_whatever_is_wrong_with_a_key_is_answered_alike(http: httpx.AsyncClient) -> None:
    keys = FeedKeys(SECRET)
    wrong = {
        "none": OF_ANA,
        "empty": f"{OF_ANA}?key=",
        "another": f"{OF_ANA}?key={'a' * 43}",
        "long": f"{OF_ANA}?key={'a' * 5000}",
        "no text": f"{OF_ANA}?key=%ff%00%F0%9F%94%91",
        "of the bay": f"{OF_ANA}?key={keys.key(LIFT, 1)}",
        "of the next version": f"{OF_ANA}?key={keys.key(ANA, 2)}",
        "of another secret": f"{OF_ANA}?key={FeedKeys('b' * 32).key(ANA, 1)}",
        "of nobody": f"{TECHNICIANS}/bruno?key={keys.key(Subject(TECHNICIAN, 'bruno'), 1)}",
        "of no bay": f"{BAYS}/9?key=x",
        "of no id": f"{TECHNICIANS}/a%20b?key=x",
    }

    answers = [await http.get(_calendar(url)) for url in wrong.values()]

    unknown = await http.get("/api/v1/nowhere")
    for answer in answers:
        assert _lasting(answer) == _lasting(unknown)


async def test_without_a_secret_every_key_is_wrong_in_the_same_way(
    without_feeds: httpx.AsyncClient,
) -> None:
    keys = [FeedKeys(secret).key(ANA, 1) for secret in (SECRET, "")]

    answers = [await without_feeds.get(_calendar(f"{OF_ANA}?key={key}")) for key in keys]

    unknown = await without_feeds.get("/api/v1/nowhere")
    for answer in answers:
        assert _lasting(answer) == _lasting(unknown)


def _calendar(url: str) -> str:
    """The address of the calendar of a subject, with what follows the subject's own."""
    path, _, query = url.partition("?")
    return f"{path}/agenda.ics?{query}"


def _lasting(answer: httpx.Response) -> tuple[dict[str, Any], dict[str, str]]:
    """All that an unknown path is answered, but for its name and the correlation id."""
    body = problem(answer, 404, "not-found")
    assert body["detail"] == f"GET {answer.url.path}"
    names = {"correlationId", "instance", "detail"}
    headers = {"x-correlation-id", "content-length"}
    return (
        {name: body[name] for name in body.keys() - names},
        {name: answer.headers[name] for name in answer.headers.keys() - headers},
    )


async def test_a_calendar_needs_no_token_and_its_key_needs_one(
    asking_for_tokens: httpx.AsyncClient,
) -> None:
    path = f"{OF_ANA}/agenda.ics?key={FeedKeys(SECRET).key(ANA, 1)}"

    calendar = await asking_for_tokens.get(path)
    with_a_bad_one = await asking_for_tokens.get(path, headers={"Authorization": "Bearer x"})

    assert (calendar.status_code, with_a_bad_one.status_code) == (200, 200)
    problem(await asking_for_tokens.get(f"{OF_ANA}/agenda.ics"), 404, "not-found")
    for method, place in [
        ("GET", f"{OF_ANA}/feed"),
        ("POST", f"{OF_ANA}/feed/rotate"),
        ("GET", f"{OF_ANA}/agenda"),
        ("GET", f"{OF_ANA}/agenda.ics/x"),
        ("GET", f"{TECHNICIANS}/agenda.ics"),
        ("GET", f"{TECHNICIANS}/a%2Fb/agenda.ics"),
        ("PUT", f"{OF_ANA}/days/agenda.ics"),
        ("GET", f"{BASE}/e1/agenda.ics"),
    ]:
        problem(await asking_for_tokens.request(method, place), 401, "unauthenticated")


async def test_a_calendar_is_only_read(asking_for_tokens: httpx.AsyncClient) -> None:
    answer = await asking_for_tokens.post(f"{OF_ANA}/agenda.ics")

    problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


async def test_no_key_is_in_the_log(http: httpx.AsyncClient) -> None:
    with printing(0) as printed:
        path = (await feed(http))["path"]
        await rotated(http)
        statuses = [(await http.get(each)).status_code for each in (path, f"{path}x")]
        shown = await http.get((await feed(http))["path"])

    keys = [FeedKeys(SECRET).key(ANA, version) for version in (1, 2)]
    assert (statuses, shown.status_code) == ([404, 404], 200)
    assert {line["route"] for line in printed.of("answered")} >= {
        f"{TECHNICIANS}/{{id}}/agenda.ics"
    }
    assert not [each for each in (*keys, SECRET, "key=") if each in printed.text]


@pytest.mark.parametrize("url", [*SUBJECTS, f"{TECHNICIANS}/bruno"])
async def test_without_a_secret_there_are_no_feeds(
    without_feeds: httpx.AsyncClient, url: str
) -> None:
    problem(await without_feeds.get(f"{url}/feed"), 404, "feeds-disabled")
    problem(await without_feeds.post(f"{url}/feed/rotate"), 404, "feeds-disabled")
