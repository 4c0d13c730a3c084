from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from aftercart.kernel import clock
from aftercart.kernel.links.cleaning import forget_stale
from aftercart.kernel.links.codes import make_code, take_code
from aftercart.kernel.links.limits import allow
from aftercart.kernel.links.models import Cached
from aftercart.kernel.links.signing import make_link, take_link

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_only_what_cannot_matter_any_more_is_forgotten() -> None:
    token = make_link("p", {}, expires_in=HOUR, single_use=True, now=NOW)
    take_link("p", token, NOW)
    code = make_code("p", "sam@example.org", NOW)
    allow("p", 1, HOUR, NOW)
    assert forget_stale(NOW) == 0
    assert take_link("p", token, NOW) is None
    assert take_code("p", "sam@example.org", code, NOW)
    make_code("p", "sam@example.org", NOW)
    assert forget_stale(NOW + 3 * HOUR) == 3


@pytest.mark.django_db
def test_expired_entries_of_the_cache_are_swept_and_others_stay() -> None:
    now = clock.now()
    cache.set("short", 1, timeout=60)
    cache.set("long", 2, timeout=86_400)
    assert forget_stale(now + 3 * HOUR) == 1
    assert (cache.get("short"), cache.get("long"), Cached.objects.count()) == (None, 2, 1)
