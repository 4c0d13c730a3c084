"""Documents: issued once, numbered without gaps, unchangeable, exact, and readable in five languages."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from io import BytesIO

import pypdfium2
import pytest
from django.db import connection, transaction
from django.test import Client

from aftercart.kernel import clock
from aftercart.kernel.journal.models import Entry
from aftercart.kernel.journal.testing import hear_everything
from aftercart.kernel.money import format_minor
from aftercart.kernel.paper.faces import SAMPLES, missing_letters, scripts_without_font
from aftercart.orders.actions import LineDraft, OrderDraft, cancel_order, place_order, refund_order
from aftercart.orders.actions.invoice import credit_cancellation, issue_credit_note, issue_invoice
from aftercart.orders.addresses import Address
from aftercart.orders.invoices.serving import TamperedDocument, pdf_of
from aftercart.orders.invoices.vat import Taxed, VatRow, rate_of, vat_rows
from aftercart.orders.models import Order
from aftercart.orders.models.invoice import Invoice, InvoiceSeries, InvoiceSettings
from aftercart.orders.permissions import order_page_path
from aftercart.orders.rules import Refused
from aftercart.orders.testing import make_order
from aftercart.stores.testing import make_channel, make_member, make_merchant, make_outsider, make_owner

BACKEND = "django.contrib.auth.backends.ModelBackend"
LISTENERS = ("orders.invoice_paid_order", "orders.credit_refunds", "orders.credit_cancelled_order")
NAMES = {
    "en": "Zoë Łęcka-Müller",
    "pl": "Żaneta Gąska",
    "ja": "山田 花子",
    "ru": "Анна Щукина",
    "th": "กัลยาณี ศรีสุข",
}
GOODS = {
    "en": "Linen apron",
    "pl": "Lniany fartuch, żółty",
    "ja": "リネンのエプロン",
    "ru": "Льняной фартук",
    "th": "ผ้ากันเปื้อนลินิน",
}
TITLES = {"en": "Invoice", "pl": "Faktura", "ja": "請求書", "ru": "Счёт", "th": "ใบแจ้งหนี้"}


def text_of(invoice: Invoice) -> str:
    """What a reader program takes out of the PDF."""
    document = pypdfium2.PdfDocument(BytesIO(pdf_of(invoice)))
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def plain(text: str) -> str:
    """Without blanks; of Thai the consonants alone: shaping moves marks, and PDF readers tell them out of order."""
    return "".join(c for c in text.replace("\xad", "") if not c.isspace() and not "\u0e2f" <= c <= "\u0e7f")


@pytest.mark.django_db
@pytest.mark.parametrize("language", NAMES)
def test_every_letter_of_five_languages_is_written_and_can_be_read_out(
    language: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_merchant()
    order = make_order(
        name=NAMES[language],
        language=language,
        lines=(LineDraft(title=GOODS[language], quantity=2, unit_price_minor=1250),),
    )
    invoice = issue_invoice(order_id=order.pk, actor="test")
    with caplog.at_level(logging.WARNING):
        text = plain(text_of(invoice))
    assert "missing" not in caplog.text
    assert missing_letters(str(invoice.content)) == ""
    for words in (NAMES[language], GOODS[language], TITLES[language], invoice.number):
        assert plain(words) in text, words
    for minor in (order.total_minor, 1250, 2500, order.shipping_minor):
        assert plain(format_minor(minor, "EUR", language)) in text


@pytest.mark.django_db
def test_an_invoice_is_issued_once_and_told_once() -> None:
    order = make_order()
    first = issue_invoice(order_id=order.pk, actor="test")
    assert issue_invoice(order_id=order.pk, actor="test") == first
    assert first.number == f"MAIN-{clock.now().year}-00001"
    assert Entry.objects.filter(name="InvoiceIssued").count() == 1


@pytest.mark.django_db
def test_what_was_issued_stays_whatever_happens_to_the_order() -> None:
    order = make_order(name="Sam Shopper")
    invoice = issue_invoice(order_id=order.pk, actor="test")
    before = pdf_of(invoice)
    Order.objects.filter(pk=order.pk).update(ship_to={"name": "Mallory"})
    order.lines.update(title="Something else")
    invoice.refresh_from_db()
    assert pdf_of(invoice) == before
    Invoice.objects.filter(pk=invoice.pk).update(content=invoice.content | {"title": "Receipt"})
    invoice.refresh_from_db()
    with pytest.raises(TamperedDocument):
        pdf_of(invoice)


@pytest.mark.django_db
def test_numbers_count_per_channel_kind_and_year_on_the_channels_clock() -> None:
    warsaw = make_channel("pl", timezone="Europe/Warsaw")
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    told = [
        issue_invoice(order_id=make_order(channel=channel).pk, actor="test", now=at).number
        for channel, at in (
            (make_channel(), new_year),
            (warsaw, datetime(2026, 12, 31, 12, tzinfo=UTC)),
            (warsaw, new_year),
            (make_channel(), new_year),
        )
    ]
    assert told == ["MAIN-2026-00001", "PL-2026-00001", "PL-2027-00001", "MAIN-2026-00002"]


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    with transaction.atomic():
        issue_invoice(order_id=make_order().pk, actor="test")
        transaction.set_rollback(True)
    assert not Invoice.objects.exists()
    assert issue_invoice(order_id=make_order().pk, actor="test").sequence == 1


@pytest.mark.django_db
def test_a_refund_has_one_credit_note_that_names_its_invoice() -> None:
    order = make_order()
    line = order.lines.first()
    assert line is not None
    refund = refund_order(
        order_id=order.pk, amount_minor=4900, key="r", actor="test", quantities_by_line={line.pk: 1}
    )
    assert issue_credit_note(refund_id=refund.pk, actor="test") is None, "nothing was invoiced yet"
    invoice = issue_invoice(order_id=order.pk, actor="test")
    note = issue_credit_note(refund_id=refund.pk, actor="test")
    assert note is not None
    assert issue_credit_note(refund_id=refund.pk, actor="test") == note
    assert (note.corrects, note.total_minor, note.number) == (
        invoice,
        -4900,
        f"MAIN-C{clock.now().year}-00001",
    )
    text = text_of(note)
    for words in ("Credit note", f"Corrects invoice {invoice.number}", "Linen apron", "€49.00"):
        assert plain(words) in plain(text), words


@pytest.mark.django_db
def test_an_invoiced_order_cancelled_unpaid_is_credited_whole() -> None:
    order = make_order(is_paid=False)
    issue_invoice(order_id=order.pk, actor="test")
    assert credit_cancellation(order_id=order.pk, actor="test") is None
    cancel_order(order_id=order.pk, reason="", actor="test")
    note = credit_cancellation(order_id=order.pk, actor="test")
    assert note is not None
    assert note.total_minor == -order.total_minor
    assert credit_cancellation(order_id=order.pk, actor="test") == note
    other = make_order(is_paid=False)
    cancel_order(order_id=other.pk, reason="", actor="test")
    with pytest.raises(Refused, match="nothing to invoice"):
        issue_invoice(order_id=other.pk, actor="test")


@pytest.mark.parametrize(
    ("net", "tax", "rate"),
    [(10000, 1900, 190), (10000, 700, 70), (8130, 1870, 230), (100, 19, 190), (0, 0, 0), (10000, 1234, None)],
)
def test_a_rate_is_named_only_when_exactly_one_fits(net: int, tax: int, rate: int | None) -> None:
    assert rate_of(net, tax) == rate
    assert rate_of(3, 1) is None, "too small to tell: many rates give this"


def test_vat_by_rate_adds_up_or_is_unknown() -> None:
    lines = [Taxed(amount_minor=11900, tax_minor=1900), Taxed(amount_minor=10700, tax_minor=700)]
    assert vat_rows(lines, includes_tax=True, tax_minor=2600) == [
        VatRow(rate=70, net_minor=10000, tax_minor=700),
        VatRow(rate=190, net_minor=10000, tax_minor=1900),
    ]
    assert vat_rows(lines, includes_tax=True, tax_minor=2601) is None
    assert vat_rows(lines, includes_tax=True, tax_minor=0) is None


@pytest.mark.django_db
def test_the_page_says_the_vat_it_knows_and_that_it_does_not() -> None:
    make_merchant()
    InvoiceSettings.objects.create(channel=make_channel(), tax_number="DE123456789", footer="HRB 1 Leipzig")
    unknown = text_of(issue_invoice(order_id=make_order().pk, actor="test"))
    assert plain("VAT is not shown") in plain(unknown)
    assert plain("Tax number: DE123456789") in plain(unknown)
    assert plain("HRB 1 Leipzig") in plain(unknown)
    draft = OrderDraft(
        number="V1",
        currency="EUR",
        email="sam@shopper.example",
        lines=(LineDraft(title="Cup", quantity=1, unit_price_minor=11900, tax_minor=1900),),
        ship_to=Address(name="Sam", country="DE"),
    )
    order = place_order(draft=draft, channel=make_channel(), actor="test")
    known = plain(text_of(issue_invoice(order_id=order.pk, actor="test")))
    for words in ("VAT 19 %", "€100.00", "€19.00", "The prices include VAT."):
        assert plain(words) in known


@pytest.mark.django_db
def test_a_long_order_goes_over_pages_and_every_line_is_there() -> None:
    lines = tuple(LineDraft(title=f"Cup number {n:03d}", quantity=1, unit_price_minor=100) for n in range(80))
    invoice = issue_invoice(order_id=make_order(lines=lines).pk, actor="test")
    document = pypdfium2.PdfDocument(BytesIO(pdf_of(invoice)))
    assert len(document) > 2
    document.close()
    text = text_of(invoice)
    assert all(f"Cup number {n:03d}" in text for n in range(80))


def test_the_shipped_fonts_write_every_script() -> None:
    assert scripts_without_font() == []
    assert missing_letters("한") == "한", "a script of none of our languages is said to be missing"
    assert set(SAMPLES) == {"Latin", "Cyrillic", "Japanese", "Thai"}


@pytest.mark.django_db
def test_the_shopper_downloads_it_by_a_mails_link_and_not_after_a_look_up(client: Client) -> None:
    order, other = make_order(), make_order(email="mallory@elsewhere.example")
    invoice = issue_invoice(order_id=order.pk, actor="test")
    path = f"{order_page_path(order.pk)}invoices/{invoice.pk}/"
    assert f"/invoices/{invoice.pk}/" in client.get(order_page_path(order.pk)).content.decode()
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )
    assert answer["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    assert client.get(f"{order_page_path(order.pk, trust='lookup')}invoices/{invoice.pk}/").status_code == 404
    assert client.get(f"{order_page_path(other.pk)}invoices/{invoice.pk}/").status_code == 404


@pytest.mark.django_db
def test_the_desk_issues_and_downloads_and_mallory_does_not(client: Client) -> None:
    order = make_order()
    doors = [("post", f"/desk/orders/{order.pk}/invoices/"), ("get", f"/desk/orders/{order.pk}/invoices/1/")]
    client.force_login(make_outsider(), backend=BACKEND)
    assert [getattr(client, method)(path).status_code for method, path in doors] == [404, 404]
    rita = make_member("Rita")
    rita.channels.add(make_channel("other"))
    client.force_login(rita.user, backend=BACKEND)
    assert [getattr(client, method)(path).status_code for method, path in doors] == [404, 404]
    assert not Invoice.objects.exists()
    client.force_login(make_member("Ben").user, backend=BACKEND)
    page = client.post(doors[0][1], follow=True).content.decode()
    invoice = Invoice.objects.get()
    assert f"{invoice.number} is issued." in page
    answer = client.get(f"/desk/orders/{order.pk}/invoices/{invoice.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    other = make_order()
    assert client.get(f"/desk/orders/{other.pk}/invoices/{invoice.pk}/").status_code == 404


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_double_also_when_some_roll_back() -> None:
    orders = [make_order().pk for _ in range(24)]
    barrier = threading.Barrier(len(orders))

    def issue(position: int, order_id: int) -> None:
        try:
            barrier.wait(timeout=60)
            with transaction.atomic():
                issue_invoice(order_id=order_id, actor="test")
                if position % 3 == 0:
                    transaction.set_rollback(True)
            if position % 4 == 1:
                issue_invoice(order_id=order_id, actor="test")
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=pair) for pair in enumerate(orders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    numbers = sorted(Invoice.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, 19))
    assert InvoiceSeries.objects.get().last == 18


@pytest.mark.django_db
def test_a_channel_that_wants_it_invoices_when_paid_and_credits_what_goes_back() -> None:
    InvoiceSettings.objects.create(channel=make_channel(), is_automatic=True)
    order = make_order()
    hear_everything(*LISTENERS)
    invoice = Invoice.objects.get()
    assert (invoice.order, invoice.kind) == (order, "invoice")
    refund_order(order_id=order.pk, amount_minor=100, key="r", actor="test")
    for _ in range(2):
        hear_everything(*LISTENERS)
    assert list(Invoice.objects.values_list("kind", "total_minor")) == [
        ("invoice", order.total_minor),
        ("credit_note", -100),
    ]


@pytest.mark.django_db
def test_a_channel_that_does_not_want_it_issues_none() -> None:
    make_order()
    hear_everything(*LISTENERS)
    assert not Invoice.objects.exists()


@pytest.mark.django_db
def test_the_settings_are_the_owners(client: Client) -> None:
    make_channel()
    path = "/desk/invoices/main/"
    client.force_login(make_member("Ben").user, backend=BACKEND)
    assert [client.get("/desk/invoices/").status_code, client.get(path).status_code] == [404, 404]
    client.force_login(make_owner().user, backend=BACKEND)
    assert "By hand" in client.get("/desk/invoices/").content.decode()
    client.post(path, {"is_automatic": "on", "tax_number": "DE1", "footer": "HRB"})
    assert "When paid in full" in client.get("/desk/invoices/").content.decode()
    assert InvoiceSettings.objects.get().tax_number == "DE1"
    assert client.post(path, {"tax_number": "x" * 61}).status_code == 422
