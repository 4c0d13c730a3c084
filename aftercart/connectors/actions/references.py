"""Who else points at rows an import made: found from the models, so that apps of tomorrow count too."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import ForeignKey, Model, OneToOneField, QuerySet


def referring(model: type[Model], *, besides: Iterable[type[Model]]) -> list[tuple[type[Model], str]]:
    """Every ``(model, foreign key)`` that leads to ``model``, except from the models of ``besides``."""
    own = set(besides)
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        field = getattr(relation, "field", None)
        if not relation.auto_created or not isinstance(field, ForeignKey | OneToOneField):
            continue
        if field.model not in own and not field.model._meta.auto_created:
            found.append((field.model, field.name))
    return found


def referred(
    model: type[Model], ids: Iterable[int], *, besides: Iterable[type[Model]], via: str = "pk"
) -> set[int]:
    """Of the rows with ``ids``, those that something else points at.

    ``via`` leads from ``model`` to the row that has the id: ``order`` asks for orders one of whose lines,
    payments ... is pointed at.
    """
    wanted = list(ids)
    touched: set[int] = set()
    for other, name in referring(model, besides=besides):
        path = f"{name}__{via}" if via != "pk" else f"{name}_id"
        rows: QuerySet[Model] = QuerySet(other).filter(**{f"{path}__in": wanted})
        touched |= set(rows.values_list(path if via == "pk" else f"{path}_id", flat=True))
    return touched
