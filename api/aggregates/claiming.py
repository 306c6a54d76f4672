"""Claims that another may hold, without the work that they stand for."""

import asyncio
from collections.abc import Awaitable, Callable

from activities.mongo.claims import Claim, Claims

PATIENCE, LOOKS = 0.1, 20
"""The seconds between looks at another's claim, and the number of looks."""


async def take_once_void(
    claims: Claims, what: str, holder: str, is_void: Callable[[Claim], Awaitable[bool]]
) -> Claim | None:
    """The claim for `holder`, which waits while another's is not void: it may be that of a request
    that failed, or of one that is about to be carried out. None if that takes too long. Raises what
    `is_void` raises."""
    for _ in range(LOOKS):
        claim = await claims.take(what, holder)
        if claim.holder == holder:
            return claim
        if await is_void(claim):
            await claims.drop(what, claim)
        else:
            await asyncio.sleep(PATIENCE)
    return None
