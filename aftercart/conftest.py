"""Fixtures for the tests that live beside the code."""

from aftercart.kernel.ui.testing import chromium, open_page

__all__ = ["chromium", "open_page"]
