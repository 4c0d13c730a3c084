"""The figures of parcels, questions and guides in pandas: the other half of ``_figures_pandas``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

Rows = list[dict[str, Any]]
ORDERS = ("likely_on", "by_on", "ship_country")  # and promised_on
PARCELS = ("id", "carrier", "shipped_at", "first_scan_at", "out_at", "failed_attempts")
TABLES = {
    "lines": ["order_id", "kind", "title"],
    "questions": ["topic", "opened_on"],
    "claims": ["parcel_id", "kind"],
    "answers": ["guide", "has_worked"],
}
MOMENTS = {
    "whole": ("placed_at", "delivered_at"),
    "sent": ("placed_at", "shipped_at"),
    "scanned": ("shipped_at", "first_scan_at"),
    "out": ("first_scan_at", "out_at"),
    "arrived": ("out_at", "delivered_at"),
}


def figures(tables: Mapping[str, pd.DataFrame]) -> dict[str, Rows]:
    """Their rows for all time and all channels."""
    orders, parcels = tables["orders"], tables["parcels"]
    there = parcels[(parcels.status == "delivered") & parcels.delivered_at.notna()]
    ways = there[["order_id", "delivered_on", "delivered_at", *PARCELS]].merge(
        orders[["id", "placed_at", "promised_on", *ORDERS]].rename(columns={"id": "order_id"}), on="order_id"
    )
    ways["carrier"] = known(ways.carrier)
    ways["country"] = known(ways.ship_country)
    found = _promises(ways) | _stages(ways, tables["lines"]) | _claims(ways, parcels, tables["claims"])
    return found | _attempts(ways) | _questions(orders, tables["questions"]) | _guides(tables["answers"])


def _promises(ways: pd.DataFrame) -> dict[str, Rows]:
    by = ways.by_on.fillna(ways.promised_on)
    told = ways[by.notna()]
    kept = pd.DataFrame(
        {
            "value": told.delivered_on <= by[told.index],
            "likely": (told.delivered_on <= told.likely_on).astype("float64").where(told.likely_on.notna()),
            "carrier": told.carrier,
            "country": told.country,
            "month": month(told.delivered_on),
        }
    )
    return {
        "promise_kept_share": [{"value": kept.value.mean(), "n": len(kept)}],
        "likely_kept_share": [{"value": kept.likely.mean(), "n": int(kept.likely.count())}],
        "promise_kept_over_time": _kept(kept, "month", "bucket"),
        "promise_kept_by_carrier": _kept(kept, "carrier", "group"),
        "promise_kept_by_country": _kept(kept, "country", "group"),
    }


def _kept(kept: pd.DataFrame, key: str, name: str) -> Rows:
    shares = kept.groupby(key).agg(
        value=("value", "mean"), likely=("likely", "mean"), n=("value", "size"), likely_n=("likely", "count")
    )
    return [
        {
            name: at.date() if name == "bucket" else at,
            "value": value,
            "likely": likely,
            "n": n,
            "likely_n": likely_n,
        }
        for at, value, likely, n, likely_n in shares.itertuples()
    ]


def _stages(ways: pd.DataFrame, lines: pd.DataFrame) -> dict[str, Rows]:
    sold = lines[(lines.kind == "product") & lines.title.notna() & (lines.title != "")]
    sold = sold[sold.order_id.isin(ways.order_id)]
    often = (
        sold.groupby("title")
        .size()
        .reset_index(name="n")
        .sort_values(["n", "title"], ascending=[False, True])
    )
    top = sold[sold.title.isin(often.title.head(20))].drop_duplicates(["order_id", "title"])
    by_product = ways.merge(top[["order_id", "title"]], on="order_id")
    stages = [{**row, "group": row["part"]} for row in _took(ways.assign(all=""), "all")]
    return {
        "click_to_door": [{key: value for key, value in row.items() if key != "part"} for row in stages],
        "click_to_door_by_carrier": _took(ways, "carrier"),
        "click_to_door_by_country": _took(ways, "country"),
        "click_to_door_by_product": _took(by_product, "title"),
    }


def _took(ways: pd.DataFrame, key: str) -> Rows:
    """Nearest ranks of whole hours, begun ones counted."""
    rows = []
    for stage, (start, end) in MOMENTS.items():
        took = ways[end] - ways[start]
        hours = took[took >= pd.Timedelta(0)].dt.ceil("h") / pd.Timedelta(days=1)
        ordered = pd.DataFrame({"at": ways[key], "value": hours}).dropna().sort_values(["at", "value"])
        by_key = ordered.groupby("at")
        ordered["place"], ordered["n"] = by_key.cumcount() + 1, by_key.value.transform("size")
        half = ordered[ordered.place == (ordered.n + 1) // 2]
        nine = ordered[ordered.place == (ordered.n * 9 + 9) // 10].set_index("at").value
        rows += [
            {"group": at, "part": stage, "value": value, "p90": nine[at], "n": n}
            for at, value, n in zip(half["at"], half.value, half.n, strict=True)
        ]
    return rows


def _attempts(ways: pd.DataFrame) -> dict[str, Rows]:
    seen = ways[ways.first_scan_at < ways.delivered_at]
    first = seen.failed_attempts == 0
    by_carrier = first.groupby(seen.carrier).agg(["mean", "size"])
    return {
        "first_attempt_share": [{"value": first.mean(), "n": len(first)}],
        "first_attempt_by_carrier": groups(by_carrier),
    }


def _questions(orders: pd.DataFrame, questions: pd.DataFrame) -> dict[str, Rows]:
    asked = questions[questions.topic == "where"]
    placed = month(orders.placed_on).value_counts()
    by_month = month(asked.opened_on).value_counts()
    months = placed.index.union(by_month.index)
    return {
        "wismo_per_100_orders": [rate(len(asked), len(orders))],
        "questions_per_100_orders": [rate(len(questions), len(orders))],
        "wismo_over_time": [
            {"bucket": at.date(), **rate(by_month.get(at, 0), placed.get(at, 0))} for at in months
        ],
        "questions_by_topic": [
            {"group": topic, **rate(n, len(orders))}
            for topic, n in known(questions.topic).value_counts().items()
        ],
    }


def _claims(ways: pd.DataFrame, parcels: pd.DataFrame, claims: pd.DataFrame) -> dict[str, Rows]:
    boxes = pd.DataFrame({"parcel_id": parcels.id, "carrier": known(parcels.carrier)})
    told = claims.merge(boxes, on="parcel_id")
    arrived = ways.carrier.value_counts()
    found = told.groupby(["carrier", "kind"]).size().to_dict()
    found |= {(carrier, "all"): n for carrier, n in told.carrier.value_counts().items()}
    keys = found.keys() | {(carrier, "all") for carrier in arrived.index}
    return {
        "claims_per_100_parcels": [rate(len(claims), len(ways))],
        "claims_by_kind": [
            {"group": kind, **rate(n, len(ways))} for kind, n in claims.kind.value_counts().items()
        ],
        "claims_by_carrier": [
            {"group": at, "part": part, **rate(found.get((at, part), 0), arrived.get(at, 0))}
            for at, part in sorted(keys)
        ],
    }


def _guides(answers: pd.DataFrame) -> dict[str, Rows]:
    worked = answers.has_worked.astype("float64")
    return {
        "guides_worked_share": [{"value": worked.mean(), "n": len(worked)}],
        "guides_worked_by_guide": groups(worked.groupby(answers.guide).agg(["mean", "size"])),
    }


def known(names: pd.Series[Any]) -> pd.Series[Any]:
    """What is not told as ``unknown``."""
    told = names.astype("object")
    return told.where(told.notna() & (told != ""), "unknown")


def month(days: pd.Series[Any]) -> pd.Series[Any]:
    """The first of each date's month."""
    return days.dt.to_period("M").dt.to_timestamp()


def rate(found: int, base: int) -> dict[str, Any]:
    return {"value": 100 * found / base if base else None, "n": base}


def groups(found: pd.DataFrame) -> Rows:
    return [{"group": at, "value": value, "n": n} for at, value, n in found.itertuples()]
