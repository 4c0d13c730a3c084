"""Saved views of a list page: what the doors that keep and drop them have in common."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from aftercart.stores.actions import forget_view, save_view
from aftercart.stores.models import SavedView
from aftercart.stores.permissions import StaffRequest


def views_for(request: StaffRequest, page: str) -> QuerySet[SavedView]:
    """The member's own views of a page and the team's."""
    return SavedView.objects.filter(Q(owner=request.member.user) | Q(owner__isnull=True), page=page)


def keep_posted_view(request: StaffRequest, *, page: str, query: dict[str, str]) -> None:
    """Save filters under the posted name, for oneself or (with the permission) for the team."""
    is_shared = bool(request.POST.get("shared")) and "views.share" in request.permissions
    name = request.POST.get("name", "").replace("\0", "").strip()[:80]
    if not name:
        messages.error(request, "Give the view a name.")
        return
    save_view(page=page, name=name, query=query, owner=None if is_shared else request.member.user)
    messages.success(request, f"Saved as “{name}”.")


def drop_view_of(request: StaffRequest, *, page: str, view_id: int) -> None:
    """Forget a view: one's own, or a shared one with the permission.

    Raises:
        Http404: when it is neither.
    """
    mine = Q(owner=request.member.user)
    reached = mine | Q(owner__isnull=True) if "views.share" in request.permissions else mine
    view = get_object_or_404(SavedView.objects.filter(reached, page=page), pk=view_id)
    forget_view(view_id=view.pk)
    messages.success(request, f"“{view.name}” is gone.")
