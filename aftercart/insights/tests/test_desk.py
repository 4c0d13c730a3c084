"""The figures on the desk: who sees them, what they say, what can be taken along."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from aftercart.insights.export.refresh import refresh_export
from aftercart.kernel import clock
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.ui.testing import OpenPage, assert_accessible, screenshot
from aftercart.kernel.work.models import Job
from aftercart.orders.testing import line, make_order
from aftercart.stores.models import Role
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner
from aftercart.tracking.actions import record_scan, register_parcel

pytestmark = pytest.mark.django_db
PAGES = [
    "/desk/figures/",
    "/desk/figures/board/",
    "/desk/figures/repeat_rate/",
    "/desk/figures/repeat_rate.csv",
    "/desk/figures/tables/orders.parquet",
]


def ago(days: int) -> datetime:
    return clock.now().astimezone(UTC) - timedelta(days=days)


def open_shop() -> None:
    """Sam buys twice, Ada once, and a parcel comes late."""
    first = make_order(placed_at=ago(40), promised_on=ago(37).date())
    make_order(placed_at=ago(10))
    make_order(placed_at=ago(9), email="ada@shopper.example", lines=(line(unit_price_minor=1000),))
    parcel = register_parcel(order_id=first.pk, key="p", actor="test")
    record_scan(parcel_id=parcel.pk, status="delivered", occurred_at=ago(35), actor="test")
    export()


def export() -> None:
    hear_everything("insights.mark_changes")
    refresh_export()


def signed_in(client: Client, role: str = Role.OWNER) -> Client:
    member = make_owner() if role == Role.OWNER else make_member("Ben", role)
    client.force_login(member.user)
    return client


def counted(client: Client, query: str = "") -> str:
    """The dashboard after its figures were computed."""
    client.get(f"/desk/figures/board/{query}")
    return client.get(f"/desk/figures/{query}").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_the_outsider_gets_404(client: Client, page: str) -> None:
    client.force_login(make_outsider())
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(client: Client, page: str) -> None:
    assert client.get(page)["Location"].startswith("/accounts/login/")


def test_an_agent_reads_but_takes_nothing_along(client: Client) -> None:
    open_shop()
    signed_in(client, Role.AGENT)
    assert client.get("/desk/figures/repeat_rate/").status_code == 200
    assert client.get("/desk/figures/repeat_rate.csv").status_code == 404
    assert client.get("/desk/figures/tables/orders.parquet").status_code == 404
    assert ".csv" not in counted(client)


def test_a_new_shop_is_told_what_to_do(client: Client) -> None:
    page = signed_in(client).get("/desk/figures/").content.decode()
    assert "Nothing to count yet" in page
    assert "/desk/imports/" in page


def test_before_the_first_export_the_page_has_it_written(client: Client) -> None:
    make_order()
    signed_in(client)
    assert "/desk/figures/board/" in client.get("/desk/figures/").content.decode()
    for _ in range(2):
        assert "The first export is being written" in client.get("/desk/figures/board/").content.decode()
    assert Job.objects.filter(name="insights.export").count() == 1


def test_the_page_waits_once_and_then_only_reads(client: Client) -> None:
    open_shop()
    signed_in(client)
    assert "Counting" in client.get("/desk/figures/").content.decode()
    answer = client.get("/desk/figures/board/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    page = client.get("/desk/figures/").content.decode()
    assert "Counting" not in page
    assert "50%" in page
    assert "compared with the 365 days before" in page
    assert "Late means that this date is after the promised one" in page


def test_without_scripts_the_board_leads_back(client: Client) -> None:
    open_shop()
    answer = signed_in(client).get("/desk/figures/board/?period=90&grain=day")
    assert answer["Location"] == "/desk/figures/?period=90&grain=day"


def test_a_period_leaves_out_what_lies_outside(client: Client) -> None:
    open_shop()
    page = counted(signed_in(client), "?period=30")
    assert 'href="/desk/figures/orders/?period=30"' in page
    since, until = ago(41).date(), ago(39).date()
    figure = client.get(f"/desk/figures/orders/?period=custom&from={since}&to={until}").content.decode()
    assert '<td class="number">1</td>' in figure


@pytest.mark.parametrize(
    "query", ["period=nonsense", "period=custom&from=x&to=y", "channel=moon&grain=eon&currency=<b>"]
)
def test_nonsense_in_the_address_is_what_is_usual(client: Client, query: str) -> None:
    open_shop()
    assert "50%" in counted(signed_in(client), f"?{query}")


def test_a_member_of_one_channel_sees_no_other(client: Client) -> None:
    open_shop()
    polska = make_channel("polska", name="Polska")
    make_order(channel=polska, placed_at=ago(3), lines=(line(unit_price_minor=777_00),), shipping_minor=0)
    export()
    member = make_member("Ben", Role.MARKETER)
    member.channels.add(polska)
    client.force_login(member.user)

    page = client.get("/desk/figures/revenue/?channel=main").content.decode()

    assert "€777.00" in page
    assert "Main" not in page
    assert client.get("/desk/figures/tables/orders.parquet").status_code == 404


def test_csv_has_the_exact_rows(client: Client) -> None:
    open_shop()
    answer = signed_in(client).get("/desk/figures/repeat_rate.csv?period=all")
    assert answer["Content-Type"].startswith("text/csv")
    assert list(csv.DictReader(io.StringIO(answer.content.decode()))) == [{"value": "0.5", "n": "2"}]


def test_tables_come_as_parquet(client: Client, tmp_path: Path) -> None:
    open_shop()
    answer = signed_in(client).get("/desk/figures/tables/orders.parquet")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    for close in vars(answer)["_resource_closers"]:  # the response itself would close the database as well
        close()
    assert pq.read_table(io.BytesIO(content)).num_rows == 3
    assert client.get("/desk/figures/tables/secrets.parquet").status_code == 404


def test_an_unknown_figure_is_not_found(client: Client) -> None:
    open_shop()
    assert signed_in(client).get("/desk/figures/nonsense/").status_code == 404


def test_somebody_may_ask_for_an_export(client: Client) -> None:
    signed_in(client)
    assert client.get("/desk/figures/export/").status_code == 405
    assert client.post("/desk/figures/export/").status_code == 302
    assert Job.objects.filter(name="insights.export").count() == 1


def test_a_figure_shows_definition_rows_and_sql(client: Client) -> None:
    open_shop()
    page = signed_in(client).get("/desk/figures/revenue_over_time/?period=all").content.decode()
    assert "Cancelled orders do not count" in page
    assert "GROUP BY" in page
    assert "orders not cancelled" in page


def test_the_dashboard_needs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    open_shop()
    counted(signed_in(client))
    with django_assert_max_num_queries(12):
        client.get("/desk/figures/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_used_by_all(open_page: OpenPage, client: Client, width: int, scheme: str) -> None:
    open_shop()
    signed_in(client)
    page = open_page("/desk/figures/", width=width, scheme=scheme, client=client)
    page.wait_for_selector("#retention", timeout=60_000)
    assert_accessible(page)
    screenshot(page, f"figures-{width}-{scheme}")
    page = open_page("/desk/figures/cohort_retention/", width=width, scheme=scheme, client=client)
    assert_accessible(page)
