"""The merchant: channels, staff with roles, invitations, API tokens, saved views."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail, without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in to the desk."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    AGENT = "agent", "Agent"
    WAREHOUSE = "warehouse", "Warehouse"
    MARKETER = "marketer", "Marketer"
    VIEWER = "viewer", "Viewer"


class StaffMember(models.Model):
    """A user's place in the team. No channels means every channel."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="member")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    channels: models.ManyToManyField[Channel, Any] = models.ManyToManyField("Channel", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="stores_member_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Merchant(models.Model):
    """The one business that runs this deployment (a single row, id 1)."""

    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=160, blank=True)
    postal_address = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    timezone = models.CharField(max_length=60, default="UTC")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="stores_merchant_single")]

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """One brand, market, language, marketplace or connected store of the merchant."""

    class Kind(models.TextChoices):
        OWN = "own", "Own store"
        CONNECTED = "connected", "Connected store"
        MARKETPLACE = "marketplace", "Marketplace"
        FILES = "files", "Files and API"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.FILES)
    currency = models.CharField(max_length=3, default="EUR")
    country = models.CharField(max_length=2, blank=True)
    languages = models.JSONField(default=list)
    default_language = models.CharField(max_length=10, default="en")
    timezone = models.CharField(max_length=60, default="UTC")
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = models.EmailField(blank=True)
    support_email = models.EmailField(blank=True)
    support_phone = models.CharField(max_length=40, blank=True)
    support_hours = models.CharField(max_length=200, blank=True)
    website = models.URLField(blank=True)
    return_policy = models.JSONField(default=dict, help_text="A sentence per language.")
    payment_instructions = models.JSONField(
        default=dict, blank=True, help_text="How to pay by bank transfer, per language."
    )
    theme = models.JSONField(default=dict, help_text="Design tokens, such as accent and logo.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A scoped key to the API. Only its SHA-256 is kept."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="tokens"
    )
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> InvitationQuerySet:
        """Those by which somebody may still join."""
        return self.filter(taken_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """Somebody may join the team, as what and for which channels (none means all), until it ends."""

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    channels: models.ManyToManyField[Channel, Any] = models.ManyToManyField(Channel, blank=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="stores_invitation_role"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(revoked_at__isnull=True),
                name="stores_invitation_one_end",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(taken_at__isnull=True, revoked_at__isnull=True),
                name="stores_invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class SavedView(models.Model):
    """A list page's filters under a name; shared with the team when it has no owner."""

    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.JSONField(default=dict)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="views")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "name", "owner"],
                condition=Q(owner__isnull=False),
                name="stores_savedview_own",
            ),
            models.UniqueConstraint(
                fields=["page", "name"], condition=Q(owner__isnull=True), name="stores_savedview_shared"
            ),
        ]

    def __str__(self) -> str:
        return self.name
