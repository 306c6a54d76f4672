"""Feeds over HTTP: calendars behind keys, and the keys."""

import asyncio

import httpx
import pytest

from activities.mongo.store import Store
from activities.probes import Readiness
from api.composition import assembled
from api.executions.planning import PlanningRules
from api.fila.service import QueueRules
from domain.agenda.bookings import Booking
from domain.kernel.values import evolve
from domain.technician.lifecycle import TechnicianStatus
from tests.activities.databases import Database
from tests.api.answers import BAYS, TECHNICIANS, problem
from tests.api.app_client import Frontage
from tests.api.feeds.addresses import OF_ANA, OF_LIFT, SUBJECTS, feed, rotated
from tests.api.feeds.agendas import agenda, events, text
from tests.api.feeds.conftest import SECRET
from tests.api.temporal_fake import FakeEngines
from tests.starts import SAO_PAULO


@pytest.mark.parametrize("url", SUBJECTS)
async def test_a_feed_leads_to_its_calendar(http: httpx.AsyncClient, url: str) -> None:
    shown = await feed(http, url)

    calendar = await http.get(shown["path"])

    assert shown["path"].startswith(f"{url}/agenda.ics?key=")
    assert shown["feedVersion"] == 1
    assert calendar.status_code == 200
    assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar.headers["Cache-Control"] == "private, no-cache"
    assert [text(each, "SUMMARY") for each in events(calendar.content)] == ["OS 1042 · bay 2"]


async def test_a_feed_is_the_same_each_time(http: httpx.AsyncClient) -> None:
    assert await feed(http) == await feed(http)


async def test_a_calendar_that_is_known_is_not_sent_again(
    http: httpx.AsyncClient, store: Store, cancelled: Booking
) -> None:
    path = (await feed(http))["path"]
    first = await http.get(path)
    known = {"If-None-Match": first.headers["ETag"]}

    same = await http.get(path, headers=known)
    through_a_proxy = await http.get(
        path, headers={"If-None-Match": f'"x", W/{first.headers["ETag"]}'}
    )
    await store.save(evolve(agenda(cancelled), version=9))
    changed = await http.get(path, headers=known)

    assert not first.headers["ETag"].startswith("W/")
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    assert same.headers["Cache-Control"] == "private, no-cache"
    assert through_a_proxy.status_code == 304
    assert changed.status_code == 200
    assert text(events(changed.content)[0], "STATUS") == "CANCELLED"


async def test_a_head_of_a_calendar_has_no_content(http: httpx.AsyncClient) -> None:
    path = (await feed(http))["path"]

    get, head = await http.get(path), await http.head(path)
    wrong = await http.head(f"{path}x")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert int(head.headers["Content-Length"]) == len(get.content)
    assert (wrong.status_code, wrong.content) == (404, b"")


@pytest.mark.parametrize("url", SUBJECTS)
async def test_a_rotation_ends_the_key_of_before_at_once(http: httpx.AsyncClient, url: str) -> None:
    before = await feed(http, url)

    after = await rotated(http, url)

    assert after["feedVersion"] == 2
    assert await feed(http, url) == after
    problem(await http.get(before["path"]), 404, "not-found")
    assert (await http.get(after["path"])).status_code == 200


async def test_a_rotation_leaves_other_feeds_alone(http: httpx.AsyncClient) -> None:
    lift = await feed(http, OF_LIFT)

    await rotated(http, OF_ANA)

    assert await feed(http, OF_LIFT) == lift
    assert (await http.get(lift["path"])).status_code == 200


async def test_of_rotations_at_once_one_key_is_left(http: httpx.AsyncClient) -> None:
    before = await feed(http)

    shown = await asyncio.gather(*(rotated(http) for _ in range(20)))

    paths = {each["path"] for each in shown} | {before["path"]}
    answers = {path: await http.get(path) for path in paths}
    opened = [path for path, answer in answers.items() if answer.status_code == 200]
    assert opened == [(await feed(http))["path"]]


async def test_an_inactive_technician_has_a_calendar(
    http: httpx.AsyncClient, store: Store, tomorrow: Booking
) -> None:
    inactive = evolve(agenda(tomorrow), status=TechnicianStatus.INACTIVE, version=9)
    await store.save(inactive)

    calendar = await http.get((await feed(http))["path"])

    assert calendar.status_code == 200
    assert len(events(calendar.content)) == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [(f"{TECHNICIANS}/bruno", "technician-not-found"), (f"{BAYS}/9", "bay-not-found")],
)
async def test_who_is_not_registered_has_no_feed(
    http: httpx.AsyncClient, url: str, code: str
) -> None:
    problem(await http.get(f"{url}/feed"), 404, code)
    problem(await http.post(f"{url}/feed/rotate"), 404, code)


async def test_without_the_database_there_are_no_calendars(
    frontage: Frontage,
    engines: FakeEngines,
    readiness: Readiness,
    rules: QueueRules,
    no_database: Database,
) -> None:
    services = assembled(engines, no_database, rules, PlanningRules(SAO_PAULO), SECRET)

    async with frontage.of(services, readiness) as offline:
        answers = [
            await offline.get(f"{OF_ANA}/agenda.ics?key=x"),
            await offline.get(f"{OF_ANA}/feed"),
            await offline.post(f"{OF_ANA}/feed/rotate"),
        ]

    for answer in answers:
        problem(answer, 503, "database-unavailable")
