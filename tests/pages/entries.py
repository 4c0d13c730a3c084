"""Every page of the product, by the name of its address, and why the other addresses are no pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.pages.bench import bench_page
from tests.pages.payments import pay_page, sandbox_page
from tests.pages.shop import (
    Shop,
    asked_page,
    change_page,
    newest_message,
    newest_open_order,
    other_order_page,
)

Arguments = Callable[[Shop], list[Any]]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page: its address, who looks (ada the owner, ben with second factors, anyone), what is special."""

    name: str
    who: str = "ada"
    path: Callable[[Shop], str]
    note: str = ""
    status: int = 200
    is_dark_too: bool = False

    def __str__(self) -> str:
        return f"{self.name}({self.note})" if self.note else self.name


def page(name: str, arguments: Arguments | None = None, *, query: str = "", **values: Any) -> Entry:
    """An entry whose path follows from its name."""

    def path(shop: Shop) -> str:
        return reverse(name, args=arguments(shop) if arguments else []) + query

    return Entry(name=name, path=path, note=query, **values)


def passkey(shop: Shop) -> list[Any]:
    """Ben's passkey."""
    return [Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk]


LISTS = [
    page("desk-home", is_dark_too=True),
    page("desk-search"),
    page("desk-search", query="?q=zzzz"),
    page("desk-orders", is_dark_too=True),
    page("desk-orders", query="?q=zzzz"),
    page("desk-delays", is_dark_too=True),
    page("desk-delays", query="?view=known&country=XX"),
    page("desk-customers"),
    page("desk-customers", query="?q=zzzz"),
    page("desk-changes", is_dark_too=True),
    page("desk-order-changes"),
    page("desk-refunds", is_dark_too=True),
    page("desk-refund-limits"),
    page("desk-questions", is_dark_too=True),
    page("desk-questions", query="?view=all"),
    page("desk-parcels", is_dark_too=True),
    page("desk-bench", is_dark_too=True),
    page("desk-bench", query="?country=XX"),
    page("desk-parcels", query="?show=map"),
    page("desk-parcels-file"),
    page("desk-carriers", is_dark_too=True),
    page("desk-invoices"),
    page("desk-claims", is_dark_too=True),
    page("desk-claims", query="?q=zzzz"),
    page("desk-claim-policy"),
    page("desk-claim-policy-new"),
    page("desk-segments"),
    page("desk-segment-new"),
    page("desk-figures", is_dark_too=True),
    page("desk-imports"),
    page("desk-imports-new"),
    page("desk-guides"),
    page("desk-guides", query="?q=zzzz"),
    page("desk-guide-new"),
    page("desk-journal"),
    page("desk-journal-listeners"),
    page("desk-journal-letters"),
    page("desk-system"),
    page("desk-outbox"),
    page("desk-team"),
    page("desk-settings"),
    page("desk-messages", is_dark_too=True),
    page("desk-messages-texts"),
    page("desk-tokens"),
    page("desk-payments"),
    page("desk-transfers"),
    page("desk-shipping", is_dark_too=True),
    page("desk-shipping", query="?country=JP"),
    page("desk-promises", is_dark_too=True),
]
DETAILS = [
    page("desk-search", query="?q=a"),
    page("desk-order", lambda shop: [shop.order_id], is_dark_too=True),
    page("desk-order-change", lambda shop: [newest_open_order(), "address"]),
    page("desk-order-change", lambda shop: [newest_open_order(), "add"], query="?q=a"),
    page("desk-customer", lambda shop: [shop.customer_id], is_dark_too=True),
    page("desk-customer-privacy", lambda shop: [shop.customer_id]),
    page("desk-question", lambda shop: [shop.ticket_id], is_dark_too=True),
    page("desk-invoices-channel", lambda shop: ["main"]),
    page("desk-claim", lambda shop: [shop.claim_id], is_dark_too=True),
    page("desk-claim-policy-rule", lambda shop: [0]),
    page("desk-segment", lambda shop: [shop.segment_id], is_dark_too=True),
    page("desk-segment-member", lambda shop: [shop.segment_id, shop.customer_id]),
    page("desk-figure", lambda shop: ["repeat_rate"]),
    page("desk-figure", lambda shop: ["revenue"], is_dark_too=True),
    page("desk-import", lambda shop: [shop.import_id], is_dark_too=True),
    page("desk-import-setup", lambda shop: [shop.draft_id]),
    page("desk-effect", lambda shop: [shop.effect_id]),
    page("desk-message-sent", lambda shop: [newest_message()], is_dark_too=True),
    page("desk-message", lambda shop: ["parcel_sent"], is_dark_too=True),
    page("desk-channel", lambda shop: ["main"]),
    page("desk-payment-account", lambda shop: ["main", "stripe"]),
    page("desk-payment-account", lambda shop: ["main", "bank_transfer"], query="?by=hand"),
    page("desk-shipping-method", lambda shop: ["main", "new"]),
    page("desk-shipping-method", lambda shop: ["main", "standard"], is_dark_too=True),
    page("desk-team-departure", lambda shop: [shop.colleague_id]),
    page("desk-guide", lambda shop: [shop.guide.pk], is_dark_too=True),
    page("desk-guide-preview", lambda shop: [shop.guide.pk], query="?language=th"),
    page("desk-guide-codes", lambda shop: [shop.product_without_guide]),
]
ACCOUNT = [
    page("account_login", who="anyone", is_dark_too=True),
    page("account_signup", who="anyone"),
    page("account_inactive", who="anyone"),
    page("account_reset_password", who="anyone"),
    page("account_reset_password_done", who="anyone"),
    page("account_reset_password_from_key", lambda shop: ["1", "set-password"], who="anyone"),
    page("account_reset_password_from_key_done", who="anyone"),
    page("account_email_verification_sent", who="anyone"),
    page("account_confirm_email", lambda shop: ["nonsense"], who="anyone"),
    page("api-reference", who="anyone", is_dark_too=True),
    page("team-join", lambda shop: [shop.invitation], who="anyone"),
    page("team-join", lambda shop: ["nonsense"], who="anyone", status=404),
    page("account_logout"),
    page("account_reauthenticate"),
    page("account_email"),
    page("account_change_password"),
    page("mfa_index"),
    page("mfa_activate_totp"),
    page("mfa_index", who="ben"),
    page("mfa_reauthenticate", who="ben"),
    page("mfa_deactivate_totp", who="ben"),
    page("mfa_view_recovery_codes", who="ben"),
    page("mfa_generate_recovery_codes", who="ben"),
    page("mfa_list_webauthn", who="ben"),
    page("mfa_edit_webauthn", passkey, who="ben"),
    page("mfa_remove_webauthn", passkey, who="ben"),
]
PORTAL = [
    page("order-lookup", who="anyone", is_dark_too=True),
    page("order-lookup", who="anyone", query="?link=gone"),
    page("order-code", who="anyone"),
    page("guide", lambda shop: [shop.guide.handle], who="anyone", is_dark_too=True),
    page("guide", lambda shop: [shop.guide.handle], who="anyone", query="?worked=no"),
    page("guides-of-product", lambda shop: [shop.product_without_guide], who="anyone"),
    Entry(name="order-guide", who="anyone", path=lambda shop: shop.order_guide, note="no help yet"),
    Entry(name="order-guide", who="anyone", path=lambda shop: f"{shop.order_guide}?worked=no", note="help"),
    page("my-orders", lambda shop: [shop.my_orders], who="anyone"),
    Entry(name="order-page", who="anyone", path=lambda shop: shop.order_page, is_dark_too=True),
    Entry(name="order-page", who="anyone", path=lambda shop: other_order_page("cancelled"), note="cancelled"),
    Entry(name="order-page", who="anyone", path=lambda shop: other_order_page("completed"), note="completed"),
    Entry(
        name="order-payment",
        who="anyone",
        path=lambda shop: pay_page("declined"),
        note="declined",
        is_dark_too=True,
    ),
    Entry(name="order-payment", who="anyone", path=lambda shop: pay_page("paid"), note="paid"),
    Entry(name="order-payment", who="anyone", path=lambda shop: pay_page("transfer"), note="transfer"),
    Entry(name="payment-sandbox", who="anyone", path=lambda shop: sandbox_page("card"), note="card"),
    Entry(name="payment-sandbox", who="anyone", path=lambda shop: sandbox_page("bank"), note="bank"),
    Entry(name="order-changes", who="anyone", path=lambda shop: change_page(""), is_dark_too=True),
    Entry(name="order-change-new", who="anyone", path=lambda shop: change_page("cancel/"), note="cancel"),
    Entry(name="order-change-new", who="anyone", path=lambda shop: change_page("address/"), note="address"),
    Entry(name="order-change-new", who="anyone", path=lambda shop: change_page("add/"), note="add"),
    Entry(name="order-change", who="anyone", path=lambda shop: asked_page("applied"), is_dark_too=True),
    Entry(name="order-change", who="anyone", path=lambda shop: asked_page("waiting"), note="waiting"),
    page("order-problem", lambda shop: [shop.problem_token], who="anyone"),
    page("order-problem-form", lambda shop: [shop.problem_token, "damaged"], who="anyone", is_dark_too=True),
    page("order-problem-form", lambda shop: [shop.problem_token, "not_arrived"], who="anyone"),
    page("order-problem-report", lambda shop: [shop.problem_token, shop.claim_id], who="anyone"),
    Entry(name="error", who="anyone", path=lambda shop: "/nowhere/", note="404", status=404),
]
BENCH = [
    Entry(name="desk-bench-run", path=lambda shop: bench_page("run"), is_dark_too=True),
    Entry(name="desk-bench-order", path=lambda shop: bench_page("order"), is_dark_too=True),
    Entry(name="desk-bench-slip", path=lambda shop: bench_page("slip")),
    Entry(name="desk-bench-slips", path=lambda shop: bench_page("slips")),
]
FULL = [*LISTS, *BENCH, *DETAILS, *ACCOUNT, *PORTAL]

NOT_PAGES = {
    "desk-message-sent-frame": "the mail itself, in the sandboxed frame of desk-message-sent",
    "desk-message-preview": "a fragment of desk-message",
    "desk-message-frame": "the mail itself, in the sandboxed frame of desk-message",
    "order-payment-return": "leads on to the provider by itself: walked through in tests/journeys/test_paying.py",
    "media": "product pictures",
    "ui-accent": "a stylesheet",
    "rule-schema": "a JSON Schema",
    "front": "leads to order-lookup",
    "desk-ui": "the style page, looked at in aftercart/kernel/ui/tests",
    "order-invoice": "a PDF",
    "desk-order-invoice": "a PDF",
    "order-problem-photo": "a picture",
    "desk-claim-photo": "a picture",
    "desk-claim-policy-preview": "JSON for the editor of rules",
    "desk-orders-export": "a CSV file",
    "desk-figures-board": "a fragment of desk-figures",
    "desk-figures-table": "a Parquet file",
    "desk-figure-csv": "a CSV file",
    "desk-import-preview": "a fragment of desk-import-setup",
    "desk-import-progress": "a fragment of desk-import",
    "desk-import-rejects": "a CSV file",
    "desk-customer-story": "a fragment of desk-customer",
    "desk-parcel-label": "a file to print",
    "desk-order-changes-preview": "JSON for the editor of rules",
    "desk-segment-preview": "JSON for the editor of rules",
    "desk-segment-people": "a fragment of desk-segment",
    "desk-segment-count": "a fragment of desk-segments",
    "mfa_download_recovery_codes": "a text file",
    "mfa_add_webauthn": "needs a real passkey: walked through in aftercart/config/tests",
    "mfa_reauthenticate_webauthn": "needs a real passkey: walked through in aftercart/config/tests",
    "order-questions": "leads to order-page unless posted to",
    "order-guide-outcome": "leads to order-guide unless posted to",
    "guide-picture": "a picture",
    "guide-download": "a document",
    "desk-guide-code": "a file to print",
    "set_language": "leads back unless posted to",
    "mfa_login_webauthn": "JSON for the passkey's script",
    "mfa_authenticate": "stands between two steps: walked through in aftercart/config/tests/test_sign_in.py",
    "account_confirm_login_code": "signing in by a code is not offered",
    "account_set_password": "for accounts without a password, which nobody has",
    "order-code-check": "leads to order-code unless posted to",
}
