"""Filling the database with the believable shop: once, in stages, each told to whoever waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from aftercart.catalog.actions import VariantDraft, save_product
from aftercart.catalog.models import Product
from aftercart.config.demo.changes import change_orders, keep_stock
from aftercart.config.demo.charges import take_payments
from aftercart.config.demo.conversations import hold_conversations
from aftercart.config.demo.delivery import send_and_learn
from aftercart.config.demo.goods import GOODS
from aftercart.config.demo.guides import write_guides
from aftercart.config.demo.logins import demo_logins
from aftercart.config.demo.parcels import settle_parcels
from aftercart.config.demo.pictures import draw_all
from aftercart.config.demo.plan import plans, price
from aftercart.config.demo.problems import report_problems
from aftercart.config.demo.segments import add_segments
from aftercart.config.demo.write import sku_of, write_plans
from aftercart.kernel import clock
from aftercart.orders.models import Order
from aftercart.stores.actions import save_channel, save_merchant
from aftercart.stores.models import Channel, StaffMember, User

SIZES = {"tiny": (60, 200), "small": (2_000, 6_000), "large": (20_000, 80_000)}
Tell = Callable[[str, int, int], None]

POLICY = {
    "en": "Send anything back within 30 days, free of charge.",
    "pl": "Zwrot każdej rzeczy w ciągu 30 dni, bezpłatnie.",
    "ja": "30日以内なら送料無料で返品できます。",
    "ru": "Вернуть любую вещь можно бесплатно в течение 30 дней.",
    "th": "คืนสินค้าได้ฟรีภายใน 30 วัน",
}
CHANNELS = {
    "main": {
        "name": "Mira & Holm",
        "currency": "EUR",
        "country": "DE",
        "default_language": "en",
        "timezone": "Europe/Berlin",
    },
    "polska": {
        "name": "Mira & Holm Polska",
        "currency": "PLN",
        "country": "PL",
        "default_language": "pl",
        "timezone": "Europe/Warsaw",
    },
    "japan": {
        "name": "Mira & Holm Japan",
        "currency": "JPY",
        "country": "JP",
        "default_language": "ja",
        "timezone": "Asia/Tokyo",
    },
}


def is_seeded() -> bool:
    """Whether there is anything in this shop yet, the demo's or a merchant's own."""
    return Order.objects.exists() or StaffMember.objects.exists()


def seed(*, size: str, number: int, tell: Tell) -> None:
    """Make the shop. ``number`` seeds the chance; ``tell(what, done, total)`` hears of progress."""
    customers, orders = SIZES[size]
    channels = _merchant()
    _team()
    tell("products", 0, len(GOODS))
    _products()
    tell("products", len(GOODS), len(GOODS))
    todo = plans(customers=customers, orders=orders, seed=number, now=clock.now())
    for done in write_plans(todo, channels):
        tell("orders", done, len(todo))
    settle_parcels()
    write_guides(seed=number)
    send_and_learn(channels)
    take_payments(channels)
    hold_conversations()
    keep_stock()
    change_orders()
    report_problems()
    add_segments()
    tell("questions", 1, 1)


@transaction.atomic
def _merchant() -> dict[str, Channel]:
    save_merchant(
        values={
            "name": "Mira & Holm",
            "legal_name": "Mira & Holm GmbH",
            "postal_address": "Speicherhof 4\n04109 Leipzig\nGermany",
            "email": "hello@mira-holm.example",
            "phone": "+49 341 555 0199",
            "timezone": "Europe/Berlin",
        },
        actor="system",
    )
    contact = {
        "kind": "own",
        "languages": ["en", "pl", "ja", "ru", "th"],
        "sender_name": "Mira & Holm",
        "sender_email": "orders@mira-holm.example",
        "support_email": "hello@mira-holm.example",
        "support_phone": "+49 341 555 0199",
        "support_hours": "Mon-Fri 9:00-17:00 CET",
        "return_policy": POLICY,
    }
    return {
        slug: save_channel(slug=slug, values=contact | own, actor="system")[0]
        for slug, own in CHANNELS.items()
    }


@transaction.atomic
def _team() -> None:
    for login in demo_logins():
        user = User(email=login.email, name=login.name)
        user.set_password(login.password)
        user.save()
        StaffMember.objects.create(user=user, role=login.role)


@transaction.atomic
def _products() -> None:
    draw_all(Path(settings.MEDIA_ROOT) / "products")
    opened = clock.now() - timedelta(days=600)
    for good in GOODS:
        options = good.options or ("",)
        variants = [
            VariantDraft(
                sku=sku_of(good.handle, option),
                title=option,
                options={"Kind": option} if option else {},
                price_minor=price(good, "main"),
                currency="EUR",
            )
            for option in options
        ]
        values = {
            "title": good.en,
            "titles": good.titles,
            "kind": good.shape.capitalize(),
            "vendor": "Mira & Holm",
            "image_url": f"/media/products/{good.handle}.svg",
        }
        save_product(handle=good.handle, values=values, variants=variants, actor="system")
    Product.objects.update(created_at=opened)
