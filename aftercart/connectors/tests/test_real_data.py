"""The real files: every fact that is published about them comes out of the database again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from statistics import mean, median, quantiles

import pytest

from aftercart.connectors.models import Run
from aftercart.connectors.testing import import_files, shared_data
from aftercart.customers.models import Customer
from aftercart.kernel.journal.models import Entry
from aftercart.orders.models import Line, Order, Payment, Refund, State
from aftercart.reviews.models import Review
from aftercart.tracking.models import Parcel, Status

OLIST = shared_data("olist")
ONLINE_RETAIL = shared_data("online-retail")
SHARED = "the shared real data is not on this machine: set AFTERCART_SHARED_DATA to its folder"

pytestmark = pytest.mark.django_db


def _olist() -> Run:
    assert OLIST is not None
    return import_files("olist", OLIST)


@pytest.mark.skipif(OLIST is None, reason=SHARED)
def test_olist_tells_the_published_facts_and_a_second_run_changes_nothing() -> None:
    assert OLIST is not None
    run = import_files("olist", OLIST)
    assert run.report["rejected"] == 0
    assert (Order.objects.count(), Customer.objects.count(), Review.objects.count()) == (9_999, 9_967, 4_988)
    delivered = Parcel.objects.filter(status=Status.DELIVERED).exclude(order__state=State.CANCELLED)
    assert delivered.count() == 9_718
    _check_times()
    before = _counts()
    again = import_files("olist", OLIST)
    assert {key: count for key, count in again.counts.items() if count} == {"orders_unchanged": 9_999}
    after = _counts()
    assert after.pop("entries") == before.pop("entries") + 1  # the second run's own ImportFinished
    assert after == before


def _check_times() -> None:
    parcels = (
        Parcel.objects.filter(delivered_at__isnull=False)
        .select_related("order")
        .prefetch_related("order__reviews")
    )
    late, days = [], []
    scores: dict[bool, list[int]] = {False: [], True: []}
    for parcel in parcels:
        assert parcel.delivered_at
        assert parcel.promised_on
        is_late = parcel.delivered_at.date() > parcel.promised_on
        late.append(is_late)
        days.append((parcel.delivered_at - parcel.order.placed_at).total_seconds() / 86_400)
        scores[is_late] += [review.score for review in parcel.order.reviews.all()]
    assert round(100 * mean(late), 2) == 7.09
    assert (round(median(days), 1), round(quantiles(days, n=10, method="inclusive")[8], 1)) == (10.2, 23.5)
    assert (round(mean(scores[False]), 2), round(mean(scores[True]), 2)) == (4.32, 2.37)


@pytest.mark.skipif(ONLINE_RETAIL is None, reason=SHARED)
def test_online_retail_is_accounted_for_to_the_penny() -> None:
    assert ONLINE_RETAIL is not None
    run = import_files("online-retail", ONLINE_RETAIL)
    sums = {name: Decimal(value) for name, value in run.report["reconciliation"].items()}
    assert sums["file"] == Decimal("9747747.934")
    assert sums["difference"] == 0
    lines = Line.objects.exclude(order__payment_method="earlier purchase")
    gross = sum(lines.values_list("total_minor", flat=True))
    assert Decimal(gross) / 100 == sums["orders"]
    refunds = Refund.objects.exclude(order__payment_method="earlier purchase")
    credited = sum(refunds.values_list("amount_minor", flat=True))
    assert Decimal(credited) / 100 == sums["credited"]
    assert Order.objects.filter(customer__isnull=True).exists()
    assert set(Line.objects.filter(sku="POST").values_list("kind", flat=True)) == {"fee"}
    assert _rejected(run) == run.report["rejected"] == 2_477


def _rejected(run: Run) -> int:
    from aftercart.connectors.actions import run_folder

    text = Path(run_folder(run) / "rejects.csv").read_text(encoding="utf-8")
    return len(text.splitlines()) - 1


def _counts() -> dict[str, int]:
    models = (Order, Line, Payment, Refund, Parcel, Review, Customer)
    return {model.__name__: model.objects.count() for model in models} | {"entries": Entry.objects.count()}
