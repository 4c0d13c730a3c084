"""The editor on the desk: what may be written, who may write it, and that a bad text never stops a message."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercart.kernel.outbox.mail import memory
from aftercart.kernel.outbox.models import Effect
from aftercart.messaging.actions import recipient, send_message
from aftercart.messaging.actions.editions import OvertakenError, save_edition, switch
from aftercart.messaging.draft import base_words, current_words, problems, show
from aftercart.messaging.editions import Edits
from aftercart.messaging.letterhead import letterhead
from aftercart.messaging.messages import LANGUAGES, registry
from aftercart.messaging.models import Edition, Switch
from aftercart.messaging.render import Rendered, render
from aftercart.messaging.testing import deliver_messages
from aftercart.orders.testing import make_order
from aftercart.stores.models import Merchant, StaffMember
from aftercart.stores.testing import make_channel, make_member, make_merchant, make_outsider, make_owner

KIND = "parcel_sent"
URL = f"/desk/messages/{KIND}/?language=en"
HEAD = letterhead(Merchant(name="Mira & Holm", email="hello@mira.example"), None)
DOORS = ("preview", "frame", "test", "reset", "switch", "versions/1/restoration")


def signed_in(member: StaffMember) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def fields(client: Client, url: str = URL, **changes: str) -> dict[str, str]:
    """The editor's form as it stands, with changes (``w__heading.one`` is ``w-heading.one``)."""
    answer = client.get(url)
    form = answer.context["form"]
    values = {name: str(form[name].value() or "") for name in form.fields}
    seen = {name: str(answer.context[name]) for name in ("seen_words", "seen_structure")}
    return {**values, **seen, **{key.replace("w__", "w-"): text for key, text in changes.items()}}


def save(client: Client, url: str = URL, **changes: str) -> Any:
    return client.post(url, fields(client, url, **changes))


def subject(language: str = "en", channel_id: int | None = None, key: str = "k") -> str:
    """The subject of the kind as it would leave now."""
    to = recipient("sam@shopper.example")
    assert to is not None
    kind = registry[KIND]
    send_message(
        kind=KIND,
        to=to,
        language=language,
        context=kind.sample(language),
        key=f"{key}:{Effect.objects.count()}",
        actor="test",
        channel_id=channel_id,
    )
    return str(deliver_messages()[-1]["subject"])


@pytest.mark.django_db
def test_a_word_is_edited_undone_and_reset() -> None:
    make_merchant()
    client = signed_in(make_owner())
    assert subject() == "Order MH-10482 is on its way"
    assert save(client, w__mail_subject="Off it goes: {{ number }}").status_code == 302
    assert subject() == "Off it goes: MH-10482"
    assert subject("pl") == "Zamówienie MH-10482 jest w drodze"
    assert save(client, w__mail_subject="Gone: {{ number }}").status_code == 302
    assert subject() == "Gone: MH-10482"
    first = Edition.objects.get(number=1)
    client.post(f"/desk/messages/{KIND}/versions/{first.pk}/restoration/?language=en", {"seen": "2"})
    assert subject() == "Off it goes: MH-10482"
    client.post(f"/desk/messages/{KIND}/reset/?language=en", {"part": "words"})
    assert subject() == "Order MH-10482 is on its way"
    assert list(Edition.objects.order_by("number").values_list("number", "is_current")) == [
        (1, False),
        (2, False),
        (3, False),
        (4, True),
    ]


@pytest.mark.django_db
def test_only_what_differs_is_kept_so_the_rest_improves() -> None:
    client = signed_in(make_owner())
    save(client, **{"w__heading.one": "It left!"})
    edition = Edition.objects.get()
    assert edition.content == {
        "words": {
            "heading": {"count": "count", "one": "It left!", "other": "{{ count }} parcels are on their way"}
        }
    }
    assert edition.shipped["heading"]["one"] == "Your parcel is on its way"
    assert (edition.actor[:6], edition.language) == ("staff:", "en")
    assert save(client).status_code == 302
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_a_channel_may_say_it_differently() -> None:
    main, other = make_channel("main"), make_channel("other")
    client = signed_in(make_owner())
    save(client, w__mail_subject="All: {{ number }}")
    save(client, f"{URL}&channel=main", w__mail_subject="Main: {{ number }}")
    assert subject(channel_id=main.pk) == "Main: MH-10482"
    assert subject(channel_id=other.pk) == "All: MH-10482"
    assert subject() == "All: MH-10482"


@pytest.mark.django_db
def test_the_structure_is_the_same_for_all_languages() -> None:
    client = signed_in(make_owner())
    mjml = "<mj-section><mj-column><mj-text>[[ heading ]] <b>{{ shop.name }}</b></mj-text></mj-column></mj-section>"
    assert save(client, mjml=mjml).status_code == 302
    for language in LANGUAGES:
        subject(language)
    html = [memory.delivered[-number].content for number in range(1, len(LANGUAGES) + 1)]
    assert all(b"<b>" in content for content in html)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("w-mail_subject", "{{ nmae }}", "There is no variable called nmae"),
        ("w-mail_subject", "", "cannot be empty"),
        ("w-intro", "{% if name %}", "Expected tag"),
        ("w-intro", "one\ntwo {{ name | no_such }}", "no_such"),
        ("mjml", "<mj-section>\n<mj-column>\n</mj-section>", "Line 3"),
        (
            "mjml",
            "<mj-section><mj-column><mj-text>[[ nothing ]]</mj-text></mj-column></mj-section>",
            "nothing",
        ),
        ("mjml", "<mj-include path='/etc/passwd'/>", "not available"),
        ("txt", "{% for i in (1..1000000) %}{{ i }}{% endfor %}", "limit"),
    ],
)
def test_what_is_wrong_is_said_in_words(field: str, text: str, says: str) -> None:
    client = signed_in(make_owner())
    answer = client.post(URL, {**fields(client), field: text})
    assert answer.status_code == 422
    assert not Edition.objects.exists()
    errors = " ".join(str(error) for each in answer.context["form"].errors.values() for error in each)
    assert says.lower() in errors.lower()


@pytest.mark.django_db
def test_the_preview_shows_a_real_order_and_cannot_run_anything() -> None:
    order = make_order(number="T77", name="Zofia Nowak")
    client = signed_in(make_owner())
    draft = {**fields(client, w__mail_subject="Hello {{ number }}"), "order": order.number}
    words = client.post(f"/desk/messages/{KIND}/preview/?language=en", draft).content.decode()
    assert "Hello T77" in words
    frame = client.post(f"/desk/messages/{KIND}/frame/?language=en", {**draft, "scheme": "dark"})
    assert "Zofia Nowak" in frame.content.decode()
    assert "@media all" in frame.content.decode()
    policy = frame["Content-Security-Policy"]
    assert "sandbox;" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "/o/" not in frame.content.decode(), "no link that opens the shopper's page"
    assert not Edition.objects.exists()
    assert not Effect.objects.filter(kind="message").exists()


@pytest.mark.django_db
def test_a_test_goes_to_oneself_only_and_burns_nothing() -> None:
    make_order(number="T77")
    ada = make_owner()
    client = signed_in(ada)
    Effect.objects.all().delete()
    client.post(
        f"/desk/messages/{KIND}/test/?language=en", fields(client, w__mail_subject="Try {{ number }}")
    )
    (mail,) = deliver_messages()
    assert str(mail["subject"]) == "[Test] Try MH-10482"
    assert str(mail["to"]).endswith(f"<{ada.user.email}>")
    effect = Effect.objects.get()
    assert (effect.kind, effect.subject, effect.customer_id) == ("message-test", "", None)


@pytest.mark.django_db
def test_a_text_that_fails_when_sent_is_replaced_and_the_desk_is_told() -> None:
    save_edition(
        kind=KIND,
        channel_id=0,
        language="en",
        content={"words": {"mail_subject": "{{ parcels[7].carrier }}"}},
        shipped={},
        seen_number=0,
        actor="staff:1",
    )
    assert subject() == "Order MH-10482 is on its way"
    edition = Edition.objects.get()
    assert edition.failed_at is not None
    assert "undefined" in edition.failure.lower() or "Undefined" in edition.failure
    page = signed_in(make_owner()).get("/desk/messages/").content.decode()
    assert "Fails" in page


@pytest.mark.django_db
def test_two_editors_at_once() -> None:
    client = signed_in(make_owner())
    mine = fields(client, w__mail_subject="Mine {{ number }}")
    save(client, w__mail_subject="Theirs {{ number }}")
    answer = client.post(URL, mine)
    assert answer.status_code == 422
    assert "Somebody else saved" in answer.content.decode()
    assert subject() == "Theirs MH-10482"
    with pytest.raises(OvertakenError):
        save_edition(
            kind=KIND, channel_id=0, language="en", content={}, shipped={}, seen_number=7, actor="staff:1"
        )


@pytest.mark.django_db
def test_a_kind_is_switched_off_per_channel() -> None:
    main, other = make_channel("main"), make_channel("other")
    client = signed_in(make_owner())
    door = f"/desk/messages/{KIND}/switch/"
    client.post(door, {"medium": "email", "on": "0", "channel": "main"})
    to = recipient("sam@shopper.example")
    assert to is not None

    def ask(channel_id: int, **values: Any) -> Effect | None:
        context = registry[KIND].sample("en")
        return send_message(
            kind=KIND,
            to=to,
            language="en",
            context=context,
            key=f"{channel_id}{values}",
            actor="test",
            channel_id=channel_id,
            **values,
        )

    assert ask(main.pk) is None
    assert ask(main.pk, is_asked=True) is not None
    assert ask(other.pk) is not None
    client.post(door, {"medium": "email", "on": "1", "channel": "main"})
    assert ask(main.pk) is not None
    assert (
        client.post("/desk/messages/lookup_code/switch/", {"medium": "email", "on": "0"}).status_code == 404
    )
    with pytest.raises(ValueError, match="cannot be switched off"):
        switch(kind="lookup_code", medium="email", channel_id=0, is_on=False, actor="staff:1")
    assert Switch.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["agent", "warehouse", "viewer"])
def test_who_may_not_edit_gets_404(role: str) -> None:
    client = signed_in(make_member("Ben", role))
    _refused(client)


@pytest.mark.django_db
def test_the_outsider_gets_404() -> None:
    client = Client()
    client.force_login(make_outsider())
    _refused(client)


def _refused(client: Client) -> None:
    for path in ("/desk/messages/", "/desk/messages/texts/", URL):
        assert client.get(path).status_code == 404
    for door in DOORS:
        answer = client.post(f"/desk/messages/{KIND}/{door}/?language=en", {"medium": "email", "on": "0"})
        assert answer.status_code == 404
    assert client.post(URL, {"w-mail_subject": "Mine"}).status_code == 404
    assert not Edition.objects.exists()
    assert not Switch.objects.exists()


@pytest.mark.django_db
def test_a_colleague_of_one_channel_edits_that_one_only() -> None:
    main, other = make_channel("main"), make_channel("other")
    order = make_order(number="T9", channel=other, name="Zofia Nowak")
    ben = make_member("Ben", "marketer")
    ben.channels.add(main)
    client = signed_in(ben)
    assert client.get(f"{URL}&channel=other").status_code == 404
    save(client, w__mail_subject="Ours {{ number }}")
    assert Edition.objects.get().channel_id == main.pk
    answer = client.post(
        f"/desk/messages/{KIND}/frame/?language=en", {**fields(client), "order": order.number}
    )
    assert "Zofia" not in answer.content.decode()


PIECES = st.sampled_from(
    [
        "{{ name }}",
        "{{ nmae }}",
        "{% assign a = 'xxxxxxxxxx' %}",
        "{% for i in (1..9) %}{% assign a = a | append: a %}{% endfor %}",
        "{% for i in (1..99999999) %}x{% endfor %}",
        "{{ (1..999999999) | join: ',' }}",
        "{{ (1..99999999999999999999) | size }}",
        "{{ a | replace: '', a }}",
        "{{ 9 | times: 999999999999999999 | times: 999999999999999999 }}",
        "{{ 1 | divided_by: 0 }}",
        "{{ name | no_such }}",
        "{{ name | safe }}",
        "{% include 'x' %}",
        "{% if name %}",
        "{% endif %}",
        "{{ words['x'] }}",
        "{{ parcels[0].lines | map: 'title' | join: name }}",
        "[[ heading ]]",
        "[[ none ]]",
        "<script>alert(1)</script>",
        "{{ name.__class__ }}",
        "{{",
        "%}",
        "\n",
        "word",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, min_size=1, max_size=8).map("".join))
def test_no_template_breaks_out_or_breaks_down(text: str) -> None:
    """Whatever a colleague writes is refused in words, or it renders: small, and soon."""
    kind = registry[KIND]
    context = {**kind.sample("en"), "name": "<b>Eve</b>"}
    for edited in (Edits(words={"intro": text}), Edits(txt=text)):
        found = problems(kind, "en", edited, context, HEAD)
        assert all(problem.sentence.strip() for problem in found)
    for place in (Edits(words={"heading": text}),):
        if not problems(kind, "en", place, context, HEAD):
            shown = show(kind, "en", place, context, HEAD)
            assert len(shown.html) < 600_000
            assert "<b>Eve</b>" not in shown.html
            assert "<script" not in shown.html


def test_the_words_of_every_kind_can_be_edited_without_a_problem() -> None:
    for kind in registry.values():
        for language in LANGUAGES:
            words = {key: text for key, text in _plain(kind.name, language).items() if "." not in key}
            assert problems(kind, language, Edits(words=words), kind.sample(language), HEAD) == []


def _plain(name: str, language: str) -> dict[str, str]:
    return base_words(registry[name], language, 0)


@pytest.mark.django_db
def test_current_words_are_shipped_words_until_edited() -> None:
    assert current_words(registry[KIND], "en", 0)["mail_subject"] == "Order {{ number }} is on its way"


def test_too_many_elements_are_refused_before_they_reach_the_compiler() -> None:
    """Six hundred nested sections overflow the MJML compiler's stack and end the process."""
    mjml = "<mj-section>" * 1000 + "</mj-section>" * 1000
    (problem,) = problems(registry[KIND], "en", Edits(mjml=mjml), registry[KIND].sample("en"), HEAD)
    assert "MJML elements" in problem.sentence
    result = render(registry[KIND], "en", registry[KIND].sample("en"), HEAD)
    assert isinstance(result, Rendered)
    assert re.search("on its way", result.subject)
