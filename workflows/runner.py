"""Runs workflows without the SDK's sandbox, and keeps less of each that is at rest.

Left to itself, the SDK gives each workflow a payload converter of its own, and holds on to the
whole message that it was started by, for the sake of the few fields that may be asked for later.
"""

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from temporalio.api.common.v1 import Memo, Payload, Payloads
from temporalio.common import RawValue
from temporalio.converter import PayloadConverter
from temporalio.worker import (
    ExecuteWorkflowInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
)

_NOTHING = Payloads()


# The sandbox costs a quarter of the worker's time. What it guards against (clocks, random numbers
# and I/O in workflow code) the architecture check and the replay tests find.
class LeanRunner(UnsandboxedWorkflowRunner):
    def __init__(self, converter: PayloadConverter) -> None:
        self._converter = LenientConverter(converter)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        last = det.last_completion_result
        lean = replace(
            det,
            info=replace(
                det.info, headers=_copied(det.info.headers), raw_memo=_copied(det.info.raw_memo)
            ),
            last_completion_result=Payloads(payloads=last.payloads) if last.payloads else _NOTHING,
            payload_converter_factory=lambda: self._converter,
            interceptor_classes=(*det.interceptor_classes, _WithoutHeaders),
        )
        return super().create_instance(lean)


def _copied(payloads: Mapping[str, Payload]) -> Mapping[str, Payload]:
    """Copies the payloads into a message of their own: any part of a message keeps all of it in
    memory."""
    return Memo(fields=payloads).fields if payloads else {}


class LenientConverter(PayloadConverter):
    """Converts payloads, and leaves what cannot be decoded as it came where no type is asked for:
    handlers that read their inputs themselves say to the sender what is wrong."""

    def __init__(self, converter: PayloadConverter) -> None:
        self._converter = converter

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        return self._converter.to_payloads(values)

    def from_payloads(
        self, payloads: Sequence[Payload], type_hints: list[type] | None = None
    ) -> list[Any]:
        if type_hints:
            return self._converter.from_payloads(payloads, type_hints)
        return [self._decoded(each) for each in payloads]

    def _decoded(self, payload: Payload) -> Any:
        try:
            [value] = self._converter.from_payloads([payload])
        except Exception:  # each converter has its own way to fail
            return RawValue(payload)
        return value


class _WithoutHeaders(WorkflowInboundInterceptor):
    """The headers are read by interceptors alone, and this is the last of them."""

    # Not `async`: that would be one more frame for as long as the workflow lives.
    def execute_workflow(self, start: ExecuteWorkflowInput) -> Coroutine[Any, Any, Any]:
        start.headers = {}
        return self.next.execute_workflow(start)
