"""Mails personalised, rendered and handed to an SMTP sink on loopback; compare with Django's own sending."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import tempfile
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import django


class Sink(asyncio.Protocol):
    """Takes every mail, as fast as Python can say 250."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.rest, self.in_content = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while True:
            end = b"\r\n.\r\n" if self.in_content else b"\r\n"
            line, found, rest = self.rest.partition(end)
            if not found:
                return
            self.rest = rest
            self.transport.write(self.answer(line))

    def answer(self, line: bytes) -> bytes:
        """The reply to a command, or to the content."""
        if self.in_content:
            self.in_content = False
            return b"250 queued\r\n"
        verb = line[:4].upper()
        self.in_content = verb == b"DATA"
        return {b"EHLO": b"250-sink\r\n250 PIPELINING\r\n", b"DATA": b"354 go\r\n"}.get(verb, b"250 ok\r\n")


def serve(pipe: Connection) -> None:
    """Run the sink, say its port, until killed."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def work(ready: Barrier) -> None:
    """One worker of several; the models can be imported once Django is set up."""
    django.setup()
    import_module("benchmarks._mailing").work(ready)


def main() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    sink = context.Process(target=serve, args=(theirs,), daemon=True)
    sink.start()
    port = ours.recv()
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "aftercart.config.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        os.environ["AFTERCART_DATA_DIR"] = folder
        django.setup()
        import_module("benchmarks._mailing").measure(port, context, work)
    sink.kill()


if __name__ == "__main__":
    main()
