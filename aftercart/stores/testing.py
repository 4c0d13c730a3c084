"""Factories for tests: the merchant, channels, and the cast: Ada, Ben and Mallory."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from aftercart.stores.actions import make_token
from aftercart.stores.models import ApiToken, Channel, Merchant, Role, StaffMember, User
from aftercart.stores.tokens import SCOPES, new_token

PASSWORD = "correct horse battery staple"  # noqa: S105 - the tests' own


@cache
def _hashed() -> str:
    """Hashing takes a third of a second on purpose; one for all the cast is enough."""
    return make_password(PASSWORD)


def make_merchant(name: str = "Mira & Holm") -> Merchant:
    """The merchant of this deployment."""
    return Merchant.objects.get_or_create(pk=1, defaults={"name": name, "email": "hello@mira.example"})[0]


def make_channel(slug: str = "main", **values: Any) -> Channel:
    """A channel that sells in euro and speaks all five languages."""
    defaults: dict[str, Any] = {
        "name": slug.capitalize(),
        "currency": "EUR",
        "languages": ["en", "pl", "ja", "ru", "th"],
        "sender_email": "shop@mira.example",
        "support_email": "help@mira.example",
    }
    return Channel.objects.get_or_create(slug=slug, defaults=defaults | values)[0]


def make_member(name: str = "Ben", role: str = Role.AGENT, **values: Any) -> StaffMember:
    """A colleague who can sign in with :data:`PASSWORD`."""
    user = User(email=f"{name.lower()}@mira.example", name=name)
    user.password = _hashed()
    user.save()
    return StaffMember.objects.create(user=user, role=role, **values)


def make_owner(name: str = "Ada") -> StaffMember:
    """Ada, who may do everything."""
    return make_member(name, Role.OWNER)


def make_outsider(name: str = "Mallory") -> User:
    """Somebody with an account and no place in the team."""
    user = User(email=f"{name.lower()}@elsewhere.example", name=name)
    user.password = _hashed()
    user.save()
    return user


def make_api_token(
    *scopes: str, channel: Channel | None = None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token and its secret; all scopes unless some are named."""
    new = new_token()
    token = make_token(
        name="test",
        prefix=new.prefix,
        digest=new.digest,
        scopes=list(scopes or SCOPES),
        channel=channel,
        expires_at=expires_at,
        actor="test",
    )
    return token, new.secret
