"""The service of technicians as its routes ask for it."""

from typing import Annotated

from fastapi import Depends, Request

from api.technicians.service import Technicians


async def technicians(request: Request) -> Technicians:
    service: Technicians = request.app.state.services.technicians
    return service


TechniciansService = Annotated[Technicians, Depends(technicians)]
