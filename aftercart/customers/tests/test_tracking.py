"""Who visitors are, told in batches: what the order within a batch decides, and many batches at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from aftercart.customers.models import Customer, Identity
from aftercart.customers.testing import make_customer
from aftercart.customers.tracking import Told, take_in
from aftercart.stores.testing import make_channel

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def told(email: str = "", *, user_id: str = "", anonymous_id: str = "", message_id: str = "") -> Told:
    """Somebody is identified."""
    return Told(
        kind="identify",
        message_id=message_id or f"{email}:{user_id}:{anonymous_id}",
        name="Customer Identified",
        user_id=user_id,
        anonymous_id=anonymous_id,
        traits={"email": email, "city": "Oslo"} if email else {},
        occurred_at=NOW,
    )


def take(channel_id: int, *messages: Told) -> None:
    take_in(told=messages, channel_id=channel_id, is_trusted=True, actor="token:1", now=NOW)


def owner_of(value: str) -> str:
    return Identity.objects.select_related("customer").get(value=value).customer.email


@pytest.mark.django_db
def test_the_first_message_about_a_user_id_decides_whose_it_is() -> None:
    channel = make_channel()
    take(
        channel.pk,
        told(user_id="u1", anonymous_id="a1"),
        told("zoe@shopper.example", user_id="u1", anonymous_id="a2"),
        told("amy@shopper.example", user_id="u1", anonymous_id="a3"),
    )
    assert [owner_of(value) for value in ("u1", "a1", "a2", "a3")] == ["zoe@shopper.example"] * 4
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_a_known_user_id_stays_where_it_is_and_a_visitor_too() -> None:
    channel, sam = make_channel(), make_customer("Sam Shopper")
    take(channel.pk, told(sam.email, user_id="u1", anonymous_id="a1"))
    take(
        channel.pk, told("amy@shopper.example", user_id="u1"), told("amy@shopper.example", anonymous_id="a1")
    )
    assert owner_of("u1") == owner_of("a1") == sam.email


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("are_known", [False, True])
def test_batches_that_name_the_same_people_in_another_order_all_arrive(are_known: bool) -> None:  # noqa: FBT001
    channel, batches, rounds, people = make_channel(), 4, 3, 25
    gate = Barrier(batches, timeout=60)

    def send(index: int) -> int:
        try:
            for turn in range(rounds):
                names = [f"{turn}-{number:02}" for number in range(people)]
                told_again = [
                    told(
                        f"p{name}@x.example",
                        user_id=f"u{name}",
                        anonymous_id=f"a{name}",
                        message_id=f"{index}-{name}",
                    )
                    for name in names
                ]
                gate.wait()
                take(channel.pk, *(reversed(told_again) if index % 2 else told_again))
        finally:
            connection.close()
        return rounds

    if are_known:
        for turn in range(rounds):
            for number in range(people):
                make_customer("Sam", email=f"p{turn}-{number:02}@x.example", city="")
    with ThreadPoolExecutor(max_workers=batches) as threads:
        assert sum(threads.map(send, range(batches))) == batches * rounds
    assert Customer.objects.count() == rounds * people
    assert Identity.objects.count() == 2 * rounds * people
