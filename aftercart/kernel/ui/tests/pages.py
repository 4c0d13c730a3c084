"""Pages that only tests have: one of each layout, with what a real page would hold."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import URLPattern, URLResolver, include, path

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
BEHAVIOUR = """
{% extends "ui/desk.html" %}
{% block content %}
  {% component "page-header" title="Behaviour" %}
  <div id="job">
    {% component "progress" label="Importing" value=0.1 poll_href="/sample/progress/?step=1" every="100ms" %}
  </div>
  {% component "tabs" tabs=tabs label="Parts" in_page=True %}
  <section id="first"><p>First panel</p></section>
  <section id="second"><p>Second panel</p></section>
  <form method="post" enctype="multipart/form-data" aria-label="Upload">
    {% csrf_token %}
    {% component "file-drop" name="file" label="A file" %}
    <button class="button" type="submit">Upload</button>
  </form>
  <form method="post" action="/sample/count/" data-once aria-label="Count">
    {% csrf_token %}<button class="button" type="submit">Count</button>
  </form>
  {% component "copy" value="RR123456785PL" label="tracking number" %}
  {% component "tooltip" id="tip" text="Explained." %}
  <form aria-label="Rows">
    <label><input type="checkbox" data-check-all="row"> All</label>
    <label><input type="checkbox" name="row" value="1"> One</label>
    <label><input type="checkbox" name="row" value="2"> Two</label>
  </form>
  {% if refused %}<p role="alert">Refused: {{ refused }}</p>{% endif %}
{% endblock %}
"""
TABS = [{"label": "First", "href": "#first"}, {"label": "Second", "href": "#second"}]
counted: list[str] = []
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


def behaviour(request: HttpRequest) -> HttpResponse:
    """Something for every module, in either layout. A file named bad.csv is refused, others go to the desk."""
    upload = request.FILES.get("file")
    if isinstance(upload, UploadedFile) and upload.name != "bad.csv":
        return HttpResponseRedirect(f"/sample/desk/?uploaded={upload.size}")
    return _page(
        BEHAVIOUR.replace("ui/desk", f"ui/{request.GET.get('layout', 'desk')}"),
        request,
        tabs=TABS,
        refused=upload and upload.name,
    )


def progress(request: HttpRequest) -> HttpResponse:
    """A job that is over at the third question."""
    step = int(request.GET["step"])
    more = f'poll_href="/sample/progress/?step={step + 1}" every="100ms"' if step < 3 else 'detail="Done."'
    return _page(
        f'{{% component "progress" label="Importing" value=share {more} %}}', request, share=step / 3
    )


def count(request: HttpRequest) -> HttpResponse:
    """Notes each sending, slowly."""
    counted.append(request.path)
    time.sleep(0.5)
    return HttpResponseRedirect("/sample/desk/")


def broken(request: HttpRequest) -> HttpResponse:
    """A page that fails."""
    raise RuntimeError(request.path)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sample/portal/", portal),
    path("sample/desk/", desk),
    path("sample/search/", desk, name="desk-search"),
    path("sample/behaviour/", behaviour),
    path("sample/progress/", progress),
    path("sample/count/", count),
    path("sample/broken/", broken),
    path("", include("aftercart.config.urls")),
]
