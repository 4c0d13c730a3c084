"""What shoppers do, told over HTTP: each message once, the right person, the wrong messages named."""

from __future__ import annotations

from typing import Any

import pytest

from aftercart.customers.models import Customer, Identity
from aftercart.customers.testing import make_customer
from aftercart.kernel.api.testing import ApiClient
from aftercart.kernel.journal.models import Entry
from aftercart.stores.testing import make_api_token, make_channel

pytestmark = pytest.mark.django_db


def page_client() -> ApiClient:
    """A token as it stands in a page's source, readable by everybody."""
    return ApiClient(make_api_token("track:write", channel=make_channel())[1])


def server_client() -> ApiClient:
    """A token that only the shop's server knows."""
    return ApiClient(make_api_token("track:write", "customers:write", channel=make_channel())[1])


def viewed(message_id: str, **values: Any) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "messageId": message_id,
        "anonymousId": "a-1",
        "properties": {"sku": "APRON"},
        **values,
    }


def test_a_batch_told_twice_is_one() -> None:
    api = page_client()
    batch = {"batch": [viewed(str(n)) for n in range(5)]}
    assert api.post("/batch", batch).json() == {"new": 5, "duplicate": 0, "rejected": []}
    assert api.post("/batch", batch).json() == {"new": 0, "duplicate": 5, "rejected": []}
    assert Entry.objects.filter(name="Product Viewed", anonymous_id="a-1").count() == 5


def test_the_wrong_messages_are_named_and_the_right_ones_taken() -> None:
    batch = [viewed("1"), {"type": "track"}, viewed("2", timestamp="yesterday"), {"type": "alias"}]
    answer = page_client().post("/batch", {"batch": batch})
    assert (answer.status_code, answer.json()["new"]) == (202, 1)
    assert [fault["at"] for fault in answer.json()["rejected"]] == [
        "/batch/1/event",
        "/batch/2/timestamp",
        "/batch/3",
    ]
    assert page_client().post("/batch", {"batch": [{}]}).status_code == 422


def test_the_shops_server_says_who_a_visitor_is() -> None:
    sam = make_customer("Sam Shopper")
    api = server_client()
    api.post("/identify", {"userId": "u7", "anonymousId": "a-1", "traits": {"email": "SAM@shopper.example"}})
    api.post("/track", {"event": "Cart Viewed", "anonymousId": "a-1", "messageId": "x"})
    api.post("/track", {"event": "Checkout Started", "userId": "u7", "messageId": "y"})
    story = Entry.objects.filter(customer_id=sam.pk).values_list("name", flat=True)
    assert {"Customer Identified", "Cart Viewed", "Checkout Started"} <= set(story)
    sam.refresh_from_db()
    assert sam.last_seen_at is not None


def test_a_page_cannot_claim_to_be_somebody() -> None:
    sam = make_customer("Sam Shopper")
    mallory = page_client()
    mallory.post(
        "/identify", {"anonymousId": "m-1", "userId": "u7", "traits": {"email": sam.email, "name": "X"}}
    )
    mallory.post("/track", {"event": "Cart Viewed", "anonymousId": "m-1", "userId": "u7"})
    assert not Entry.objects.filter(customer_id=sam.pk).exclude(name="CustomerAdded").exists()
    assert not Identity.objects.exists()
    assert Customer.objects.get().name == "Sam Shopper"


def test_what_a_database_could_not_keep_is_kept_without_it() -> None:
    properties = {"note": "a\u0000b", "half": "\ud83d", "huge": 1e308}
    answer = page_client().post("/batch", {"batch": [viewed("1", properties=properties)]})
    assert answer.json()["new"] == 1


def test_a_clock_that_runs_ahead_is_set_right() -> None:
    page_client().post("/track", {"event": "Cart Viewed", "timestamp": "2099-01-01T00:00:00Z"})
    entry = Entry.objects.get(name="Cart Viewed")
    assert entry.occurred_at.year < 2099
