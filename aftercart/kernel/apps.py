"""How every app of the project starts: its declarations are imported once, by name."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

DECLARATIONS = ("events", "facts", "tasks", "effects", "listeners", "privacy", "slots", "pumps", "messages")


class JourneyApp(AppConfig):
    """An app whose declarations (see :data:`DECLARATIONS`) register on import."""

    # Django takes a module's only AppConfig by itself, and would count this base where an app imports it.
    default: bool = False
    default_auto_field = "django.db.models.BigAutoField"

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        for declaration in DECLARATIONS:
            name = f"{self.name}.{declaration}"
            if find_spec(name) is not None:
                import_module(name)
