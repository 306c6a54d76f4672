"""A stand-in for the OS service: hears notices over real HTTP, and fails on command.

In a test's own process: `with ServiceOrdersStub() as os_service:`. As a part of the stack:
`python -m deploy.dev.service_orders --port N`, where these routes do what the methods do:

    GET    /ordens_servico/7    {"id": 7, "status": the last one, "historico": [all of them]}
    GET    /_chamadas           every notice that came in, taken or not
    PUT    /_falha              {"modo": "recusa", "codigo": 503, "ordem_servico_id": 7,
                                 "repetir_apos": "2"}; all but `modo` may be left out
    DELETE /_falha
"""

import argparse
import logging
import signal
import threading
from types import TracebackType

from deploy.dev.ports import HOST
from deploy.dev.service_orders_book import Book, Call, Failure, Mode
from deploy.dev.service_orders_http import Server

__all__ = ["Call", "Failure", "Mode", "ServiceOrdersStub"]

log = logging.getLogger("service_orders")

_ENDINGS = (signal.SIGTERM, signal.SIGINT)


class ServiceOrdersStub(Book):
    """Entered again, it listens where it did before and knows what it knew."""

    def __init__(self, port: int = 0) -> None:
        """Takes a free port if none is given."""
        super().__init__()
        self._port = port
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def __enter__(self) -> "ServiceOrdersStub":
        self._server = server = Server((HOST, self._port), self)
        self._port = server.server_address[1]
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self.recover()
            self._server.hang_up()
            self._server.server_close()
            self._thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in for the OS service.")
    parser.add_argument("--port", type=int, required=True)
    port: int = parser.parse_args().port
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s")
    # Blocked before any thread begins, so that only the wait below hears them.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    with ServiceOrdersStub(port) as stub:
        log.info("OS service (stand-in) ready at %s", stub.url)
        signal.sigwait(_ENDINGS)


if __name__ == "__main__":
    main()
