"""One aggregate as a client of the API meets it."""

from dataclasses import dataclass

import httpx

from activities.delivery_failure import DeliveryFailure
from domain.kernel.delivery_health import HealthStatus
from tests.every_aggregate.kinds import Body, OverHttp, Request


@dataclass(frozen=True)
class Subject:
    """One aggregate, seen over HTTP."""

    kind: OverHttp
    http: httpx.AsyncClient
    url: str

    @property
    def id(self) -> str:
        return self.url.rpartition("/")[2]

    async def sends(self, request: Request, /, **headers: str) -> httpx.Response:
        """A header's name is written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.url + request.path
        return await self.http.request(request.method, url, json=request.body, headers=named)

    async def begins(self, **headers: str) -> httpx.Response:
        return await self.sends(self.kind.begin, **headers)

    async def proceeds(self, **headers: str) -> httpx.Response:
        return await self.sends(self.kind.proceed, **headers)

    async def changes(self, body: Body | None = None, /, **headers: str) -> httpx.Response:
        change = self.kind.change
        return await self.sends(Request(change.method, change.path, body or change.body), **headers)

    async def ends(self) -> httpx.Response:
        """The last step's answer."""
        for request in self.kind.end:
            answer = await self.sends(request)
            assert answer.status_code == 200, answer.text
        return answer

    async def gets(self, path: str = "", **headers: str) -> httpx.Response:
        return await self.sends(Request("GET", path), **headers)

    async def sees(self, path: str = "") -> Body:
        return self.kind.reads(await self.gets(path))

    async def lists(self) -> list[Body]:
        return self.kind.listed(await self.http.get(self.kind.url))

    async def explains(self) -> Body:
        """Explanation of why nothing moves, under the names that it has in the code."""
        answer = await self.gets(self.kind.explain)
        assert answer.status_code == 200, answer.text
        explanation = self.kind.explanation.model_validate_json(answer.text)
        return explanation.model_dump(mode="json", by_alias=False, exclude_none=True)

    async def history(self, query: str = "") -> Body:
        """A page of its history, under the names that it has in the code."""
        answer = await self.gets(self.kind.history + query)
        assert answer.status_code == 200, answer.text
        page = self.kind.page_of_history.model_validate_json(answer.text)
        return page.model_dump(mode="json", by_alias=False, exclude_none=True)

    async def version(self) -> int:
        return int((await self.sees())[self.kind.version])

    async def status(self) -> str:
        return str((await self.sees())["status"])

    def health_in(self, shown: Body) -> Body:
        health: Body = shown[self.kind.state.model_fields["health"].alias or ""]
        return health

    def is_stuck(self, shown: Body) -> bool:
        """True if readers are told that nobody can go on with it."""
        told = self.health_in(shown).values()
        stuck = {HealthStatus.STUCK, self.words_of(DeliveryFailure.ENDED)} <= set(told)
        return stuck and shown[self.kind.actions] == []

    def words_of(self, failure: DeliveryFailure) -> str:
        """Words that readers have of a failure, in the aggregate's language."""
        return failure.in_words(self.kind.state.model_fields["health"].default.LANGUAGE)

    def read(self, answer: httpx.Response) -> tuple[str, int]:
        """Status and version in an answer."""
        body = self.kind.reads(answer)
        return body["status"], body[self.kind.version]

    def refuses(self, answer: httpx.Response, status: int, code: str) -> Body:
        """The problem in an answer, in the aggregate's language."""
        body = self.kind.problem(answer, status, code)
        assert self.kind.words.get(code, "") in body["detail"]
        return body
