"""A body larger than six photos is refused before anybody reads it."""

from __future__ import annotations

import pytest
from django.test import Client

from aftercart.kernel.uploads.limits import MOST_IN_A_FORM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/orders/find/", str(MOST_IN_A_FORM + 1), 413),
        ("/orders/find/", "10", 200),
        ("/orders/find/", "not a number", 200),
        ("/desk/imports/new/", str(MOST_IN_A_FORM + 1), 302),
    ],
)
def test_large_bodies(client: Client, path: str, length: str, status: int) -> None:
    answer = client.generic(
        "POST", path, b"", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=length
    )
    assert answer.status_code == status
    assert ("This is too large" in answer.content.decode()) is (status == 413)
