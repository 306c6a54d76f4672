"""Checks of the database's connection string, and the reasons why one cannot be used, without what
is secret in it."""

import re
import ssl
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl

from pymongo.errors import ConfigurationError

_GUARANTEES = {
    *("readpreference", "readpreferencetags", "maxstalenessseconds", "readconcernlevel"),
    *("w", "wtimeoutms", "wtimeout", "journal", "j", "fsync", "slaveok"),
}
"""Options, in lower case, by which a connection string would say how much an answer is worth."""

UNUSABLE = (ConfigurationError, ValueError, TypeError, OSError, UserWarning)
"""All that the driver raises while it reads a connection string."""
_REMARKS = r"You appear to be connected|Wire protocol compression"
_FILES = ("tlscafile", "tlscertificatekeyfile", "tlscrlfile")


@contextmanager
def nothing_ignored() -> Iterator[None]:
    """Turns the driver's warnings into errors: of options that it does not know, or whose values it
    cannot use, such as `tls=yes`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.filterwarnings("ignore", _REMARKS, UserWarning)
        yield


def without_guarantees(uri: str) -> str:
    """The connection string without the options that decide what a read or a write is worth."""
    server, mark, query = uri.partition("?")
    options = filter(None, re.split("[&;]", query))
    kept = [each for each in options if each.partition("=")[0].lower() not in _GUARANTEES]
    return server + (mark if kept else "") + "&".join(kept)


def complaint(uri: str, failure: Exception) -> str:
    """The advice for whoever has set `uri`, by what the driver has raised."""
    query = uri.partition("?")[2]
    if "@" in query:  # the rest of a password
        return "percent-encode user and password"
    options = dict(parse_qsl(query, keep_blank_values=True))
    cause = failure.__context__ if isinstance(failure, ConfigurationError) else failure
    if isinstance(cause, OSError) and (files := _files(options, cause)):
        reason = "it is not in PEM" if isinstance(cause, ssl.SSLError) else cause.strerror
        return f"{' or '.join(files)} names a file that cannot be used: {reason}"
    if named := [each for each in options if _is_named(each, str(failure).lower())]:
        return f"correct or leave out its option {' or '.join(named)}"
    if isinstance(failure, UserWarning):
        return "correct its options, or leave out what is unknown"
    return "it must be mongodb://user:password@host:port/?options, with user and password encoded"


def _is_named(option: str, said: str) -> bool:
    """Finds the option as one word or in several: `readPreference` as read preference."""
    name = option.lower()
    in_one_word = re.search(rf"\b{re.escape(name)}\b", said) is not None
    return in_one_word or (len(name) > len("tls") and name in said.replace(" ", ""))


def _files(options: Mapping[str, str], failure: OSError) -> list[str]:
    """The options that may be at fault; for a missing file, the one that names it."""
    files = [each for each in options if each.lower() in _FILES]
    return [each for each in files if options[each] == failure.filename] or files
