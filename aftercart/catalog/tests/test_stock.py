"""Stock: no piece is sold twice, and every figure is the sum of its movements."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from aftercart.catalog.actions import OutOfStock, StockRefused, adjust, commit, release, reserve
from aftercart.catalog.models import StockLevel, StockMovement, Variant
from aftercart.catalog.testing import assert_stock_is_its_movements, make_product, stocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def sand() -> Variant:
    make_product()
    return stocked("apron-sand", 5)


def level(variant: Variant) -> tuple[int, int]:
    row = StockLevel.objects.get(variant=variant)
    return row.on_hand, row.reserved


def test_pieces_are_set_aside_freed_and_sent(sand: Variant) -> None:
    reserve(wanted={sand.pk: 3}, reference="order:1", actor="test")
    assert level(sand) == (5, 3)
    assert release(wanted={sand.pk: 1}, reference="order:1", actor="test") == {sand.pk: 1}
    commit(wanted={sand.pk: 2}, reference="order:1", actor="test")
    assert level(sand) == (3, 0)
    assert_stock_is_its_movements()


def test_the_last_pieces_are_not_sold_twice(sand: Variant) -> None:
    reserve(wanted={sand.pk: 4}, reference="order:1", actor="test")
    with pytest.raises(OutOfStock) as short:
        reserve(wanted={sand.pk: 2}, reference="order:2", actor="test")
    assert short.value.short == {sand.pk: 1}
    assert level(sand) == (5, 4)


def test_a_shortage_sets_nothing_aside(sand: Variant) -> None:
    moss = stocked("apron-moss", 1)
    with pytest.raises(OutOfStock):
        reserve(wanted={sand.pk: 1, moss.pk: 2}, reference="order:1", actor="test")
    assert level(sand) == (5, 0)
    assert not StockMovement.objects.filter(reference="order:1").exists()


def test_what_is_not_counted_can_always_be_had() -> None:
    make_product()
    sand = Variant.objects.get(sku="apron-sand")
    assert reserve(wanted={sand.pk: 99}, reference="order:1", actor="test") == {}
    assert not StockLevel.objects.exists()


def test_nothing_is_freed_twice_or_for_others(sand: Variant) -> None:
    reserve(wanted={sand.pk: 2}, reference="order:1", actor="test")
    assert release(reference="order:2", actor="test") == {}
    release(reference="order:1", actor="test")
    assert release(reference="order:1", actor="test") == {}
    assert level(sand) == (5, 0)


def test_a_promise_made_elsewhere_takes_what_is_there(sand: Variant) -> None:
    taken = reserve(wanted={sand.pk: 9}, reference="order:1", actor="test", as_many_as_there_are=True)
    assert taken == {sand.pk: 5}
    commit(wanted={sand.pk: 9}, reference="order:1", actor="test")
    assert level(sand) == (0, 0)


def test_a_count_leaves_what_is_set_aside(sand: Variant) -> None:
    reserve(wanted={sand.pk: 2}, reference="order:1", actor="test")
    with pytest.raises(StockRefused, match="2 of them set aside"):
        adjust(variant_id=sand.pk, to=1, reason="counted", actor="staff:1")
    assert adjust(variant_id=sand.pk, by=-3, reason="damaged", actor="staff:1").on_hand == 2
    with pytest.raises(StockRefused, match="Say why"):
        adjust(variant_id=sand.pk, by=1, reason="sent", actor="staff:1")
    assert_stock_is_its_movements()


def test_the_database_itself_refuses_an_oversold_level(sand: Variant) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLevel.objects.filter(variant=sand).update(reserved=6)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_pieces_for_forty_buyers_at_once() -> None:
    make_product()
    wanted = {stocked("apron-sand", 10).pk: 1, stocked("apron-moss", 40).pk: 1}
    start, sold, threads = threading.Barrier(40), [], []

    def buy(number: int) -> None:
        start.wait()
        order = list(wanted.items())[:: 1 if number % 2 else -1]
        try:
            reserve(wanted=dict(order), reference=f"order:{number}", actor="test")
            sold.append(number)
        except OutOfStock:
            pass
        finally:
            connection.close()

    for number in range(40):
        threads.append(threading.Thread(target=buy, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert len(sold) == 10
    assert_stock_is_its_movements()
    assert {row.reserved for row in StockLevel.objects.all()} == {10}
