"""A shop where every page has something to show: the demo's, and what only happens on a bad day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count
from django.test import Client

from aftercart.catalog.models import Product
from aftercart.claims.models import Claim
from aftercart.config.demo.seed import seed
from aftercart.connectors.models import Run
from aftercart.customers.actions import add_segment
from aftercart.customers.models import Customer
from aftercart.guides.models import Guide, GuideProduct
from aftercart.helpdesk.models import Ticket
from aftercart.insights.export.refresh import refresh_export
from aftercart.kernel import clock
from aftercart.kernel.journal.models import DeadLetter, Entry
from aftercart.kernel.links.signing import make_link
from aftercart.kernel.outbox.models import Effect
from aftercart.kernel.outbox.testing import make_mail
from aftercart.kernel.work.models import Job
from aftercart.kernel.work.worker import Worker
from aftercart.orders.actions import note_order
from aftercart.orders.actions.confirm import resend_confirmation
from aftercart.orders.models import Change, Order
from aftercart.orders.permissions import order_page_path
from aftercart.stores.actions import invite_colleague
from aftercart.stores.desk.invitations import invitation_url
from aftercart.stores.models import ApiToken, StaffMember, User
from aftercart.stores.testing import PASSWORD, make_api_token

ORDERS = (
    "Order ID;Order date;E-mail;Customer name;Product;Qty;Unit price\n"
    "7;31.01.2026 10:00;zofia@example.pl;Zofia Lis;Kubek;2;25,50\n"
    "8;01.02.2026 11:00;sam@example.com;Sam Shopper;Kubek;many;25,50\n"
)
RULE = {"version": 1, "all": [{"fact": "customer.country", "op": "is_any_of", "value": ["PL", "DE"]}]}
PASSKEY = {"name": "Ben's laptop", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What the pages' addresses need."""

    customer_id: int
    order_id: int
    ticket_id: int
    segment_id: int
    effect_id: int
    import_id: int
    draft_id: int
    colleague_id: int
    order_page: str
    invitation: str
    my_orders: str
    guide: Guide
    product_without_guide: int
    order_guide: str
    claim_id: int
    problem_token: str


def open_shop() -> Shop:
    """Fill the database; Ada and Ben sign in with :data:`~aftercart.stores.testing.PASSWORD`."""
    seed(size="tiny", number=1, tell=lambda what, done, total: None)
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    ticket = Ticket.objects.filter(order__isnull=False, waiting_since__isnull=False).latest("pk")
    assert ticket.order is not None
    busy = Customer.objects.annotate(n=Count("orders")).latest("n", "pk")
    note_order(order_id=ticket.order.pk, text="Wants it as a present.", actor="staff:1")
    claim = Claim.objects.filter(photos__gt=0).latest("pk")
    _have_a_bad_day()
    make_api_token("orders:read", "orders:write")
    imported, draft = _imports()
    Worker().run_until_idle()
    refresh_export()
    ada, ben = (StaffMember.objects.get(user__email=f"{name}@demo.example") for name in ("ada", "ben"))
    ApiToken.objects.update(created_by=ben.user)
    invitation = invite_colleague(email="eve@mira.example", role="agent", channel_ids=[], by=ada)
    guide = Guide.objects.published().latest("pk")
    bare = Product.objects.exclude(pk__in=GuideProduct.objects.values("product_id")).latest("pk")
    return Shop(
        customer_id=busy.pk,
        order_id=ticket.order.pk,
        ticket_id=ticket.pk,
        segment_id=add_segment(name="Polish and German", rule=RULE, actor="staff:1").pk,
        effect_id=Effect.objects.latest("pk").pk,
        import_id=imported,
        draft_id=draft,
        colleague_id=ben.pk,
        order_page=order_page_path(ticket.order.pk),
        invitation=invitation_url(invitation).split("/")[-2],
        claim_id=claim.pk,
        problem_token=order_page_path(claim.order_id).removeprefix("/o/").strip("/"),
        my_orders=make_link("my-orders", {"c": busy.pk}, expires_in=timedelta(days=1)),
        guide=guide,
        product_without_guide=bare.pk,
        order_guide=f"{order_page_path(ticket.order.pk)}guides/{guide.handle}/",
    )


def change_page(rest: str) -> str:
    """A page about changes of the newest order that can still be changed."""
    order = Order.objects.filter(changeable_until__gt=clock.now(), changes=None).latest("pk")
    return f"{order_page_path(order.pk)}changes/{rest}"


def newest_open_order() -> int:
    """The id of the newest order that nobody changed yet."""
    return Order.objects.filter(state="open", changes=None).latest("placed_at").pk


def newest_message() -> int:
    """The id of the newest message to a shopper."""
    resend_confirmation(order_id=newest_open_order(), key="pages", actor="staff:1")
    return Effect.objects.filter(kind="message", subject__startswith="order:").latest("pk").pk


def asked_page(state: str) -> str:
    """The page of the newest change in a state."""
    change = Change.objects.filter(state=state).latest("pk")
    return f"{order_page_path(change.order_id)}changes/{change.pk}/"


def other_order_page(state: str) -> str:
    """The page of the newest order in a state, such as ``cancelled``."""
    return order_page_path(Order.objects.filter(state=state).latest("placed_at").pk)


def _imports() -> tuple[int, int]:
    """An import with a row left out, which the worker will run, and one being set up; their ids."""
    client = Client()
    client.force_login(User.objects.get(email="ada@demo.example"))
    for _ in range(2):
        client.post("/desk/imports/new/", {"files": SimpleUploadedFile("orders.csv", ORDERS.encode())})
    imported, draft = Run.objects.order_by("pk")
    for run in (imported, draft):
        setup = client.get(f"/desk/imports/{run.pk}/setup/").context
        fields = [*setup["form"], *setup["layout_form"]]
        client.post(
            f"/desk/imports/{run.pk}/setup/",
            {field.html_name: str(field.value() or "") for field in fields},
        )
    client.post(f"/desk/imports/{imported.pk}/start/")
    return imported.pk, draft.pk


def _have_a_bad_day() -> None:
    now = clock.now()
    entry = Entry.objects.latest("pk")
    DeadLetter.objects.create(
        listener="helpdesk.acknowledge",
        entry=entry,
        error="LookupError: there is no such order",
        traceback="Traceback (most recent call last):\n  ...\nLookupError: there is no such order",
        first_failed_at=now,
        last_failed_at=now,
    )
    Job.objects.create(
        name="insights.export",
        state=Job.State.DEAD,
        run_at=now,
        attempts=5,
        error="OSError: the disk is full",
        created_at=now,
        finished_at=now,
    )
    mail = make_mail(key="mail:given-up")
    Effect.objects.filter(pk=mail.pk).update(
        state=Effect.State.DEAD, attempts=9, last_error="550 5.1.1 no such mailbox", first_tried_at=now
    )


def give_second_factors(email: str) -> None:
    """Give a colleague, who is signed in already, an app, a passkey and recovery codes."""
    user = User.objects.get(email=email)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=PASSKEY)
