"""``aftercart demo``: a believable shop in one command, web and worker, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from aftercart.config.demo.logins import Login, demo_logins
from aftercart.config.demo.seed import is_seeded

STOP_SECONDS = 15


class Command(BaseCommand):
    help = "Open the demo shop: migrate, seed once, start web and worker, print the address and the logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="first port to try (8000)")
        parser.add_argument("--size", choices=["small", "large"], default="small", help="how big a shop")

    def handle(self, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if not is_seeded():
            call_command("seed", size=options["size"], stdout=self.stdout)
        port = free_port(options["port"])
        with running(port) as processes:
            wait_for(port, processes)
            self.stdout.write(welcome(port, demo_logins()))
            self.stdout.flush()
            watch(processes)


def free_port(first: int) -> int:
    """The first free port on loopback from ``first`` on.

    Raises:
        CommandError: when fifty ports in a row are taken.
    """
    for port in range(first, first + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CommandError(f"Ports {first} to {first + 49} are taken: choose another with --port.")


@contextmanager
def running(port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Web and worker as processes of their own; both are stopped in the end, the worker gracefully."""
    environment = {**os.environ, "AFTERCART_BASE_URL": f"http://127.0.0.1:{port}"}
    commands = (["serve", "--port", str(port)], ["work"])
    processes = [
        subprocess.Popen([sys.executable, "-m", "aftercart", *command], env=environment)  # noqa: S603
        for command in commands
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(port: int, processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the web process answers.

    Raises:
        CommandError: when it ends or does not answer within half a minute.
    """
    for _ in range(300):
        if any(process.poll() is not None for process in processes):
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise CommandError("The shop did not start; the lines above say why.")


def watch(processes: list[subprocess.Popen[bytes]]) -> None:
    """Stay until Ctrl-C, SIGTERM, or one of the processes ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return
    raise CommandError("Web or worker ended; the lines above say why.")


def welcome(port: int, logins: list[Login]) -> str:
    """What the newcomer reads when the shop is open."""
    address = f"http://127.0.0.1:{port}"
    rows = "\n".join(f"    {login.role:<10} {login.email:<26} {login.password}" for login in logins)
    return (
        f"\n  Aftercart is open.\n\n"
        f"    The desk        {address}/desk/\n"
        f"    Find an order   {address}/orders/find/\n"
        f"    The API         {address}/api/v1/openapi.json\n\n"
        f"  Sign in to the desk as\n\n{rows}\n\n"
        f"  Mails are written to the folder mail/ of the data folder. Ctrl-C closes the shop.\n"
    )
