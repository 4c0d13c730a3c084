"""Conversations with customers: tickets and the messages in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from aftercart.customers.models import Customer
from aftercart.orders.models import Order
from aftercart.stores.models import Channel, StaffMember


class TicketQuerySet(models.QuerySet["Ticket"]):
    def waiting(self) -> TicketQuerySet:
        """Those whose customer waits for us, the longest first (served by a partial index)."""
        return self.filter(waiting_since__isnull=False).order_by("waiting_since", "id")


class Ticket(models.Model):
    """One conversation. Open until answered for good; a new message opens it again."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PENDING = "pending", "Waiting for the customer"
        CLOSED = "closed", "Closed"

    class Via(models.TextChoices):
        PORTAL = "portal", "Order page"
        EMAIL = "email", "E-mail"
        CHAT = "chat", "Chat"
        API = "api", "API"

    class Trust(models.TextChoices):
        """How sure we are that the writer is who they say."""

        LINK = "link", "Signed link"
        CODE = "code", "Code by mail"
        LOOKUP = "lookup", "Looked up with number and e-mail or postcode"
        UNVERIFIED = "unverified", "Unverified"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="tickets")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets")
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    via = models.CharField(max_length=20, choices=Via.choices)
    trust = models.CharField(max_length=20, choices=Trust.choices, default=Trust.UNVERIFIED)
    topic = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, default="en")
    assignee = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followed_by",
        help_text="The closed conversation that this one continues.",
    )
    opened_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, blank=True, help_text="Set while the customer waits.")
    first_answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "pending", "closed"]), name="helpdesk_ticket_state"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, waiting_since__isnull=True)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="helpdesk_ticket_closed_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["waiting_since", "id"],
                condition=Q(waiting_since__isnull=False),
                name="helpdesk_ticket_waiting",
            ),
            models.Index(fields=["state", "-last_message_at", "-id"], name="helpdesk_ticket_by_state"),
            models.Index(fields=["-last_message_at", "-id"], name="helpdesk_ticket_newest"),
            models.Index(fields=["customer", "-last_message_at"], name="helpdesk_ticket_of_customer"),
            models.Index(fields=["order", "-last_message_at"], name="helpdesk_ticket_of_order"),
            models.Index(
                fields=["assignee", "-last_message_at", "-id"],
                condition=Q(assignee__isnull=False) & ~Q(state="closed"),
                name="helpdesk_ticket_of_assignee",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MessageQuerySet(models.QuerySet["Message"]):
    def of_order_page(self, order_id: int) -> MessageQuerySet:
        """What a shopper may read on an order's page, each with its ticket, oldest first."""
        asked = self.filter(ticket__order_id=order_id, ticket__via=Ticket.Via.PORTAL)
        return asked.exclude(kind=Message.Kind.NOTE).select_related("ticket").order_by("sent_at", "id")


class Message(models.Model):
    """One thing said in a ticket: by the customer, by staff to the customer, or a note among staff."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", "From the customer"
        STAFF = "staff", "To the customer"
        NOTE = "note", "Internal note"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField()
    author_name = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=120, unique=True, help_text="A form posted twice has the same key.")
    visit = models.CharField(
        max_length=64, blank=True, help_text="Digest of the look-up it was written after; empty when proven."
    )
    sent_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["customer", "staff", "note"]), name="helpdesk_message_kind"
            ),
        ]
        indexes = [models.Index(fields=["ticket", "sent_at", "id"], name="helpdesk_message_thread")]

    def __str__(self) -> str:
        return self.text[:60]
