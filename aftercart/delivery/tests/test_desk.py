from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aftercart.delivery.actions import Way, record_transits
from aftercart.delivery.calibration import calibration
from aftercart.delivery.models import ShippingMethod
from aftercart.delivery.testing import make_method
from aftercart.kernel import clock
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner

pytestmark = pytest.mark.django_db
LIST = reverse("desk-shipping")
NEW = reverse("desk-shipping-method", args=["main", "new"])
FILLED = {
    "name_en": "Standard",
    "name_pl": "Standardowa",
    "carrier": "DHL",
    "price": "4.90",
    "free_from": "60",
    "handling_days": "1",
    "origin_country": "de",
    "position": "0",
    "is_active": "on",
    "cut_off_0": "14:00",
    "cut_off_5": "10:30",
    "zones": "Germany; DE; ; 1-2\nIslands; de, at; 27498, 25*; 4\nElsewhere; ; ; 5-9",
}


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_owner().user)
    return client


def test_a_method_is_written_and_changed(ada: Client) -> None:
    make_channel()
    assert ada.post(NEW, FILLED).status_code == 302
    method = ShippingMethod.objects.get()
    assert (method.key, method.price_minor, method.free_from_minor) == ("standard", 490, 6000)
    assert method.cut_offs == {"0": "14:00", "5": "10:30"}
    assert method.names == {"en": "Standard", "pl": "Standardowa"}
    zones = [(zone.name, zone.countries, zone.postcodes, zone.transit_max) for zone in method.zones.all()]
    assert zones == [
        ("Germany", ["DE"], [], 2),
        ("Islands", ["DE", "AT"], ["27498", "25*"], 4),
        ("Elsewhere", [], [], 9),
    ]
    own = reverse("desk-shipping-method", args=["main", "standard"])
    shown = ada.get(own).context["form"].initial
    assert ada.post(own, {**FILLED, "zones": shown["zones"], "price": "0"}).status_code == 302
    assert ShippingMethod.objects.get().price_minor == 0
    assert ShippingMethod.objects.get().zones.count() == 3
    assert ada.post(NEW, FILLED).status_code == 422
    assert ada.post(reverse("desk-shipping-removal", args=["main", "standard"])).status_code == 302
    assert not ShippingMethod.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"zones": ""}, "required"),
        ({"zones": "Germany; DE; 1-2"}, "Line 1: write name"),
        ({"zones": "Germany; Deutschland; ; 1-2"}, "two letters"),
        ({"zones": "Germany; DE; ; soon"}, "Line 1: days"),
        ({"zones": "Germany; DE; ; 5-2"}, "from few to many"),
        ({"cut_off_0": "", "cut_off_5": ""}, "Name a cut-off"),
        ({"price": "4.905"}, "no such small part"),
        ({"name_en": ""}, "required"),
    ],
)
def test_slips_are_told_in_words(ada: Client, changed: dict[str, str], said: str) -> None:
    make_channel()
    answer = ada.post(NEW, FILLED | changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ShippingMethod.objects.exists()


def test_the_preview_promises_as_if_ordered_now(ada: Client) -> None:
    make_method()
    page = ada.get(LIST, {"country": "pl", "postcode": "00-950"}).content.decode()
    assert "working days to Poland" in page
    assert "Does not go there" in ada.get(LIST, {"country": "JP"}).content.decode()


def test_who_may(client: Client) -> None:
    make_method()
    own = reverse("desk-shipping-method", args=["main", "standard"])
    for member in (make_outsider(), make_member("Ben", "agent").user):
        client.force_login(member)
        for path in (LIST, own, NEW):
            assert client.get(path).status_code == 404
        assert client.post(reverse("desk-shipping-removal", args=["main", "standard"])).status_code == 404
    admin = make_member("Eve", "admin")
    admin.channels.add(make_channel("elsewhere"))
    client.force_login(admin.user)
    assert client.get(own).status_code == 404
    assert client.post(own, FILLED).status_code == 404
    assert client.post(reverse("desk-shipping-removal", args=["main", "standard"])).status_code == 404
    assert "DHL" not in client.get(LIST).content.decode()
    assert ShippingMethod.objects.exists()


def arrived(count: int, days: int, *, promised: int, country: str = "PL") -> list[Way]:
    channel, today = make_channel(), clock.now().date()
    return [
        Way(
            key=f"{country}:{days}:{number}",
            channel_id=channel.pk,
            carrier="DHL",
            country=country,
            placed_on=today - timedelta(days=30),
            arrived_on=today - timedelta(days=30 - days),
            promised_on=today - timedelta(days=30 - promised),
        )
        for number in range(count)
    ]


def test_calibration_counts_what_arrived_by_the_promise(ada: Client) -> None:
    record_transits(
        ways=[
            *arrived(27, 4, promised=5),
            *arrived(3, 9, promised=5),
            *arrived(2, 1, promised=1, country="JP"),
        ]
    )
    poland, japan = calibration(None, since=date(2020, 1, 1))
    assert (poland.country, poland.n, poland.by_share, poland.likely_n) == ("PL", 30, 0.9, 0)
    assert (japan.n, japan.is_telling) == (2, False)
    assert calibration([10**6], since=date(2020, 1, 1)) == []
    page = ada.get(reverse("desk-promises"))
    assert page.context["labels"] == ["dhl → PL"]
    assert "90%" in page.content.decode()


def test_promises_are_for_those_who_see_figures(client: Client, django_assert_max_num_queries: Any) -> None:
    client.force_login(make_outsider())
    assert client.get(reverse("desk-promises")).status_code == 404
    client.force_login(make_member("Vic", "viewer").user)
    with django_assert_max_num_queries(10):
        assert "No promise has come due" in client.get(reverse("desk-promises")).content.decode()
