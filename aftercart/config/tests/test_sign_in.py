"""Staff sign in with a password, a code or a passkey, in a real browser under the strict policy."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from aftercart.kernel.ui.testing import OpenPage, assert_accessible, assert_accessible_everywhere, screenshot
from aftercart.stores.testing import PASSWORD, make_owner

TWO_STEPS = "/accounts/2fa/"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page) -> None:
    """Fill the form of the sign-in page as Ada."""
    page.get_by_label("Email").fill("ada@mira.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page) -> None:
    """Say the password once more, as every change to a second factor asks for."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confirm Access")
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def authenticator(page: Page) -> None:
    """A fingerprint reader that always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(("name", "path"), [("login", "login/"), ("reset", "password/reset/")])
def test_the_pages_before_signing_in_read_well(open_page: OpenPage, name: str, path: str) -> None:
    assert_accessible_everywhere(open_page(f"/accounts/{path}"), name)


def test_a_wrong_password_is_told_and_focused(open_page: OpenPage) -> None:
    make_owner()
    page = open_page("/accounts/login/")
    page.get_by_label("Email").fill("ada@mira.example")
    page.get_by_label("Password", exact=True).fill("wrong horse")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    assert_accessible(page)


def test_a_passkey_is_added_and_signs_in(open_page: OpenPage) -> None:
    make_owner()
    page = open_page(f"/accounts/login/?next={TWO_STEPS}")
    authenticator(page)
    sign_in(page)
    page.wait_for_url(f"**{TWO_STEPS}")
    assert_accessible_everywhere(page, "two-steps")

    page.get_by_role("link", name="Add a key").click()
    confirm(page)
    page.get_by_label("Name").fill("Ada's laptop")
    page.get_by_label("Passwordless").check()
    assert_accessible(page)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/recovery-codes/**")
    assert_accessible(page)
    page.goto(page.url.split("/accounts/")[0] + "/accounts/2fa/webauthn/")
    expect(page.get_by_text("Ada's laptop")).to_be_visible()
    assert_accessible_everywhere(page, "keys")

    page.context.clear_cookies()
    page.goto(page.url.split("/accounts/")[0] + f"/accounts/login/?next={TWO_STEPS}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**{TWO_STEPS}")


def test_an_authenticator_app_is_asked_at_the_next_sign_in(open_page: OpenPage) -> None:
    make_owner()
    page = open_page("/accounts/login/?next=/accounts/2fa/totp/activate/", width=390)
    sign_in(page)
    confirm(page)
    secret = page.get_by_label("Authenticator secret").input_value()
    assert_accessible(page)
    screenshot(page, "authenticator-390")
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/recovery-codes/**")
    assert_accessible(page)
    screenshot(page, "recovery-codes-390")

    page.context.clear_cookies()
    page.goto(page.url.split("/accounts/")[0] + f"/accounts/login/?next={TWO_STEPS}")
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two-Factor")
    assert_accessible(page)
    screenshot(page, "second-factor-390")


def code(secret: str) -> str:
    """What the app shows now (RFC 6238, 30 seconds)."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
