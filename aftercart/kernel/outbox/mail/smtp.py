"""Mail over SMTP (RFC 5321): a kept connection, pipelined commands, and an honest answer to "was it sent?".

The point of no return is the final dot of the content. Before it, every trouble means "not sent".
After it, only a reply tells; without one the outcome is unclear.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from aftercart.kernel.outbox.mail.envelope import Envelope
from aftercart.kernel.outbox.rules import Outcome, Refused, Released, Retry, Sent, Unclear, is_bad_address

FIRST_REST = 5.0
LONGEST_REST = 120.0
IDLE_SECONDS = 20.0
MAILS_PER_CONNECTION = 200
CONFIGURATION_CODES = (503, 530, 535, 538)


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where mail is handed in. ``tls`` is ``""``, ``"starttls"`` or ``"implicit"``; timeouts in seconds."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = ""
    helo: str = "[127.0.0.1]"
    timeout: float = 20.0
    final_timeout: float = 60.0


class _DownError(Exception):
    """No session with the server could be had, or it sent us away. The message says why."""


class _CutError(Exception):
    """The connection ended before the content did: nothing was sent."""


class SmtpTransport:
    """Hands mails to one server, one after the other, on one connection. For one thread."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._session: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._mails = 0
        self._rest_until = 0.0
        self._rest_seconds = FIRST_REST
        self._rest_reason = ""

    def rests(self) -> timedelta:
        return timedelta(seconds=max(0.0, self._rest_until - time.monotonic()))

    def deliver(self, envelopes: Sequence[Envelope], *, deadline: float) -> list[Outcome]:
        return [self._deliver_in_time(envelope, deadline) for envelope in envelopes]

    def close(self) -> None:
        """Say goodbye to the server, if it is still there."""
        if self._session is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._session.docmd("QUIT")
            self._drop()

    def _deliver_in_time(self, envelope: Envelope, deadline: float) -> Outcome:
        rest = self.rests()
        if rest:
            return Released(reason=self._rest_reason, after=rest)
        if time.monotonic() > deadline:
            return Released(reason=f"{self._server.host} answers slowly", after=timedelta(seconds=FIRST_REST))
        try:
            return self._deliver(envelope)
        except _DownError as trouble:
            self._rest(str(trouble))
            return Retry(reason=str(trouble))

    def _deliver(self, envelope: Envelope) -> Outcome:
        session, is_kept = self._connected()
        try:
            return self._hand_over(session, envelope)
        except _CutError as cut:
            self._drop()
            if not is_kept:
                return Retry(reason=str(cut))
        # A kept connection may have been closed by the server meanwhile: that says nothing about this mail.
        session, _ = self._connected()
        try:
            return self._hand_over(session, envelope)
        except _CutError as cut:
            self._drop()
            return Retry(reason=str(cut))

    def _hand_over(self, session: smtplib.SMTP, envelope: Envelope) -> Outcome:
        stage, code, text = self._announce(session, envelope)
        if stage != "ready":
            return self._turned_away(session, stage, code, text)
        content = _stuffed(envelope.content)
        try:
            session.send(content)
        except (smtplib.SMTPException, OSError) as error:
            raise _CutError(f"the connection broke while sending: {error}") from error
        try:
            _set_timeout(session, self._server.final_timeout)
            code, text = _reply(session)
        except _CutError as cut:
            self._drop()
            return Unclear(reason=f"no answer after the content: {cut}")
        self._used_at, self._mails = time.monotonic(), self._mails + 1
        return self._answered(envelope, code, text)

    def _announce(self, session: smtplib.SMTP, envelope: Envelope) -> tuple[str, int, str]:
        """MAIL, RCPT and DATA, in one go where the server allows; the stage that failed, or ``ready``."""
        _set_timeout(session, self._server.timeout)
        commands = (
            ("sender", f"MAIL FROM:<{envelope.sender}>"),
            ("recipient", f"RCPT TO:<{envelope.recipient}>"),
            ("data", "DATA"),
        )
        if session.has_extn("pipelining"):
            return self._announce_at_once(session, commands)
        for stage, command in commands:
            _send(session, command)
            code, text = _reply(session)
            if not _is_welcome(stage, code):
                return stage, code, text
        return "ready", code, text

    def _announce_at_once(
        self, session: smtplib.SMTP, commands: Sequence[tuple[str, str]]
    ) -> tuple[str, int, str]:
        _send(session, "\r\n".join(command for _, command in commands))
        replies = [(stage, *_reply(session)) for stage, _ in commands]
        trouble = next((reply for reply in replies if not _is_welcome(reply[0], reply[1])), None)
        if trouble is None:
            return "ready", replies[-1][1], replies[-1][2]
        if replies[-1][1] == 354:  # the server waits for content although it refused: give it none (RFC 2920)
            _send(session, ".")
            _reply(session)
        return trouble

    def _turned_away(self, session: smtplib.SMTP, stage: str, code: int, text: str) -> Outcome:
        reason = f"{code} {text}"
        if code == 421 or not 400 <= code < 600:
            if self._mails and stage == "sender":
                raise _CutError(reason)
            self._drop()
            raise _DownError(f"{self._server.host} sent us away: {reason}")
        if stage == "sender" and code in CONFIGURATION_CODES:
            self._drop()
            raise _DownError(f"{self._server.host} does not take mail from us: {reason}")
        try:
            _send(session, "RSET")
            _reply(session)
        except _CutError:
            self._drop()
        if code < 500:
            return Retry(reason=f"{stage}: {reason}")
        return Refused(
            reason=f"{stage}: {reason}", is_bad_address=stage == "recipient" and is_bad_address(code, text)
        )

    def _answered(self, envelope: Envelope, code: int, text: str) -> Outcome:
        if 200 <= code < 300:
            return Sent(provider_message_id=envelope.message_id, reply=f"{code} {text}")
        if 500 <= code < 600:
            return Refused(reason=f"content: {code} {text}", is_bad_address=is_bad_address(code, text))
        if 400 <= code < 500:
            if code == 421:
                self._drop()
            return Retry(reason=f"content: {code} {text}")
        self._drop()
        return Unclear(reason=f"an answer that is none: {code} {text}")

    def _connected(self) -> tuple[smtplib.SMTP, bool]:
        """The session, and whether it was used before."""
        is_stale = time.monotonic() - self._used_at > IDLE_SECONDS or self._mails >= MAILS_PER_CONNECTION
        if self._session is not None and is_stale:
            self.close()
        if self._session is not None:
            return self._session, True
        try:
            self._session = _open(self._server)
        except (smtplib.SMTPException, OSError) as error:
            raise _DownError(f"{self._server.host}:{self._server.port}: {_in_words(error)}") from error
        self._used_at, self._mails, self._rest_seconds = time.monotonic(), 0, FIRST_REST
        return self._session, False

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _rest(self, reason: str) -> None:
        self._rest_reason = reason
        self._rest_until = time.monotonic() + self._rest_seconds
        self._rest_seconds = min(self._rest_seconds * 2, LONGEST_REST)


def _open(server: Server) -> smtplib.SMTP:
    """A session after the greeting, encryption and sign-in."""
    if server.tls == "implicit":
        session: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host,
            server.port,
            server.helo,
            timeout=server.timeout,
            context=ssl.create_default_context(),
        )
    else:
        session = smtplib.SMTP(server.host, server.port, server.helo, timeout=server.timeout)
    try:
        if server.tls == "starttls":
            session.starttls(context=ssl.create_default_context())
        session.ehlo_or_helo_if_needed()
        if server.user:
            session.login(server.user, server.password)
    except BaseException:
        session.close()
        raise
    return session


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
        return f"{error.smtp_code} {text}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__


def _is_welcome(stage: str, code: int) -> bool:
    return code == 354 if stage == "data" else 200 <= code < 300


def _send(session: smtplib.SMTP, command: str) -> None:
    try:
        session.send(f"{command}\r\n")
    except (smtplib.SMTPException, OSError) as error:
        raise _CutError(f"the connection broke: {error}") from error


def _reply(session: smtplib.SMTP) -> tuple[int, str]:
    try:
        code, text = session.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise _CutError(str(error)) from error
    return code, text.decode("utf-8", "replace").replace("\n", " ")


def _set_timeout(session: smtplib.SMTP, seconds: float) -> None:
    if session.sock is not None:
        session.sock.settimeout(seconds)


def _stuffed(content: bytes) -> bytes:
    """The content with leading dots doubled, and the final dot."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")
