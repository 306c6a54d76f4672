"""The feeds as their routes ask for them."""

from typing import Annotated

from fastapi import Depends, Request

from api.feeds.service import Feeds


async def feeds(request: Request) -> Feeds:
    service: Feeds = request.app.state.services.feeds
    return service


FeedsService = Annotated[Feeds, Depends(feeds)]
