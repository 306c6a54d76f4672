"""Parameters of the routes of executions, as the API's document describes them."""

from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator

from domain.kernel import spelling
from domain.kernel.reading import of_text
from domain.kernel.values import Identifier

_AsWritten = BeforeValidator(of_text(lambda text: spelling.uuid(spelling.identifier(text))))
"""Ids of ours are UUIDs, which others write in capitals too."""

ExecutionId = Annotated[Identifier, _AsWritten, Path(alias="id", description="The execution's id")]
TaskId = Annotated[Identifier, _AsWritten, Path(alias="taskId", description="The task's id")]
