"""Connection of a process to Temporal, by Temporal's own environment variables
(`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, TLS)."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import GrpcCompression, RetryConfig

from workflows.client.aborted_updates import AbortedUpdates
from workflows.client.environment import connect_config


def never_connected(failure: RuntimeError) -> bool:
    """True if a lazy client's first call found no server: the SDK has no error class for that."""
    return str(failure).startswith("Failed client connect")


async def connect(*, lazy: bool = False, retry: RetryConfig | None = None) -> Client:
    """Connects at once; with `lazy` at the first call, so that a process can start before Temporal
    does. Raises SystemExit with the reason if the environment cannot be used."""
    return await Client.connect(
        **connect_config(),
        data_converter=pydantic_data_converter,
        lazy=lazy,
        retry_config=retry,
        interceptors=[AbortedUpdates()],
        # Our payloads are small: compressing them costs a fifth of a command's time.
        grpc_compression=GrpcCompression.NONE,
    )
