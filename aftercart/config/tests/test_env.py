"""Configuration is typed, and refused with a sentence when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

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
