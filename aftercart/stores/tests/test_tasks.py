"""Daily schedules know where the merchant is."""

from __future__ import annotations

import pytest

from aftercart.stores.models import Merchant
from aftercart.stores.tasks import merchant_zone


@pytest.mark.django_db
def test_the_zone_is_the_merchants() -> None:
    Merchant.objects.all().delete()
    assert merchant_zone() == "UTC"
    Merchant.objects.create(id=1, name="Ada's", timezone="Asia/Bangkok")
    assert merchant_zone() == "Asia/Bangkok"
