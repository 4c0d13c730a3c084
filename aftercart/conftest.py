"""Fixtures for the tests that live beside the code."""
