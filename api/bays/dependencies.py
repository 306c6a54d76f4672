"""The service of bays as its routes ask for it."""

from typing import Annotated

from fastapi import Depends, Request

from api.bays.service import Bays


async def bays(request: Request) -> Bays:
    service: Bays = request.app.state.services.bays
    return service


BaysService = Annotated[Bays, Depends(bays)]
