"""An attempt on an OS service that does not answer ends soon, and harms none that follows."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator

import pytest

from activities.service_orders import NOTICE_DELAYED, NOTICE_REFUSED, Notice
from deploy.dev.ports import Ports
from deploy.dev.service_orders import Mode, ServiceOrdersStub
from tests.activities.service_orders_activity import Teller
from tests.conftest import eventually

TOKEN = secrets.token_urlsafe(24)


@pytest.fixture
def soon() -> Iterator[None]:
    """Holds the attempt to its time."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 4


@pytest.mark.usefixtures("soon")
async def test_a_service_that_hangs_is_not_waited_for(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(Mode.HANGS)

    failure = await tell.failing()

    assert failure.message == "o serviço de OS não respondeu em 1 s"
    assert (failure.type, failure.non_retryable) == (NOTICE_DELAYED, False)


async def test_an_answer_that_breaks_off_is_none(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(Mode.BREAKS_OFF)

    failure = await tell.failing()

    assert failure.message.startswith("a conversa com o serviço de OS foi interrompida (")
    assert (failure.type, failure.non_retryable) == (NOTICE_DELAYED, False)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(("code", "type_"), [(409, NOTICE_REFUSED), (500, NOTICE_DELAYED)])
async def test_a_failure_whose_body_never_ends_is_known_by_its_status(
    code: int, type_: str, tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(Mode.DRIPS, code)

    failure = await tell.failing()

    assert (failure.type, failure.message) == (type_, f"o serviço de OS respondeu {code}")


@pytest.mark.usefixtures("soon")
async def test_a_success_whose_body_never_ends_is_a_success(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(Mode.DRIPS, 200)

    await tell()

    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


async def test_a_service_that_is_not_there_is_told_once_it_comes(tell: Teller) -> None:
    os_service = ServiceOrdersStub(Ports.free().service_orders)
    tell.url = os_service.url

    failure = await tell.failing()
    with os_service:
        await tell()

    assert failure.message.startswith("o serviço de OS está fora de alcance: ")
    assert (failure.type, failure.non_retryable) == (NOTICE_DELAYED, False)
    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


async def test_a_service_that_was_started_anew_is_told_like_before(
    tell: Teller, os_service: ServiceOrdersStub
) -> None:
    await tell()
    os_service.__exit__(None, None, None)
    gone = await tell.failing()
    os_service.__enter__()

    await tell()

    assert gone.type == NOTICE_DELAYED
    assert os_service.history(7) == ["EM_DIAGNOSTICO"] * 2


@pytest.mark.parametrize("mode", Mode)
async def test_a_service_that_recovers_is_told_like_before(
    mode: Mode, tell: Teller, os_service: ServiceOrdersStub
) -> None:
    os_service.fail(mode)
    await tell.failing()
    os_service.recover()

    await tell()

    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


async def test_many_hanging_attempts_leave_room_for_the_next(
    tell: Teller, os_service: ServiceOrdersStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    os_service.fail(Mode.HANGS)
    await asyncio.gather(*(tell.failing() for _ in range(120)))
    os_service.recover()
    # Enough for a busy machine; without room, no time would be.
    monkeypatch.setattr("activities.http_delivery.CALL_SECONDS", 10)

    await tell()

    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


async def test_an_attempt_that_is_given_up_leaves_room_for_the_next(
    tell: Teller, os_service: ServiceOrdersStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.http_delivery.CALL_SECONDS", 60)
    os_service.fail(Mode.HANGS, service_order_id=8)
    given_up = asyncio.ensure_future(tell(Notice(service_order_id=8, status="FINALIZADA")))
    await eventually(lambda: os_service.calls)

    given_up.cancel()
    await asyncio.wait([given_up])
    await tell()

    assert given_up.cancelled()
    assert os_service.history(7) == ["EM_DIAGNOSTICO"]


# ------------------------------------------------------------------------ what is not set right


async def test_a_worker_without_an_address_says_which_setting_it_lacks(tell: Teller) -> None:
    tell.url = ""

    failure = await tell.failing()

    assert failure.message == "URL_API_OS não está definida neste worker"
    assert failure.non_retryable is False


@pytest.mark.parametrize(
    "url", ["localhost:3010", "os.internal", "http://", "http://[::1", "ftp://x"]
)
async def test_an_address_that_is_none_is_named_by_its_setting(url: str, tell: Teller) -> None:
    tell.url = url

    failure = await tell.failing()

    assert "URL_API_OS não é um endereço" in failure.message
    assert failure.non_retryable is False


@pytest.mark.parametrize("spoil", [lambda token: f"{token}\r\n", lambda token: f"{token}\x00"])
async def test_a_token_that_cannot_be_sent_is_not_told_either(
    spoil: Callable[[str], str], tell: Teller
) -> None:
    tell.token = spoil(TOKEN)

    failure = await tell.failing()

    assert TOKEN not in f"{failure} {failure.__cause__}"
    assert failure.__suppress_context__
