"""The way mail leaves this deployment, chosen by its ``EMAIL_URL``."""

from __future__ import annotations

import threading

from django.conf import settings

from aftercart.kernel.outbox.mail.envelope import Transport
from aftercart.kernel.outbox.mail.folder import FolderTransport
from aftercart.kernel.outbox.mail.memory import MemoryTransport
from aftercart.kernel.outbox.mail.smtp import Server, SmtpTransport

_of_thread = threading.local()


def current() -> Transport:
    """This thread's transport, by ``settings.MAIL``; its connection is kept between calls."""
    known = getattr(_of_thread, "transport", None)
    if known is None or known[0] is not settings.MAIL:
        forget()
        known = (settings.MAIL, _make())
        _of_thread.transport = known
    made: Transport = known[1]
    return made


def forget() -> None:
    """Close what this thread keeps open."""
    known = getattr(_of_thread, "transport", None)
    _of_thread.transport = None
    if known is not None:
        known[1].close()


def _make() -> Transport:
    mail = settings.MAIL
    if mail.transport == "smtp":
        return SmtpTransport(
            Server(host=mail.host, port=mail.port, user=mail.user, password=mail.password, tls=mail.tls)
        )
    if mail.transport == "file":
        return FolderTransport(folder=mail.folder)
    return MemoryTransport()
