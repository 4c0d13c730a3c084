"""The figures of parcels, questions and guides again, in plain Python: the other half of ``reference``."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from aftercart.insights.tests.reference import Found, Row, Shop, grouped, mean, tile


def _kept(boxes: list[Row]) -> Row:
    by = [box["delivered_on"] <= (box["order"]["by_on"] or box["order"]["promised_on"]) for box in boxes]
    told = [box for box in boxes if box["order"]["likely_on"]]
    likely = [box["delivered_on"] <= box["order"]["likely_on"] for box in told]
    return {"value": mean(by), "likely": mean(likely), "n": len(by), "likely_n": len(likely)}


def _told(shop: Shop) -> list[Row]:
    return [box for box in shop.ways() if box["order"]["by_on"] or box["order"]["promised_on"]]


def _kept_by(shop: Shop, name: str, key: Callable[[Row], Any]) -> Found:
    groups = grouped((key(box), box) for box in _told(shop))
    return [{name: at, **_kept(boxes)} for at, boxes in sorted(groups.items())]


def _country(box: Row) -> str:
    return str(box["order"]["ship_country"] or "unknown")


def _stages(box: Row) -> dict[str, float]:
    """Whole hours, begun ones counted, of each stage whose ends are known and in order."""
    placed, scanned, out = box["order"]["placed_at"], box["first_scan_at"], box["out_at"]
    shipped, arrived = box["shipped_at"], box["delivered_at"]
    ends = {
        "sent": (placed, shipped),
        "scanned": (shipped, scanned),
        "out": (scanned, out),
        "arrived": (out, arrived),
        "whole": (placed, arrived),
    }
    return {
        stage: math.ceil((end - start).total_seconds() / 3600)
        for stage, (start, end) in ends.items()
        if start and end and end >= start
    }


def _took(shop: Shop, keys: Callable[[Row], Iterable[Any]]) -> dict[Any, Row]:
    """By (key, stage): the first of the sorted hours at or past a half, and nine tenths, of them all."""
    groups = grouped(
        ((key, stage), hours)
        for box in shop.ways()
        for key in keys(box)
        for stage, hours in _stages(box).items()
    )
    return {
        key: {
            "value": sorted(hours)[-(-len(hours) // 2) - 1] / 24,
            "p90": sorted(hours)[-(-len(hours) * 9 // 10) - 1] / 24,
            "n": len(hours),
        }
        for key, hours in sorted(groups.items())
    }


def _took_by(shop: Shop, keys: Callable[[Row], Iterable[Any]]) -> Found:
    return [{"group": key, "part": stage, **row} for (key, stage), row in _took(shop, keys).items()]


def _took_by_product(shop: Shop) -> Found:
    arrived = {box["order_id"] for box in shop.ways()}
    lines = [
        line
        for line in shop.rows.get("lines", [])
        if line["order_id"] in arrived and line["kind"] == "product" and line["title"]
    ]
    often = Counter(line["title"] for line in lines)
    top = sorted(often, key=lambda title: (-often[title], title))[:20]
    titles: dict[int, set[str]] = defaultdict(set)
    for line in lines:
        titles[line["order_id"]] |= {line["title"]} & set(top)
    return _took_by(shop, lambda box: titles[box["order_id"]])


def _scanned(shop: Shop) -> list[Row]:
    return [box for box in shop.ways() if box["first_scan_at"] and box["first_scan_at"] < box["delivered_at"]]


def _first_by_carrier(shop: Shop) -> Found:
    groups = grouped((box["carrier"], box["failed_attempts"] == 0) for box in _scanned(shop))
    return [{"group": key, "value": mean(first), "n": len(first)} for key, first in sorted(groups.items())]


def rate(found: int, base: int) -> Row:
    return {"value": 100 * found / base if base else None, "n": base}


def _asked(shop: Shop, *topics: str) -> list[Row]:
    rows = shop.of_channel("questions", "opened_on")
    return [row for row in rows if not topics or row["topic"] in topics]


def _wismo_over_time(shop: Shop) -> Found:
    placed = Counter(shop.bucket(row["placed_on"]) for row in shop.placed())
    asked = Counter(shop.bucket(row["opened_on"]) for row in _asked(shop, "where"))
    return [{"bucket": at, **rate(asked[at], placed[at])} for at in sorted(placed.keys() | asked.keys())]


def _by_topic(shop: Shop) -> Found:
    topics = Counter(row["topic"] or "unknown" for row in _asked(shop))
    return [{"group": topic, **rate(n, len(shop.placed()))} for topic, n in sorted(topics.items())]


def _claims(shop: Shop) -> list[Row]:
    return shop.of_channel("claims", "made_on")


def _claims_by_kind(shop: Shop) -> Found:
    kinds = Counter(row["kind"] for row in _claims(shop))
    return [{"group": kind, **rate(n, len(shop.ways()))} for kind, n in sorted(kinds.items())]


def _claims_by_carrier(shop: Shop) -> Found:
    carriers = {box["id"]: box["carrier"] or "unknown" for box in shop.rows["parcels"]}
    arrived = Counter(box["carrier"] for box in shop.ways())
    known = [
        (carriers[row["parcel_id"]], row["kind"]) for row in _claims(shop) if row["parcel_id"] in carriers
    ]
    found = Counter(known) + Counter((carrier, "all") for carrier, _ in known)
    keys = found.keys() | {(carrier, "all") for carrier in arrived}
    return [
        {"group": carrier, "part": part, **rate(found[carrier, part], arrived[carrier])}
        for carrier, part in sorted(keys)
    ]


def _worked(shop: Shop) -> list[Row]:
    return shop.of_channel("answers", "told_on")


def _worked_by_guide(shop: Shop) -> Found:
    groups = grouped((row["guide"], row["has_worked"]) for row in _worked(shop))
    return [{"group": key, "value": mean(said), "n": len(said)} for key, said in sorted(groups.items())]


REFERENCE_HELP: dict[str, Callable[[Shop], Found]] = {
    "promise_kept_share": lambda shop: tile(_kept(_told(shop))["value"], len(_told(shop))),
    "likely_kept_share": lambda shop: tile(_kept(_told(shop))["likely"], _kept(_told(shop))["likely_n"]),
    "promise_kept_over_time": lambda shop: _kept_by(
        shop, "bucket", lambda box: shop.bucket(box["delivered_on"])
    ),
    "promise_kept_by_carrier": lambda shop: _kept_by(shop, "group", lambda box: box["carrier"]),
    "promise_kept_by_country": lambda shop: _kept_by(shop, "group", _country),
    "click_to_door": lambda shop: [
        {"group": stage, **row} for (_, stage), row in _took(shop, lambda _: [""]).items()
    ],
    "click_to_door_by_carrier": lambda shop: _took_by(shop, lambda box: [box["carrier"]]),
    "click_to_door_by_country": lambda shop: _took_by(shop, lambda box: [_country(box)]),
    "click_to_door_by_product": _took_by_product,
    "first_attempt_share": lambda shop: tile(
        mean(box["failed_attempts"] == 0 for box in _scanned(shop)), len(_scanned(shop))
    ),
    "first_attempt_by_carrier": _first_by_carrier,
    "wismo_per_100_orders": lambda shop: [rate(len(_asked(shop, "where")), len(shop.placed()))],
    "questions_per_100_orders": lambda shop: [rate(len(_asked(shop)), len(shop.placed()))],
    "wismo_over_time": _wismo_over_time,
    "questions_by_topic": _by_topic,
    "claims_per_100_parcels": lambda shop: [rate(len(_claims(shop)), len(shop.ways()))],
    "claims_by_kind": _claims_by_kind,
    "claims_by_carrier": _claims_by_carrier,
    "guides_worked_share": lambda shop: tile(
        mean(row["has_worked"] for row in _worked(shop)), len(_worked(shop))
    ),
    "guides_worked_by_guide": _worked_by_guide,
}
