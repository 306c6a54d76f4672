"""Delivery health of an item of the queue, in its clients' words."""

from typing import ClassVar

from domain.fila.vocabulary import IN_PORTUGUESE
from domain.kernel.delivery_health import DeliveryHealth
from domain.kernel.language import Language


class QueueDeliveryHealth(DeliveryHealth):
    model_config = IN_PORTUGUESE

    LANGUAGE: ClassVar = Language.PORTUGUESE
