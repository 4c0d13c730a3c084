"""Saved views of list pages."""

from __future__ import annotations

from django.db import transaction

from aftercart.stores.models import SavedView, User


@transaction.atomic
def save_view(*, page: str, name: str, query: dict[str, str], owner: User | None) -> SavedView:
    """Keep a list's filters under a name; the same name again is the same view with new filters."""
    view, _ = SavedView.objects.update_or_create(page=page, name=name, owner=owner, defaults={"query": query})
    return view


def forget_view(*, view_id: int) -> None:
    """Forget a saved view."""
    SavedView.objects.filter(pk=view_id).delete()
