"""Fixtures for the tests of whole journeys."""

from aftercart.kernel.outbox.testing import mail_into_memory
from aftercart.kernel.ui.testing import chromium, open_page

__all__ = ["chromium", "mail_into_memory", "open_page"]
