"""The schedule as its routes ask for it."""

from typing import Annotated

from fastapi import Depends, Request

from api.schedule.service import Schedule


async def schedule(request: Request) -> Schedule:
    service: Schedule = request.app.state.services.schedule
    return service


ScheduleService = Annotated[Schedule, Depends(schedule)]
