"""How every app of the project starts: its declarations are imported once, by name."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

DECLARATIONS = ("events", "facts", "tasks", "effects", "listeners", "privacy", "slots", "pumps")


class JourneyApp(AppConfig):
    """An app whose events, facts, tasks, effects, listeners, privacy, slots and pumps register on import."""

    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for declaration in DECLARATIONS:
            name = f"{self.name}.{declaration}"
            if find_spec(name) is not None:
                import_module(name)
