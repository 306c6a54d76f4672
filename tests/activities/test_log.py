"""A line is one JSON object, whatever it tells of, and says what it belongs to."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest
from temporalio.testing import ActivityEnvironment

from activities.log import begin, relate
from tests.captured_output import Printed, printing

log = logging.getLogger("somebody")

HOSTILE = 'a\r\n{"level": "FORGED"}\x1b[2J\x00\u2028\u202e\ud800' + "x" * 10_000


@pytest.fixture
def printed() -> Iterator[Printed]:
    with printing() as printed:
        yield printed


def test_a_line_says_when_how_bad_what_and_of_which_service(printed: Printed) -> None:
    log.warning("the %s is gone", "bus")

    (line,) = printed.lines
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo
    assert line == {
        "level": "WARNING",
        "logger": "somebody",
        "message": "the bus is gone",
        "service": "execution-service",
    }


def test_whatever_it_is_told_is_one_line_of_ascii(printed: Printed) -> None:
    log.info(HOSTILE, extra={"reason": HOSTILE})

    assert printed.text.count("\n") == 1
    assert printed.text.rstrip("\n").isascii()
    assert printed.text.rstrip("\n").isprintable()
    assert printed.lines[0]["reason"] == HOSTILE


def test_a_traceback_is_part_of_its_line(printed: Printed) -> None:
    try:
        raise ZeroDivisionError("of ours")
    except ZeroDivisionError:
        log.exception("failed")

    (line,) = printed.lines
    assert "ZeroDivisionError: of ours" in line["exc_info"]


async def test_a_line_says_what_its_work_belongs_to(printed: Printed) -> None:
    begin({"correlationId": "corr-1", "workflowId": None})
    log.info("first")
    relate({"workflowId": "execution-1"})
    log.info("second")

    first, second = printed.lines
    assert first["correlationId"] == second["correlationId"] == "corr-1"
    assert "workflowId" not in first
    assert second["workflowId"] == "execution-1"


async def test_works_at_the_same_time_are_told_apart(printed: Printed) -> None:
    together = asyncio.Barrier(2)

    async def work(name: str) -> None:
        begin({"correlationId": name})
        await together.wait()
        relate({"workflowId": f"of-{name}"})
        await asyncio.create_task(_part(name))

    async def _part(name: str) -> None:
        log.info(name)

    await asyncio.gather(work("one"), work("two"))

    assert {
        (line["message"], line["correlationId"], line["workflowId"]) for line in printed.lines
    } == {
        ("one", "one", "of-one"),
        ("two", "two", "of-two"),
    }


async def test_what_becomes_known_without_a_work_is_forgotten(printed: Printed) -> None:
    async def nobodys() -> None:
        relate({"workflowId": "execution-1"})
        log.info("alone")

    await asyncio.create_task(nobodys())

    assert "workflowId" not in printed.lines[0]


async def test_a_tracers_own_ids_stay(printed: Printed) -> None:
    begin({"dd.trace_id": "1", "dd.span_id": "2"})

    log.info("traced", extra={"dd.trace_id": "7", "dd.span_id": "8"})

    (line,) = printed.lines
    assert (line["dd.trace_id"], line["dd.span_id"]) == ("7", "8")


async def test_an_activity_says_whose_it_is(printed: Printed) -> None:
    async def work() -> None:
        log.info("at work")

    environment = ActivityEnvironment()
    await environment.run(work)

    assert printed.lines[0]["workflowId"] == environment.info.workflow_id


def test_what_only_the_sdk_understands_is_left_out(printed: Printed) -> None:
    log.info("core", extra={"temporal_log": object(), "temporal_workflow": {}})

    assert not [name for name in printed.lines[0] if name.startswith("temporal")]
