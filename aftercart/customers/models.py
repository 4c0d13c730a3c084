"""People who bought or wrote: one row each, however many names they came under."""

from __future__ import annotations

from django.db import connection, models
from django.db.models import Q

from aftercart.customers.words import words_asked

LAST_LETTER = "\U0010ffff"
LANGUAGES = ("en", "pl", "ja", "ru", "th")


def email_key(email: str) -> str:
    """The form under which an e-mail address is one person's: trimmed and case-folded."""
    return email.strip().casefold()


class CustomerQuerySet(models.QuerySet["Customer"]):
    def known(self) -> CustomerQuerySet:
        """Those who have not been erased."""
        return self.filter(erased_at__isnull=True)

    def matching(self, text: str) -> CustomerQuerySet:
        """Those who have a word beginning with each word of the text: of their name, e-mail, phone or city.

        Answered by the index of :class:`Word` alone, however many customers there are. A text without a
        word finds nobody.
        """
        words = words_asked(text)
        found = self if words else self.none()
        for word in words:
            found = found.filter(pk__in=Word.objects.beginning_with(word).values("customer_id"))
        return found


class Customer(models.Model):
    """A person, guest or registered.

    ``orders_count``, ``first_order_at`` and ``last_order_at`` are caches kept by the actions of ``orders``;
    cancelled orders do not count. ``last_seen_at`` is when an event of theirs last reached us.
    """

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    tags = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    orders_count = models.PositiveIntegerField(default=0)
    first_order_at = models.DateTimeField(null=True, blank=True)
    last_order_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    search_text = models.TextField(blank=True, help_text="Folded name, e-mail, phone, city.")
    import_id = models.BigIntegerField(null=True, blank=True)
    import_digest = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"],
                condition=Q(email_key__isnull=False),
                name="customers_customer_email_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-last_order_at", "-id"], name="customers_customer_recent"),
            models.Index(fields=["-created_at", "-id"], name="customers_customer_newest"),
            models.Index(
                fields=["import_id"], condition=Q(import_id__isnull=False), name="customers_customer_import"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or f"Customer {self.pk}"


class WordQuerySet(models.QuerySet["Word"]):
    def beginning_with(self, prefix: str) -> WordQuerySet:
        """The words that begin so: a range of the index on either database."""
        if connection.vendor == "postgresql":
            return self.filter(word__startswith=prefix)
        return self.filter(word__gte=prefix, word__lt=prefix + LAST_LETTER)


class Word(models.Model):
    """A word under which a customer is found; ``customers.words`` makes them, the actions keep them."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=40)

    objects = WordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "word"], name="customers_word_once"),
        ]
        indexes = [
            models.Index(
                fields=["word", "customer"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="customers_word_prefix",
            )
        ]

    def __str__(self) -> str:
        return self.word


class Identity(models.Model):
    """A name a customer has somewhere, such as ``shopify`` or ``anonymous``, and the id there."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    source = models.CharField(max_length=60)
    value = models.CharField(max_length=160)
    is_proven = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["source", "value"], name="customers_identity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"


class Purpose(models.TextChoices):
    MARKETING = "marketing", "Marketing by e-mail"
    FEEDBACK = "feedback", "Feedback requests"
    SMS = "sms", "Text messages"
    PUSH = "push", "Push notifications"
    PROFILING = "profiling", "Profiling"


class Consent(models.Model):
    """One statement of consent or its withdrawal, with proof. The newest per purpose is in force."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    is_granted = models.BooleanField()
    text_version = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=80)
    stated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "purpose", "-stated_at"], name="customers_consent_newest")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="customers_consent_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.is_granted else 'no'}"


class Segment(models.Model):
    """People described by a rule, under a name. ``version`` counts the rule's changes."""

    name = models.CharField(max_length=120, unique=True)
    rule = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=1), name="customers_segment_version"),
        ]

    def __str__(self) -> str:
        return self.name
