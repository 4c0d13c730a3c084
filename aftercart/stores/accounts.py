"""How staff accounts behave: by invitation only."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from aftercart.kernel.links.limits import visitor


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: the owner invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whom wrong passwords are counted against: the visitor, not the proxy that all of them come through."""
        return visitor(request)
