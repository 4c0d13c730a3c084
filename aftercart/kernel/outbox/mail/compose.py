"""From a mail to its bytes: lean, because thousands leave each minute.

The standard library's message generator costs milliseconds a mail. The structure of ours is always the same
(one multipart/alternative), so it is written directly; the encodings of bodies are the standard library's,
and its parser reads every result back in a property test (docs/decisions/0007).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from aftercart.kernel.outbox.mail.email import Address, BadMailError, Email

CRLF = "\r\n"
LONGEST_LINE = 998
LONGEST_PIECE = 39  # 52 letters of base64 in a word of 64: it fits behind any header's name
_PLAIN = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def compose(email: Email, *, now: datetime) -> bytes:
    """The mail as bytes with CRLF line ends, ASCII only, no line longer than the protocol allows.

    Raises:
        BadMailError: when a header that may not be folded is too long.
    """
    lines = _headers(email, now)
    if not email.html:
        return _join([*lines, *_body(email.text, "plain")])
    boundary = f"=_{hashlib.sha256((email.message_id + email.subject).encode()).hexdigest()[:32]}"
    lines += [f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
    for text, subtype in ((email.text, "plain"), (email.html, "html")):
        lines += [f"--{boundary}", *_body(text, subtype)]
    return _join([*lines, f"--{boundary}--"])


def _headers(email: Email, now: datetime) -> list[str]:
    headers = [
        f"From: {mailbox(email.sender)}",
        f"To: {mailbox(email.to)}",
        f"Subject: {words(email.subject, len('Subject: '))}",
        f"Date: {format_datetime(now)}",
        "MIME-Version: 1.0",
    ]
    if email.message_id:
        headers.append(f"Message-ID: <{email.message_id}>")
    if email.reply_to:
        headers.append(f"Reply-To: {mailbox(email.reply_to)}")
    if email.is_automatic:
        headers.append("Auto-Submitted: auto-generated")
    if email.unsubscribe_url:
        headers.append(f"List-Unsubscribe: <{email.unsubscribe_url}>")
        headers.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    headers += [f"{name}: {words(value, len(name) + 2)}" for name, value in email.headers.items()]
    for header in headers:
        if any(len(line) > LONGEST_LINE for line in header.split(CRLF)):
            raise BadMailError(f"the header {header.split(':', 1)[0]} is too long")
    return headers


def words(text: str, room_taken: int) -> str:
    """A header's free text: as it is when short and plain, else RFC 2047 words on folded lines."""
    if _PLAIN.fullmatch(text) and "=?" not in text and len(text) + room_taken <= 76:
        return text
    if _PLAIN.fullmatch(text) and "=?" not in text:
        return _fold(text, room_taken)
    return f"{CRLF} ".join(_encoded_words(text))


@lru_cache(maxsize=4096)
def mailbox(address: Address) -> str:
    """``Name <address>`` with the name quoted or encoded as it needs; the domain in ASCII."""
    where = ascii_address(address.email)
    if not address.name:
        return where
    if _ATOMS.fullmatch(address.name) and "=?" not in address.name and len(address.name) < 60:
        return f"{address.name} <{where}>"
    if _PLAIN.fullmatch(address.name) and "=?" not in address.name and len(address.name) < 60:
        quoted = address.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{where}>'
    name = f"{CRLF} ".join(_encoded_words(address.name))
    return f"{name}{CRLF} <{where}>"


def ascii_address(email: str) -> str:
    """The address with an internationalised domain in its ASCII form.

    Raises:
        BadMailError: when there are other letters before the ``@``, which few servers take (RFC 6531).
    """
    if email.isascii():
        return email
    local, _, domain = email.rpartition("@")
    if not local.isascii():
        raise BadMailError(f"{email!r} has letters before the @ that most mail servers refuse")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise BadMailError(f"{domain!r} is not a domain name") from error


def _encoded_words(text: str) -> list[str]:
    """RFC 2047 words of at most 75 characters, none cutting through a letter."""
    words_, piece = [], b""
    for letter in text:
        raw = letter.encode()
        if len(piece) + len(raw) > LONGEST_PIECE:
            words_.append(piece)
            piece = b""
        piece += raw
    return [f"=?utf-8?B?{base64.b64encode(piece).decode()}?=" for piece in [*words_, piece]]


def _fold(text: str, room_taken: int) -> str:
    lines, line, room = [], "", 76 - room_taken
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, 75
        else:
            line = f"{line} {word}" if line else word
    return f"{CRLF} ".join([*lines, line])


def _body(text: str, subtype: str) -> list[str]:
    """A part's headers, an empty line, and its lines; quoted-printable or base64, whichever is shorter."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    head = f'Content-Type: text/{subtype}; charset="utf-8"'
    foreign = len(raw.translate(None, bytes(range(128))))
    if foreign * 6 > len(raw):
        encoded = base64.encodebytes(raw).decode("ascii")
        return [head, "Content-Transfer-Encoding: base64", "", *encoded.splitlines()]
    quoted = binascii.b2a_qp(raw, istext=True).decode("ascii")
    return [head, "Content-Transfer-Encoding: quoted-printable", "", *quoted.split("\n")]


def _join(lines: list[str]) -> bytes:
    return CRLF.join([*lines, ""]).encode("ascii")
