"""The design system's own addresses that need no sign-in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from aftercart.kernel import clock
from aftercart.kernel.ui import accents, gallery, icons


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def accent(request: HttpRequest, colour: str) -> HttpResponse:  # noqa: ARG001 - the address says it all
    """A stylesheet with one accent colour. It depends on its address alone, so it may be kept for ever."""
    return HttpResponse(accents.stylesheet(colour), content_type="text/css; charset=utf-8")


def forbidden_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form came without its token: usually the page was open for long, or cookies are off."""
    return render(request, "403_csrf.html", status=403)


@require_safe
def style_page(request: HttpRequest) -> HttpResponse:
    """Every component in every state, light beside dark. Developers see it without signing in."""
    if not settings.DEBUG and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    now = clock.now()
    sides = [(side, gallery.samples(side, now)) for side in ("light", "dark")]
    found = {
        "groups": gallery.entries(),
        "sides": sides,
        "icons": sorted(icons.names()),
        "tokens": gallery.TOKENS,
    }
    return render(request, "ui/style-page.html", found)
