from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aftercart.kernel import clock
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner
from aftercart.tracking.actions.delaying import find_delays
from aftercart.tracking.models import Delay
from aftercart.tracking.tests.test_delays import NOW, TODAY, late_parcel

pytestmark = pytest.mark.django_db
LIST, MARKS = reverse("desk-delays"), reverse("desk-delay-marks")


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_owner().user)
    return client


def numbers(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return [row["order"].number for row in page.context["delays"]]


def test_oldest_first_and_narrowed(ada: Client) -> None:
    assert "Nothing is late" in ada.get(LIST).content.decode()
    first = late_parcel(country="PL")
    find_delays(now=NOW - timedelta(hours=1), actor="system")
    second = late_parcel(promised_on=TODAY + timedelta(days=9), heard=6)
    find_delays(now=NOW, actor="system")
    assert numbers(ada) == [first.order.number, second.order.number]
    assert numbers(ada, "cause=silence") == [second.order.number]
    assert numbers(ada, "country=PL") == [first.order.number]
    assert numbers(ada, "carrier=Nobody") == []
    assert numbers(ada, "cursor=999999999999999999999&view=nonsense&cause=x") == numbers(ada)


def test_in_hand_and_put_aside(ada: Client) -> None:
    first, second = late_parcel(), late_parcel()
    find_delays(now=NOW, actor="system")
    ids = list(Delay.objects.order_by("pk").values_list("pk", flat=True))
    assert ada.post(MARKS, {"act": "known", "delay": ids[:1]}).status_code == 302
    ada.post(MARKS, {"act": "snooze", "delay": [ids[1], "nonsense"]})
    assert numbers(ada) == []
    assert numbers(ada, "view=known") == [first.order.number]
    assert numbers(ada, "view=snoozed") == [second.order.number]
    assert len(numbers(ada, "view=all")) == 2
    until = Delay.objects.get(pk=ids[1]).snoozed_until
    assert until
    assert until > clock.now() + timedelta(days=1)
    assert "Check at least one" in ada.post(MARKS, {"act": "known"}, follow=True).content.decode()


def test_who_may(client: Client) -> None:
    late_parcel()
    find_delays(now=NOW, actor="system")
    delay = Delay.objects.get()
    client.force_login(make_outsider())
    assert client.get(LIST).status_code == 404
    assert client.post(MARKS, {"act": "known", "delay": [delay.pk]}).status_code == 404
    member = make_member("Ben", "agent")
    member.channels.add(make_channel("elsewhere"))
    client.force_login(member.user)
    assert numbers(client) == []
    client.post(MARKS, {"act": "known", "delay": [delay.pk]})
    client.force_login(make_member("Vic", "viewer").user)
    assert len(numbers(client)) == 1
    assert client.post(MARKS, {"act": "known", "delay": [delay.pk]}).status_code == 404
    assert Delay.objects.get().known_by == ""
    assert client.get(MARKS).status_code in {404, 405}


def test_as_many_queries_for_many(ada: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(8):
        late_parcel()
    find_delays(now=NOW, actor="system")
    with django_assert_max_num_queries(14):
        assert len(numbers(ada)) == 8
