"""The HTTP of the stand-in for the OS service: one thread for each connection."""

import json
import logging
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from typing import Any

from deploy.dev.service_orders_book import Book, Failure, Mode

log = logging.getLogger("service_orders")

_DRIPS_EVERY = 0.02
_LOOKS_EVERY = 0.05


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False  # their end is awaited when the server is closed
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], book: Book) -> None:
        self.book = book
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends the connections that clients keep open for later."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the other side was quicker
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # the caller's patience had ended
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._route({"ordens_servico": self._show_order, "_chamadas": self._show_calls})

    def do_PATCH(self) -> None:
        self._route({"ordens_servico": self._hear})

    def do_PUT(self) -> None:
        self._route({"_falha": self._fail})

    def do_DELETE(self) -> None:
        self._route({"_falha": self._recover})

    def _route(self, routes: dict[str, Callable[[list[str]], None]]) -> None:
        self._body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        _, first, *rest = self.path.split("/")
        if first not in routes:
            self._answer(404, {"detail": f"no route {self.command} {self.path}"})
            return
        try:
            routes[first](rest)
        except (ValueError, LookupError, TypeError, AttributeError) as mistake:
            self._answer(400, {"detail": f"{type(mistake).__name__}: {mistake}"})

    # ------------------------------------------------------------------ what it offers

    def _hear(self, rest: list[str]) -> None:
        order, what = rest
        status = json.loads(self._body)["status"]
        if what != "status" or not isinstance(status, str) or not status.strip():
            raise ValueError("wanted PATCH /ordens_servico/<number>/status with a status")
        failure = self.server.book.hear(int(order), status, self.headers.get("Authorization"))
        if failure:
            self._misbehave(failure)
        else:
            self._answer(200, {"id": int(order), "status": status})

    def _show_order(self, rest: list[str]) -> None:
        [order] = rest
        history = self.server.book.history(int(order))
        last = history[-1] if history else None
        self._answer(200, {"id": int(order), "status": last, "historico": history})

    def _show_calls(self, _: list[str]) -> None:
        calls = [{**asdict(call), "at": call.at.isoformat()} for call in self.server.book.calls]
        self._answer(200, calls)

    def _fail(self, _: list[str]) -> None:
        wanted = json.loads(self._body)
        order = wanted.get("ordem_servico_id")
        self.server.book.fail(
            Mode(wanted["modo"]),
            int(wanted.get("codigo", 503)),
            retry_after=str(wanted.get("repetir_apos", "")),
            service_order_id=None if order is None else int(order),
        )
        self._answer(204)

    def _recover(self, _: list[str]) -> None:
        self.server.book.recover()
        self._answer(204)

    # ------------------------------------------------------------------ how it fails

    def _misbehave(self, failure: Failure) -> None:
        log.info("%s: %s", self.path, failure)
        match failure.mode:
            case Mode.REFUSES:
                self._refuse(failure)
            case Mode.HANGS:
                self._hang(failure)
            case Mode.BREAKS_OFF:
                self._break_off()
            case Mode.DRIPS:
                self._drip(failure)

    def _refuse(self, failure: Failure) -> None:
        headers = [("Retry-After", failure.retry_after)] if failure.retry_after else []
        if 300 <= failure.code < 400:
            headers.append(("Location", self.path))  # to whoever follows, a circle
        self._answer(failure.code, {"detail": failure.detail}, *headers)

    def _hang(self, failure: Failure) -> None:
        while not failure.over.wait(_LOOKS_EVERY) and not self._alone():
            pass
        self.close_connection = True

    def _alone(self) -> bool:
        """True once the caller has hung up."""
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:  # it is there and has nothing to say
            return False

    def _break_off(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
        self.close_connection = True

    def _drip(self, failure: Failure) -> None:
        self.send_response(failure.code)
        self.send_header("Connection", "close")  # so the body ends when the connection does
        self.end_headers()
        while not failure.over.wait(_DRIPS_EVERY):
            self.wfile.write(b".")

    def _answer(self, code: int, content: object = None, *headers: tuple[str, str]) -> None:
        bodiless = code in (204, 304)
        body = b"" if bodiless else json.dumps(content).encode()
        self.send_response(code)
        for header in headers:
            self.send_header(*header)
        if not bodiless:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.info(format, *args)
