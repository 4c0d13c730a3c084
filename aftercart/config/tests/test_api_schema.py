"""Schemathesis throws thousands of generated requests at every door and finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from aftercart.config.wsgi import application
from aftercart.kernel.money import exponent
from aftercart.orders.actions import fulfil_order
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_api_token, make_channel
from aftercart.tracking.actions import register_parcel

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
TOKEN = {"secret": ""}


@schema.auth()
class Bearer:
    """The token of the test that runs."""

    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
        return TOKEN["secret"]

    def set(self, case: schemathesis.Case[Any], data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {TOKEN['secret']}"


CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The handler runs in the test's own transaction: its connection is not closed between requests."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@pytest.mark.django_db
def test_every_door_keeps_its_word(case: schemathesis.Case[Any]) -> None:
    channel = make_channel()
    TOKEN["secret"] = make_api_token(channel=channel)[1]
    order = make_order(channel=channel)
    sent = fulfil_order(order_id=order.pk, key=f"f{order.pk}", actor="test")
    register_parcel(order_id=order.pk, key=f"p{order.pk}", actor="test", fulfilment=sent)
    case.call_and_validate(checks=CHECKS)


def test_currencies_in_examples_exist() -> None:
    assert exponent("EUR") == 2
