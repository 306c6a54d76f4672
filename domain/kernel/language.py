"""Languages of the service: each aggregate speaks that of its clients."""

from enum import StrEnum


class Language(StrEnum):
    ENGLISH = "en"
    PORTUGUESE = "pt"
