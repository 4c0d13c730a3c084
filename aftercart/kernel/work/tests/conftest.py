"""Jobs, schedules and pumps that exist only in these tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aftercart.kernel.work import jobs, pumps, schedules


@pytest.fixture(autouse=True)
def own_declarations() -> Iterator[None]:
    """What a test declares is forgotten; schedules of other apps do not fire."""
    registries: list[dict[str, Any]] = [jobs.registry, pumps.registry, schedules.registry]
    before = [(registry, dict(registry)) for registry in registries]
    schedules.registry.clear()
    yield
    for registry, declared in before:
        registry.clear()
        registry.update(declared)
