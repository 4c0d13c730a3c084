"""Kinds of messages: each app declares its own in ``messages.py``, with variables, sample and templates.

A kind ``order_confirmed`` of the app ``orders`` has three files in ``orders/templates/orders/mail/``:
``order_confirmed.mjml`` and ``.txt`` (structure, one for all languages) and ``.toml`` (words, per language).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps

from aftercart.messaging.telling import Context, News, Reader, Saying, Telling, teller
from aftercart.stores.models import StaffMember

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "Context",
    "ContextError",
    "MessageKind",
    "News",
    "Reader",
    "Saying",
    "Telling",
    "mail_folder",
    "message_kind",
    "not_any_more",
    "registry",
    "speakable",
    "teller",
]

LANGUAGES = ("en", "pl", "ja", "ru", "th")
DEFAULT_LANGUAGE = "en"


class ContextError(ValueError):
    """A context has not exactly the variables its kind declares. The message names them."""


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    """What a message is for, and what its templates may use.

    ``variables`` says in words what each variable is; every one must be given, and no other. Values are JSON;
    amounts are ``{"minor": 1999, "currency": "EUR"}``, dates and times ISO texts. Line breaks are kept
    only in the variables named in ``multiline``. ``sample(language)`` makes a believable context.
    What is ``is_secret`` (a code) is shown to nobody again, and not sent again.
    """

    name: str
    app: str
    label: str
    purpose: str
    variables: Mapping[str, str]
    sample: Callable[[str], dict[str, Any]]
    multiline: frozenset[str] = field(default=frozenset())
    is_automatic: bool = True
    when: str = ""
    structure: str = ""
    may_be_off: bool = False
    example: Callable[[str, StaffMember], dict[str, Any] | None] | None = None
    stale: Callable[[Mapping[str, Any]], str] | None = None
    is_secret: bool = False

    def check(self, context: Context) -> None:
        """Refuse a context that lacks a variable or brings an unknown one.

        Raises:
            ContextError: naming the variables.
        """
        missing = self.variables.keys() - context.keys()
        unknown = context.keys() - self.variables.keys()
        if missing or unknown:
            raise ContextError(f"{self.name}: missing {sorted(missing)}, unknown {sorted(unknown)}")

    def file(self, suffix: str) -> Path:
        """One of the kind's three files: ``mjml``, ``txt`` or ``toml``."""
        stem = self.name if suffix == "toml" else self.structure or self.name
        return mail_folder(self.app) / f"{stem}.{suffix}"


registry: dict[str, MessageKind] = {}


def message_kind(
    name: str,
    *,
    app: str,
    label: str,
    variables: Mapping[str, str],
    sample: Callable[[str], dict[str, Any]],
    purpose: str = "transactional",
    multiline: frozenset[str] = frozenset(),
    is_automatic: bool = True,
    when: str = "",
    structure: str = "",
    may_be_off: bool = False,
    example: Callable[[str, StaffMember], dict[str, Any] | None] | None = None,
    stale: Callable[[Mapping[str, Any]], str] | None = None,
    is_secret: bool = False,
) -> MessageKind:
    """Declare a kind of message; see :class:`MessageKind`.

    Raises:
        TypeError: when another app has a kind of the name.
    """
    if name in registry and registry[name].app != app:
        raise TypeError(f"two kinds of messages are named {name}")
    registry[name] = MessageKind(
        name=name,
        app=app,
        label=label,
        purpose=purpose,
        variables=variables,
        sample=sample,
        multiline=multiline,
        is_automatic=is_automatic,
        when=when,
        structure=structure,
        may_be_off=may_be_off,
        example=example,
        stale=stale,
        is_secret=is_secret,
    )
    return registry[name]


def mail_folder(app: str) -> Path:
    """Where an app keeps its mail templates."""
    return Path(apps.get_app_config(app).path) / "templates" / app / "mail"


def speakable(language: str) -> str:
    """The language itself, its base (``pl-PL`` is ``pl``), or English: one that all messages speak."""
    base = language.replace("_", "-").split("-", 1)[0].lower()
    return base if base in LANGUAGES else DEFAULT_LANGUAGE


def not_any_more(kind: MessageKind, payload: Mapping[str, Any]) -> str:
    """Why a message that waits to leave is no longer true, or nothing; asked just before it leaves."""
    if kind.stale is None or not payload.get("facts"):
        return ""
    reason = kind.stale(payload["facts"])
    return f"no longer true: {reason}" if reason else ""
