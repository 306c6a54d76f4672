"""Executions as HTTP responses."""

from starlette.requests import Request
from starlette.responses import Response

from activities.mongo.search import Page
from api.aggregates.explanation import Explanation, Findings
from api.aggregates.responses import Representations, next_page, shown
from api.aggregates.service import HistoryPage
from api.executions.representation import ExecutionHistory, ExecutionList, ExecutionRepresentation
from api.executions.service import link

EXECUTION = Representations(ExecutionRepresentation.of, link)


def listed(page: Page, request: Request) -> Response:
    body = ExecutionList(
        executions=[ExecutionRepresentation.of(each) for each in page.executions],
        total=page.total,
        next_cursor=page.next_cursor,
    )
    return shown(body, headers=next_page(request, page.next_cursor))


def history(execution_id: str, page: HistoryPage) -> Response:
    return shown(
        ExecutionHistory(
            execution_id=execution_id,
            history=page.entries,
            next_after=page.next_after,
            refused=page.refused,
        )
    )


def explained(workflow_id: str, findings: Findings) -> Response:
    return shown(Explanation.of(workflow_id, findings))
