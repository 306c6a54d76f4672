"""Requests over HTTP: each is shown with its answer, which has to be as expected."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from deploy.dev.demo.page import PATIENCE, Document, Page, Unseen, short

_STYLES = {2: "green", 4: "yellow", 5: "red"}


@dataclass(frozen=True)
class Step:
    """One request; `status` and `event`, with those that `follow`, are what has to come of it."""

    method: str
    path: str
    body: Mapping[str, object] | None
    answer: int
    status: str = ""
    event: str = ""
    follow: tuple[str, ...] = ()

    @property
    def events(self) -> tuple[str, ...]:
        return (self.event, *self.follow)


@dataclass(frozen=True)
class Words:
    """The fields of a representation that say how far it has come."""

    status: str
    version: str
    width: int

    def of(self, document: Document) -> tuple[object, object]:
        return document.get(self.status), document.get(self.version)


EXECUTION = TECHNICIAN = BAY = Words("status", "version", width=11)
QUEUE_ITEM = Words("etapa", "versao", width=22)
SERVICE_ORDER = Words("status", "id", width=20)


class Asking:
    """Asks under `place`, of things that are described in `words`."""

    def __init__(self, page: Page, http: httpx.Client, place: str, words: Words) -> None:
        self._page, self._http, self._place, self._words = page, http, place, words

    @property
    def url(self) -> str:
        return str(self._http.base_url).rstrip("/")

    def take(self, step: Step, version: int) -> Document:
        """Carries a step out that leads to this version; returns what it has made of it."""
        content = self.ask(step)
        self.expect(content, step.status, version)
        return content

    def ask(self, step: Step) -> Document:
        answer = self._http.request(step.method, f"{self._place}{step.path}", json=step.body)
        content = _json(answer)
        self._show(step, answer, content)
        if answer.status_code != step.answer:
            where = f"{step.method} {answer.request.url.path}"
            raise Unseen(f"{where} had to answer {step.answer}: {answer.text[:300]}")
        kind = answer.headers.get("content-type", "")
        if answer.is_error and not kind.startswith("application/problem+json"):
            raise Unseen(f"The refusal had to be application/problem+json, but it was {kind}.")
        return content

    def wait_for(
        self, path: str, seen: Callable[[Document], Document | None], **params: str
    ) -> tuple[Document, float]:
        """The part of an answer that `seen` finds, as soon as it finds one, and the milliseconds
        until then."""
        began, last = time.monotonic(), "no answer"
        while time.monotonic() - began < PATIENCE:
            answer = self._http.get(f"{self._place}{path}", params=params or None)
            if found := seen(_json(answer)):
                return found, (time.monotonic() - began) * 1000
            last = f"{answer.status_code} {answer.text[:200]}"
            time.sleep(0.02)
        raise Unseen(f"{path} {params or ''} showed nothing within {PATIENCE:g} s; last: {last}")

    def expect(self, document: Document, status: str, version: int) -> None:
        if (seen := self._words.of(document)) != (status, version):
            raise Unseen(f"Expected {status} in version {version}, and received {seen}.")

    def _show(self, step: Step, answer: httpx.Response, content: Document) -> None:
        path = short(f"{self._place}{step.path}")
        code = (str(answer.status_code), _STYLES.get(answer.status_code // 100, "red"))
        took = (f" {answer.elapsed.total_seconds() * 1000:4.0f} ms  ", "dim")
        line = f"  {step.method:<6} {path:<44} "
        status, version = self._words.of(content)
        if answer.is_error:
            self._page.line(line, code, took, f"refused: {content.get('code')}", clip=True)
            self._page.line((f"         {content.get('detail', answer.text)}", code[1]))
        elif answer.status_code == HTTPStatus.NO_CONTENT:
            self._page.line(line, code, took, clip=True)
        else:
            sent = " ".join(f"{n}={_brief(v)}" for n, v in (step.body or {}).items())
            state = f"{status:<{self._words.width}} v{version:<3}"
            self._page.line(line, code, took, state, (short(sent), "dim"), clip=True)


def _brief(value: object) -> object:
    return f"{len(value)} of them" if isinstance(value, list) and len(value) > 1 else value


def _json(answer: httpx.Response) -> Document:
    try:
        content = answer.json()
    except json.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {"all": content}
