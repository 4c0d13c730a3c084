"""Problems on other apps' pages, and their list in the desk's menu."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercart.claims.models import Claim
from aftercart.claims.pieces import claimable
from aftercart.claims.portal_page import listed_claims, readable_claims
from aftercart.customers.models import Customer
from aftercart.customers.slots import desk_customer_panels
from aftercart.kernel.ui.navigation import Place, add_place
from aftercart.kernel.ui.slots import Panel
from aftercart.orders.models import Order
from aftercart.orders.slots import desk_order_panels, portal_help_panels
from aftercart.stores.permissions import may, member_of, within_channels
from aftercart.stores.slots import Waiting, waits

MOST_BESIDE = 10
MOST_COUNTED = 1000


@portal_help_panels.fill(order=20)
def offer_report(request: HttpRequest, order: Order) -> Panel | None:
    """*Something wrong?* once something has left, with what was reported before."""
    if not any(claimable(line) for line in order.lines.all()):
        return None
    token = getattr(request, "token", "")
    return Panel(
        key="problem",
        title=_("Is something wrong?"),
        template="claims/portal/parts/panel.html",
        context={
            "href": reverse("order-problem", args=[token]),
            "claims": listed_claims(list(readable_claims(request, order)), token),
            "styles": "claims/portal.css",
        },
    )


@desk_order_panels.fill(order=45)
def problems_of_order(request: HttpRequest, order: Order) -> Panel | None:
    """The problems reported with the order, beside it on the desk."""
    return _problems(request, Claim.objects.filter(order=order))


@desk_customer_panels.fill(order=35)
def problems_of_customer(request: HttpRequest, customer: Customer) -> Panel | None:
    """What the customer reported, beside their story."""
    return _problems(request, Claim.objects.filter(customer=customer))


def _problems(request: HttpRequest, found: QuerySet[Claim]) -> Panel | None:
    member = member_of(request)
    if member is None or not may(request, "claims.view"):
        return None
    claims = list(within_channels(found, member).order_by("-made_at", "-pk")[:MOST_BESIDE])
    if not claims:
        return None
    return Panel(
        key="problems", title="Problems", template="claims/desk/parts/panel.html", context={"claims": claims}
    )


@waits(15)
def problems_waiting(request: HttpRequest) -> Waiting | None:
    """Problems that a person has to decide."""
    return _waiting(request, "Problems to decide", {"state": "waiting"}, "triangle-alert")


@waits(16)
def problems_to_settle(request: HttpRequest) -> Waiting | None:
    """Decided problems whose money or goods have not gone out."""
    return _waiting(request, "Problems to settle", {"state": "decided"}, "scale")


def _waiting(request: HttpRequest, label: str, wanted: dict[str, str], icon: str) -> Waiting | None:
    member = member_of(request)
    if member is None or not may(request, "claims.view"):
        return None
    rows = within_channels(Claim.objects.filter(**wanted), member)
    href = f"{reverse('desk-claims')}?{urlencode(wanted)}"
    return Waiting(label=label, count=rows.order_by()[:MOST_COUNTED].count(), href=href, icon=icon)


add_place(
    Place(
        label="Problems",
        url_name="desk-claims",
        icon="triangle-alert",
        group="Work",
        order=25,
        permission="claims.view",
    )
)
add_place(
    Place(
        label="Problem policy",
        url_name="desk-claim-policy",
        icon="scale",
        group="Set up",
        order=45,
        permission="claims.policy",
    )
)
