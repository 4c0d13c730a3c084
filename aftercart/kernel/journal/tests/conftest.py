"""Events and listeners that exist only in these tests."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from aftercart.kernel.journal import events, listening
from aftercart.kernel.journal.tests.cast import Connect


@pytest.fixture(autouse=True)
def own_listeners() -> Iterator[None]:
    """Each test starts with no listener, and what it declares is forgotten."""
    listeners, known = dict(listening.registry), dict(events.registry)
    listening.registry.clear()
    yield
    for registry, before in ((listening.registry, listeners), (events.registry, known)):
        registry.clear()
        registry.update(before)  # type: ignore[arg-type]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connections of other processes, as far as PostgreSQL is concerned."""
    opened: list[psycopg.Connection[tuple[object, ...]]] = []

    def connect() -> psycopg.Connection[tuple[object, ...]]:
        parameters = connection.get_connection_params()
        wanted = ("dbname", "user", "password", "host", "port")
        opened.append(psycopg.connect(**{key: parameters[key] for key in wanted if key in parameters}))
        return opened[-1]

    yield connect
    for other in opened:
        other.close()
