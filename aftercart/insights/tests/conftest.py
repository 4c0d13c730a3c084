"""A data directory of each test's own, and Spark where the tests ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Settings) -> Path:
    """Where this test's export goes."""
    settings.DATA_DIR = tmp_path
    return tmp_path
