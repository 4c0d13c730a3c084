"""Pages that only tests have: one of each layout, with what a real page would hold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import URLPattern, URLResolver, path

from aftercart.config.urls import urlpatterns as real
from aftercart.kernel import clock
from aftercart.kernel.ui.gallery import samples

PORTAL = """
{% extends "ui/portal.html" %}
{% block title %}Order 1042{% endblock %}
{% block content %}
  {% wrap "page-header" title="Order 1042" lead="Thank you, Sam. Your parcel comes tomorrow." %}
    {% part "status" %}{% component "badge" label="On its way" tone="info" icon="truck" %}{% endpart %}
  {% endwrap %}
  {% wrap "card" %}{% component "steps" items=steps label="Where it is" %}{% endwrap %}
  <div class="with-aside">
    {% wrap "card" title="Your parcel" lead="RR123456785PL with Poczta Polska" %}
      {% wrap "timeline" label="Parcel" %}
        {% component "timeline-entry" title="Expected tomorrow, 9 to 12" state="later" icon="house" %}
        {% component "timeline-entry" title="Out for delivery" at=now state="now" icon="truck" %}
        {% component "timeline-entry" title="Handed to the carrier" at=last_week icon="package-check" %}
      {% endwrap %}
    {% endwrap %}
    {% wrap "card" title="Summary" %}
      {% wrap "definition-list" rows=True %}
        <div><dt>Linen shirt, M</dt><dd>{% money 4499 "EUR" %}</dd></div>
        <div><dt>Shipping</dt><dd>{% money 499 "EUR" %}</dd></div>
        <div class="definition-total"><dt>Total</dt><dd>{% money 4998 "EUR" %}</dd></div>
      {% endwrap %}
      {% component "button" label="Ask about this order" icon="message-circle" tone="primary" wide=True %}
    {% endwrap %}
  </div>
{% endblock %}
"""
DESK = """
{% extends "ui/desk.html" %}
{% block title %}Orders{% endblock %}
{% block header %}
  {% wrap "page-header" title="Orders" lead="Everything bought, newest first." %}
    {% part "actions" %}{% component "button" label="Import" icon="upload" %}
    {% component "button" label="Place order" icon="plus" tone="primary" %}{% endpart %}
  {% endwrap %}
{% endblock %}
{% block content %}
  <div class="tiles">
    {% component "stat" label="Orders" value="6,000" delta="+4.1 %" delta_tone="success" spark=this %}
    {% component "stat" label="To send" value="48" href="#send" period="now" %}
    {% component "stat" label="Late parcels" value="7.1 %" delta="+0.4 points" delta_tone="danger" n=9718 %}
    {% component "stat" label="Waiting for an answer" value="3" href="#inbox" period="longest 12 min" %}
  </div>
  {% wrap "filter-bar" search="" search_label="Search orders" views=views chips=chips clear_href="?" %}
    {% component "select" name="state" label="State" any="Any state" options=choices value="sent" %}
    {% component "select" name="channel" label="Channel" any="All channels" options=choices %}
  {% endwrap %}
  {% include "ui/examples/table.html" %}
  {% component "pagination" next="abc" note="1 to 3 of 6,000" %}
{% endblock %}
"""
CHANNEL = SimpleNamespace(
    name="Mira & Holm",
    languages=["en", "pl", "ja", "ru", "th"],
    support_email="help@mira.example",
    support_phone="+48 22 123 45 67",
    support_hours="Monday to Friday, 9 to 17",
    website="",
    theme={"accent": "#b3471f"},
)


def _page(source: str, request: HttpRequest, **context: Any) -> HttpResponse:
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    found = samples("light", clock.now()) | context
    return HttpResponse(engine.from_string(source.strip()).render(found, request))


def portal(request: HttpRequest) -> HttpResponse:
    """A shopper's order."""
    return _page(PORTAL, request, channel=CHANNEL, withdraw_url="/withdraw/")


def desk(request: HttpRequest) -> HttpResponse:
    """A list on the desk."""
    return _page(DESK, request)


def broken(request: HttpRequest) -> HttpResponse:
    """A page that fails."""
    raise RuntimeError(request.path)


urlpatterns: list[URLPattern | URLResolver] = [
    *real,
    path("sample/portal/", portal),
    path("sample/desk/", desk),
    path("sample/search/", desk, name="desk-search"),
    path("sample/broken/", broken),
]
