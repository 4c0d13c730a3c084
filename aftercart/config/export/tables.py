"""Which tables are the merchant's, and why the others stay behind. A new table is exported by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

MACHINERY = "the running installation's own: worth nothing elsewhere"
DERIVED = "derived from other tables, and made anew by an import"
SECRET = "proves who somebody is"  # noqa: S105 - a reason
FRAMEWORK = "the framework's own list, the same everywhere"

LEFT_OUT: dict[str, str] = {
    "account.EmailAddress": "the sign-in's copy of stores.User",
    "account.EmailConfirmation": SECRET,
    "api.StoredAnswer": MACHINERY,
    "auth.Group": FRAMEWORK,
    "auth.Group_permissions": FRAMEWORK,
    "auth.Permission": FRAMEWORK,
    "contenttypes.ContentType": FRAMEWORK,
    "customers.Word": DERIVED,
    "insights.ExportIdentity": MACHINERY,
    "insights.StaleChunk": MACHINERY,
    "journal.Progress": MACHINERY,
    "links.Cached": MACHINERY,
    "links.Code": SECRET,
    "links.Limit": MACHINERY,
    "links.UsedLink": MACHINERY,
    "mfa.Authenticator": SECRET,
    "sessions.Session": SECRET,
    "work.Job": MACHINERY,
    "work.Schedule": MACHINERY,
    "work.Worker": MACHINERY,
}
"""Tables that are not exported, each with its reason."""

LEFT_OUT_COLUMNS: dict[str, dict[str, str]] = {
    "payments.Account": {"secrets": "keys to the provider, encrypted for this installation"},
    "stores.User": {"password": SECRET},
    "stores.ApiToken": {"digest": SECRET},
}
"""Columns that are not exported, each with its reason."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column as the manifest names it; ``refers_to`` is a table's label, or empty."""

    name: str
    type: str
    about: str
    refers_to: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table to export; its rows lie in ``path`` + ``.jsonl`` and ``.csv``."""

    label: str
    model: type[Model]
    columns: tuple[Column, ...]

    @property
    def path(self) -> str:
        """Where its files lie, without their endings: ``orders/order``."""
        return self.label.lower().replace(".", "/")

    @property
    def about(self) -> str:
        """What a row is, in a sentence."""
        said = (self.model.__doc__ or "").strip().partition("\n")[0]
        is_made_up = self.model._meta.auto_created or said.startswith(f"{self.model.__name__}(")
        return f"Which {self.label.partition('_')[2]} belong to which row." if is_made_up else said


def exported_tables() -> list[Table]:
    """Every table but those left out, ordered by label."""
    models = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    return [
        Table(label=label, model=model, columns=_columns(model))
        for label, model in sorted(models.items())
        if label not in LEFT_OUT and not model._meta.proxy
    ]


def _columns(model: type[Model]) -> tuple[Column, ...]:
    left_out = LEFT_OUT_COLUMNS.get(model._meta.label, {})
    fields = [field for field in model._meta.concrete_fields if field.name not in left_out]
    return tuple(_column(field) for field in fields)


def _column(field: Field[Any, Any]) -> Column:
    target = field
    while isinstance(target, ForeignKey):
        target = target.target_field
    refers_to = field.remote_field.model._meta.label if field.remote_field else ""
    return Column(
        name=field.attname,
        type=TYPES.get(target.get_internal_type(), "text"),
        about=str(field.help_text),
        refers_to=refers_to,
    )


TYPES = {
    "AutoField": "integer",
    "BigAutoField": "integer",
    "BigIntegerField": "integer",
    "IntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveBigIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "SmallIntegerField": "integer",
    "FloatField": "number",
    "DecimalField": "decimal",
    "BooleanField": "boolean",
    "DateTimeField": "moment",
    "DateField": "date",
    "TimeField": "time",
    "DurationField": "seconds",
    "JSONField": "json",
    "BinaryField": "base64",
    "UUIDField": "text",
}
"""How the manifest calls a column's type; docs/export.md says how each is written."""
