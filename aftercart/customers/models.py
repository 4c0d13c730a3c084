"""People who bought or wrote: one row each, however many names they came under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from aftercart.customers.words import COUNTED, FEW, WALKED, is_frequent, split_by_frequency, words_asked

LAST_LETTER = "\U0010ffff"
Place = tuple[datetime | None, int]
"""Where a page of customers ended: when the last one ordered last, and their number."""
LANGUAGES = ("en", "pl", "ja", "ru", "th")


def email_key(email: str) -> str:
    """The form under which an e-mail address is one person's: trimmed and case-folded."""
    return email.strip().casefold()


def _beyond(place: Place) -> Q:
    """Who comes after a last order and a number, in the order of :meth:`CustomerQuerySet.by_last_order`."""
    at, pk = place
    if at is None:
        return Q(last_order_at__isnull=True, pk__lt=pk)
    return Q(last_order_at__lt=at) | Q(last_order_at=at, pk__lt=pk) | Q(last_order_at__isnull=True)


class CustomerQuerySet(models.QuerySet["Customer"]):
    def known(self) -> CustomerQuerySet:
        """Those who have not been erased."""
        return self.filter(erased_at__isnull=True)

    def matching(self, text: str) -> CustomerQuerySet:
        """Those who have a word beginning with each word of the text: of their name, e-mail, phone or city.

        A text without a word finds nobody. Asks at once how frequent the words are, and reads accordingly:
        see :func:`split_by_frequency`.
        """
        return self._having(Word.objects.frequencies(words_asked(text)))

    def page_matching(self, text: str, size: int, *, after: Place | None = None) -> list[Customer]:
        """A page of :meth:`matching` in the order of :meth:`by_last_order`.

        When very many match, a page is soon found among those who ordered last, without finding them all first.
        """
        frequencies = Word.objects.frequencies(words_asked(text))
        if is_frequent(frequencies, among=self.model.objects.newest_number()):
            walked = self.walked(after).asked(list(frequencies)).who_ordered(size, after=after)
            if len(walked) == size:
                return walked
        found = self._having(frequencies)
        found = found.filter(_beyond(after)) if after else found
        return list(found.order_by(F("last_order_at").desc(nulls_last=True), "-pk")[:size])

    def by_last_order(self, size: int, *, after: Place | None = None) -> list[Customer]:
        """At most ``size``, who ordered last first, then those who never did, the newest first.

        ``after`` is the last order and the number of the customer before. Two queries, since PostgreSQL
        has no index on hand for a sort that is descending and puts nulls last.
        """
        found = self.who_ordered(size, after=after)
        rows = self.filter(_beyond(after)) if after else self
        without = rows.filter(last_order_at__isnull=True).order_by("-pk")
        return found if len(found) == size else [*found, *without[: size - len(found)]]

    def who_ordered(self, size: int, *, after: Place | None = None) -> list[Customer]:
        """The part of :meth:`by_last_order` that ever ordered, by the index."""
        rows = self.filter(last_order_at__isnull=False).order_by("-last_order_at", "-pk")
        if after is None:
            return list(rows[:size])
        at, _ = after
        return list(rows.filter(_beyond(after), last_order_at__lte=at)[:size]) if at else []

    def newest_number(self) -> int:
        """The highest number given out: about how many customers there are."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def _having(self, frequencies: Mapping[str, int]) -> CustomerQuerySet:
        if not frequencies:
            return self.none()
        looked_up, asked = split_by_frequency(frequencies)
        first, *others = (Word.objects.beginning_with(word).values("customer_id") for word in looked_up)
        if not others:
            return self.filter(pk__in=first.distinct()).asked(asked)
        having = first.intersection(*others)
        few = list(having.values_list("customer_id", flat=True)[: FEW + 1])
        found = self.filter(pk__in=few) if len(few) <= FEW else self.filter(pk__in=having)
        return found.asked(asked)

    def asked(self, words: Sequence[str]) -> CustomerQuerySet:
        """Each customer at hand asked for each word. Not by EXISTS: PostgreSQL believes that long
        beginnings are rare, and would read all that begin so."""
        found = self
        for number, word in enumerate(words):
            own = Word.objects.of_one(OuterRef("pk"), beginning_with=word).values("pk")[:1]
            name = f"asked_{number}"
            found = found.alias(**{name: Subquery(own)}).filter(**{f"{name}__isnull": False})
        return found

    def walked(self, after: Place | None = None) -> CustomerQuerySet:
        """The next :data:`WALKED` of all who ordered."""
        ordered = Customer.objects.filter(last_order_at__isnull=False)
        if after:
            ordered = ordered.filter(last_order_at__lte=after[0]) if after[0] else ordered.none()
        moments = ordered.order_by("-last_order_at", "-pk").values_list("last_order_at", flat=True)
        last = moments[WALKED : WALKED + 1].first()
        return self.filter(last_order_at__gte=last) if last else self


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

    def of_one(self, customer: OuterRef, *, beginning_with: str) -> WordQuerySet:
        """A customer's words that begin so, by the index of the customer: on PostgreSQL the other index is
        put out of reach, since statistics make it look best for beginnings that are not rare at all."""
        own = self.filter(customer=customer)
        if connection.vendor == "postgresql":
            return own.alias(said=Concat("word", Value(""))).filter(said__startswith=beginning_with)
        return own.beginning_with(beginning_with)

    def frequencies(self, prefixes: Sequence[str]) -> dict[str, int]:
        """How many words begin with each prefix, counted up to ``COUNTED``."""
        return {prefix: self.beginning_with(prefix)[:COUNTED].count() for prefix in prefixes}


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
