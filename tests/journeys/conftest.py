"""Fixtures of whole journeys: nothing here pretends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from aftercart.kernel.outbox.testing import smtp
from aftercart.kernel.work.worker import Worker
from aftercart.stores.testing import make_api_token, make_channel
from tests.journeys.parts import Api, Inbox, serving_mail, working

expect.set_options(timeout=15_000)  # a machine that runs the whole suite is slow at times


@pytest.fixture
def inbox(settings: Settings, live_server: LiveServer, mail_into_memory: None) -> Iterator[Inbox]:
    """Mails leave over SMTP into this inbox, and their links lead to the live server."""
    with serving_mail() as (received, port):
        settings.MAIL = smtp(port)
        settings.BASE_URL = live_server.url
        yield received


@pytest.fixture
def worker(transactional_db: None, inbox: Inbox) -> Iterator[Worker]:
    """A worker at work on the test's database as long as the test runs."""
    with working() as running:
        yield running


@pytest.fixture
def api(transactional_db: None, live_server: LiveServer) -> Api:
    """The store's system, with a token for the main channel."""
    return Api(live_server.url, make_api_token(channel=make_channel())[1])
