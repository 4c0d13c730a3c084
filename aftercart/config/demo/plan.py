"""What happened in the demo's shop: who ordered what, how it travelled, what went wrong. Pure and seeded."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aftercart.config.demo.goods import GOODS, Good
from aftercart.config.demo.people import Shopper, people

DAYS = 540
LATE_SHARE = 0.085
CARRIERS = {"main": ("DHL", "JD0146"), "polska": ("InPost", "6280"), "japan": ("Yamato", "4480")}
CURRENCY = {"main": ("EUR", 1.0), "polska": ("PLN", 4.3), "japan": ("JPY", 1.6)}
PAYMENT = ("card", "card", "card", "paypal", "bank transfer")


@dataclass(frozen=True)
class Step:
    """One scan of a parcel."""

    status: str
    at: datetime
    place: str
    message: str = ""


@dataclass
class Plan:
    """One order of the demo and its fate. Amounts in minor units."""

    shopper: Shopper
    number: str
    placed_at: datetime
    goods: list[tuple[Good, str, int]]
    currency: str
    shipping_minor: int
    promised_on: date
    payment: str
    is_paid: bool = True
    is_declined: bool = False
    is_cancelled: bool = False
    refund: str = ""
    steps: list[Step] = field(default_factory=list)
    score: int = 0

    @property
    def sent_at(self) -> datetime | None:
        """When it left, if it has."""
        return self.steps[0].at if self.steps else None

    @property
    def delivered_at(self) -> datetime | None:
        """When it arrived, if it has."""
        return next((step.at for step in self.steps if step.status == "delivered"), None)


def price(good: Good, channel: str) -> int:
    """A product's price in the channel's minor units."""
    return price_of(good.euro, channel)


def price_of(euro: int, channel: str) -> int:
    """Euro cents in the channel's minor units, rounded to what shops print."""
    factor = CURRENCY[channel][1]
    step = 10 if channel == "japan" else 100 if channel == "polska" else 10
    return max(step, round(euro * factor / step) * step)


def plans(*, customers: int, orders: int, seed: int, now: datetime) -> list[Plan]:
    """The demo's orders, oldest first; the same for the same arguments."""
    rng = random.Random(seed)  # noqa: S311 - a believable shop, not a secret
    shoppers = people(customers, rng)
    extra = rng.choices(shoppers, weights=[one.eagerness for one in shoppers], k=max(0, orders - customers))
    counts: dict[str, int] = {}
    for one in extra:
        counts[one.email] = counts.get(one.email, 0) + 1
    moments = [
        (moment, one) for one in shoppers for moment in _moments(1 + counts.get(one.email, 0), rng, now)
    ]
    moments.sort(key=lambda pair: pair[0])
    return [_plan(f"{10_000 + index}", one, at, rng, now) for index, (at, one) in enumerate(moments, start=1)]


def _moments(count: int, rng: random.Random, now: datetime) -> list[datetime]:
    """When a shopper ordered: the first time anywhere in the past (later is likelier), then again and again."""
    first = DAYS * rng.betavariate(1.0, 1.35)
    days = [first, *(rng.uniform(0, first) * rng.uniform(0.15, 1) for _ in range(count - 1))]
    return [_at_shopping_hour(now - timedelta(days=day), rng, now) for day in days]


def _at_shopping_hour(moment: datetime, rng: random.Random, now: datetime) -> datetime:
    hour = rng.choices(
        range(24), weights=[1] * 6 + [3, 5, 6, 7, 8, 8, 9, 8, 7, 7, 8, 9, 11, 14, 16, 15, 9, 4]
    )[0]
    placed = moment.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    return min(placed, now - timedelta(minutes=rng.randint(2, 90)))


def _plan(number: str, shopper: Shopper, placed_at: datetime, rng: random.Random, now: datetime) -> Plan:
    land = shopper.land
    plan = Plan(
        shopper=shopper,
        number=number,
        placed_at=placed_at,
        goods=_basket(rng),
        currency=CURRENCY[land.channel][0],
        shipping_minor=price_of(490, land.channel),
        promised_on=(placed_at + timedelta(days=6 if land.country in {"DE", "PL", "JP"} else 9)).date(),
        payment=rng.choice(PAYMENT),
    )
    _fate(plan, rng, now)
    return plan


def _basket(rng: random.Random) -> list[tuple[Good, str, int]]:
    size = rng.choices((1, 2, 3, 4, 5), weights=(38, 30, 18, 9, 5))[0]
    chosen: dict[str, tuple[Good, str, int]] = {}
    for good in rng.choices(GOODS, weights=[good.weight for good in GOODS], k=size):
        option = rng.choice(good.options) if good.options else ""
        chosen[f"{good.handle}-{option}"] = (
            good,
            option,
            rng.choices((1, 2, 3, 4), weights=(70, 20, 6, 4))[0],
        )
    return list(chosen.values())


def _fate(plan: Plan, rng: random.Random, now: datetime) -> None:
    age = now - plan.placed_at
    chance = rng.random()
    if plan.payment == "bank transfer" and age < timedelta(days=4) and chance < 0.6:
        plan.is_paid = False
    elif chance < 0.012:
        plan.is_paid, plan.is_declined = False, True
    elif chance < 0.04:
        plan.is_cancelled = True
        plan.is_paid = chance > 0.02
    if plan.is_paid and not plan.is_cancelled:
        plan.steps = [step for step in _journey(plan, rng) if step.at <= now]
    if plan.delivered_at and chance > 0.94:
        plan.refund = "all" if chance > 0.98 else "part"
    if plan.delivered_at and rng.random() < 0.34:
        plan.score = _score(plan, rng)


def _journey(plan: Plan, rng: random.Random) -> list[Step]:
    """From the warehouse to the door; a late parcel stands still somewhere, some need a second attempt."""
    is_late = rng.random() < LATE_SHARE
    days = (plan.promised_on - plan.placed_at.date()).days
    transit = days + rng.uniform(1.2, 9) if is_late else rng.uniform(1.6, days - 0.8)
    city = plan.shopper.address.city
    handed = plan.placed_at + timedelta(hours=rng.uniform(5, 30))
    arrived = plan.placed_at + timedelta(days=transit)
    at_hub = handed + (arrived - handed) * 0.35
    out = max(handed, arrived - timedelta(hours=rng.uniform(2, 7)))
    steps = [
        Step("info_received", handed, "Leipzig", "Shipment data received"),
        Step("in_transit", handed + timedelta(hours=4), "Leipzig", "Accepted at depot"),
        Step("in_transit", at_hub, "Hub", "Sorted"),
    ]
    if is_late and rng.random() < 0.5:
        steps.append(
            Step("exception", handed + (arrived - handed) * 0.6, "Hub", "Delayed: held for inspection")
        )
    if rng.random() < 0.06:
        steps.append(Step("attempt_failed", out - timedelta(hours=20), city, "Nobody was at home"))
    steps += [
        Step("out_for_delivery", out, city, "Out for delivery"),
        Step("delivered", arrived, city, "Delivered"),
    ]
    return sorted(steps, key=lambda step: step.at)


def _score(plan: Plan, rng: random.Random) -> int:
    delivered = plan.delivered_at
    late = delivered is not None and delivered.date() > plan.promised_on
    return rng.choices((1, 2, 3, 4, 5), weights=(34, 20, 20, 16, 10) if late else (3, 3, 8, 28, 58))[0]
