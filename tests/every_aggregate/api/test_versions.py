"""ETag, If-Match and If-None-Match: who writes says what they have read."""

import asyncio
from collections import Counter

import pytest

from tests.every_aggregate.api.subject import Subject


async def test_a_command_for_the_present_version_is_carried_out(subject: Subject) -> None:
    read = await subject.gets()

    assert subject.read(await subject.begins(If_Match=read.headers["ETag"]))[1] == 2


@pytest.mark.parametrize("tags", ['"1", "7"', "*", 'W/"9", "1"'])
async def test_one_of_several_versions_is_enough(subject: Subject, tags: str) -> None:
    assert subject.read(await subject.begins(If_Match=tags))[1] == 2


@pytest.mark.parametrize("tag", ['"3"', '"x"', '""', 'W/"1"', '"1", W/"2"'])
async def test_a_command_for_another_version_changes_nothing(subject: Subject, tag: str) -> None:
    await subject.changes()

    answer = await subject.begins(If_Match=tag)

    assert subject.refuses(answer, 412, "version-mismatch")["currentVersion"] == 2
    assert await subject.version() == 2


async def test_of_twenty_writers_that_have_read_the_same_one_wins(subject: Subject) -> None:
    bodies = [subject.kind.change.body, subject.kind.changed] * 10
    answers = await asyncio.gather(*(subject.changes(each, If_Match='"1"') for each in bodies))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 19}
    assert await subject.version() == 2


async def test_a_repeat_of_what_was_done_is_not_held_against_the_version_it_made(
    subject: Subject,
) -> None:
    headers = {"Idempotency_Key": "key-1", "If_Match": '"1"'}
    first = await subject.begins(**headers)

    again = await subject.begins(**headers)

    assert subject.kind.reads(again) == subject.kind.reads(first)


async def test_what_has_ended_has_a_version_too(subject: Subject) -> None:
    last = subject.kind.reads(await subject.ends())[subject.kind.version]

    answer = await subject.begins(If_Match='"1"')

    assert subject.refuses(answer, 412, "version-mismatch")["currentVersion"] == last


@pytest.mark.parametrize("malformed", ["1", '"1', '"1" "2"', "*, *", 'w/"1"', '"é"'])
async def test_what_is_no_entity_tag_is_not_valid(subject: Subject, malformed: str) -> None:
    kind, url = subject.kind, subject.url + subject.kind.begin.path
    tag = malformed.encode()

    written = await subject.http.request(kind.begin.method, url, headers=[(b"If-Match", tag)])
    read = await subject.http.get(subject.url, headers=[(b"If-None-Match", tag)])

    subject.refuses(written, 422, "invalid-request")
    subject.refuses(read, 422, "invalid-request")


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"9", "1"', "*"])
@pytest.mark.parametrize("query", ["", "?consistency=strong", "?minVersion=1"])
async def test_a_reader_who_knows_the_version_is_told_just_that(
    subject: Subject, known: str, query: str
) -> None:
    answer = await subject.gets(query, If_None_Match=known)

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == '"1"'


async def test_a_reader_who_knows_an_older_version_is_shown_the_present_one(
    subject: Subject,
) -> None:
    await subject.begins()

    assert subject.read(await subject.gets(If_None_Match='"1"'))[1] == 2
