"""Fixtures of the outbox's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from aftercart.config.env import Mail
from aftercart.kernel.outbox.mail import memory, transport


@pytest.fixture(autouse=True)
def _mail_into_memory(settings: Settings) -> Iterator[None]:
    settings.MAIL = Mail(transport="memory")
    memory.delivered.clear()
    yield
    transport.forget()
    memory.delivered.clear()
