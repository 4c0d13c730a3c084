"""Answers kept for requests that carry an ``Idempotency-Key``."""

from __future__ import annotations

from django.db import models


class StoredAnswer(models.Model):
    """What was answered to a request with a key: the same request again gets the same answer."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="api_storedanswer_once")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
