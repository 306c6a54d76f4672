"""Parameters of the routes of every aggregate whose API is in English."""

from typing import Annotated, Literal

from fastapi import Query

from domain.kernel.reading import blank_as

LARGEST_NUMBER = 2**31 - 1

MinVersion = Annotated[
    int | None,
    Query(
        alias="minVersion",
        ge=1,
        le=LARGEST_NUMBER,
        description="Waits up to a second for this version to be readable",
    ),
    blank_as(None),
]
Consistency = Annotated[
    Literal["strong"] | None,
    Query(description="`strong`: as the workflow itself has it"),
    blank_as(None),
]
After = Annotated[
    int, Query(ge=0, le=LARGEST_NUMBER, description="Begins behind this `sequence`"), blank_as(0)
]
Limit = Annotated[int, Query(ge=1, le=500, description="How many entries at most"), blank_as(100)]
Include = Annotated[
    Literal["refused"] | None,
    Query(description="`refused`: also what could not be done"),
    blank_as(None),
]
