"""The believable shop: the same from the same number, consistent with what the actions would have left."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Max, Min, Q

from aftercart.config.demo.changes import PEOPLE
from aftercart.config.demo.goods import GOODS
from aftercart.config.demo.pictures import draw
from aftercart.config.demo.plan import plans
from aftercart.config.demo.seed import SIZES
from aftercart.customers.models import Customer
from aftercart.helpdesk.models import Ticket
from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Order
from aftercart.reviews.models import Review
from aftercart.tracking.models import Parcel


def test_the_same_number_is_the_same_shop() -> None:
    now = clock.now()
    first, again, other = (plans(customers=40, orders=100, seed=seed, now=now) for seed in (1, 1, 2))
    assert [(plan.number, plan.goods, plan.steps) for plan in first] == [
        (plan.number, plan.goods, plan.steps) for plan in again
    ]
    assert [plan.goods for plan in first] != [plan.goods for plan in other]
    assert len(first) == 100
    assert all(plan.placed_at <= now and all(step.at <= now for step in plan.steps) for plan in first)


@pytest.mark.parametrize("good", GOODS, ids=lambda good: good.handle)
def test_every_picture_is_a_drawing_without_script(good: object) -> None:
    picture = draw(good)  # type: ignore[arg-type]
    root = ET.fromstring(picture)
    assert root.tag.endswith("svg")
    assert not re.search(r"script|href|on\w+=", picture)


@pytest.mark.django_db
def test_the_shop_is_believable(monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"  # type: ignore[attr-defined]
    monkeypatch.setitem(SIZES, "small", (150, 450))
    call_command("seed", verbosity=0)
    assert (Customer.objects.count(), Order.objects.count()) == (150 + len(PEOPLE), 450 + len(PEOPLE))
    languages = Counter(Order.objects.values_list("language", flat=True))
    assert set(languages) == {"en", "pl", "ja", "ru", "th"}
    assert Parcel.objects.exclude(status="delivered").exists()
    assert Ticket.objects.filter(waiting_since__isnull=False).exists()
    assert Review.objects.exists()
    assert len(list((tmp_path / "media" / "products").glob("*.svg"))) == len(GOODS)
    assert (tmp_path / "demo-logins.json").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_its_rows_agree_with_one_another(
    monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path
) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"  # type: ignore[attr-defined]
    monkeypatch.setitem(SIZES, "small", (60, 200))
    call_command("seed", verbosity=0)
    live = ~Q(orders__state="cancelled")
    counted = Customer.objects.annotate(
        count=Count("orders", filter=live),
        first=Min("orders__placed_at", filter=live),
        last=Max("orders__placed_at", filter=live),
    )
    caches = counted.values_list("orders_count", "first_order_at", "last_order_at", "count", "first", "last")
    for row in caches:
        assert row[:3] == row[3:]
    placed = Entry.objects.filter(name="OrderPlaced")
    assert placed.filter(is_history=True).count() == 200
    assert placed.filter(is_history=False).count() == len(PEOPLE)  # the changeable ones are placed for real
    assert not Entry.objects.filter(occurred_at__gt=clock.now()).exists()
    with pytest.raises(CommandError, match="already"):
        call_command("seed", verbosity=0)
