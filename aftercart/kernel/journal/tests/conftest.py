"""Events and listeners that exist only in these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aftercart.kernel.journal import events, listening


@pytest.fixture(autouse=True)
def own_listeners() -> Iterator[None]:
    """Each test starts with no listener, and what it declares is forgotten."""
    listeners, known = dict(listening.registry), dict(events.registry)
    listening.registry.clear()
    yield
    for registry, before in ((listening.registry, listeners), (events.registry, known)):
        registry.clear()
        registry.update(before)  # type: ignore[arg-type]
