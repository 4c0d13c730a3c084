"""Every app of the project starts as a JourneyApp, so that its declarations are heard."""

from __future__ import annotations

from django.apps import apps

from aftercart.kernel.apps import JourneyApp


def test_every_app_registers_its_declarations() -> None:
    ours = [app for app in apps.get_app_configs() if app.name.startswith("aftercart.")]
    assert ours
    assert [app.name for app in ours if not isinstance(app, JourneyApp)] == []
