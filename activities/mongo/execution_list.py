"""Queries of the list of executions, and the filters that they are for the database.

Words are found without regard to case and accents.
"""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from activities.mongo.client import Document
from activities.mongo.filters import Bounds, any_of, inclusive, narrow
from activities.mongo.keyset import SORTABLE
from activities.mongo.patterns import pattern_of
from domain.execution.lifecycle import ExecutionStatus
from domain.kernel.spelling import spellings
from domain.kernel.values import Identifier, Input, Instant, Text

MOST_WORDS = 10
RANGE = {"gte": "$gte", "gt": "$gt", "lte": "$lte", "lt": "$lt"}
T = TypeVar("T")


def _few_words(text: str) -> str:
    if len(text.split()) > MOST_WORDS:
        raise PydanticCustomError("words", "At most {most} words", {"most": MOST_WORDS})
    return text


AnyOf = Annotated[tuple[T, ...], Field(max_length=20)]
Since = Annotated[Instant | None, Field(description="At this moment or later")]
After = Annotated[Instant | None, Field(description="Later than this moment")]
UpTo = Annotated[Instant | None, Field(description="At this moment or earlier")]
Before = Annotated[Instant | None, Field(description="Earlier than this moment")]
SearchWords = Annotated[Text, StringConstraints(max_length=100), AfterValidator(_few_words)]


def _parameter(name: str) -> str:
    field, _, operator = name.rpartition("_")
    return f"{to_camel(field)}[{operator}]" if operator in RANGE else to_camel(name)


class ExecutionQuery(Input):
    """A choice of executions, and their order."""

    model_config = ConfigDict(alias_generator=_parameter)

    service_order_id: Annotated[AnyOf[Identifier], Field(description="Any of these")] = ()
    budget_id: Annotated[AnyOf[Identifier], Field(description="Any of these")] = ()
    technician_id: Annotated[AnyOf[Identifier], Field(description="Any of these")] = ()
    status: Annotated[AnyOf[ExecutionStatus], Field(description="Any of these")] = ()
    created_at_gte: Since = None
    created_at_gt: After = None
    created_at_lte: UpTo = None
    created_at_lt: Before = None
    updated_at_gte: Since = None
    updated_at_gt: After = None
    updated_at_lte: UpTo = None
    updated_at_lt: Before = None
    scheduled_date_gte: Since = None
    scheduled_date_gt: After = None
    scheduled_date_lte: UpTo = None
    scheduled_date_lt: Before = None
    q: Annotated[
        SearchWords | None,
        Field(description="Words that all occur in `notes` or in descriptions of tasks"),
    ] = None
    limit: Annotated[int, Field(ge=1, le=500, description="How many executions at most")] = 100
    offset: Annotated[
        int, Field(ge=0, le=10_000, description="How many to pass over; not with `cursor`")
    ] = 0
    cursor: Annotated[
        str | None, Field(max_length=1000, description="`nextCursor` of the page before this one")
    ] = None
    sort: Annotated[
        str,
        Field(
            max_length=100,
            description=f"Some of {', '.join(SORTABLE)}; `-` before one turns its order round",
            examples=["-createdAt", "status,createdAt"],
        ),
    ] = "-createdAt"
    count: Annotated[bool, Field(description="Whether to count the `total`")] = True

    @model_validator(mode="after")
    def _one_place_to_begin(self) -> "ExecutionQuery":
        if self.cursor and self.offset:
            raise PydanticCustomError("place", "a page begins at an offset or behind a cursor")
        return self

    @property
    def bounds(self) -> dict[str, Bounds]:
        """The first and the last wanted moment, by field."""
        bounds: dict[str, Bounds] = {}
        for name, field, operator in _BOUNDS:
            if at := getattr(self, name):
                narrow(bounds.setdefault(field, {}), *inclusive(operator, at))
        return bounds

    @property
    def wanted(self) -> Document:
        """The query as a filter for the database."""
        chosen = {
            "serviceOrderId": spellings(self.service_order_id),
            "budgetId": spellings(self.budget_id),
            "technicianId": spellings(self.technician_id),
            "status": self.status,
        }
        wanted: Document = {name: any_of(values) for name, values in chosen.items() if values}
        words = {"$and": [_mentions(word) for word in self.q.split()]} if self.q else {}
        return wanted | self.bounds | words


_BOUNDS = [
    (name, to_camel(field), RANGE[operator])
    for name, (field, _, operator) in ((n, n.rpartition("_")) for n in ExecutionQuery.model_fields)
    if operator in RANGE
]


def _mentions(word: str) -> Document:
    literally = {"$regex": pattern_of(word), "$options": "i"}
    # "tasks.description" would mean the same, but cursors of former releases name this filter.
    return {"$or": [{"notes": literally}, {"tasks": {"$elemMatch": {"description": literally}}}]}
