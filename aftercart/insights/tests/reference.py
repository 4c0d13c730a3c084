"""Every figure again, in plain Python over lists of dictionaries: slow, obvious, and written apart."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from aftercart.insights.figures.figure import Grain, Question

Row = dict[str, Any]
Found = list[Row]


@dataclass
class Shop:
    """The exported rows, and the question put to them."""

    rows: dict[str, list[Row]]
    ask: Question

    def within(self, day: date | None) -> bool:
        if day is None:
            return self.ask.since is None and self.ask.until is None
        return (self.ask.since is None or day >= self.ask.since) and (
            self.ask.until is None or day <= self.ask.until
        )

    def orders(self) -> list[Row]:
        channel = self.ask.channel_id
        return [row for row in self.rows["orders"] if channel is None or row["channel_id"] == channel]

    def placed(self) -> list[Row]:
        return [row for row in self.orders() if self.within(row["placed_on"])]

    def sold(self) -> list[Row]:
        return [row for row in self.placed() if row["state"] != "cancelled"]

    def histories(self) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in sorted(self.orders(), key=lambda row: (row["placed_at"], row["id"])):
            if row["customer_id"] is not None and row["state"] != "cancelled":
                found[row["customer_id"]].append(row)
        return found

    def bought(self) -> list[tuple[int, Row]]:
        """(place in the customer's history, order) of the period."""
        return [
            (nth, row)
            for history in self.histories().values()
            for nth, row in enumerate(history, 1)
            if self.within(row["placed_on"])
        ]

    def returning(self) -> dict[int, bool]:
        """Whether each customer of the period is returning."""
        found: dict[int, bool] = {}
        for nth, row in self.bought():
            found[row["customer_id"]] = found.get(row["customer_id"], False) or nth > 1
        return found

    def spending(self) -> dict[str, dict[int, int]]:
        """Revenue by currency and customer."""
        found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for _, row in self.bought():
            found[row["currency"]][row["customer_id"]] += revenue(row)
        return found

    def gaps(self) -> list[float]:
        return [
            days(earlier["placed_at"], later["placed_at"])
            for history in self.histories().values()
            for earlier, later in pairwise(history)
            if self.within(later["placed_on"])
        ]

    def arrivals(self) -> list[Row]:
        """Orders all of whose parcels arrived, with ``arrived_on``, ``days`` and ``is_late``."""
        found = []
        for order in self.orders():
            boxes = [
                box
                for box in self.rows["parcels"]
                if box["order_id"] == order["id"] and box["status"] != "cancelled"
            ]
            if boxes and all(box["status"] == "delivered" for box in boxes):
                found.append(arrival(order, boxes))
        return [row for row in found if self.within(row["arrived_on"])]

    def of_channel(self, table: str, day: str) -> list[Row]:
        """The rows of a table with a channel and a date, of the question."""
        channel = self.ask.channel_id
        return [
            row
            for row in self.rows.get(table, [])
            if (channel is None or row["channel_id"] == channel) and self.within(row[day])
        ]

    def ways(self) -> list[Row]:
        """Parcels that arrived at a known time in the period, each with its ``order``."""
        orders = {order["id"]: order for order in self.orders()}
        return [
            {**box, "carrier": box["carrier"] or "unknown", "order": orders[box["order_id"]]}
            for box in self.rows["parcels"]
            if box["order_id"] in orders
            and box["status"] == "delivered"
            and box["delivered_at"]
            and self.within(box["delivered_on"])
        ]

    def bucket(self, day: date) -> date:
        if self.ask.grain is Grain.MONTH:
            return day.replace(day=1)
        return day - timedelta(days=day.weekday()) if self.ask.grain is Grain.WEEK else day


def revenue(row: Row) -> int:
    return int(row["total_minor"] - row["refunded_minor"])


def days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 86_400


def arrival(order: Row, boxes: list[Row]) -> Row:
    at = max((box["delivered_at"] for box in boxes if box["delivered_at"]), default=None)
    on = max((box["delivered_on"] for box in boxes if box["delivered_on"]), default=None)
    promises = [box["promised_on"] for box in boxes if box["promised_on"]]
    promise = order["promised_on"] or max(promises, default=None)
    return {
        "order": order,
        "arrived_on": on or max(box["status_on"] for box in boxes),
        "days": days(order["placed_at"], at) if at else None,
        "is_late": on > promise if on and promise else None,
    }


def mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def quantile(values: Sequence[float], share: float) -> float | None:
    """Linear interpolation between the closest ranks."""
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def tile(value: float | None, n: int) -> Found:
    return [{"value": value, "n": n}]


def counted(buckets: Iterable[Any]) -> Found:
    return [{"bucket": bucket, "value": n, "n": n} for bucket, n in sorted(Counter(buckets).items())]


def by_currency(groups: dict[str, list[Any]], value: Callable[[list[Any]], float | None]) -> Found:
    return [{"currency": code, "value": value(group), "n": len(group)} for code, group in groups.items()]


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _orders(shop: Shop) -> Found:
    return tile(len(shop.placed()), len(shop.placed()))


def _cancelled_share(shop: Shop) -> Found:
    return tile(mean(row["state"] == "cancelled" for row in shop.placed()), len(shop.placed()))


def _revenue(shop: Shop) -> Found:
    return by_currency(grouped((row["currency"], revenue(row)) for row in shop.sold()), sum)


def _average_order_value(shop: Shop) -> Found:
    return by_currency(grouped((row["currency"], revenue(row)) for row in shop.sold()), mean)


def _orders_over_time(shop: Shop) -> Found:
    return counted(shop.bucket(row["placed_on"]) for row in shop.placed())


def _revenue_over_time(shop: Shop) -> Found:
    groups = grouped(((shop.bucket(row["placed_on"]), row["currency"]), revenue(row)) for row in shop.sold())
    return [
        {"bucket": bucket, "currency": code, "value": sum(group), "n": len(group)}
        for (bucket, code), group in sorted(groups.items())
    ]


def _delivered(shop: Shop) -> Found:
    n = sum(row["order"]["state"] != "cancelled" for row in shop.arrivals())
    return tile(n, n)


def _promised(shop: Shop) -> list[Row]:
    return [row for row in shop.arrivals() if row["is_late"] is not None]


def _late_share(shop: Shop) -> Found:
    return tile(mean(row["is_late"] for row in _promised(shop)), len(_promised(shop)))


def _delivery_times(shop: Shop) -> list[float]:
    return [row["days"] for row in shop.arrivals() if row["days"] is not None]


def _on_time_over_time(shop: Shop) -> Found:
    groups = grouped((shop.bucket(row["arrived_on"]), not row["is_late"]) for row in _promised(shop))
    return [
        {"bucket": bucket, "value": mean(group), "n": len(group)} for bucket, group in sorted(groups.items())
    ]


def _mean_review(shop: Shop, *, is_late: bool) -> Found:
    chosen = {row["order"]["id"] for row in _promised(shop) if row["is_late"] is is_late}
    scores = [row["score"] for row in shop.rows["reviews"] if row["order_id"] in chosen]
    return tile(mean(scores), len(scores))


def _repeat_rate(shop: Shop) -> Found:
    orders = Counter(row["customer_id"] for _, row in shop.bought())
    return tile(mean(n > 1 for n in orders.values()), len(orders))


def _returning_customers_share(shop: Shop) -> Found:
    return tile(mean(shop.returning().values()), len(shop.returning()))


def _returning_revenue_share(shop: Shop) -> Found:
    returning, found = shop.returning(), []
    for code, spent in shop.spending().items():
        total = sum(spent.values())
        brought = sum(amount for who, amount in spent.items() if returning[who])
        found.append({"currency": code, "value": brought / total if total else None, "n": len(spent)})
    return found


def _revenue_of(shop: Shop, *, is_first: bool) -> Found:
    chosen = ((row["currency"], revenue(row)) for nth, row in shop.bought() if (nth == 1) is is_first)
    return by_currency(grouped(chosen), sum)


def _spent(shop: Shop, *, is_returning: bool) -> dict[str, list[int]]:
    returning = shop.returning()
    pairs = ((code, who, amount) for code, spent in shop.spending().items() for who, amount in spent.items())
    return grouped((code, amount) for code, who, amount in pairs if returning[who] is is_returning)


def _ratio(shop: Shop) -> Found:
    first, later = _spent(shop, is_returning=False), _spent(shop, is_returning=True)
    found = []
    for code, spent in shop.spending().items():
        one, other = mean(first.get(code, [])), mean(later.get(code, []))
        value = other / one if one and other is not None else None
        found.append({"currency": code, "value": value, "n": len(spent)})
    return found


def _cohort_retention(shop: Shop) -> Found:
    cohorts: dict[date, set[int]] = defaultdict(set)
    active: dict[tuple[date, int], set[int]] = defaultdict(set)
    for who, history in shop.histories().items():
        first = history[0]["placed_on"]
        if not shop.within(first):
            continue
        cohort = first.replace(day=1)
        cohorts[cohort].add(who)
        for on in (row["placed_on"] for row in history):
            if shop.within(on):
                active[cohort, (on.year - first.year) * 12 + on.month - first.month].add(who)
    return [
        {
            "cohort": cohort,
            "step": step,
            "active": len(who),
            "value": len(who) / len(cohorts[cohort]),
            "n": len(cohorts[cohort]),
        }
        for (cohort, step), who in sorted(active.items())
    ]


REFERENCE: dict[str, Callable[[Shop], Found]] = {
    "orders": _orders,
    "cancelled_share": _cancelled_share,
    "revenue": _revenue,
    "average_order_value": _average_order_value,
    "orders_over_time": _orders_over_time,
    "revenue_over_time": _revenue_over_time,
    "delivered": _delivered,
    "late_share": _late_share,
    "median_days": lambda shop: tile(quantile(_delivery_times(shop), 0.5), len(_delivery_times(shop))),
    "p90_days": lambda shop: tile(quantile(_delivery_times(shop), 0.9), len(_delivery_times(shop))),
    "on_time_over_time": _on_time_over_time,
    "delivery_days": lambda shop: counted(math.floor(value) for value in _delivery_times(shop)),
    "mean_review_on_time": lambda shop: _mean_review(shop, is_late=False),
    "mean_review_late": lambda shop: _mean_review(shop, is_late=True),
    "customers": lambda shop: tile(len(shop.returning()), len(shop.returning())),
    "repeat_rate": _repeat_rate,
    "returning_customers_share": _returning_customers_share,
    "returning_revenue_share": _returning_revenue_share,
    "first_revenue": lambda shop: _revenue_of(shop, is_first=True),
    "repeat_revenue": lambda shop: _revenue_of(shop, is_first=False),
    "revenue_per_first_time_customer": lambda shop: by_currency(_spent(shop, is_returning=False), mean),
    "revenue_per_returning_customer": lambda shop: by_currency(_spent(shop, is_returning=True), mean),
    "returning_to_first_time_ratio": _ratio,
    "cohort_retention": _cohort_retention,
    "median_days_between_purchases": lambda shop: tile(quantile(shop.gaps(), 0.5), len(shop.gaps())),
    "purchase_gaps": lambda shop: counted(math.floor(gap / 7) for gap in shop.gaps()),
}
