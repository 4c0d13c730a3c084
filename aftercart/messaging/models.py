"""Addresses that messages no longer go to, facts that wait to be told, and what a merchant edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Suppression(models.Model):
    """An address (or number) no message goes to: it does not exist, its owner complained, a colleague said so."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce", "The mailbox does not exist"
        COMPLAINT = "complaint", "Reported as spam"
        MANUAL = "manual", "Set by a colleague"
        STOPPED = "stopped", "Answered STOP"

    address_key = models.CharField(max_length=254, unique=True, help_text="Trimmed and case-folded.")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    detail = models.TextField(blank=True)
    actor = models.CharField(max_length=80, default="system")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["bounce", "complaint", "manual", "stopped"]),
                name="messaging_suppression_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address_key} ({self.reason})"


class Notice(models.Model):
    """A fact a shopper is to hear of. It waits a little, so that facts of the same minutes are told together.

    ``key`` makes a fact one notice, ever. What became of it is kept: told by a message, or dropped and why.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SAID = "said", "Told"
        DROPPED = "dropped", "Not told"

    topic = models.CharField(max_length=40)
    about = models.CharField(max_length=80, help_text='The thing it is about, "order:7".')
    kind = models.CharField(max_length=40, help_text="The kind of message that tells it.")
    key = models.CharField(max_length=200, unique=True)
    facts = models.JSONField(default=dict, help_text="Ids and figures; no personal data.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "said", "dropped"]), name="messaging_notice_state"
            ),
        ]
        indexes = [
            models.Index(fields=["about", "-id"], name="messaging_notice_about"),
            models.Index(
                fields=["topic", "about"], condition=Q(state="waiting"), name="messaging_notice_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.about} ({self.state})"


class Switch(models.Model):
    """Whether a kind is sent through a medium. ``channel_id`` 0 is every channel without a word of its own."""

    channel_id = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=40)
    medium = models.CharField(max_length=5)
    is_on = models.BooleanField()
    actor = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "switches"
        constraints = [
            models.UniqueConstraint(fields=["kind", "medium", "channel_id"], name="messaging_switch_once"),
            models.CheckConstraint(condition=Q(medium__in=["email", "sms"]), name="messaging_switch_medium"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.medium}: {'on' if self.is_on else 'off'}"


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> EditionQuerySet:
        """Those in force."""
        return self.filter(is_current=True)


class Edition(models.Model):
    """One version of what a merchant wrote in place of the shipped text; never changed, only followed.

    ``language`` is empty for the structure, which all languages share. ``channel_id`` 0 is every channel.
    ``content`` holds only what differs from the shipped text, so that the rest improves with releases;
    empty content is the shipped text again. ``shipped`` is what stood there when it was edited.
    """

    kind = models.CharField(max_length=40)
    channel_id = models.BigIntegerField(default=0)
    language = models.CharField(max_length=5, blank=True, default="")
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    shipped = models.JSONField(default=dict)
    is_current = models.BooleanField(default=True)
    note = models.CharField(max_length=80, blank=True)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "channel_id", "language", "number"], name="messaging_edition_number"
            ),
            models.UniqueConstraint(
                fields=["kind", "channel_id", "language"],
                condition=Q(is_current=True),
                name="messaging_edition_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language or 'structure'} {self.number}"


class TextSender(models.Model):
    """The number or name a channel's text messages come from; ``channel_id`` 0 is the merchant's own."""

    channel_id = models.BigIntegerField(unique=True)
    sender = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sender


class TextNumber(models.Model):
    """That texts to a number were meant for a customer: whose consent an answer from there is about."""

    number = models.CharField(max_length=20)
    customer_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "customer_id"], name="messaging_textnumber_once"),
        ]
        indexes = [models.Index(fields=["customer_id"], name="messaging_textnumber_customer")]

    def __str__(self) -> str:
        return f"customer {self.customer_id}"


class TextReport(models.Model):
    """What the networks said became of a text that the provider took. ``sid`` is the provider's name for it."""

    class Status(models.TextChoices):
        FAILED = "failed", "Failed"
        UNDELIVERED = "undelivered", "Not delivered"
        DELIVERED = "delivered", "Delivered"

    sid = models.CharField(max_length=64, unique=True)
    effect_id = models.BigIntegerField()
    status = models.CharField(max_length=11, choices=Status.choices)
    code = models.PositiveIntegerField(default=0, help_text="The provider's code of the error; 0 is none.")
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["failed", "undelivered", "delivered"]), name="messaging_report_status"
            ),
        ]
        indexes = [models.Index(fields=["effect_id"], name="messaging_report_effect")]

    def __str__(self) -> str:
        return f"{self.sid}: {self.status}"


class HeardText(models.Model):
    """A text message a shopper sent us, once per ``sid``. What it says stays here, never in the journal."""

    class Meaning(models.TextChoices):
        STOP = "stop", "No more texts"
        START = "start", "Texts again"
        OTHER = "other", "Something else"

    sid = models.CharField(max_length=64, unique=True)
    number = models.CharField(max_length=40)
    body = models.TextField()
    meaning = models.CharField(max_length=5, choices=Meaning.choices)
    channel_id = models.BigIntegerField(null=True, blank=True)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(meaning__in=["stop", "start", "other"]), name="messaging_heard_meaning"
            ),
        ]
        indexes = [models.Index(fields=["number", "-id"], name="messaging_heard_number")]

    def __str__(self) -> str:
        return f"{self.sid}: {self.meaning}"


class SandboxText(models.Model):
    """A text message the sandbox took instead of a provider; ``key`` is the outbox's, so it is one ever."""

    key = models.CharField(max_length=200, unique=True)
    sender = models.CharField(max_length=40, blank=True)
    number = models.CharField(max_length=20)
    body = models.TextField()
    segments = models.PositiveIntegerField()
    channel_id = models.BigIntegerField(null=True, blank=True)
    customer_id = models.BigIntegerField(null=True, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["number"], name="messaging_sandbox_number"),
        ]

    def __str__(self) -> str:
        return f"to {self.number}: {self.body[:40]}"
