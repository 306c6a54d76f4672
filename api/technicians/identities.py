"""The numbers and subjects of technicians: each belongs to one of them, which takes Temporal and
the database together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from activities.mongo.claims import Claim, Claims
from activities.mongo.store import Store
from api.aggregates.claiming import take_once_void
from api.errors import Unavailable
from domain.kernel.errors import DomainError
from domain.technician.errors import TechnicianTaken
from domain.technician.state import NewTechnician, Technician, aggregate_id_of

Names = Mapping[str, str]
"""The claims of a technician by the field that each is of."""


def names_of(profile: NewTechnician | Technician) -> Names:
    fields = {"number": profile.number, "subject": profile.subject}
    return {
        field: f"technician-{field}:{value}" for field, value in fields.items() if value is not None
    }


class Identities:
    def __init__(self, claims: Claims, store: Store) -> None:
        self._claims = claims
        self._store = store

    @asynccontextmanager
    async def claimed(
        self, technician_id: str, profile: NewTechnician
    ) -> AsyncIterator[Technician | None]:
        """Holds the profile's number and subject while it is written down, and gives free what the
        technician had before. Yields them as they were then, None for one who is not known. Raises
        TechnicianTaken, Unavailable and PyMongoError."""
        before = await self._store.get(Technician, aggregate_id_of(technician_id))
        had, wanted = names_of(before) if before else {}, names_of(profile)
        new = {field: name for field, name in wanted.items() if had.get(field) != name}
        claims: dict[str, Claim] = {}
        try:
            for field, name in new.items():
                claims[name] = await self._claim(field, name, profile, technician_id)
            yield before
        except DomainError:
            for name, claim in claims.items():
                await self._claims.drop(name, claim)
            raise
        for field, name in had.items():
            if wanted.get(field) != name:
                await self._release(name, technician_id)

    async def _release(self, name: str, technician_id: str) -> None:
        held = await self._claims.held(name)
        if held and held.holder == technician_id:
            await self._claims.drop(name, held)

    async def _check_free(self, field: str, profile: NewTechnician, technician_id: str) -> None:
        """Raises TechnicianTaken for what another one is seen to have: one whom a signal has given
        it, or whose claim was lost with the database, has claimed nothing."""
        owner = await self._store.latest(Technician, {field: getattr(profile, field)})
        if owner and owner.technician_id != technician_id:
            raise TechnicianTaken(
                f"This {field} is {owner.technician_id}'s",
                technician_id=owner.technician_id,
                field=field,
            )

    async def _claim(
        self, field: str, name: str, profile: NewTechnician, technician_id: str
    ) -> Claim:
        async def is_void(claim: Claim) -> bool:
            await self._check_free(field, profile, technician_id)
            return await self._claims.is_settled(claim)

        await self._check_free(field, profile, technician_id)
        claim = await take_once_void(self._claims, name, technician_id, is_void)
        if claim is None:
            raise Unavailable(f"This {field} is being claimed by another request")
        return claim
