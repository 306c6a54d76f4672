"""The technicians and bays whose agendas can be subscribed to."""

from collections.abc import Callable
from typing import NamedTuple

from api import PREFIX
from domain.agenda.resource import Resource
from domain.bay.state import Bay
from domain.bay.state import aggregate_id_of as bay_aggregate_id
from domain.technician.state import Technician, aggregate_id_of


class SubjectKind(NamedTuple):
    """`uid` stands before the subject's id in the UIDs of events, so that a technician and a bay of
    one id have none in common."""

    name: str
    state: type[Resource]
    aggregate_id_of: Callable[[str], str]
    path: str
    uid: str


TECHNICIAN = SubjectKind("technician", Technician, aggregate_id_of, f"{PREFIX}/technicians", "")
BAY = SubjectKind("bay", Bay, bay_aggregate_id, f"{PREFIX}/bays", "bay-")


class Subject(NamedTuple):
    """`id` is the one that its clients know."""

    kind: SubjectKind
    id: str

    @property
    def aggregate_id(self) -> str:
        return self.kind.aggregate_id_of(self.id)

    @property
    def name(self) -> str:
        return f"{self.kind.name.capitalize()} {self.id}"

    @property
    def path(self) -> str:
        return f"{self.kind.path}/{self.id}/agenda.ics"
