"""``kill -9`` between "being sent" and the server's answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.db.models import F
from pytest_django.fixtures import Settings

from aftercart.kernel.outbox.drain import drain
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.testing import STALL, ScriptedServer, accept, make_mail, smtp

VICTIM = """
import django
django.setup()
from aftercart.kernel.outbox.drain import drain
drain(owner="victim")
"""


def _database_url() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgresql://{known['USER']}@{known['HOST']}:{known['PORT'] or 5432}/{known['NAME']}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("purpose", ["transactional", "marketing"])
def test_a_killed_worker(settings: Settings, tmp_path: Path, purpose: str) -> None:
    def silent_once(verb: str, line: str, mail: int) -> str:
        return STALL if verb == "CONTENT" and mail == 1 else accept(verb, line, mail)

    with ScriptedServer(silent_once) as server:
        effect = make_mail(purpose=purpose)
        environ = {
            **os.environ,
            "DATABASE_URL": _database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
            "AFTERCART_DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "aftercart.config.settings",
            "PYTHONPATH": str(django_settings.PACKAGE_DIR.parent),
        }
        victim = subprocess.Popen([sys.executable, "-c", VICTIM], env=environ)
        try:
            assert server.has_content.wait(timeout=30)
        finally:
            victim.send_signal(signal.SIGKILL)
            victim.wait(timeout=10)
        effect.refresh_from_db()
        assert (effect.state, effect.lease_owner) == ("sending", "victim")
        settings.MAIL = smtp(server.port)
        drain(owner="heir")
        assert len(server.contents) == 1, "not before the lease is over"
        Effect.objects.update(lease_until=F("lease_until") - timedelta(minutes=10))
        drain(owner="heir")
        effect.refresh_from_db()
        ids = [message_from_bytes(content)["Message-ID"] for content in server.contents]
    if purpose == "transactional":
        assert effect.state == "sent"
        assert len(ids) == 2
        assert ids[0] == ids[1]
    else:
        assert effect.state == "unclear"
        assert len(ids) == 1
