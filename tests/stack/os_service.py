"""The service that owns the orders, as its stand-in in the stack lets it be seen and broken."""

from types import TracebackType

import httpx

from tests.conftest import eventually

STEPS = ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO", "EM_EXECUCAO", "FINALIZADA"]
"""Words that it hears of an item from the first step to the last."""


class OsService:
    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=10.0)

    def __enter__(self) -> "OsService":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.recovers()
        self._http.close()

    def history(self, order: int) -> list[str]:
        """The statuses that it has taken, in the order in which they came."""
        answer = self._http.get(f"/ordens_servico/{order}").raise_for_status()
        return list(answer.json()["historico"])

    def attempts(self, order: int) -> list[str]:
        """The statuses that it was told, taken or not."""
        calls = self._http.get("/_chamadas").raise_for_status().json()
        return [call["status"] for call in calls if call["service_order_id"] == order]

    async def hears(self, order: int, statuses: list[str], within: float = 45.0) -> None:
        """Just these, in this order; repeats, which are harmless, count once."""
        await eventually(
            lambda: _without_repeats(self.history(order)),
            lambda heard: heard == statuses,
            within=within,
        )

    def fails(self, mode: str, order: int | None = None, code: int = 503) -> None:
        """`recusa`, `trava`, `interrompe` or `goteja`: for one order, or for all."""
        body = {"modo": mode, "codigo": code} | ({"ordem_servico_id": order} if order else {})
        self._http.put("/_falha", json=body).raise_for_status()

    def recovers(self) -> None:
        self._http.delete("/_falha").raise_for_status()


def _without_repeats(statuses: list[str]) -> list[str]:
    return [each for at, each in enumerate(statuses) if at == 0 or statuses[at - 1] != each]
