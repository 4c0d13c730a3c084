"""``aftercart serve``: what it refuses."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from aftercart.config.env import DEMO_SECRET


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_the_demos_secret_is_not_served_to_others(host: str) -> None:
    with override_settings(SECRET_KEY=DEMO_SECRET), pytest.raises(CommandError, match="AFTERCART_SECRET_KEY"):
        call_command("serve", host=host)
