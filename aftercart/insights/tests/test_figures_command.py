"""``aftercart figures``: the numbers, in words and for machines; known answers on real orders."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from aftercart.connectors.testing import import_files, shared_data
from aftercart.kernel.journal.testing import hear_everything
from aftercart.orders.testing import line, make_order
from aftercart.stores.testing import make_channel

pytestmark = pytest.mark.django_db
TILES = {
    "orders", "cancelled_share", "revenue_minor", "average_order_value_minor", "delivered", "late_share",
    "median_days", "p90_days", "mean_review_on_time", "mean_review_late", "customers", "repeat_rate",
    "returning_customers_share", "returning_revenue_share", "first_revenue_minor", "repeat_revenue_minor",
    "revenue_per_first_time_customer_minor", "revenue_per_returning_customer_minor",
    "returning_to_first_time_ratio", "median_days_between_purchases", "promise_kept_share", "likely_kept_share",
    "first_attempt_share", "wismo_per_100_orders", "questions_per_100_orders", "claims_per_100_parcels",
    "guides_worked_share",
}  # fmt: skip


def figures(*words: str) -> str:
    hear_everything("insights.mark_changes")
    out = StringIO()
    call_command("figures", *words, stdout=out)
    return out.getvalue()


def told(*words: str) -> dict[str, Any]:
    return dict(json.loads(figures(*words, "--json")))


def day(number: int, month: int = 3) -> datetime:
    return datetime(2026, month, number, 12, tzinfo=UTC)


def shop() -> None:
    """Sam orders in March and April, Ada in April; 20.00 each, shipping apart."""
    lines, quiet = (line(unit_price_minor=2000),), {"shipping_minor": 0}
    make_order(lines=lines, placed_at=day(1), **quiet)  # type: ignore[arg-type]
    make_order(lines=lines, placed_at=day(10, month=4), **quiet)  # type: ignore[arg-type]
    make_order(lines=lines, placed_at=day(11, month=4), email="ada@shopper.example", **quiet)  # type: ignore[arg-type]


def test_json_has_the_documented_keys_as_numbers() -> None:
    shop()
    found = told()
    assert found.keys() == TILES | {"period", "channel", "currency", "grain", "exported_at", "figures"}
    assert (found["orders"], found["customers"], found["currency"]) == (3, 2, "EUR")
    assert found["revenue_minor"] == 6000
    assert found["repeat_rate"] == 0.5
    assert found["first_revenue_minor"] == 4000
    assert found["repeat_revenue_minor"] == 2000
    assert found["returning_to_first_time_ratio"] == 2.0
    assert found["late_share"] is None
    assert found["figures"]["repeat_rate"]["rows"] == [{"value": 0.5, "n": 2}]


def test_the_period_includes_both_ends() -> None:
    shop()
    found = told("--from", "2026-04-10", "--to", "2026-04-11")
    assert found["orders"] == 2
    assert found["returning_customers_share"] == 0.5
    assert found["repeat_rate"] == 0.0
    assert found["period"] == {"from": "2026-04-10", "to": "2026-04-11"}


def test_a_channel_stands_for_itself() -> None:
    shop()
    make_order(channel=make_channel("polska"), placed_at=day(2))
    assert told("--channel", "polska")["orders"] == 1
    assert told("--channel", "main")["orders"] == 3


def test_words_say_what_is_counted() -> None:
    shop()
    found = figures("repeat_rate", "revenue", "revenue_over_time", "cohort_retention")
    assert "50%" in found
    assert "€60.00" in found
    assert "Mar 2026 EUR" in found
    assert "2026-03 + 1" in found
    assert "who ordered at least twice in it" in found
    assert "all time" in found


def test_an_empty_shop_has_figures_without_values() -> None:
    found = told()
    assert found["orders"] == 0
    assert found["repeat_rate"] is None
    assert found["currency"] is None
    assert "nothing in the period" in figures("revenue")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nonsense"], "There is no figure 'nonsense'"),
        (["--channel", "moon"], "There is no channel 'moon'"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "before it starts"),
    ],
)
def test_wrong_words_are_refused_with_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        figures(*words)
    assert refused.value.returncode == 2


def test_the_list_names_every_figure() -> None:
    assert "late_share" in figures("--list")


def test_olist_has_its_known_figures() -> None:
    folder = shared_data("olist")
    if folder is None:
        pytest.skip("the Olist data is not here: set AFTERCART_SHARED_DATA to the folder that holds olist/")
    import_files("olist", folder)

    found = told()

    assert found["orders"] == 9_999
    assert found["delivered"] == 9_718
    assert round(found["late_share"] * 100, 2) == 7.09
    assert round(found["median_days"], 1) == 10.2
    assert round(found["p90_days"], 1) == 23.5
    assert round(found["mean_review_on_time"], 2) == 4.32
    assert round(found["mean_review_late"], 2) == 2.37
