"""Guards the desk's doors: who is on the team, what their role may do, which channels they see.

A stranger is sent to sign in. An outsider with an account, and a colleague whose role does not allow it,
get the same 404 as for a page that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from aftercart.stores.models import Channel, StaffMember
from aftercart.stores.rules import known_permission, may_manage, permissions_of
from aftercart.stores.tasks import merchant_zone

P = ParamSpec("P")
DESK_LANGUAGE = "en"
M = TypeVar("M", bound=Model)


class StaffRequest(HttpRequest):
    """A request that passed :func:`require`. ``actor`` is how the journal names its ``member``."""

    member: StaffMember
    permissions: frozenset[str]
    actor: str


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require(permission: str) -> Callable[[StaffView[P]], View[P]]:
    """Let only members through whose role has ``permission``; the view speaks the desk's language and time.

    The view's request then carries ``member``, ``permissions`` and ``actor``; a template asks
    ``{% if "orders.refund" in request.permissions %}``.

    Raises:
        UnknownPermission: where it is written, when there is no such permission.
    """
    known_permission(permission)

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            member = member_of(request)
            if member is None or not may(request, permission):
                raise Http404
            staff = cast("StaffRequest", request)
            staff.member, staff.actor = member, f"staff:{member.pk}"
            staff.permissions = permissions_of(member.role)
            with translation.override(DESK_LANGUAGE), timezone.override(_desk_zone()):
                response = view(staff, *args, **kwargs)
                response.headers.setdefault("Content-Language", DESK_LANGUAGE)
            return response

        return guarded

    return decorate


def _desk_zone() -> ZoneInfo:
    """Where the merchant is: the desk tells times by their clock."""
    try:
        return ZoneInfo(merchant_zone())
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def member_of(request: HttpRequest) -> StaffMember | None:
    """Who on the team makes this request; asked of the database once per request."""
    if not hasattr(request, "known_member"):
        user = request.user
        found = (
            StaffMember.objects.select_related("user").prefetch_related("channels").filter(user_id=user.pk)
            if user.is_authenticated
            else StaffMember.objects.none()
        )
        request.known_member = found.first()  # type: ignore[attr-defined]
    return cast("StaffMember | None", request.known_member)  # type: ignore[attr-defined]


def may(request: HttpRequest, permission: str) -> bool:
    """Whether this request comes from a member whose role has the permission (for menus and buttons)."""
    member = member_of(request)
    return member is not None and known_permission(permission) in permissions_of(member.role)


def visible_channels(member: StaffMember) -> QuerySet[Channel]:
    """The channels a member works for; a member without channels works for all of them."""
    own = _channel_ids(member)
    return Channel.objects.filter(pk__in=own) if own else Channel.objects.all()


def within_channels(found: QuerySet[M], member: StaffMember, field: str = "channel_id") -> QuerySet[M]:
    """Of the rows, those in channels the member sees; ``field`` leads from a row to its channel's id.

    An unrestricted member's query stays as it is, so its indexes keep serving it.
    """
    own = _channel_ids(member)
    return found.filter(**{f"{field}__in": own}) if own else found


def told_to(found: QuerySet[M], member: StaffMember, field: str = "channel_id") -> QuerySet[M]:
    """As :func:`within_channels`, with the rows that belong to no channel: those are everybody's."""
    own = _channel_ids(member)
    return found.filter(Q(**{f"{field}__in": own}) | Q(**{f"{field}__isnull": True})) if own else found


def sees_channel(member: StaffMember, channel_id: int | None) -> bool:
    """Whether a member sees things of this channel; what has no channel is everybody's."""
    own = _channel_ids(member)
    return not own or channel_id is None or channel_id in own


def manages(member: StaffMember, channel_ids: Collection[int]) -> bool:
    """Whether a member may change what is of these channels (none means all), by the channels they work for."""
    return may_manage(own=_channel_ids(member), theirs=channel_ids)


def _channel_ids(member: StaffMember) -> list[int]:
    return [channel.pk for channel in member.channels.all()]


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a fragment's request makes the whole page go there."""
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
        return answer
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
