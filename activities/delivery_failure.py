"""Kinds of failures of a delivery, and the words that clients read of each."""

from collections.abc import Mapping
from enum import StrEnum

from domain.kernel.language import Language


class DeliveryFailure(StrEnum):
    """The types of a delivery's errors, as they cross Temporal."""

    DATABASE = "DatabaseUnavailable"
    BUS = "BusUnavailable"
    DOCUMENT = "DocumentRefused"
    EVENT = "EventRefused"
    TIMEOUT = "Timeout"
    DELAY = "Delay"
    UNKNOWN = "Unknown"
    ENDED = "WorkflowEnded"

    def in_words(self, language: Language = Language.ENGLISH) -> str:
        return _WORDS[language][self]


_WORDS: Mapping[Language, Mapping[DeliveryFailure, str]] = {
    Language.ENGLISH: {
        DeliveryFailure.DATABASE: "The database cannot be reached",
        DeliveryFailure.BUS: "The event bus cannot be reached",
        DeliveryFailure.DOCUMENT: "The database takes no such document",
        DeliveryFailure.EVENT: "The event bus takes no such event",
        DeliveryFailure.TIMEOUT: "An attempt did not end in time",
        DeliveryFailure.DELAY: "It takes longer than usual",
        DeliveryFailure.UNKNOWN: "An attempt has failed; the worker's log says why",
        DeliveryFailure.ENDED: "Its workflow was ended before its time; an operator takes it up "
        "again",
    },
    Language.PORTUGUESE: {
        DeliveryFailure.DATABASE: "O banco de dados não responde",
        DeliveryFailure.BUS: "O barramento de eventos não responde",
        DeliveryFailure.DOCUMENT: "O banco de dados não aceita este documento",
        DeliveryFailure.EVENT: "O barramento não aceita este evento",
        DeliveryFailure.TIMEOUT: "Uma tentativa não terminou a tempo",
        DeliveryFailure.DELAY: "Está demorando mais do que o normal",
        DeliveryFailure.UNKNOWN: "Uma tentativa falhou; o registro do worker diz por quê",
        DeliveryFailure.ENDED: "O workflow foi encerrado antes da hora; um operador o retoma",
    },
}
