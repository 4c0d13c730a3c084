"""Our bytes, read by the standard library's parser, say what the mail says."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercart.kernel.outbox.mail.compose import compose
from aftercart.kernel.outbox.mail.email import Address, BadMailError, Email, clean_line, message_id_for

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = Address(email="shop@mira.example", name="Mira & Holm")
SAM = Address(email="sam@shopper.example", name="Sam")

names = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=120).map(
    clean_line
)
bodies = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\n\t."))


def parsed(email: Email) -> EmailMessage:
    raw = compose(email, now=NOW)
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return message_from_bytes(raw, policy=policy.default)


def decoded_name(message: EmailMessage) -> str:
    """The recipient's name, by the older API: the newer parser puts spaces between encoded words in 3.11."""
    raw = dict(message.raw_items())["To"].replace("\r\n", "")
    return str(make_header(decode_header(parseaddr(raw)[0])))


@given(name=names, subject=names, text=bodies, html=bodies)
def test_what_goes_in_comes_out(name: str, subject: str, text: str, html: str) -> None:
    to = Address(email="sam@shopper.example", name=name)
    message = parsed(
        Email(sender=SENDER, to=to, subject=subject, text=text, html=html, message_id="m@x.example")
    )
    assert message["to"].addresses[0].addr_spec == "sam@shopper.example"
    assert " ".join(decoded_name(message).split()) == name
    assert len(message["to"].addresses) == 1
    assert " ".join(message["subject"].split()) == subject
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip("\r\n") == text.rstrip("\n")
    if html:
        rich = message.get_body(("html",))
        assert rich is not None
        assert rich.get_content().replace("\r\n", "\n").rstrip("\r\n") == html.rstrip("\n")


@pytest.mark.parametrize(
    "name", ["Žofia Nowak", "山田 太郎", "Анна Каренина", "สมชาย ใจดี", 'Sam "the man" \\ Co, Ltd.']
)
def test_names_in_every_script(name: str) -> None:
    message = parsed(Email(sender=SENDER, to=Address(email="a@b.example", name=name), subject=name, text="x"))
    assert message["to"].addresses[0].display_name == name
    assert message["subject"] == name


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\0b", "a\u2028b", "a\x85b"])
def test_header_injection_is_refused(evil: str) -> None:
    with pytest.raises(BadMailError):
        Address(email="a@b.example", name=evil)
    with pytest.raises(BadMailError):
        Address(email=f"a@b.example{evil}")
    with pytest.raises(BadMailError):
        Email(sender=SENDER, to=SAM, subject=evil, text="x")
    with pytest.raises(BadMailError):
        Email(sender=SENDER, to=SAM, subject="x", text="x", headers={"X-Kind": evil})
    assert clean_line(evil).isprintable()


@pytest.mark.parametrize(
    "email", ["", "sam", "a b@c.example", "a@b>c", "<a@b.example>", "a@b.example,c@d.example"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(BadMailError):
        Address(email=email)


def test_letters_before_the_at_are_refused_with_a_reason() -> None:
    with pytest.raises(BadMailError, match="before the @"):
        compose(Email(sender=SENDER, to=Address(email="żofia@b.example"), subject="x", text="x"), now=NOW)


def test_an_international_domain_leaves_in_ascii() -> None:
    message = parsed(Email(sender=SENDER, to=Address(email="a@bücher.example"), subject="x", text="x"))
    assert message["to"].addresses[0].addr_spec == "a@xn--bcher-kva.example"


def test_marketing_has_one_click_unsubscribe_and_automatic_mail_says_so() -> None:
    url = "https://shop.example/unsubscribe/" + "x" * 120
    message = parsed(Email(sender=SENDER, to=SAM, subject="x", text="x", unsubscribe_url=url))
    assert message["list-unsubscribe"] == f"<{url}>"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert message["auto-submitted"] == "auto-generated"


def test_the_message_id_follows_from_the_key() -> None:
    assert message_id_for("order-confirmed:7", "mira.example") == message_id_for(
        "order-confirmed:7", "mira.example"
    )
    assert message_id_for("order-confirmed:7", "mira.example") != message_id_for(
        "order-confirmed:8", "mira.example"
    )
