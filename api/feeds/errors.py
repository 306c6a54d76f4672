"""The refusal of feeds where there are none; what is wrong with a key is never said."""

from http import HTTPStatus

from api.errors import ServiceError


class FeedsDisabled(ServiceError):
    """This service has no feeds"""

    status = HTTPStatus.NOT_FOUND
    example = "There are no feeds without a secret for their keys: an operator sets FEED_SECRET"
