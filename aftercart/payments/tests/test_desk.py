"""The desk's pages of payments: who may see them, keys that stay hidden, transfers that find their charge."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from aftercart.payments.models import Account
from aftercart.payments.secrets import SecretsLost, seal, unseal
from aftercart.payments.testing import make_account, make_charge
from aftercart.stores.testing import make_channel, make_member, make_outsider, make_owner

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGES = [("desk-payments", []), ("desk-transfers", []), ("desk-payment-account", ["main", "stripe"])]


@pytest.fixture
def ada(client: Client) -> Client:
    make_channel()
    client.force_login(make_owner().user, backend=BACKEND)
    return client


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_mallory_finds_nothing(client: Client, name: str, arguments: list[str]) -> None:
    make_channel()
    client.force_login(make_outsider(), backend=BACKEND)
    assert client.get(reverse(name, args=arguments)).status_code == 404
    client.force_login(make_member("Viv", "viewer").user, backend=BACKEND)
    assert client.get(reverse(name, args=arguments)).status_code == 404


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_ada_sees_them(ada: Client, name: str, arguments: list[str]) -> None:
    assert ada.get(reverse(name, args=arguments)).status_code == 200


def test_keys_are_kept_encrypted_and_never_shown(ada: Client) -> None:
    path = reverse("desk-payment-account", args=["main", "stripe"])
    sent = {"is_enabled": "on", "is_test": "on", "methods": ["card"]}
    ada.post(path, sent | {"secret_key": "sk_test_123", "webhook_secret": "whsec_123"})
    account = Account.objects.get()
    assert "sk_test_123" not in account.secrets
    assert unseal(account.secrets) == {"secret_key": "sk_test_123", "webhook_secret": "whsec_123"}
    assert "sk_test_123" not in ada.get(path).content.decode()
    ada.post(path, sent | {"secret_key": "sk_test_456", "webhook_secret": ""})
    account.refresh_from_db()
    assert unseal(account.secrets) == {"secret_key": "sk_test_456", "webhook_secret": "whsec_123"}


def test_keys_outlive_a_rotated_secret_and_no_more(settings: object) -> None:
    sealed = seal({"secret_key": "sk"})
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 40, [settings.SECRET_KEY]  # type: ignore[attr-defined]
    assert unseal(sealed) == {"secret_key": "sk"}
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    with pytest.raises(SecretsLost):
        unseal(sealed)


def test_a_key_from_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from aftercart.payments.accounts import setup_of

    account = make_account("stripe", secrets={"secret_key": "typed", "webhook_secret": "w"})
    monkeypatch.setenv("AFTERCART_STRIPE_SECRET_KEY", "everybodys")
    assert setup_of(account).secrets["secret_key"] == "everybodys"
    monkeypatch.setenv("AFTERCART_STRIPE_SECRET_KEY_MAIN", "mains")
    assert setup_of(account).secrets["secret_key"] == "mains"


@pytest.mark.parametrize(
    ("text", "amount", "state", "captured"),
    [
        ("order mh 7", "50.00", "captured", 5000),
        ("MH-7", "20", "captured", 2000),
        ("rent", "50", "pending", 0),
    ],
)
def test_a_line_of_the_statement_finds_its_charge(
    ada: Client, text: str, amount: str, state: str, captured: int
) -> None:
    charge = make_charge(provider="bank_transfer", description="MH-7", about="order:1")
    ada.post(reverse("desk-transfers"), {"text": text, "amount": amount, "currency": "eur", "key": "k1"})
    ada.post(reverse("desk-transfers"), {"text": text, "amount": amount, "currency": "eur", "key": "k1"})
    charge.refresh_from_db()
    assert (charge.state, charge.captured_minor) == (state, captured)
