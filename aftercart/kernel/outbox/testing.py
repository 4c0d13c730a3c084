"""For tests: effects, and an SMTP server on loopback that does as it is told, however evil."""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from pytest_django.fixtures import Settings

from aftercart.kernel.outbox.enqueue import send
from aftercart.kernel.outbox.mail import memory, transport
from aftercart.kernel.outbox.models import Effect

_numbers = itertools.count(1)

CUT = "cut"
STALL = "stall"


def make_mail(*, to: str = "sam@shopper.example", key: str = "", purpose: str = "transactional") -> Effect:
    """A plain mail to Sam in the outbox, committed when the caller's transaction is."""
    payload: dict[str, Any] = {
        "sender": {"email": "shop@mira.example", "name": "Mira & Holm"},
        "to": {"email": to, "name": "Sam"},
        "subject": "Your order",
        "text": "Hello Sam,\n.\n..and thank you.\n",
        "html": "<p>Hello Sam</p>",
    }
    if purpose == "marketing":
        payload["unsubscribe_url"] = "https://shop.example/unsubscribe/abc"
    with transaction.atomic():
        effect = send("email", payload, key=key or f"mail:{next(_numbers)}", purpose=purpose)
    assert effect is not None
    return effect


@pytest.fixture(autouse=True)
def mail_into_memory(settings: Settings) -> Iterator[None]:
    """No test sends anything anywhere, unless it says where."""
    settings.MAIL = replace(settings.MAIL, transport="memory")
    memory.delivered.clear()
    yield
    transport.forget()
    memory.delivered.clear()


def smtp(port: int) -> Any:
    """``settings.MAIL`` for a server on loopback."""
    return replace(django_settings.MAIL, transport="smtp", host="127.0.0.1", port=port, user="", tls="")


def free_port() -> int:
    """A port of loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Answer = Callable[[str, str, int], str]


def accept(verb: str, *_: object) -> str:
    """What a friendly server answers."""
    return {"DATA": "354 go on", "CONTENT": "250 2.0.0 queued", "QUIT": "221 bye"}.get(verb, "250 ok")


class ScriptedServer:
    """One SMTP server whose every answer ``answer(verb, line, mail number)`` decides.

    Verbs are ``GREETING``, the commands, and ``CONTENT`` after the final dot. Besides replies, the answer may
    be :data:`CUT` (the connection ends) or :data:`STALL` (silence). ``mails`` holds what was *accepted*,
    ``contents`` everything that arrived whole.
    """

    def __init__(
        self,
        answer: Answer = accept,
        *,
        features: tuple[str, ...] = ("PIPELINING",),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._tls = tls
        self.answer = answer
        self.features = features
        self.mails: list[bytes] = []
        self.contents: list[bytes] = []
        self.has_content = threading.Event()
        self._mail = 0
        self._connections: list[socket.socket] = []
        self._over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port = int(self._socket.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def connections(self) -> int:
        """How many connections there have been."""
        return len(self._connections)

    def __enter__(self) -> ScriptedServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)
        self._socket.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._socket.accept()
                self._connections.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        if self._tls:
            connection = self._tls.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            if self._say(connection, "GREETING", "", "220 hello"):
                for verb, line in self._commands(lines):
                    if not self._say(connection, verb, line):
                        return
                    if verb == "QUIT":
                        return

    def _commands(self, lines: Any) -> Iterator[tuple[str, str]]:
        while raw := lines.readline():
            line = raw.decode().strip()
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "MAIL":
                self._mail += 1
            self._expects_content = False
            yield verb, line
            if self._expects_content:
                content = b"".join(line.removeprefix(b".") for line in iter(lines.readline, b".\r\n"))
                self.contents.append(content)
                self.has_content.set()
                yield "CONTENT", content.decode()

    def _say(self, connection: socket.socket, verb: str, line: str, friendly: str = "") -> bool:
        reply = self.answer(verb, line, self._mail)
        if verb == "GREETING" and reply.startswith("250"):
            reply = friendly
        if reply == CUT:
            return False
        if reply == STALL:
            self._over.wait(timeout=5)
            return False
        if verb == "EHLO" and reply.startswith("250"):
            reply = "\r\n".join([*(f"250-{name}" for name in ("scripted", *self.features)), "250 8BITMIME"])
        self._expects_content = verb == "DATA" and reply.startswith("354")
        if verb == "CONTENT" and reply.startswith("250"):
            self.mails.append(line.encode())
        connection.sendall(f"{reply}\r\n".encode())
        return True
