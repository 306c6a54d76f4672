"""Reservations: claims for moments. One whose holder never came back is given up after seconds."""

from datetime import timedelta

from activities.mongo.claims import Claims

GIVEN_UP_AFTER = timedelta(seconds=10)
"""Age at which a reservation is given up; no request lives as long."""

RESERVATIONS_KEPT = timedelta(days=1)
"""Time that a reservation which nobody has given up is left in the database."""


class Reservations(Claims):
    async def reserve(self, what: str, who: str) -> bool:
        """True if it is `who`'s now, or was before."""
        claim = await self.take(what, who)
        if claim.holder != who and await self.is_older_than(claim, GIVEN_UP_AFTER):
            await self.drop(what, claim)
        return claim.holder == who

    async def release(self, what: str, who: str) -> None:
        """Gives free what `who` has reserved, and nothing of another holder."""
        if (claim := await self.held(what)) and claim.holder == who:
            await self.drop(what, claim)
