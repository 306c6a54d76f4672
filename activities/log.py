"""Lines of the log: each one JSON object, and in it what the line belongs to.

Whoever begins a piece of work (a request, a message, a delivery) says once what that belongs to.
Every line that is written on the way, by whatever library, then says so too.
"""

import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from pydantic_core import PydanticSerializationError, to_json
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter
from temporalio import activity, workflow
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

CORRELATION_ID, WORKFLOW_ID = "correlationId", "workflowId"
TRACE_ID, SPAN_ID = "dd.trace_id", "dd.span_id"

_LEFT_OUT = ("temporal_log", "temporal_activity", "temporal_workflow", "color_message")
_QUIET = (
    "botocore",  # logs where it found its keys
    "httpx",  # logs every request
)

_work: ContextVar[dict[str, str | None] | None] = ContextVar("work", default=None)


def begin(facts: Mapping[str, str | None]) -> None:
    """Sets the facts of this task, and of those that it starts, for all that is logged from here
    on."""
    _work.set(dict(facts))


def relate(facts: Mapping[str, str | None]) -> None:
    """Adds what has become known of the work that has begun, for all who take part in it."""
    if (known := _work.get()) is not None:
        known.update(facts)


class Line(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            static_fields={"service": "execution-service"},
            reserved_attrs=[*RESERVED_ATTRS, *_LEFT_OUT],
        )

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        try:
            return to_json(log_data, inf_nan_mode="constants", fallback=str).decode()
        except PydanticSerializationError:  # half a character, which is no UTF-8
            return super().jsonify_log_record(log_data)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        log_data["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        for name, value in {**_of_temporal(), **(_work.get() or {})}.items():
            if value:  # what the line says itself, or a tracer has put there, stays
                log_data.setdefault(name, value)


def _of_temporal() -> dict[str, str | None]:
    """The facts that the SDK knows of the work that it has given to us."""
    if activity.in_activity():
        return {WORKFLOW_ID: activity.info().workflow_id}
    if workflow.in_workflow():
        first = workflow.memo_value(CORRELATION_ID, None)
        return {WORKFLOW_ID: workflow.info().workflow_id, CORRELATION_ID: first}
    return {}


def configure_logging(level: str, metrics_address: str = "") -> None:
    """Sets the logs up for the whole process, before it connects to Temporal; the SDK's metrics are
    decided along with its logs. Ends the process if the address cannot be used."""
    _leave_out_unused_facts()
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Line())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # In the message it would stand as Python, and the line says it anyway.
    activity.logger.activity_info_on_message = False
    workflow.logger.workflow_info_on_message = False
    _forward_the_cores(metrics_address)


def _leave_out_unused_facts() -> None:
    """Facts that no line shows, as Python's documentation advises: looking for the caller alone
    takes longer than the rest of a line."""
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = False
    logging.logMultiprocessing = False


def _forward_the_cores(metrics_address: str) -> None:
    """The SDK's core is no Python, and would write lines of its own kind to stderr."""
    logs = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(
            logging.getLogger("temporalio"), prepend_target_on_message=False
        ),
    )
    metrics = PrometheusConfig(bind_address=metrics_address) if metrics_address else None
    try:
        Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=logs, metrics=metrics)))
    except ValueError as unusable:
        raise SystemExit(f"METRICS_ADDRESS cannot be used: {unusable}") from None
