"""The OS service is told over real HTTP; what it answers decides what comes next."""

import secrets

import httpx
import pytest

from activities.http_delivery import LONGEST_DELAY, QUOTES_AT_MOST, http_client
from activities.service_orders import (
    NOTICE_DELAYED,
    NOTICE_REFUSED,
    NOTIFY_SERVICE_ORDER,
)
from deploy.dev.service_orders import ServiceOrdersStub
from tests.activities.service_orders_activity import Teller

TOKEN = secrets.token_urlsafe(24)
FINAL = [400, 402, 404, 405, 409, 410, 422, 451]
PASSING = [401, 403, 408, 425, 429, 301, 302, 307, 500, 501, 502, 503, 504]


# ------------------------------------------------------------------------ what is sent


async def test_a_step_reaches_its_order_as_a_status(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    await tell()

    [call] = os_service.calls
    assert (call.service_order_id, call.status, call.taken) == (7, "EM_DIAGNOSTICO", True)


async def test_a_token_goes_with_the_request_if_there_is_one(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    await tell()
    tell.token = TOKEN
    await tell()

    assert [call.authorization for call in os_service.calls] == [None, f"Bearer {TOKEN}"]


async def test_a_slash_at_the_end_of_the_address_does_no_harm(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    tell.url += "/"

    await tell()

    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    os_service: ServiceOrdersStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    async with http_client() as http:
        await Teller(http, os_service.url)()

    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


def test_the_name_that_histories_know_it_by_stays() -> None:
    assert NOTIFY_SERVICE_ORDER == "notify_service_order"


# ------------------------------------------------------------------------ what is answered


@pytest.mark.parametrize("code", [200, 201, 202, 204])
async def test_any_success_will_do(code: int, tell: Teller, os_service: ServiceOrdersStub) -> None:
    os_service.fail(code=code)

    await tell()

    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


@pytest.mark.parametrize("code", FINAL)
async def test_a_refusal_is_final_and_is_quoted(
    code: int, tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(code=code, detail="no such order", retry_after="3")

    refusal = await tell.failing()

    assert (refusal.type, refusal.non_retryable) == (NOTICE_REFUSED, True)
    assert refusal.message == f'o serviço de OS respondeu {code}: {{"detail": "no such order"}}'
    assert len(os_service.calls) == 1


@pytest.mark.parametrize("code", PASSING)
async def test_what_may_pass_is_left_to_another_attempt(
    code: int, tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(code=code)

    failure = await tell.failing()

    assert (failure.type, failure.non_retryable) == (NOTICE_DELAYED, False)
    assert failure.message.startswith(f"o serviço de OS respondeu {code}: ")
    assert len(os_service.calls) == 1  # a redirect is not followed either


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("1", 1), ("30", 30), (str(LONGEST_DELAY + 1), LONGEST_DELAY), ("999999999", LONGEST_DELAY)],
)
@pytest.mark.parametrize("code", [429, 503])
async def test_a_service_that_asks_for_a_pause_is_given_it_within_reason(
    code: int, asked: str, seconds: int, tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(code=code, retry_after=asked)

    delay = (await tell.failing()).next_retry_delay

    assert delay
    assert delay.total_seconds() == seconds


@pytest.mark.parametrize(
    "asked", ["", "0", "-5", "1.5", "soon", "9" * 5000, "Wed, 21 Oct 2026 07:28:00 GMT"]
)
async def test_a_pause_that_is_no_number_of_seconds_is_not_heeded(
    asked: str, tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(code=503, retry_after=asked)

    assert (await tell.failing()).next_retry_delay is None


async def test_only_an_overloaded_service_may_ask_for_a_pause(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(code=500, retry_after="30")

    assert (await tell.failing()).next_retry_delay is None


async def test_a_long_answer_is_neither_read_nor_quoted_to_its_end(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(code=500, detail="x" * 5_000_000)

    failure = await tell.failing()

    assert len(failure.message) < QUOTES_AT_MOST + 50
    assert "xxx" in failure.message


async def test_a_service_that_quotes_the_token_does_not_make_us_tell_it(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    tell.token = TOKEN
    os_service.fail(code=401, detail=f"expired: Bearer {TOKEN}")

    failure = await tell.failing()

    assert TOKEN not in str(failure)
    assert "expired: Bearer [token]" in failure.message


async def test_an_answer_that_nobody_can_read_is_quoted_as_far_as_it_can_be() -> None:
    def garbled(_: httpx.Request) -> httpx.Response:
        said = b"\x1b[31m\x00 bad \xff\n\n news"
        return httpx.Response(500, stream=httpx.ByteStream(said))

    async with httpx.AsyncClient(transport=httpx.MockTransport(garbled)) as http:
        failure = await Teller(http, "http://os.test").failing()

    assert failure.message == "o serviço de OS respondeu 500: [31m bad � news"
