"""The examinations of ``aftercart doctor``: each looks at one thing and says what to do."""

from __future__ import annotations

import shutil
import smtplib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from aftercart.config.env import DEMO_SECRET
from aftercart.kernel import clock
from aftercart.kernel.journal.models import DeadLetter
from aftercart.kernel.paper.faces import scripts_without_font
from aftercart.kernel.work.models import Worker
from aftercart.messaging.providers import current
from aftercart.payments.accounts import missing_keys
from aftercart.payments.models import Account, Charge

OLDEST_POSTGRES = 140000
CLOCK_TOLERANCE = timedelta(seconds=5)
T = TypeVar("T")
WORKER_SILENCE = timedelta(minutes=2)
HANGS = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at. ``level`` is ``ok``, ``warning`` or ``problem``."""

    level: str
    what: str
    sentence: str


def ok(what: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(level="ok", what=what, sentence=sentence)


def warning(what: str, sentence: str) -> Finding:
    """It works, and could be better."""
    return Finding(level="warning", what=what, sentence=sentence)


def problem(what: str, sentence: str) -> Finding:
    """It does not work; the sentence says what to do."""
    return Finding(level="problem", what=what, sentence=sentence)


def examine() -> list[Finding]:
    """Every examination, in order; a database that does not answer ends them early."""
    findings = [*_configuration(), *_disk()]
    database = _database()
    findings.append(database)
    if database.level != "problem":
        findings += [*_migrations(), *_clock(), *_workers(), *_dead_letters(), *_payments()]
    return [*findings, _mail(), _texts(), _fonts()]


def _configuration() -> Iterator[Finding]:
    if settings.SECRET_KEY == DEMO_SECRET:
        sentence = "the demo's secret is in use; set AFTERCART_SECRET_KEY before you open the shop to others."
        yield warning("secret", sentence)
    else:
        yield ok("secret", "set.")
    if settings.IS_HTTPS or "127.0.0.1" in settings.BASE_URL or "localhost" in settings.BASE_URL:
        yield ok("address", settings.BASE_URL)
    else:
        yield problem(
            "address", f"{settings.BASE_URL} is not https; set AFTERCART_BASE_URL to an https address."
        )


def _disk() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    free = shutil.disk_usage(folder).free / 2**30
    level = ok if free > 5 else warning if free > 1 else problem
    yield level("disk", f"{free:.1f} GiB free in {folder}{'' if free > 5 else '; make room.'}")


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return problem(
            "database", f"does not answer ({str(error).strip().splitlines()[0]}); check DATABASE_URL."
        )
    if connection.vendor == "sqlite":
        return ok("database", "SQLite: right for one machine; PostgreSQL for more.")
    version: int = connection.pg_version  # type: ignore[attr-defined]
    if version < OLDEST_POSTGRES:
        return problem("database", f"PostgreSQL {version // 10000} is too old; 14 or newer is needed.")
    return ok("database", f"PostgreSQL {version // 10000}.")


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield problem("schema", f"{len(plan)} migrations have not run; run 'aftercart migrate'.")
    else:
        yield ok("schema", "up to date.")


def _clock() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    theirs: datetime = row[0] if row else clock.now()
    apart = abs(clock.now() - theirs)
    if apart > CLOCK_TOLERANCE:
        yield problem(
            "clock", f"{apart.total_seconds():.0f} s apart from the database's; let both keep time by NTP."
        )
    else:
        yield ok("clock", "agrees with the database's.")


def _workers() -> Iterator[Finding]:
    newest = _quietly(lambda: Worker.objects.order_by("-seen_at").first())
    if newest is None:
        yield warning("worker", "none has ever run; start one with 'aftercart work'.")
    elif clock.now() - newest.seen_at > WORKER_SILENCE:
        yield problem(
            "worker", f"last seen {newest.seen_at:%Y-%m-%d %H:%M} UTC; start one with 'aftercart work'."
        )
    else:
        yield ok("worker", "at work.")


def _dead_letters() -> Iterator[Finding]:
    count = _quietly(lambda: DeadLetter.objects.filter(resolved_at__isnull=True).count()) or 0
    if count:
        yield warning(
            "dead letters", f"{count} entries that a listener could not take; see the journal on the desk."
        )
    else:
        yield ok("dead letters", "none.")


def _payments() -> Iterator[Finding]:
    """Play money where shoppers are, keys that are missing, charges that nobody hears of."""
    accounts = _quietly(lambda: list(Account.objects.filter(is_enabled=True).select_related("channel"))) or []
    faults = 0
    for account in accounts:
        where = f"{account.provider} of {account.channel}"
        if missing := missing_keys(account):
            faults += 1
            yield problem("payments", f"{where} lacks {' and '.join(missing)}; see Payments on the desk.")
        elif account.is_test and settings.IS_HTTPS:
            faults += 1
            yield warning("payments", f"{where} is in test mode: shoppers get goods for play money.")
    overdue = clock.now() - HANGS
    stuck = _quietly(lambda: Charge.objects.open().filter(check_at__lt=overdue).count()) or 0
    if stuck:
        yield warning("payments", f"{stuck} charges wait to be asked about; is a worker running?")
    elif not faults:
        yield ok("payments", f"{len(accounts)} ways to pay." if accounts else "no provider is set up.")


def _quietly(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except DatabaseError:
        return None


def _mail() -> Finding:
    mail = settings.MAIL
    if mail.transport != "smtp":
        return warning(
            "mail", f"mails go to {mail.folder or 'memory'}, to nobody; set EMAIL_URL to send them."
        )
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException, socket.gaierror) as error:
        return problem("mail", f"{mail.host}:{mail.port} does not answer ({error}); check EMAIL_URL.")
    return ok("mail", f"{mail.host}:{mail.port} answers.")


def _texts() -> Finding:
    texts = settings.TEXTS
    provider = current()
    if provider is None:
        return ok("text messages", "switched off.")
    if texts.provider == "sandbox":
        return warning("text messages", "go to the desk's list, to nobody; set SMS_URL to send them.")
    if wrong := provider.check():
        return problem("text messages", f"{wrong}; check SMS_URL.")
    if not texts.sender:
        return warning("text messages", "SMS_URL names no sender (?from=): channels need one of their own.")
    return ok("text messages", f"{texts.provider} answers.")


def _fonts() -> Finding:
    """Whether invoices can be written in every script of the five languages."""
    missing = scripts_without_font()
    if not missing:
        return ok("fonts", "invoices can be written in Latin, Cyrillic, Japanese and Thai.")
    folder = Path(settings.DATA_DIR) / "fonts"
    return problem("fonts", f"no font writes {', '.join(missing)}; put a TrueType font for it into {folder}.")
