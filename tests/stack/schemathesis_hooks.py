"""Facts that the OpenAPI document cannot state, stated to Schemathesis. It loads this module in a
process of its own."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

from tests.stack.workshop import new_order

KEY, TAGS = "Idempotency-Key", ("If-Match", "If-None-Match")
KNOWN_HOLIDAYS = {"country": "BR", "subdivision": "SP", "categories": ["PUBLIC"]}
NEW: Mapping[str, Callable[[], dict[str, Any]]] = {
    "POST /api/v1/executions": lambda: {"serviceOrderId": f"{uuid4()}", "budgetId": f"{uuid4()}"},
    "POST /fila-execucao": lambda: {"ordem_servico_id": new_order()},
    "POST /api/v1/closures/import": lambda: dict(KNOWN_HOLIDAYS),
}
"""Values that nobody has used before, or that only the service knows to be right."""
WELL_FORMED_AND_REFUSED = {
    "bad-cursor",  # only the service knows those that it has given
    "bad-sort",  # each field once
    "beyond-horizon",  # counted from today
    "key-reused",  # keys are remembered
    "range-too-long",  # a rule of two fields at once
    "version-mismatch",  # only the service knows the present one
}
"""Problems that a request can have though it is as its schema wants it."""
NUMBERS = {
    *("estimatedDuration", "actualDuration", "durationMinutes", "minutes"),
    *("count", "limit", "limite", "offset"),
}
"""Fields that are numbers; `count` is a word in lists alone."""
SAID_IN_WORDS = (
    "a page begins at an offset or behind a cursor",
    "Either durationMinutes or executionId is needed, or both",
    "`until` is later than `from`",
    "Either status or assignedTo is needed, or both",  # `null` is as good as absent
    "`from` and `to` are both days or both instants",
    "`to` is later than `from`",
    "Two of the times overlap",
    "is no time: `from` and `to` differ",
    "A day of the years 1970 to 2199",  # the document says only that it is a date
)
"""Rules that the document tells in words: of two fields at once, or of a format."""


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Gives a chance to what is meant to be taken: without this, all orders would be number 1, and
    each short key would stand for the first command that it came with."""
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.body, dict) and case.operation.label in NEW:
        case.body |= NEW[case.operation.label]()
    for name in TAGS:
        # The coverage phase makes headers of letters and digits alone, whatever their pattern.
        if case.headers.get(name, "").isalnum():
            case.headers[name] = "*"
    if KEY in case.headers:
        command = f"{case.headers[KEY]} {case.method} {case.formatted_path} {case.body!r}"
        case.headers[KEY] = hashlib.sha256(command.encode()).hexdigest()


@schemathesis.hook
def filter_failure(
    context: HookContext, failure: Failure, case: Case[Any], response: Response
) -> bool:
    if isinstance(failure, AcceptedNegativeData):
        return not _is_read_leniently(case)
    if not isinstance(failure, RejectedPositiveData):
        return True
    problem = response.json()
    in_words = any(rule in problem["detail"] for rule in SAID_IN_WORDS)
    return problem["code"] not in WELL_FORMED_AND_REFUSED and not in_words


def _is_read_leniently(case: Case[Any]) -> bool:
    """True if it says nothing somewhere, or has a number where the document has text, or the other
    way round: the document names what is best sent, and the service takes more."""
    if case.body is None:  # `null` says nothing, where a body may be left out
        return not any(body.is_required for body in case.operation.body)
    body = case.body if isinstance(case.body, dict) else {}
    sent = [*body.items(), *(case.query or {}).items(), *(case.path_parameters or {}).items()]
    return any(_may_stand_for_another(name, value) for name, value in sent)


def _may_stand_for_another(name: str, value: Any) -> bool:
    if isinstance(value, dict):
        return any(_may_stand_for_another(field, each) for field, each in value.items())
    if isinstance(value, list):
        return not value or any(_may_stand_for_another(name, each) for each in value)
    if value is None or isinstance(value, str):
        text = (value or "").strip()
        return not text or text.lstrip("+-").isdigit()
    return isinstance(value, int | float) and name not in NUMBERS
