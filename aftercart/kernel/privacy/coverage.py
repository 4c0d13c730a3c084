"""Which tables lead to a person, and who has declared them: nothing personal is forgotten by omission."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db.models import ForeignKey, Model

from aftercart.kernel.privacy.registry import Table, registry

CUSTOMER = "customers.Customer"
PERSONAL_FIELDS = frozenset(
    {
        "customer_id",
        "customer",
        "holder",
        "anonymous_id",
        "email",
        "email_key",
        "phone",
        "recipient",
        "recipient_digest",
        "author_name",
        "body",
        "payload",
        "ship_to",
    }
)


def personal_models(package: str = "aftercart.") -> set[type[Model]]:
    """Every table of the project that names a person or leads to one that does."""
    models = [model for model in apps.get_models() if model.__module__.startswith(package)]
    personal = {
        model
        for model in models
        if model._meta.label == CUSTOMER or PERSONAL_FIELDS & set(_field_names(model))
    }
    while more := {model for model in models if model not in personal and personal & set(_targets(model))}:
        personal |= more
    return personal


def declared_tables() -> dict[str, Table]:
    """Every declared table by its label, ``"orders.Order"``."""
    return {
        label: table for declared in registry.values() for label, table in declared.tables_by_model.items()
    }


def undeclared_models() -> list[str]:
    """Labels of tables that should be declared in their app's ``privacy.py`` and are not."""
    declared = declared_tables()
    return sorted(m._meta.label for m in personal_models() if m._meta.label not in declared)


def vanished_models() -> list[str]:
    """Declared labels of tables that do not exist (any more)."""
    existing = {model._meta.label for model in apps.get_models()}
    return sorted(label for label in declared_tables() if label not in existing)


def _field_names(model: type[Model]) -> Iterable[str]:
    return (field.name for field in model._meta.get_fields() if not field.auto_created)


def _targets(model: type[Model]) -> Iterable[type[Model]]:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and isinstance(field.related_model, type):
            yield field.related_model
