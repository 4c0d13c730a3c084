"""The cast's tables, made once beside the test database."""

from __future__ import annotations

import pytest
from pytest_django import DjangoDbBlocker

from aftercart.kernel.rules.tests.cast import make_tables


@pytest.fixture(scope="session")
def cast_tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        make_tables()


@pytest.fixture
def cast(cast_tables: None, db: None) -> None:
    """The database, with the tables of people and purchases."""
