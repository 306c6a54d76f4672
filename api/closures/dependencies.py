"""The closures as their routes ask for them: async, for FastAPI runs other dependencies in
threads."""

from typing import Annotated

from fastapi import Depends, Request

from activities.mongo.closures import Closures


async def closures(request: Request) -> Closures:
    known: Closures = request.app.state.services.closures
    return known


ClosureDays = Annotated[Closures, Depends(closures)]
