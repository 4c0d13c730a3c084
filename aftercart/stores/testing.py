"""Factories for tests: the merchant, channels, and the cast: Ada, Ben and Mallory."""

from __future__ import annotations

from typing import Any

from aftercart.stores.models import Channel, Merchant, Role, StaffMember, User

PASSWORD = "correct horse battery staple"  # noqa: S105 - the tests' own


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
    user.set_password(PASSWORD)
    user.save()
    return StaffMember.objects.create(user=user, role=role, **values)


def make_owner(name: str = "Ada") -> StaffMember:
    """Ada, who may do everything."""
    return make_member(name, Role.OWNER)


def make_outsider(name: str = "Mallory") -> User:
    """Somebody with an account and no place in the team."""
    user = User(email=f"{name.lower()}@elsewhere.example", name=name)
    user.set_password(PASSWORD)
    user.save()
    return user
