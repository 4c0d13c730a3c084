"""The journal: append-only, typed, heard by listeners after commit."""

from typing import Any

from django.db.models.signals import post_migrate

from aftercart.kernel.apps import JourneyApp


class JournalApp(JourneyApp):
    name = "aftercart.kernel.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(_ready_listeners, sender=self)


def _ready_listeners(**_: Any) -> None:
    """After every ``migrate``: new listeners get their place, a restored dump its order."""
    from aftercart.kernel.journal.progress import ensure_listeners
    from aftercart.kernel.journal.restoring import settle_restored

    settle_restored()
    ensure_listeners()
