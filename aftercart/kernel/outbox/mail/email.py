"""A mail ready to be sent: who, to whom, what. Whatever could break out of a header is refused here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\\[\]]+@[^\s@<>(),;:\"\\\[\]]+\.?[^\s@<>(),;:\"\\\[\]]*")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


class BadMailError(ValueError):
    """The mail cannot be sent as it is. The message says why."""


def clean_line(text: str) -> str:
    """One line of visible text: control and direction characters go, runs of white space become a space."""
    if text.isprintable() and "  " not in text and text.strip() == text:
        return text
    return " ".join(_INVISIBLE.sub("", _CONTROL.sub(" ", text)).split())


@dataclass(frozen=True, kw_only=True)
class Address:
    """A mailbox. ``name`` may be empty and in any script.

    Raises:
        BadMailError: when the address is none, or a part has control characters.
    """

    email: str
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.email) > 254 or not _ADDRESS.fullmatch(self.email):
            raise BadMailError(f"{self.email!r} is not an e-mail address")
        _check(self.email, "address")
        _check(self.name, "name")

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class Email:
    """One mail to one recipient.

    ``message_id`` is without angle brackets. ``unsubscribe_url`` makes the one-click headers of RFC 8058.
    ``is_automatic`` marks what no person wrote (RFC 3834), so that machines do not answer it.

    Raises:
        BadMailError: when a header would not be one line.
    """

    sender: Address
    to: Address
    subject: str
    text: str
    html: str = ""
    message_id: str = ""
    reply_to: Address | None = None
    unsubscribe_url: str = ""
    is_automatic: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self.subject, "subject")
        _check(self.message_id, "message id")
        _check(self.unsubscribe_url, "unsubscribe address")
        if self.unsubscribe_url and not self.unsubscribe_url.startswith(("https://", "http://")):
            raise BadMailError("the unsubscribe address must start with https://")
        for name, value in self.headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise BadMailError(f"{name!r} is not a header's name")
            _check(value, name)


def message_id_for(key: str, domain: str) -> str:
    """The same name for the same effect, however often it is sent, so that mailboxes can drop the second."""
    return f"{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain.encode('idna').decode()}"


def _check(text: str, what: str) -> None:
    if _CONTROL.search(text):
        raise BadMailError(f"the {what} has a line break or another control character")
