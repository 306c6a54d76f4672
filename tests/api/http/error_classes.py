"""The classes of all errors that may become an HTTP response, found where they are declared."""

import inspect

from activities.mongo import deadline, keyset
from api import errors
from api.closures import errors as of_closures
from api.feeds import errors as of_feeds
from domain.agenda import errors as of_agenda
from domain.kernel.errors import DomainError
from domain.planning import errors as of_planning

NEVER_SENT = {errors.ServiceError, errors.NoWorkflow}


def error_classes() -> set[type[Exception]]:
    declared = {
        error
        for module in (errors, of_closures, of_feeds, of_agenda, of_planning, deadline, keyset)
        for _, error in inspect.getmembers(module, inspect.isclass)
        if issubclass(error, Exception) and error.__module__ == module.__name__
    }
    return {*declared, *DomainError.__subclasses__()} - NEVER_SENT
