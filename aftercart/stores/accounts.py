"""How staff accounts behave: by invitation only."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: the owner invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
