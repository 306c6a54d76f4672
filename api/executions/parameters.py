"""What a request names of executions beside its body, and what the API's document says of it."""

from typing import Annotated, Literal

from fastapi import Path, Query

from domain.model import Identifier

LARGEST = 2**31 - 1

ExecutionId = Annotated[Identifier, Path(alias="id", description="The execution's id")]
TaskId = Annotated[Identifier, Path(alias="taskId", description="The task's id")]
MinVersion = Annotated[
    int | None,
    Query(
        alias="minVersion",
        ge=1,
        le=LARGEST,
        description="Waits up to a second for this version to be readable",
    ),
]
Consistency = Annotated[
    Literal["strong"] | None, Query(description="`strong`: as the workflow itself has it")
]
After = Annotated[int, Query(ge=0, le=LARGEST, description="Begins behind this `sequence`")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many entries at most")]
Include = Annotated[
    Literal["refused"] | None, Query(description="`refused`: also what could not be done")
]
