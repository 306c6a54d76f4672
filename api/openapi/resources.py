"""Responses of the routes that technicians and bays have alike."""

from http import HTTPStatus

from activities.mongo.keyset import BadCursor
from api.errors import KeyReused, UnsupportedMediaType, WorkflowEnded
from api.http.statuses import ErrorClass
from api.openapi.responses import ResponseDocs, Responses
from domain.kernel.errors import InvalidTransition, VersionMismatch


class ResourceDocs:
    """`name` is the resource's in operation ids, `not_found` says that there is none."""

    def __init__(self, docs: ResponseDocs, name: str, not_found: ErrorClass) -> None:
        self._docs = docs
        self._name = name
        self._not_found = not_found

    def alike(self, *refusals_to_put: ErrorClass) -> dict[str, Responses]:
        """Responses, by operation id."""
        docs, name = self._docs, self._name
        subject = name.lower()
        created = docs.done(HTTPStatus.CREATED, f"The new {subject}", "ETag", "Location")
        shown = ("ETag", "X-Snapshot")
        return {
            f"put{name}": created | self.changed(*refusals_to_put, is_body=True),
            f"deactivate{name}": self.changed(is_body=True),
            f"reactivate{name}": self.changed(is_body=True),
            f"list{name}s": docs.success(HTTPStatus.OK, "A page of the list", "Link")
            | docs.problems(BadCursor),
            f"get{name}": docs.success(HTTPStatus.OK, f"The {subject}", *shown)
            | docs.success(HTTPStatus.NOT_MODIFIED, "As `If-None-Match` has it", *shown)
            | docs.problems(self._not_found),
            f"get{name}History": self._found("A page of the history"),
            f"explain{name}": self._found("Why nothing moves"),
            f"retry{name}Delivery": docs.success(HTTPStatus.ACCEPTED, "It will be tried")
            | docs.problems(self._not_found, WorkflowEnded),
        }

    def changed(
        self, *refusals: ErrorClass, is_body: bool = False, status: HTTPStatus = HTTPStatus.OK
    ) -> Responses:
        """It has been changed, and is shown."""
        of_body = (UnsupportedMediaType,) if is_body else ()
        changed = self._docs.done(status, f"The {self._name.lower()} after the change", "ETag")
        return changed | self._unless_done(*of_body, *refusals)

    def removed(self, missing: ErrorClass) -> Responses:
        """Something of it has been taken back."""
        return self._docs.done(HTTPStatus.NO_CONTENT, "Taken back") | self._unless_done(missing)

    def _found(self, description: str) -> Responses:
        found = self._docs.success(HTTPStatus.OK, description)
        return found | self._docs.problems(self._not_found)

    def _unless_done(self, *refusals: ErrorClass) -> Responses:
        always = (self._not_found, InvalidTransition, WorkflowEnded, VersionMismatch, KeyReused)
        signalled = "Taken as a signal, with `Prefer: respond-async`; it may be dropped"
        return self._docs.signalled(signalled) | self._docs.problems(*always, *refusals)
