"""API tokens: made once, kept as a hash, scoped, and presented as a bearer."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja.security import HttpBearer

from aftercart.kernel import clock
from aftercart.kernel.api.problems import Problem
from aftercart.stores.actions import note_token_use
from aftercart.stores.models import ApiToken, Channel

SCOPES = {
    "channels:read": "Read channels",
    "channels:write": "Add and change channels",
    "customers:read": "Read customers, their consents and timelines",
    "customers:write": "Add and change customers and consents",
    "products:read": "Read products",
    "products:write": "Add and change products",
    "orders:read": "Read orders, parcels and what happened to them",
    "orders:write": "Place, pay, fulfil, cancel and refund orders; register parcels and scans",
    "claims:read": "Read problems that shoppers reported, without their photos",
    "track:write": "Send shoppers' events (safe to put into a shop's pages)",
}
USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token just made; ``secret`` is shown once and cannot be had again."""

    prefix: str
    digest: str
    secret: str


def new_token() -> NewToken:
    """A token with 256 bits of chance, as ``ac_<prefix>_<secret>``."""
    prefix = secrets.token_hex(4)
    secret = f"ac_{prefix}_{secrets.token_urlsafe(32)}"
    return NewToken(prefix=prefix, digest=digest_of(secret), secret=secret)


def digest_of(secret: str) -> str:
    """SHA-256 of a token: a slow hash adds nothing to 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenRequest(HttpRequest):
    """A request that came with a valid token."""

    token: ApiToken
    actor: str


class TokenAuth(HttpBearer):
    """``Authorization: Bearer ac_...``: valid now, whatever its scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        now = clock.now()
        found = find_token(token, now=now)
        if found is None:
            return None
        if found.last_used_at is None or now - found.last_used_at > USE_NOTED_EVERY:
            note_token_use(token_id=found.pk, now=now)
        known = cast("TokenRequest", request)
        known.token, known.actor = found, f"token:{found.pk}"
        return found


def find_token(secret: str, *, now: datetime) -> ApiToken | None:
    """The valid token with this secret."""
    if not secret.startswith("ac_") or len(secret) > 100 or not secret.isascii():
        return None
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    valid = ApiToken.objects.filter(unexpired, digest=digest_of(secret), revoked_at__isnull=True)
    return valid.select_related("channel").first()


def need(request: HttpRequest, scope: str) -> TokenRequest:
    """The request, when its token has the scope.

    Raises:
        Problem: 403 naming the scope that is missing.
    """
    if scope not in SCOPES:
        raise LookupError(f"there is no scope {scope}")
    known = cast("TokenRequest", request)
    if scope not in known.token.scopes:
        raise Problem(403, f"This token lacks the scope {scope}; an owner can make one that has it.")
    return known


def within_token(found: QuerySet[Any], request: TokenRequest, field: str = "channel_id") -> QuerySet[Any]:
    """Of the rows, those in the token's channel; a token without a channel reaches all."""
    channel_id = request.token.channel_id
    return found.filter(**{field: channel_id}) if channel_id else found


def channel_of(request: TokenRequest, slug: str) -> Channel:
    """The channel named, or the token's own when none is.

    Raises:
        Problem: 422 when it does not exist or the token does not reach it.
    """
    own = request.token.channel
    if own is not None and slug in {"", own.slug}:
        return own
    found = None if own else Channel.objects.filter(slug=slug, is_active=True).first()
    if found is None:
        raise Problem(422, "There is no such channel for this token.", [("/channel", "name one of yours")])
    return found
