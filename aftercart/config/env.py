"""Configuration from the environment: typed, and refused with a sentence when wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

DEMO_SECRET = "demo-only-secret-that-production-refuses"  # noqa: S105 - refused outside the demo


class ConfigurationError(Exception):
    """A setting is missing or wrong. The message says what to write instead."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """How mail leaves: ``smtp``, ``file`` (a folder of .eml-like files) or ``memory`` (tests)."""

    transport: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = ""
    folder: str = ""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """How text messages leave: ``sandbox`` (kept on the desk), ``twilio``, or not at all (empty).

    ``url`` is the provider's base address, ``sender`` the number used where a channel names none.
    """

    provider: str
    account: str = ""
    token: str = field(default="", repr=False)
    url: str = ""
    sender: str = ""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Everything the process takes from outside."""

    debug: bool
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    data_dir: Path
    base_url: str
    database: dict[str, object] = field(repr=False)
    mail: Mail
    texts: Texts
    allowed_hosts: tuple[str, ...]
    sandbox_payments: bool


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Parse the environment.

    Raises:
        ConfigurationError: with a sentence that says which variable to set to what.
    """
    debug = _flag(environ, "AFTERCART_DEBUG", default=False)
    data_dir = Path(environ.get("AFTERCART_DATA_DIR") or "var").resolve()
    base_url = _base_url(environ.get("AFTERCART_BASE_URL") or "http://127.0.0.1:8000")
    return Environment(
        debug=debug,
        secret_key=_secret(environ, base_url),
        secret_key_fallbacks=_list(environ.get("AFTERCART_SECRET_KEY_FALLBACKS", "")),
        data_dir=data_dir,
        base_url=base_url,
        database=_database(environ.get("DATABASE_URL") or f"sqlite:///{data_dir}/aftercart.sqlite3"),
        mail=_mail(environ.get("EMAIL_URL") or f"file://{data_dir}/mail"),
        texts=_texts(environ.get("SMS_URL") or "sandbox:"),
        allowed_hosts=_hosts(environ.get("AFTERCART_ALLOWED_HOSTS", ""), base_url),
        sandbox_payments=_flag(environ, "AFTERCART_SANDBOX_PAYMENTS", default=_is_loopback(base_url)),
    )


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environ.get(name, "").strip().lower()
    if text in {"", "0", "false", "no", "off"}:
        return default if text == "" else False
    if text in {"1", "true", "yes", "on"}:
        return True
    raise ConfigurationError(f"{name} is {text!r}: write 1 or 0.")


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            f"AFTERCART_BASE_URL is {text!r}: write the address shoppers use, such as https://shop.example."
        )
    return text.rstrip("/")


def _is_loopback(base_url: str) -> bool:
    return urlsplit(base_url).hostname in {"127.0.0.1", "localhost", "::1", "testserver"}


def _secret(environ: Mapping[str, str], base_url: str) -> str:
    secret = environ.get("AFTERCART_SECRET_KEY", "")
    if not secret and _is_loopback(base_url):
        return DEMO_SECRET
    if len(secret) < 32 or secret == DEMO_SECRET:
        raise ConfigurationError(
            "AFTERCART_SECRET_KEY must be a secret of at least 32 characters when AFTERCART_BASE_URL is not "
            "on this machine. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return secret


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path)[1:] if parts.path.startswith("//") else unquote(parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
                    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path).lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", None) or parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": query,
        }
    raise ConfigurationError(
        f"DATABASE_URL starts with {parts.scheme!r}: write sqlite:////path/to/file or "
        "postgresql://user:password@host:5432/name."
    )


def _mail(url: str) -> Mail:
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return Mail(transport="memory")
    if parts.scheme == "file":
        return Mail(transport="file", folder=unquote(parts.path))
    if parts.scheme in {"smtp", "smtps", "smtp+starttls"} and parts.hostname:
        tls = {"smtp": "", "smtps": "implicit", "smtp+starttls": "starttls"}[parts.scheme]
        return Mail(
            transport="smtp",
            host=parts.hostname,
            port=parts.port or {"": 25, "implicit": 465, "starttls": 587}[tls],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )
    raise ConfigurationError(
        f"EMAIL_URL is {parts.scheme + '://...' if parts.scheme else url!r}: write smtp://host:25, "
        "smtp+starttls://user:password@host:587, smtps://user:password@host:465 or file:///folder."
    )


def _texts(url: str) -> Texts:
    parts = urlsplit(url)
    if parts.scheme in {"sandbox", "off"}:
        return Texts(provider="" if parts.scheme == "off" else "sandbox")
    if parts.scheme in {"twilio", "twilio+http"} and parts.username and parts.password:
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        scheme = "https" if parts.scheme == "twilio" else "http"
        port = f":{parts.port}" if parts.port else ""
        return Texts(
            provider="twilio",
            account=unquote(parts.username),
            token=unquote(parts.password),
            url=f"{scheme}://{parts.hostname or 'api.twilio.com'}{port}",
            sender=query.get("from", ""),
        )
    raise ConfigurationError(
        f"SMS_URL is {parts.scheme + '://...' if parts.scheme else url!r}: write sandbox:, off:, or "
        "twilio://ACCOUNT:TOKEN@api.twilio.com?from=%2B15550100."
    )


def _hosts(text: str, base_url: str) -> tuple[str, ...]:
    named = _list(text)
    host = urlsplit(base_url).hostname or ""
    local = ("127.0.0.1", "localhost", "[::1]", "testserver") if _is_loopback(base_url) else ()
    return (*named, host, *local)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
