"""Fixtures for the tests that live beside the code."""

from hypothesis import HealthCheck, settings

from aftercart.kernel.outbox.testing import mail_into_memory
from aftercart.kernel.ui.testing import chromium, in_english, open_page
from aftercart.kernel.uploads.testing import uploads_here

__all__ = ["chromium", "in_english", "mail_into_memory", "open_page", "uploads_here"]

# A busy machine is not a fault of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
