"""``flush`` empties every table, the ledger's too: its guards step aside for this one command."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections, transaction

from aftercart.kernel.ledger.seals import seal, unseal


class Command(Flush):
    """Django's own ``flush``, for a database whose ledger refuses deletes."""

    def handle(self, **options: Any) -> None:
        """Empty the database, and put the guards back whatever happens."""
        connection = connections[options["database"]]
        if connection.vendor != "sqlite":  # TRUNCATE, which others use, passes row triggers by
            super().handle(**options)
            return
        with transaction.atomic(using=connection.alias):
            unseal(connection)
            super().handle(**options)
            seal(connection)
