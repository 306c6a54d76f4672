"""The service of executions as its routes ask for it: async, for FastAPI runs other dependencies
in threads."""

from typing import Annotated

from fastapi import Depends, Request

from api.executions.service import Executions


async def executions(request: Request) -> Executions:
    service: Executions = request.app.state.services.executions
    return service


ExecutionsService = Annotated[Executions, Depends(executions)]
