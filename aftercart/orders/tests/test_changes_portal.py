"""The shopper's pages of changes: what they see before they confirm, what they are told, who gets in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from aftercart.catalog.models import Variant
from aftercart.catalog.testing import make_product, stocked
from aftercart.kernel import clock
from aftercart.orders.models import Change, ChangePolicy, Order
from aftercart.orders.permissions import FROM_LOOKUP, order_page_path
from aftercart.orders.testing import line, make_order
from aftercart.stores.testing import make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    make_product()
    stocked("apron-sand", 9)
    return make_order(lines=(line(quantity=2, sku="apron-sand"),), change_minutes=30)


@pytest.fixture
def path(order: Order) -> str:
    return f"{order_page_path(order.pk)}changes/"


def words(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def confirmed(client: Client, path: str, **values: str | int) -> Any:
    """Fill in, look at the totals, confirm; the page that follows."""
    look = client.post(path, values)
    assert look.status_code == 200, words(look)
    hidden = {name: look.context[name] for name in ("key", "seen")}
    return client.post(path, {**values, **hidden, "confirm": "1"}, follow=True)


def test_the_order_page_says_what_can_change_and_until_when(client: Client, order: Order, path: str) -> None:
    page = client.get(path.removesuffix("changes/"))
    assert "You can change your order until" in words(page)
    assert f'href="{path}cancel/"' in page.content.decode()
    assert f'data-countdown="{order.changeable_until:%Y-%m-%dT%H:%M}' in page.content.decode()
    assert "Write to us soon" not in words(page)


def test_looking_changes_nothing(client: Client, order: Order, path: str) -> None:
    for kind in ("cancel/", "address/", f"quantity/?line={order.lines.get().pk}", "add/", ""):
        assert client.get(path + kind).status_code == 200
    client.post(f"{path}quantity/", {"line": order.lines.get().pk, "quantity": 5})
    assert not Change.objects.exists()
    order.refresh_from_db()
    assert order.state == "open"


def test_cancelling_shows_the_money_first(client: Client, order: Order, path: str) -> None:
    page = client.get(f"{path}cancel/")
    assert "Before: €102.90" in words(page)
    assert "After: €0.00" in words(page)
    assert "You get €102.90 back" in words(page)
    done = client.post(
        f"{path}cancel/",
        {"confirm": "1", "key": page.context["key"], "seen": page.context["seen"]},
        follow=True,
    )
    assert "Done. €102.90 go back to you" in words(done)
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_quantity_with_both_totals(client: Client, order: Order, path: str) -> None:
    done = confirmed(client, f"{path}quantity/", line=order.lines.get().pk, quantity=1)
    assert "Done. €49.00 go back to you" in words(done)
    undone = client.post(done.redirect_chain[-1][0] + "undoing/", {"key": "u"}, follow=True)
    assert "as soon as the difference is paid" in words(undone)
    assert "€49.00" in words(undone)


def test_a_double_post_is_one_change(client: Client, order: Order, path: str) -> None:
    look = client.post(f"{path}quantity/", {"line": order.lines.get().pk, "quantity": 1})
    sent = {"line": order.lines.get().pk, "quantity": 1, "confirm": "1"}
    sent |= {name: look.context[name] for name in ("key", "seen")}
    answers = {client.post(f"{path}quantity/", sent).headers["Location"] for _ in range(1)}
    # The second comes to an order that is another by now, with the first one's key.
    again = client.post(f"{path}quantity/", sent)
    assert again.status_code in {302, 409}
    assert Change.objects.count() == 1
    assert len(answers) == 1


def test_the_other_tab_is_told(client: Client, order: Order, path: str) -> None:
    pk = order.lines.get().pk
    one = client.post(f"{path}quantity/", {"line": pk, "quantity": 1})
    confirmed(client, f"{path}quantity/", line=pk, quantity=1)
    stale = {"line": pk, "quantity": 1, "confirm": "1", "key": "x", "seen": one.context["seen"]}
    answer = client.post(f"{path}quantity/", stale)
    assert answer.status_code == 409
    assert "changed in the meantime" in words(answer)


def test_a_variant_that_is_sold_out_is_not_offered(client: Client, order: Order, path: str) -> None:
    url = f"{path}variant/?line={order.lines.get().pk}"
    assert "Moss" in words(client.get(url))
    stocked("apron-moss", 1)
    assert "There is nothing to choose from" in words(client.get(url))


def test_a_product_is_found_and_added(client: Client, order: Order, path: str) -> None:
    make_product("spoon", "Oak spoon", 1250)
    page = client.get(f"{path}add/?q=spoon")
    assert "Oak spoon" in words(page)
    assert "Linen apron" not in words(page)
    spoon = Variant.objects.get(sku="spoon-moss")
    done = confirmed(client, f"{path}add/", variant=spoon.pk, quantity=2, q="spoon")
    assert "€25.00" in words(done)
    assert Change.objects.get().state == "unpaid"
    withdrawn = client.post(done.redirect_chain[-1][0] + "withdrawal/", follow=True)
    assert "Withdrawn" in words(withdrawn)


def test_the_address_of_who_only_knows_a_number_stays(client: Client, order: Order) -> None:
    path = f"{order_page_path(order.pk, trust=FROM_LOOKUP)}changes/"
    page = client.get(f"{path}address/")
    assert "code" in words(page)
    assert "Lindenweg" not in page.content.decode()
    sent = {**order.ship_to, "line1": "Elsewhere 1", "confirm": "1", "key": "k"}
    assert client.post(f"{path}address/", sent).status_code == 403
    order.refresh_from_db()
    assert order.ship_to["line1"] == "Lindenweg 5"


def test_an_address_is_changed_and_hidden_from_look_ups(client: Client, order: Order, path: str) -> None:
    values = {"name": "Sam", "line1": "Ahornweg 9", "postcode": "10117", "city": "Berlin", "country": "DE"}
    assert "Done" in words(confirmed(client, f"{path}address/", **values))
    change = Change.objects.get()
    looked_up = f"{order_page_path(order.pk, trust=FROM_LOOKUP)}changes/{change.pk}/"
    assert "Ahornweg" not in client.get(looked_up).content.decode()
    assert "Ahornweg" in client.get(f"{path}{change.pk}/").content.decode()


def test_a_wrong_address_is_told_in_words(client: Client, path: str) -> None:
    answer = client.post(f"{path}address/", {"name": "Sam", "country": "DE"})
    assert answer.status_code == 422
    assert "required" in words(answer)


def test_abroad_waits_and_a_refusal_is_told(client: Client, order: Order, path: str) -> None:
    values = {"name": "Sam", "line1": "Piotrkowska 1", "postcode": "90-001", "city": "Łódź", "country": "PL"}
    assert "We look at it and write to you" in words(confirmed(client, f"{path}address/", **values))
    assert "We are looking at it" in words(client.get(order_page_path(order.pk)))
    answer = client.get(f"{path}cancel/")
    assert "Another change of this order is still open" in words(answer)


def test_too_late_is_told(client: Client, order: Order, path: str) -> None:
    Order.objects.update(changeable_until=clock.now() - timedelta(minutes=1))
    assert "The time for changes is over" in words(client.get(f"{path}cancel/"))
    assert client.post(f"{path}cancel/", {"confirm": "1", "key": "k"}).status_code == 409
    assert "The time for changes is over" in words(client.get(path))
    order.refresh_from_db()
    assert order.state == "open"


def test_a_kind_that_is_off_is_not_offered(client: Client, order: Order, path: str) -> None:
    off = {"cancel": "off"}
    ChangePolicy.objects.create(
        channel=make_channel(), revision=1, kinds=off, actor="test", made_at=clock.now()
    )
    assert f"{path}cancel/" not in client.get(path).content.decode()
    assert f"{path}add/" in client.get(path).content.decode()


def test_other_orders_changes_and_nonsense_are_not_found(client: Client, order: Order, path: str) -> None:
    confirmed(client, f"{path}quantity/", line=order.lines.get().pk, quantity=1)
    other = f"{order_page_path(make_order(change_minutes=30).pk)}changes/"
    assert client.get(f"{other}{Change.objects.get().pk}/").status_code == 404
    assert client.get(f"{path}nonsense/").status_code == 404
    assert client.get("/o/nonsense/changes/").status_code == 302
    answer = client.post(f"{other}quantity/", {"line": order.lines.get().pk, "quantity": 1})
    assert "not a part of the order" in words(answer)


@pytest.mark.parametrize("language", ["pl", "ja", "ru", "th"])
def test_every_page_speaks_the_orders_language(
    client: Client, order: Order, path: str, language: str
) -> None:
    Order.objects.update(language=language)
    for kind in ("", "cancel/", "address/", f"quantity/?line={order.lines.get().pk}", "add/"):
        text = words(client.get(path + kind))
        for english in ("Change your order", "until", "Confirm", "Leave it", "See the new total", "Total"):
            assert english not in text


def test_the_order_page_stays_within_its_queries(
    client: Client, order: Order, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    confirmed(client, f"{path}quantity/", line=order.lines.get().pk, quantity=1)
    with django_assert_max_num_queries(14):
        client.get(order_page_path(order.pk))
