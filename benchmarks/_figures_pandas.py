"""The same figures as a data scientist would write them in pandas: whole columns, no loops over rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from aftercart.insights.engines import Files
from benchmarks import _figures_pandas_help

Rows = list[dict[str, Any]]
DAY = 86_400


def read(files: Files) -> dict[str, pd.DataFrame]:
    """Only the columns that are needed."""
    orders = [
        "id",
        "customer_id",
        "state",
        "currency",
        "total_minor",
        "refunded_minor",
        "placed_at",
        "placed_on",
    ]
    wanted = {
        "orders": [*orders, "promised_on", *_figures_pandas_help.ORDERS],
        "parcels": [
            *("order_id", "status", "status_on", "delivered_at", "delivered_on", "promised_on"),
            *_figures_pandas_help.PARCELS,
        ],
        "reviews": ["order_id", "score"],
        **_figures_pandas_help.TABLES,
    }
    found = {name: _frame(files[name][0], columns) for name, columns in wanted.items()}
    orders_frame = found["orders"]
    orders_frame["revenue"] = orders_frame.total_minor - orders_frame.refunded_minor
    orders_frame["second"] = orders_frame.placed_at.astype("int64") // 1_000_000
    return found


def _frame(path: Path, columns: list[str]) -> pd.DataFrame:
    frame = pd.read_parquet(path, columns=columns)
    for name in columns:
        if name.endswith("_on"):
            frame[name] = pd.to_datetime(frame[name])
        elif name.endswith("_at"):
            frame[name] = frame[name].astype("datetime64[us, UTC]")
        elif name in {"state", "currency", "status"}:
            frame[name] = frame[name].astype("category")
    return frame


def figures(tables: Mapping[str, pd.DataFrame]) -> dict[str, Rows]:
    """Every figure's rows for all time and all channels."""
    orders = tables["orders"]
    sales = orders[orders.state != "cancelled"]
    found = {
        "orders": tile(len(orders), len(orders)),
        "cancelled_share": tile((orders.state == "cancelled").mean(), len(orders)),
        "revenue": by_currency(sales, "revenue", "sum"),
        "average_order_value": by_currency(sales, "revenue", "mean"),
        "orders_over_time": counted(month(orders.placed_on)),
        "revenue_over_time": over_time(sales),
    }
    found |= _delivery(orders, tables["parcels"], tables["reviews"]) | _customers(sales)
    return found | _figures_pandas_help.figures(tables)


def _delivery(orders: pd.DataFrame, parcels: pd.DataFrame, reviews: pd.DataFrame) -> dict[str, Rows]:
    kept = parcels[parcels.status != "cancelled"].assign(
        has_arrived=lambda frame: frame.status == "delivered"
    )
    boxes = kept.groupby("order_id").agg(
        has_arrived=("has_arrived", "min"),
        delivered_at=("delivered_at", "max"),
        delivered_on=("delivered_on", "max"),
        status_on=("status_on", "max"),
        box_promise=("promised_on", "max"),
    )
    sent = orders.merge(boxes[boxes.has_arrived], left_on="id", right_index=True)
    sent["arrived_on"] = sent.delivered_on.fillna(sent.status_on)
    seconds = sent.delivered_at.astype("int64") // 1_000_000 - sent.second
    days = (seconds / DAY).where(sent.delivered_at.notna()).dropna()
    promise = sent.promised_on.fillna(sent.box_promise)
    promised = sent[promise.notna() & sent.delivered_on.notna()]
    late = (promised.delivered_on > promise[promised.index]).rename("late")
    scored = reviews.merge(pd.DataFrame({"id": promised.id, "late": late}), left_on="order_id", right_on="id")
    on_time = (~late).groupby(month(promised.arrived_on)).agg(["mean", "size"])
    delivered = int((sent.state != "cancelled").sum())
    return {
        "delivered": tile(delivered, delivered),
        "late_share": tile(late.mean(), len(late)),
        "median_days": tile(days.median(), len(days)),
        "p90_days": tile(days.quantile(0.9), len(days)),
        "on_time_over_time": [
            {"bucket": bucket.date(), "value": share, "n": n} for bucket, share, n in on_time.itertuples()
        ],
        "delivery_days": counted((days // 1).astype("int64")),
        "mean_review_on_time": tile(scored.score[~scored.late].mean(), int((~scored.late).sum())),
        "mean_review_late": tile(scored.score[scored.late].mean(), int(scored.late.sum())),
    }


def _customers(sales: pd.DataFrame) -> dict[str, Rows]:
    known = sales[sales.customer_id.notna()].sort_values(["customer_id", "second", "id"])
    by_customer = known.groupby("customer_id", sort=False)
    nth = by_customer.cumcount() + 1
    gaps = (by_customer.second.diff() / DAY).dropna()
    people = by_customer.size()
    spent = known.groupby(["customer_id", "currency"], observed=True).revenue.sum().reset_index()
    spent["is_returning"] = spent.customer_id.map(people) > 1
    by_kind = spent.groupby(["currency", "is_returning"], observed=True).revenue.agg(["sum", "mean", "size"])
    currencies = list(spent.currency.unique())
    later, first = by_kind.xs(True, level=1), by_kind.xs(False, level=1)
    total = {code: int(later["size"][code] + first["size"][code]) for code in currencies}
    share = {code: later["sum"][code] / (later["sum"][code] + first["sum"][code]) for code in currencies}
    ratio = {code: later["mean"][code] / first["mean"][code] for code in currencies}
    return {
        "customers": tile(len(people), len(people)),
        "repeat_rate": tile((people > 1).mean(), len(people)),
        "returning_customers_share": tile((people > 1).mean(), len(people)),
        "returning_revenue_share": [money(code, share[code], total[code]) for code in currencies],
        "first_revenue": by_currency(known[nth == 1], "revenue", "sum"),
        "repeat_revenue": by_currency(known[nth > 1], "revenue", "sum"),
        "revenue_per_first_time_customer": [
            money(code, first["mean"][code], int(first["size"][code])) for code in currencies
        ],
        "revenue_per_returning_customer": [
            money(code, later["mean"][code], int(later["size"][code])) for code in currencies
        ],
        "returning_to_first_time_ratio": [money(code, ratio[code], total[code]) for code in currencies],
        "cohort_retention": cohorts(known),
        "median_days_between_purchases": tile(gaps.median(), len(gaps)),
        "purchase_gaps": counted((gaps // 7).astype("int64")),
    }


def cohorts(known: pd.DataFrame) -> Rows:
    """Active customers by month of first order and months since."""
    first_on = known.groupby("customer_id", sort=False).placed_on.transform("first")
    step = (known.placed_on.dt.year - first_on.dt.year) * 12 + known.placed_on.dt.month - first_on.dt.month
    seen = pd.DataFrame({"customer_id": known.customer_id, "cohort": month(first_on), "step": step})
    active = seen.drop_duplicates().groupby(["cohort", "step"]).size()
    size = active.xs(0, level=1)
    return [
        {"cohort": cohort.date(), "step": step, "active": n, "value": n / size[cohort], "n": size[cohort]}
        for (cohort, step), n in active.items()
    ]


def month(days: pd.Series[Any]) -> pd.Series[Any]:
    """The first of each date's month."""
    return days.dt.to_period("M").dt.to_timestamp()


def tile(value: float, n: int) -> Rows:
    return [{"value": value, "n": n}]


def money(currency: str, value: float, n: int) -> dict[str, Any]:
    return {"currency": currency, "value": value, "n": n}


def by_currency(frame: pd.DataFrame, column: str, how: str) -> Rows:
    sums = frame.groupby("currency", observed=True)[column].agg([how, "size"])
    return [money(code, value, n) for code, value, n in sums.itertuples()]


def counted(buckets: pd.Series[Any]) -> Rows:
    """How often each bucket occurs, in order."""
    found = buckets.value_counts().sort_index()
    return [
        {"bucket": bucket.date() if hasattr(bucket, "date") else bucket, "value": n, "n": n}
        for bucket, n in found.items()
    ]


def over_time(sales: pd.DataFrame) -> Rows:
    """Revenue by month and currency."""
    sums = sales.groupby([month(sales.placed_on), "currency"], observed=True).revenue.agg(["sum", "size"])
    return [
        {"bucket": bucket.date(), "currency": code, "value": value, "n": n}
        for (bucket, code), value, n in sums.itertuples()
    ]
