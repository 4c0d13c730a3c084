"""The SMTP transport against real servers that ask for encryption and a password, and its patience."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aftercart.kernel.outbox.mail.envelope import Envelope
from aftercart.kernel.outbox.mail.smtp import Server, SmtpTransport
from aftercart.kernel.outbox.rules import Outcome, Released, Retry, Sent
from aftercart.kernel.outbox.testing import ScriptedServer, accept, free_port

SOON = 60.0


class Sink:
    """Keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 OK"


def envelope(key: str = "k", content: bytes = b"Subject: x\r\n\r\nhello\r\n") -> Envelope:
    return Envelope(
        key=key,
        sender="shop@mira.example",
        recipient="sam@shopper.example",
        message_id=f"{key}@mira.example",
        content=content,
    )


def deliver(transport: SmtpTransport, *envelopes: Envelope, within: float = SOON) -> list[Outcome]:
    try:
        return transport.deliver(envelopes, deadline=time.monotonic() + within)
    finally:
        transport.close()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for localhost, trusted by this process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(tz=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    signed = builder.sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both, public = tmp_path / "server.pem", tmp_path / "ca.pem"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    both.write_bytes(secret + public.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


def authenticate(
    server: object, session: object, envelope: object, mechanism: str, data: object
) -> AuthResult:
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"shop", b"secret")
    return AuthResult(success=is_known, handled=False)


@pytest.fixture
def guarded(certificate: ssl.SSLContext) -> Iterator[tuple[Sink, int]]:
    """A server that takes mail only after STARTTLS and a password."""
    sink = Sink()
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=certificate,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    yield sink, controller.port
    controller.stop()


def test_starttls_and_password(guarded: tuple[Sink, int]) -> None:
    sink, port = guarded
    server = Server(host="localhost", port=port, user="shop", password="secret", tls="starttls")
    (outcome,) = deliver(SmtpTransport(server), envelope())
    assert isinstance(outcome, Sent)
    assert sink.mails == [b"Subject: x\r\n\r\nhello\r\n"]


@pytest.mark.parametrize(("password", "tls", "complaint"), [("wrong", "starttls", "535"), ("", "", "530")])
def test_not_let_in_is_trouble_of_the_server_not_of_the_mail(
    guarded: tuple[Sink, int], password: str, tls: str, complaint: str
) -> None:
    sink, port = guarded
    user = "shop" if password else ""
    transport = SmtpTransport(Server(host="localhost", port=port, user=user, password=password, tls=tls))
    first, second = deliver(transport, envelope("a"), envelope("b"))
    assert isinstance(first, Retry)
    assert complaint in first.reason
    assert isinstance(second, Released)
    assert transport.rests() > timedelta(seconds=3)
    assert sink.mails == []


def test_a_certificate_for_another_name_is_not_trusted(guarded: tuple[Sink, int]) -> None:
    _, port = guarded
    server = Server(host="127.0.0.1", port=port, user="shop", password="secret", tls="starttls")
    (outcome,) = deliver(SmtpTransport(server), envelope())
    assert isinstance(outcome, Retry)
    assert "CERTIFICATE_VERIFY_FAILED" in outcome.reason


def test_implicit_tls(certificate: ssl.SSLContext) -> None:
    with ScriptedServer(tls=certificate) as server:
        (outcome,) = deliver(
            SmtpTransport(Server(host="localhost", port=server.port, tls="implicit")), envelope()
        )
    assert isinstance(outcome, Sent)
    assert len(server.mails) == 1


def test_what_is_not_begun_in_time_is_let_go() -> None:
    with ScriptedServer() as server:
        transport = SmtpTransport(Server(host="127.0.0.1", port=server.port))
        (outcome,) = deliver(transport, envelope(), within=-1)
    assert isinstance(outcome, Released)
    assert server.contents == []


@pytest.mark.parametrize("content", [b".", b".\r\n", b"..\r\n.", b"a\r\n.\r\n.b\r\n", b"\r\n.\r\n"])
def test_dots_survive(content: bytes) -> None:
    with ScriptedServer() as server:
        deliver(SmtpTransport(Server(host="127.0.0.1", port=server.port)), envelope(content=content))
    expected = content if content.endswith(b"\r\n") else content + b"\r\n"
    assert server.contents == [expected]


def test_a_connection_is_left_after_many_mails_and_when_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aftercart.kernel.outbox.mail.smtp.MAILS_PER_CONNECTION", 2)
    with ScriptedServer() as server:
        outcomes = deliver(
            SmtpTransport(Server(host="127.0.0.1", port=server.port)), *(envelope(str(n)) for n in range(5))
        )
        assert all(isinstance(outcome, Sent) for outcome in outcomes)
        assert server.connections == 3


def test_a_server_that_talks_nonsense_after_the_content_leaves_it_unclear() -> None:
    def nonsense(verb: str, line: str, mail: int) -> str:
        return "??? what" if verb == "CONTENT" else accept(verb, line, mail)

    with ScriptedServer(nonsense) as server:
        (outcome,) = deliver(SmtpTransport(Server(host="127.0.0.1", port=server.port)), envelope())
    assert "none" in getattr(outcome, "reason", "")
