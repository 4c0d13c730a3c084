"""What links, codes and limits must remember: used links, open codes, how often a door was knocked at.

Addresses (IPs, e-mails) are kept as keyed digests only, so none of these tables holds personal data.
"""

from __future__ import annotations

from django.db import models


class UsedLink(models.Model):
    """A single-use link that was followed to its end. Kept until it would have expired anyway."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"used link {self.digest[:8]}"


class Code(models.Model):
    """The one open 6-digit code of a recipient for a purpose, hashed, with the tries it has had."""

    recipient_digest = models.CharField(max_length=64, primary_key=True)
    code_digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"code for {self.recipient_digest[:8]}"


class Limit(models.Model):
    """A rate limit's state: the theoretical arrival time of the generic cell rate algorithm.

    ``arrival`` is in microseconds since 1970; a limit whose arrival has passed is as good as gone.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    arrival = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"limit {self.digest[:8]}"


class Cached(models.Model):
    """Django's cache, shared by every process and machine: its columns are those of ``DatabaseCache``.

    Sign-in counts its tries here. Keys are digests, see :mod:`aftercart.kernel.links.caching`.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "links_cached"

    def __str__(self) -> str:
        return f"cached {self.cache_key[:8]}"
