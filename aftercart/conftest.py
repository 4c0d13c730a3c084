"""Fixtures for the tests that live beside the code."""

from hypothesis import HealthCheck, settings

from aftercart.kernel.outbox.testing import mail_into_memory
from aftercart.kernel.ui.testing import chromium, in_english, open_page

__all__ = ["chromium", "in_english", "mail_into_memory", "open_page"]

# A busy machine is not a fault of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
