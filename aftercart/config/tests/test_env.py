"""Configuration is typed, and refused with a sentence when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from aftercart.config import carriers
from aftercart.config.env import DEMO_SECRET, ConfigurationError, read

SECRET = "s" * 40


def test_nothing_set_is_a_shop_on_this_machine(tmp_path: Path) -> None:
    environment = read({"AFTERCART_DATA_DIR": str(tmp_path)})
    assert environment.secret_key == DEMO_SECRET
    assert environment.database["NAME"] == f"{tmp_path}/aftercart.sqlite3"
    assert (environment.mail.transport, environment.mail.folder) == ("file", f"{tmp_path}/mail")
    assert environment.debug is False


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"AFTERCART_BASE_URL": "https://shop.example"}, "AFTERCART_SECRET_KEY must be"),
        (
            {"AFTERCART_BASE_URL": "https://shop.example", "AFTERCART_SECRET_KEY": DEMO_SECRET},
            "AFTERCART_SECRET_KEY",
        ),
        ({"AFTERCART_BASE_URL": "shop.example"}, "write the address"),
        ({"AFTERCART_DEBUG": "maybe"}, "write 1 or 0"),
        ({"DATABASE_URL": "mysql://x/y"}, "write sqlite"),
        ({"EMAIL_URL": "pigeon://coop"}, "write smtp"),
        ({"EMAIL_URL": "localhost:25"}, "write smtp"),
    ],
)
def test_nonsense_is_refused_with_what_to_write(told: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        read(told)


def test_secrets_do_not_show_in_an_error_report() -> None:
    environment = read(
        {
            "AFTERCART_SECRET_KEY": SECRET,
            "DATABASE_URL": "postgresql://u:dbpass@h:5433/name?sslmode=require",
            "EMAIL_URL": "smtp+starttls://me:mailpass@mail.example:2525",
        }
    )
    assert not any(secret in repr(environment) for secret in (SECRET, "dbpass", "mailpass"))
    assert environment.database["OPTIONS"] == {"sslmode": "require"}
    assert (environment.mail.port, environment.mail.tls) == (2525, "starttls")


@pytest.mark.parametrize(
    ("name", "told", "says"),
    [
        ("AFTERCART_TRACKING_SECRET", "short", "16 characters"),
        ("AFTERCART_UPS", "only-an-id", "id:secret"),
        ("AFTERCART_UPS_URL", "ftp://ups.example", "https://"),
        ("AFTERCART_DHL_BUDGET", "0", "questions an hour"),
    ],
)
def test_a_wrong_key_of_a_carrier_is_refused_in_words(name: str, told: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        carriers.read({name: told})


def test_carriers_keys() -> None:
    told = {
        "AFTERCART_TRACKING_SECRET": "a-long-enough-secret, another-long-secret",
        "AFTERCART_UPS": "id:se:cret",
        "AFTERCART_DHL_BUDGET": "10",
    }
    keys = carriers.read(told)
    assert (len(keys.webhook), keys.ups, keys.dhl, keys.dhl_budget) == (2, ("id", "se:cret"), "", 10)
    assert "se:cret" not in repr(keys)
